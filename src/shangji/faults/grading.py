"""A finished review graded against the faults that were planted in its data, misses included."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from shangji.counting import Count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from shangji.errors import Problem

SIDE_FILE, PAPERS_FILE = "planted.csv", "attachments.csv"
COLUMNS = (
    "project_code",
    "kind",
    "zh",
    "gravity",
    "decided_by",
    "disguise",
    "expected",
    "file",
    "sheet",
    "cell",
    "keys",
    "what",
)
GRAVE = "严重"
SHOWN = 8

Place = tuple[str, str, int]
"""File, sheet and row."""


class Finding(NamedTuple):
    """A finding with the project and the row that it is about."""

    rule: str
    severity: str
    project: str
    place: Place | None
    key: str = ""


@dataclass
class Grade:
    """What was found of what was planted, and what was found where nothing was planted."""

    by_kind: dict[str, Count] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    grave: Count = field(default_factory=Count)
    minor: Count = field(default_factory=Count)
    unplanted: Counter[str] = field(default_factory=Counter)
    clean_projects: int = 0
    rows_only: bool = False
    """No project was filed: what is evaluated are rows, so the rows without a fault are counted."""

    @property
    def all(self) -> Count:
        """Grave and minor together."""
        return self.grave + self.minor


def side_file(paths: Sequence[Path]) -> Path | None:
    """The list of planted faults that lies beside the one folder given, if there is one."""
    if len(paths) != 1 or not paths[0].is_dir():
        return None
    beside = paths[0].resolve().parent / SIDE_FILE
    return beside if beside.is_file() else None


def read_side(path: Path) -> list[dict[str, str]]:
    """The planted faults, one dictionary each."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def findings(folder: Path) -> list[Finding]:
    """Every finding of a report with the place of its row, where its subject is a table."""
    import duckdb

    verdicts = str(folder / "tables" / "verdict.parquet")
    made = []
    with duckdb.connect() as connection:
        subjects = [
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT subject FROM read_parquet(?) WHERE outcome = 'fail' ORDER BY 1",
                [verdicts],
            ).fetchall()
        ]
        for subject in subjects:
            table = folder / "snapshot" / f"{subject}.parquet"
            where = "NULL, NULL, NULL"
            join, parameters = "", [verdicts, subject]
            if table.is_file():
                where = "t.row_source, t.row_sheet, t.row_number"
                join = "LEFT JOIN read_parquet(?) AS t ON t.row_key = v.key"
                parameters = [verdicts, str(table), subject]
            rows = connection.execute(
                f"SELECT v.rule_id, v.severity, v.project_code, {where}, v.key "
                f"FROM read_parquet(?) AS v {join} "
                "WHERE v.subject = ? AND v.outcome = 'fail' ORDER BY ALL",
                parameters,
            ).fetchall()
            for rule, severity, project, file, sheet, number, key in rows:
                place = (file, sheet, int(number)) if file else None
                made.append(Finding(rule, severity, project or "", place, key))
    return made


def grade(
    planted: Sequence[Mapping[str, str]],
    found: Sequence[Finding],
    problems: Sequence[Problem],
    projects: int,
    papers: Sequence[Mapping[str, str]] = (),
) -> Grade:
    """Grade a review: a planted fault is found by what was to find it, or it is missed."""
    by_project = {(item.rule, item.project) for item in found if item.project}
    by_place = {(item.rule, item.place) for item in found if item.place}
    loose = [(item.rule, item.key) for item in found if not item.project]
    by_place |= {(item.code, _where(item)) for item in problems}
    made = Grade()
    for fault in planted:
        expected = [name for name in fault["expected"].split("|") if name]
        place = _place(fault)
        keys = fault.get("keys", "").split("|")
        hit = any(
            (name, fault["project_code"]) in by_project or (name, place) in by_place
            for name in expected
        ) or any(
            rule in expected and key.startswith(tuple(name for name in keys if name))
            for rule, key in loose
        )
        one = Count(int(hit), 1)
        made.by_kind[fault["kind"]] = made.by_kind.get(fault["kind"], Count()) + one
        made.names[fault["kind"]] = fault["zh"]
        if fault["gravity"] == GRAVE:
            made.grave += one
        else:
            made.minor += one
    grave = [item for item in found if item.severity in {"veto", "major"}]
    if not projects:
        made.rows_only = True
        made.unplanted = Counter(item.rule for item in grave if not _touched(item, planted))
        return made
    touched = {fault["project_code"] for fault in planted}
    touched |= {paper["project_code"] for paper in papers if paper["planted"]}
    made.unplanted = Counter(
        item.rule for item in grave if item.project and item.project not in touched
    )
    made.clean_projects = max(0, projects - len(touched))
    return made


