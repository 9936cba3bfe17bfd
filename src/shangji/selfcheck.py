"""A unit's own dry run: the rules that a unit may know, over its own rows; nothing is kept.

Necessity, importance, duplicates, procurement and thresholds are not tried here: a list of the
cheapest changes to those would teach how to rename and to split.
"""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from shangji import compile as compiler
from shangji import digest
from shangji.compile.reach import relations_read
from shangji.engines import engine
from shangji.path.steps import UNIT, may
from shangji.remarks import BLOCKS, EXPLAIN, told
from shangji.snapshot import Collected, Source, freeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.compile import Plan
    from shangji.errors import Problem
    from shangji.pack import Pack, Rule
    from shangji.remarks import Owed, Remark
    from shangji.snapshot import RunFacts, Snapshot

PLANS = 16
"""Plans that a checker keeps: units bring tables and columns of few shapes."""


@dataclass(frozen=True)
class SelfCheck:
    """What a dry run came to."""

    remarks: Sequence[Remark]
    owed: Sequence[Owed]
    rules: int
    projects: int
    problems: Sequence[Problem]

    @property
    def blocking(self) -> list[Remark]:
        """What stands in the way of admission."""
        return [item for item in self.remarks if item.kind == BLOCKS]

    @property
    def to_explain(self) -> list[Remark]:
        """What has to be explained."""
        return [item for item in self.remarks if item.kind == EXPLAIN]


def may_try(rule: Rule) -> bool:
    """Whether a unit may try its filing against a rule before it files."""
    return may(UNIT, rule)


def check_one(draft: Collected, pool: Collected | None, pack: Pack, facts: RunFacts) -> SelfCheck:
    """Try one unit's filing and keep nothing.

    Args:
        draft: what the unit's own files held.
        pool: what the bureau and outsiders hold, or None; other units' rows in it are left out.
        pack: the pack.
        facts: budget year, data day, region.
    """
    return Checker(pack).check(draft, pool, facts)


class Checker:
    """What is the same for every unit under a pack: its rules, and the plan for data of a shape.

    Who checks many filings keeps one; it may be used by several threads.
    """

    def __init__(self, pack: Pack) -> None:
        """Narrow the pack once."""
        self.pack = pack
        self.known = narrowed(pack)
        # The gates stand in the whole pack: what blocks is read there.
        self._gates = replace(self.known, frameworks=pack.frameworks)
        self._plans: OrderedDict[str, Plan] = OrderedDict()

    def check(self, draft: Collected, pool: Collected | None, facts: RunFacts) -> SelfCheck:
        """Try one unit's filing and keep nothing; see `check_one`."""
        own = {source.id for source in draft.sources}
        known = self.known
        with tempfile.TemporaryDirectory(prefix="shangji-") as folder:
            snapshot, problems = freeze(
                _joined(draft, pool), known.tables, facts, Path(folder) / "snapshot", kept=False
            )
            results = engine("duckdb", threads=1, plain=True).run(
                self._plan(snapshot), snapshot, Path(folder) / "tables"
            )
            found = told(
                snapshot, results, self._gates, may_try, lambda row: row["place"].file in {*own, ""}
            )
        rules = sum(1 for rule in known.rules.values() if rule.status in {"active", "trial"})
        projects = len(draft.rows.get("project", ()))
        return SelfCheck(found.remarks, found.owed, rules, projects, problems)

    def _plan(self, snapshot: Snapshot) -> Plan:
        # Of the columns that were brought, a plan knows only the rules that ask for them.
        rules = compiler.asked(self.known, snapshot.facts, supplied=snapshot.supplied)
        shape = [
            snapshot.facts.record(),
            sorted(snapshot.tables),
            snapshot.regions,
            [rule.id for rule in rules],
        ]
        key = digest.of_json(shape)
        plan = self._plans.get(key)
        if plan is None:
            plan = compiler.plan(
                self.known,
                snapshot.tables,
                snapshot.facts,
                regions=snapshot.regions,
                supplied=snapshot.supplied,
            ).for_results("verdict", "remedy")
        self._plans[key] = plan
        while len(self._plans) > PLANS:
            self._plans.popitem(last=False)
        return plan


def narrowed(pack: Pack) -> Pack:
    """The pack with the rules that a unit may know, and only the relations that these read."""
    rules = {name: rule for name, rule in pack.rules.items() if may_try(rule)}
    needed = set().union(*(relations_read(pack, rule) for rule in rules.values()))

    def stays(*names: str) -> bool:
        return all(name not in pack.relations or name in needed for name in names)

    return replace(
        pack,
        rules=rules,
        relations={name: item for name, item in pack.relations.items() if name in needed},
        lookups=tuple(item for item in pack.lookups if stays(item.of, item.source)),
        facts=tuple(item for item in pack.facts if stays(item.of, item.child)),
        frameworks={},
        measures={},
        sections={},
    )


def _joined(draft: Collected, pool: Collected | None) -> Collected:
    """The unit's rows with the bureau's beside them."""
    made = Collected(
        rows={name: list(rows) for name, rows in draft.rows.items()},
        sources=list(draft.sources),
    )
    if pool is None:
        return made
    others = [source for source in pool.sources if source.origin != "unit"]
    taken = {source.id for source in draft.sources}
    names = {source.id: _free(source.id, taken) for source in others}
    made.sources += [replace(source, id=names[source.id]) for source in others]
    for name, rows in pool.rows.items():
        kept = [
            {**row, "row_source": names[row["row_source"]]}
            for row in rows
            if row["row_source"] in names
        ]
        if kept or any(name in source.supplied for source in others):
            made.rows.setdefault(name, []).extend(kept)
    return made


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"财政/{name}"
    taken.add(name)
    return name


def held_by_others(snapshot: Snapshot) -> Collected:
    """What a frozen review holds of the bureau and of outsiders, as rows again."""
    import duckdb

    others = [item for item in snapshot.sources if item["origin"] != "unit"]
    names = [item["id"] for item in others]
    made = Collected(
        sources=[
            Source(
                item["id"],
                item["file"],
                item["origin"],
                item["sha256"],
                {name: tuple(columns) for name, columns in item["supplied"].items()},
                {name: tuple(columns) for name, columns in item["wan"].items()},
            )
            for item in others
        ]
    )
    with duckdb.connect() as connection:
        for table in sorted({name for item in others for name in item["supplied"]}):
            found = connection.execute(
                "SELECT * FROM read_parquet(?) WHERE list_contains(?, row_source)",
                [str(snapshot.path(table)), names],
            )
            columns = [column[0] for column in found.description or ()]
            made.rows[table] = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return made
