"""A made county as collected rows, past the workbooks: what the bench reviews by the dozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.faults.world import OWN
from shangji.schema import parse
from shangji.snapshot import Collected, RunFacts, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shangji.faults.world import Row, World
    from shangji.pack import Pack
    from shangji.schema import Table

UNIT_TABLES = ("project", *OWN)


@dataclass(frozen=True)
class Unread:
    """A cell that could not be read: what was wrong with it, and whose it is."""

    code: str
    project: str
    where: str


def facts(world: World) -> RunFacts:
    """What a review of the world is about."""
    told = world.facts
    return RunFacts(
        int(told["budget_year"]),
        date.fromisoformat(told["as_of"]),
        told["region"],
        told["title"],
        told["data_kind"],
    )


def text(value: Any) -> str:  # noqa: ANN401 - a cell of any kind
    """A cell as its text."""
    if value is None:
        return ""
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def collect(world: World, pack: Pack) -> tuple[Collected, list[Unread]]:
    """Return the world's rows as intake would hand them over, and the cells it would refuse."""
    collected = Collected(facts=dict(world.facts))
    refused: list[Unread] = []
    unit = {name: world.rows(name) for name in UNIT_TABLES}
    for name, origin, tables in (
        ("申报", "unit", unit),
        ("财政数据", "bureau", world.bureau),
        ("外部数据", "external", world.external),
    ):
        supplied = {}
        for table, rows in tables.items():
            if not rows and origin != "unit":
                continue
            columns = _used(rows, pack.tables[table])
            supplied[table] = columns
            made = collected.rows.setdefault(table, [])
            for number, row in enumerate(rows, 2):
                made.append(_read(row, pack.tables[table], (name, number), refused))
        collected.sources.append(Source(name, name, origin, "", supplied))
    return collected, refused


def _used(rows: Iterable[Row], table: Table) -> tuple[str, ...]:
    held = {name for row in rows for name, value in row.items() if value not in {None, ""}}
    return tuple(column.name for column in table.columns if column.name in held)


def _read(
    row: Mapping[str, Any], table: Table, place: tuple[str, int], refused: list[Unread]
) -> dict[str, Any]:
    cells = {name: text(value) for name, value in row.items() if table.by_name.get(name)}
    made, problems = parse(table, cells)
    refused += [
        Unread(problem.code, str(row.get("project_code", "")), f"{table.name} {problem}")
        for problem in problems
        if problem.effect != "changed"
    ]
    made = {**dict.fromkeys(table.stored()), **made}
    made["row_source"], made["row_number"] = place
    made["row_sheet"] = table.zh
    return made