def papers_beside(side: Path) -> list[dict[str, str]]:
    """The papers of a made county with what was planted in each; none where it has none."""
    path = side.with_name(PAPERS_FILE)
    return read_side(path) if path.is_file() else []


def shown_papers(papers: Sequence[Mapping[str, str]], found: Sequence[Finding]) -> Iterator[str]:
    """What was found of what was planted in papers, digital and scanned apart."""
    hits = {(item.rule, item.project) for item in found}
    told = []
    for scanned, name in (("否", "文字版"), ("是", "扫描件")):
        expected = [
            (rule, paper["project_code"])
            for paper in papers
            if paper["scanned"] == scanned
            for rule in paper["expected"].split("|")
            if rule.startswith("R-")
        ]
        told.append(f"{name} {sum(one in hits for one in expected)}/{len(expected)}")
    yield f"资料里植入的差错（找到/植入）：{' · '.join(told)}；扫描件要加 --scans 才读。"


def _touched(item: Finding, planted: Sequence[Mapping[str, str]]) -> bool:
    """Whether a fault was planted on the row that a finding is about."""
    return any(
        item.place == _place(fault)
        or item.key.startswith(tuple(name for name in fault.get("keys", "").split("|") if name))
        for fault in planted
    )


def _place(fault: Mapping[str, str]) -> Place:
    return fault["file"], fault["sheet"], int(re.sub(r"\D", "", fault["cell"]) or 0)


def _where(problem: Problem) -> Place:
    where = problem.where
    number = re.sub(r"\D", "", where.cell or str(where.line or ""))
    return (where.file or "", where.sheet or "", int(number or 0))


def shown(made: Grade) -> Iterator[str]:
    """The grade as lines of a screen."""
    whole = made.all
    yield (
        f"对照植入的差错（虚构样例自带清单）：共 {whole.trials} 处，找到 {whole.hits} 处"
        f"（{whole.share:.0%}）；严重 {made.grave.hits}/{made.grave.trials}，"
        f"一般 {made.minor.hits}/{made.minor.trials}"
    )
    missed = sorted(
        (
            (count.trials - count.hits, kind, count)
            for kind, count in made.by_kind.items()
            if count.hits < count.trials
        ),
        key=lambda item: (-item[0], item[1]),
    )
    if missed:
        parts = [
            f"{made.names[kind]} {count.hits}/{count.trials}" for _, kind, count in missed[:SHOWN]
        ]
        rest = f"，另有 {len(missed) - SHOWN} 种" if len(missed) > SHOWN else ""
        yield f"没有找全的（找到/植入）：{' · '.join(parts)}{rest}"
    wrong = sum(made.unplanted.values())
    if not (made.rows_only or made.clean_projects or wrong):  # every project was touched
        return
    rules = " ".join(f"{rule}×{count}" for rule, count in made.unplanted.most_common(SHOWN))
    where = (
        "没有植入差错的各行上"
        if made.rows_only
        else f"没有植入差错的 {made.clean_projects} 个项目上"
    )
    yield (f"{where}，否决和重大疑点 {wrong} 处{f'（{rules}）' if wrong else ''}")
