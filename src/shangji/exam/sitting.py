"""Sit a part: review each version as anybody would, and read its findings."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from shangji.domain import FAIL
from shangji.errors import Problem, Refused, Where
from shangji.evidence.duplicates import with_duplicates
from shangji.exam.frozen import EXAM, OVERLAY, folder_of
from shangji.exam.scoring import Finding, Sat
from shangji.intake import read
from shangji.pack.load import required
from shangji.review import review
from shangji.snapshot import RunFacts, Snapshot, freeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.pack import Pack
    from shangji.results import Results

ASKED, TWIN, FIRST, SECOND = "有错", "无错", "只有甲", "只有乙"
HINT = "hint"
ACTIVE = "active"
UNREAD = "file-kind"


def folders_of(bench: Path) -> tuple[str | Path, ...]:
    """The packs under which the exam is sat: its own standards, behind what they require."""
    return required([bench / EXAM / OVERLAY])


def sat(bench: Path, part: str, pack: Pack) -> Sat:
    """Review every version of a part."""
    folder = folder_of(bench, part)
    bases = [folder / name for name in (TWIN, FIRST, SECOND) if (folder / name).is_dir()]
    base = tuple(findings(at, pack, folders_of(bench)) for at in bases)
    return Sat(base, findings(folder / ASKED, pack, folders_of(bench)))


def findings(
    folder: Path, pack: Pack, packs: Sequence[str | Path] = ("national",)
) -> frozenset[Finding]:
    """Read, freeze and review a folder; its failing verdicts.

    Raises:
        Refused: the folder cannot be read or reviewed.
    """
    collected, problems = read([folder], pack)
    fatal = [problem for problem in problems if problem.fatal]
    if fatal:
        raise Refused(fatal)
    unread = [problem for problem in problems if problem.code == UNREAD]
    if unread:  # to score what nobody reads yet would only wear the part out
        raise Refused([_unread(folder, len(unread))])
    told = collected.facts
    facts = RunFacts(
        int(told["budget_year"]), date.fromisoformat(told["as_of"]), told["region"][:6]
    )
    facts = replace(facts, title=told.get("title", ""), data_kind=told.get("data_kind", ""))
    with tempfile.TemporaryDirectory(prefix="shangji-") as work:
        collected = with_duplicates(collected, pack, facts)
        snapshot, _ = freeze(collected, pack.tables, facts, Path(work) / "snapshot")
        review(snapshot, pack, out=Path(work) / "out", folders=packs, problems=problems)
        return _read(snapshot, Path(work) / "out")


def _unread(folder: Path, files: int) -> Problem:
    says = f"其中 {files} 份资料现在还不能读，不评分，也不计次数。"
    return Problem("exam-unread", Where(folder.name), says, "请等资料读取接入后再评。")


def _read(snapshot: Snapshot, out: Path) -> frozenset[Finding]:
    from shangji.review import open_report

    _, results, _, _ = open_report(out)
    now = _now(snapshot)
    return frozenset(
        Finding(rule, subject, key, now.get(project, project), unit or "", hint)
        for rule, subject, key, project, unit, hint in _rows(results)
    )


def _rows(results: Results) -> list[tuple[str, str, str, str, str, bool]]:
    with duckdb.connect() as connection:
        return connection.execute(
            "SELECT rule_id, subject, key, COALESCE(project_code, ''), unit_code, "
            "severity = ? OR status <> ? FROM read_parquet(?) WHERE outcome = ?",
            [HINT, ACTIVE, str(results.path("verdict")), FAIL],
        ).fetchall()


def _now(snapshot: Snapshot) -> dict[str, str]:
    """Last year's code to this year's, so that a finding on the past stands on its project."""
    if "lineage" not in snapshot.tables:
        return {}
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT prior_project_code, MIN(project_code) FROM read_parquet(?) "
            "WHERE prior_project_code IS NOT NULL GROUP BY prior_project_code",
            [str(snapshot.path("lineage"))],
        ).fetchall()
    return dict(rows)
