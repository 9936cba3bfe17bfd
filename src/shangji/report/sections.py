"""The tables that a pack shows of its rows: one sheet each, and one table each on the page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from shangji.compile.scope import RuleScope, typed
from shangji.domain import yuan
from shangji.language import Ref
from shangji.report.rows import dicts
from shangji.report.sheets import COUNT, MONEY, TEXT, WRAP, Sheet

if TYPE_CHECKING:
    import duckdb

    from shangji.pack import Pack, Section, SectionColumn

FORMS = {"money": MONEY, "count": COUNT, "text": WRAP}
WIDTHS = {MONEY: 18, COUNT: 10, TEXT: 14, WRAP: 26}
PLACES = Decimal("0.0001")
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
        return yuan(cell) if self.kinds[at] == "money" else f"{cell:,f}"

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
    names = [_names(pack, section, column) for column in section.columns]
    first = next(iter(cells.values()))
    kinds = tuple(
        "number" if column.over else cell["value_kind"]
        for column, cell in zip(section.columns, first, strict=True)
    )
    rows = [
        (
            key,
            tuple(
                _cell(column, cell, codes)
                for column, cell, codes in zip(section.columns, row, names, strict=True)
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


def _names(pack: Pack, section: Section, column: SectionColumn) -> dict[str, str]:
    """The names of the codes that a column may hold."""
    table = pack.relation_or_table(section.subject)
    if table is None:
        raise KeyError(section.subject)
    scope = RuleScope(pack, table, section.standards)
    expr = typed(column.value, scope, section.name)
    codes = expr.column.codes if isinstance(expr, Ref) and expr.column else None
    return dict(codes.codes) if codes else {}


def _cell(column: SectionColumn, cell: dict[str, Any], codes: dict[str, str]) -> Decimal | str:
    value, below, kind = cell["value"], cell["below"], cell["value_kind"]
    if value is None or (column.over and (below is None or not Decimal(below))):
        return "" if kind in {"text", "date"} else UNKNOWN
    if column.over:
        times = 100 if column.unit == "%" else 1
        made = (Decimal(value) * times / Decimal(below)).quantize(PLACES, ROUND_HALF_UP)
        return Decimal(f"{made.normalize():f}")
    if kind in {"money", "number", "count"}:
        return Decimal(value)
    names = FLAGS if kind == "flag" else codes
    return names.get(value, str(value))


def section_sheets(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[Sheet]:
    """A sheet a section."""
    made = []
    for found in shown(connection, pack):
        forms = [FORMS.get(kind, TEXT) for kind in found.kinds]
        columns = [(found.heading(at), WIDTHS[form], form) for at, form in enumerate(forms)]
        rows = [row for _, row in found.rows]
        made.append(Sheet(found.section.zh, columns, rows, note=found.section.note))
    return made
