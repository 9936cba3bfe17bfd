"""What the bureau holds, narrowed to what one unit may be checked against; kept in the process.

The self-check of a unit is handed its own rows and the registers that belong to nobody. What other
units filed, and what the bureau has not told, is not in the room.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shangji.snapshot import Collected
from shangji_web import place, snapshot
from shangji_web.projects.models import Project

if TYPE_CHECKING:
    from datetime import datetime

    from shangji.pack import Pack
    from shangji_web.seasons.models import Season

KEPT = 2
"""Pools that a process keeps: this season's, and the one before while it changes."""

UNTOLD = frozenset({"ceiling", "fund_pool", "duplicate_pair", "finding_review", "judgement"})
"""Tables that no unit is checked against: what is not told yet, and the bureau's own doubts."""


@dataclass(frozen=True)
class Pool:
    """Rows of the bureau and of outsiders as of a review or, before the first, of the files."""

    key: str
    at: datetime | None
    collected: Collected
    prior: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Rows of the lineage by this year's project code."""
    history: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Rows of past execution by the code of their own year."""


def pool(season: Season) -> Pool:
    """The bureau's rows of the last review of a season; of its files where there was none."""
    run = season.runs.last()
    if run is not None and (place.home() / place.RUNS / run.folder).is_dir():
        return _of_run(run.folder, run.snapshot_digest, run.at)
    files = tuple(season.bureau_files.order_by("name").values_list("sha256", flat=True))
    return _of_files(season.pk, files)


@lru_cache(KEPT)
def _of_run(folder: str, digest: str, at: datetime) -> Pool:
    from shangji.review import open_report
    from shangji.selfcheck import held_by_others

    held = held_by_others(open_report(place.home() / place.RUNS / folder)[0])
    return _made(digest, at, held)


@lru_cache(KEPT)
def _of_files(season: int, digests: tuple[str, ...]) -> Pool:
    from shangji_web.seasons.models import Season

    held, _ = snapshot.bureau_rows(Season.objects.get(pk=season))
    return _made("|".join(digests), None, held)


def _made(key: str, at: datetime | None, held: Collected) -> Pool:
    lineage, history = (_by_code(held, name) for name in ("lineage", "history"))
    return Pool(key, at, held, lineage, history)


def _by_code(held: Collected, table: str) -> dict[str, list[dict[str, Any]]]:
    made: dict[str, list[dict[str, Any]]] = {}
    for row in held.rows.get(table, ()):
        made.setdefault(row["project_code"], []).append(row)
    return made


def narrowed_to(held: Pool, unit_code: str, codes: set[str], pack: Pack) -> Collected:
    """What a unit is checked against: rows of its own, of its projects, and open registers.

    Args:
        held: the bureau's rows.
        unit_code: the unit.
        codes: its projects of this year.
        pack: says which column of a table names the unit or the project.
    """
    known = codes | {
        row["prior_project_code"]
        for code in codes
        for row in held.prior.get(code, ())
        if row["prior_project_code"]
    }
    made = Collected(sources=list(held.collected.sources))
    for name, rows in held.collected.rows.items():
        if name in UNTOLD:
            continue
        table = pack.tables[name]
        unit = table.unit or ("unit_code" if "unit_code" in table.by_name else "")
        project = table.project or ("project_code" if "project_code" in table.by_name else "")
        if unit:
            kept = [row for row in rows if row[unit] == unit_code]
        elif project:
            kept = [row for row in rows if row[project] in known]
        else:
            kept = rows
        made.rows[name] = [dict(row) for row in kept]
    return made


def pool_of(season: Season, unit_code: str) -> Collected:
    """What a unit of a season is checked against."""
    found = Project.objects.filter(season=season, unit_code=unit_code)
    codes = set(found.values_list("code", flat=True))
    return narrowed_to(pool(season), unit_code, codes, snapshot.pack())


def last_year(project: Project, held: Pool | None = None, prior: str = "") -> list[dict[str, Any]]:
    """What the bureau holds of a project's own past: a line a year, the latest first.

    Each has year, name, original_yuan, adjusted_yuan, executed_yuan, as_of and period_months.

    Args:
        project: of which.
        held: the bureau's rows, where they are at hand.
        prior: the former code that the unit itself names; its rows are shown if they are its own.
    """
    held = held or pool(project.season)
    codes = {row["prior_project_code"] for row in held.prior.get(project.code, ())}
    codes |= {project.code, *([prior] if prior else [])}
    found = [
        row
        for code in sorted(codes)
        for row in held.history.get(code, ())
        if row["unit_code"] == project.unit_code
    ]
    return sorted(found, key=lambda row: (row["year"] or 0, str(row["as_of"])), reverse=True)
