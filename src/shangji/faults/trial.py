"""Faults planted one to a project in clean counties, and what a review of them finds."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from shangji import compile as compiler
from shangji.counting import Count
from shangji.engines import engine
from shangji.evidence.duplicates import with_duplicates
from shangji.faults import county
from shangji.faults.collecting import collect, facts
from shangji.faults.drafts import FULL_SIZE
from shangji.faults.kinds import KINDS, Planted, plant
from shangji.intake import read
from shangji.snapshot import RunFacts, freeze

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shangji.errors import Problem
    from shangji.faults.world import Project, World
    from shangji.pack import Pack
    from shangji.snapshot import Collected

Found = set[tuple[str, str, str]]
"""Rule (or code of a refused cell), project, row."""


@dataclass
class Tried:
    """One fault that was planted, and what was newly found in its project."""

    kind: str
    disguise: int
    words: str
    seed: int
    by: frozenset[str]

    @property
    def hit(self) -> bool:
        """Whether something that was to find it did."""
        return bool(self.by & set(KINDS[self.kind].rules))


@dataclass
class Trial:
    """All that was tried: faults by kind and disguise, and findings where nothing was planted."""

    seeds: list[int] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    false: Counter[tuple[str, str]] = field(default_factory=Counter)
    clean: int = 0
    judged: int = 0
    rules: int = 0
    pack: str = ""

    def recall(self, tried: Iterable[Tried]) -> Count:
        """Found out of planted."""
        hits = [one.hit for one in tried]
        return Count(sum(hits), len(hits))

    def precise(self, *, semantic: bool) -> Count:
        """Findings that were right out of all findings, of the rules that look for such faults."""
        rules = {
            name for kind in KINDS.values() if kind.semantic is semantic for name in kind.rules
        }
        right = sum(one.hit for one in self.tried if KINDS[one.kind].semantic is semantic)
        wrong = sum(count for (rule, _), count in self.false.items() if rule in rules)
        return Count(right, right + wrong)


def run(
    pack: Pack,
    seeds: Sequence[int],
    *,
    size: int = FULL_SIZE,
    words: Sequence[str] = ("seen", "unseen"),
) -> Trial:
    """Try every kind in every disguise once a seed; with unseen words only what hangs on words."""
    made = Trial(list(seeds), pack=pack.digest)
    made.rules = sum(
        1 for rule in pack.rules.values() if rule.status == "active" and not rule.derived
    )
    for seed in seeds:
        before, severities = review(county.clean(seed, size), pack)
        made.false.update((rule, severities.get(rule, "")) for rule, _, _ in before)
        made.clean += size
        for vocabulary in words:
            world = county.clean(seed, size)
            planted = list(_each(world, seed, vocabulary))
            after, _ = review(world, pack)
            made.tried += _compare(planted, after - before, vocabulary, seed)
    return made


def _each(world: World, seed: int, words: str) -> Iterator[Planted]:
    """Plant each kind and disguise in a project of its own."""
    draw = Random(f"{seed}/trial")
    free: list[Project] = list(world.reviewed())
    draw.shuffle(free)
    for wanted in KINDS.values():
        if words != "seen" and not wanted.semantic:
            continue
        for disguise in range(wanted.disguises):
            found = plant(world, wanted, free, draw, disguise=disguise, words=words)
            if found:
                free = [project for project in free if project.code != found.project]
                yield found


def _compare(planted: Iterable[Planted], new: Found, words: str, seed: int) -> Iterator[Tried]:
    by_project: defaultdict[str, set[str]] = defaultdict(set)
    by_row: defaultdict[str, set[str]] = defaultdict(set)
    for rule, project, row in new:
        if project:
            by_project[project].add(rule)
        elif row:
            by_row[row].add(rule)
    for found in planted:
        rules = set(by_project[found.project])
        key = "|".join(str(found.row.get(name, "")) for name in KEYS.get(found.table, ()))
        starts = (*found.keys, *([key] if key else []))
        rules |= {rule for row, named in by_row.items() if row.startswith(starts) for rule in named}
        yield Tried(found.kind, found.disguise, words, seed, frozenset(rules))


KEYS = {
    "evaluation": ("project_code", "year"),
    "carry_over": ("unit_code", "project_code"),
    "audit_finding": ("finding_no",),
}
"""What tells a bureau's row in a finding that names no project."""


def _findings(
    collected: Collected, about: RunFacts, pack: Pack
) -> tuple[list[tuple[str, str, str, str]], list[Problem]]:
    """Rule, project, row and severity of each active finding, and what the freeze refused."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="shangji-") as name:
        folder = Path(name)
        collected = with_duplicates(collected, pack, about)
        snapshot, problems = freeze(collected, pack.tables, about, folder / "snapshot")
        plan = compiler.plan(
            pack,
            snapshot.tables,
            snapshot.facts,
            regions=snapshot.regions,
            supplied=snapshot.supplied,
        )
        (folder / "out").mkdir()
        results = engine("duckdb").run(plan, snapshot, folder / "out")
        with duckdb.connect() as connection:
            rows = connection.execute(
                "SELECT rule_id, coalesce(project_code, ''), key, severity FROM read_parquet(?) "
                "WHERE outcome = 'fail' AND status = 'active' ORDER BY ALL",
                [str(results.path("verdict"))],
            ).fetchall()
    return rows, problems


def judged(folder: Path, pack: Pack) -> tuple[Counter[str], int]:
    """Active findings by rule on files as they are, and how many rows were read."""
    collected, _ = read([folder], pack)
    told = collected.facts
    about = RunFacts(int(told["budget_year"]), date.fromisoformat(told["as_of"]), told["region"])
    rows, _ = _findings(collected, about, pack)
    return Counter(rule for rule, *_ in rows), sum(map(len, collected.rows.values()))


def review(world: World, pack: Pack) -> tuple[Found, dict[str, str]]:
    """Review a world past its workbooks; returns active findings and the severity of each rule."""
    collected, refused = collect(world, pack)
    rows, problems = _findings(collected, facts(world), pack)
    found: Found = {(rule, project, key) for rule, project, key, _ in rows}
    found |= {(cell.code, cell.project, "") for cell in refused}
    found |= {(problem.code, "", str(problem.where)) for problem in problems}
    return found, {rule: severity for rule, _, _, severity in rows}
