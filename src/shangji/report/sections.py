"""The tables that a pack shows of its rows: one sheet each, and one table each on the page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shangji.compile.scope import RuleScope, typed
from shangji.domain import yuan
from shangji.language import Ref
from shangji.report.rows import dicts
from shangji.report.sheets import COUNT, MONEY, TEXT, WRAP, Sheet

if TYPE_CHECKING:
    import duckdb

    from shangji.pack import Pack, Section, SectionColumn
    from shangji.schema import Column

FORMS = {"money": MONEY, "count": COUNT, "text": WRAP}
WIDTHS = {MONEY: 18, COUNT: 10, TEXT: 14, WRAP: 26}
PLACES = Decimal("0.01")
FLAGS = {"true": "是", "false": "否"}
UNKNOWN = "不知道"


@dataclass(frozen=True)
class Shown:
    """A section with its rows: each a key and its cells, a cell a number or a text."""

    section: Section
    kinds: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Decimal | str, ...]], ...]

    def words(self, at: int, cell: Decimal | str) -> str:
        """A cell as people read it."""
        if isinstance(cell, str):
            return cell
        if self.kinds[at] == "money":
            return f"{int(cell):,}" if at in self.whole else yuan(cell)
        return f"{cell:,f}"

    @cached_property
    def whole(self) -> frozenset[int]:
        """The columns in which no amount has 角 or 分: on the page these go without them."""
        return frozenset(
            at
            for at in range(len(self.kinds))
            if all(isinstance(row[at], str) or row[at] == int(row[at]) for _, row in self.rows)
        )

    def heading(self, at: int) -> str:
        """The heading of a column, with its unit."""
        column = self.section.columns[at]
        unit = column.unit or ("元" if self.kinds[at] == "money" else "")
        return f"{column.zh}（{unit}）" if unit else column.zh


def shown(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[Shown]:
    """The sections that have rows, in the order of the pack, their rows in the declared order."""
    held = connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name = 'shown'"
    ).fetchone()
    if not held or not held[0]:  # a report written before sections were
        return []
    return [
        found for section in pack.sections.values() if (found := _shown(connection, pack, section))
    ]


def _shown(connection: duckdb.DuckDBPyConnection, pack: Pack, section: Section) -> Shown | None:
    cells: dict[str, list[dict[str, Any]]] = {}
    for row in dicts(
        connection,
        "SELECT key, value, below, value_kind FROM shown WHERE section = ? ORDER BY key, place",
        section.name,
    ):
        cells.setdefault(row["key"], []).append(row)
    if not cells:
        return None
    columns = [_column(pack, section, column) for column in section.columns]
    first = next(iter(cells.values()))
    kinds = tuple(
        "number" if shown.over else _kind(column, cell["value_kind"])
        for shown, column, cell in zip(section.columns, columns, first, strict=True)
    )
    rows = [
        (
            key,
            tuple(
                _cell(shown, cell, kind, column)
                for shown, cell, kind, column in zip(
                    section.columns, row, kinds, columns, strict=True
                )
            ),
        )
        for key, row in cells.items()
    ]
    if section.largest:
        at = [column.zh for column in section.columns].index(section.largest)
        rows.sort(key=lambda row: _size(row[1][at]))
    return Shown(section, kinds, tuple(rows))


def _size(cell: Decimal | str) -> tuple[bool, Decimal]:
    """Largest first, what is no number last; the sort keeps the order of keys."""
    return (isinstance(cell, str), Decimal(0) if isinstance(cell, str) else -cell)


def _column(pack: Pack, section: Section, shown: SectionColumn) -> Column | None:
    """The column of a table that is shown as it stands, if it is one."""
    table = pack.relation_or_table(section.subject)
    if table is None:
        raise KeyError(section.subject)
    scope = RuleScope(pack, table, section.standards)
    expr = typed(shown.value, scope, section.name)
    return expr.column if isinstance(expr, Ref) else None


def _kind(column: Column | None, kind: str) -> str:
    """A year is no quantity: nobody groups its digits."""
    return "year" if column is not None and column.kind == "year" else kind


def _cell(
    shown: SectionColumn, cell: dict[str, Any], kind: str, column: Column | None
) -> Decimal | str:
    value, below = cell["value"], cell["below"]
    if value is None or (shown.over and (below is None or not Decimal(below))):
        return "" if kind in {"text", "date", "year"} else UNKNOWN
    if shown.over:
        times = 100 if shown.unit == "%" else 1
        made = (Decimal(value) * times / Decimal(below)).quantize(PLACES, ROUND_HALF_UP)
        return Decimal(f"{made.normalize():f}")
    if kind in {"money", "number", "count"}:
        return Decimal(value)
    codes = column.codes.codes if column is not None and column.codes else {}
    return (FLAGS if kind == "flag" else codes).get(value, str(value))


def section_sheets(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[Sheet]:
    """A sheet a section."""
    made = []
    for found in shown(connection, pack):
        forms = [FORMS.get(kind, TEXT) for kind in found.kinds]
        columns = [(found.heading(at), WIDTHS[form], form) for at, form in enumerate(forms)]
        rows = [row for _, row in found.rows]
        made.append(Sheet(found.section.zh, columns, rows, note=found.section.note))
    return made
