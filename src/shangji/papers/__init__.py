"""The meeting's papers: made from a review, filled in at the meeting, read back and frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.papers import department, one_each, summary_table, three_years
from shangji.papers.decided import changes, decisions, take
from shangji.papers.entries import gather
from shangji.papers.summary_table import Version
from shangji.snapshot import made_beside, put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shangji.ledger.note import Checkpoint
    from shangji.pack import Pack
    from shangji.results import Results
    from shangji.snapshot import Snapshot

__all__ = ["Version", "changes", "decisions", "named", "take", "write"]

SUMMARY, YEARS = "项目审核汇总表.xlsx", "三年对比表.xlsx"


def named(snapshot: Snapshot, result: Mapping[str, Any], name: str) -> Version:
    """The version of the papers of a report that is called so at its meeting."""
    facts = snapshot.facts
    told = (name, f"数据截至 {facts.as_of}", facts.data_kind)
    title = facts.title or f"{facts.budget_year} 年度预算"
    if str(facts.budget_year) not in title:
        title = f"{title} {facts.budget_year} 年度预算"
    note = " · ".join(part for part in told if part)
    return Version(name, str(result["digest"]), facts.budget_year, title, note)


def write(
    out: Path,
    snapshot: Snapshot,
    results: Results,
    pack: Pack,
    version: Version,
    stamp: Checkpoint | None = None,
) -> list[str]:
    """Write the papers of a review to a folder, whole or not at all; returns their names.

    Args:
        out: the folder.
        snapshot: what was reviewed.
        results: what came of it.
        pack: the pack.
        version: the version that the meeting reads.
        stamp: a checkpoint of the ledger, printed on each project's sheet; nothing where None.

    Raises:
        Refused: the folder cannot be written.
    """
    book = gather(snapshot, results, pack)
    with made_beside(out) as work:
        summary_table.write(work / SUMMARY, book, version)
        three_years.write(work / YEARS, book, version)
        each = one_each.write(work, book, version, stamp)
        homes = department.write(work, book, version)
        put(work, out)
    return [
        SUMMARY,
        YEARS,
        *(f"{one_each.FOLDER}/{path.name}" for path in each),
        *(f"{department.FOLDER}/{path.name}" for path in homes),
    ]
