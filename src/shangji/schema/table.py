"""Frozen definitions of tables, columns and code lists; everything else is derived from them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from shangji.errors import ShangjiError

if TYPE_CHECKING:
    from collections.abc import Mapping

MONEY_SCALE = 2
WIDTH = 18
"""Digits of every stored decimal; wider values exist only inside an expression."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of column: its word, its SQL type (`{scale}` filled in), a number's bound."""

    zh: str
    sql: str
    scale: int = 0
    at_most: Decimal = Decimal(0)

    @property
    def numeric(self) -> bool:
        """Whether the kind holds exact numbers: those have a bound."""
        return bool(self.at_most)


KINDS = {
    "text": Kind("文本", "VARCHAR"),
    "money": Kind("金额（元）", "DECIMAL(18,2)", MONEY_SCALE, Decimal("9999999999999.99")),
    "count": Kind("整数", "BIGINT", 0, Decimal(9_999_999_999)),
    "number": Kind("小数", "DECIMAL(18,{scale})", MONEY_SCALE, Decimal(9_999_999_999)),
    "year": Kind("年份", "BIGINT", 0, Decimal(2200)),
    "date": Kind("日期", "DATE"),
    "flag": Kind("是否", "BOOLEAN"),
    "credit_code": Kind("统一社会信用代码", "VARCHAR"),
    "id_no": Kind("身份证号（脱敏）", "VARCHAR"),
}
"""The only table of kinds."""

SYSTEM_COLUMNS = {
    "row_key": "VARCHAR",
    "row_source": "VARCHAR",
    "row_sheet": "VARCHAR",
    "row_number": "BIGINT",
    "row_unsupplied": "VARCHAR",
    "row_unreadable": "VARCHAR",
    "row_tables": "VARCHAR",
}
"""Columns of every stored row: its key, where it stood, and which of its blanks are no answers.

`row_unsupplied` and `row_unreadable` are `|name|name|` lists of the columns that the import did not
bring and of those whose text could not be read; `row_tables` lists the tables that the row's own
source (or a register of the bureau) supplied, so that "no rows" can be told from "not known".
"""


@dataclass(frozen=True)
class CodeList:
    """A list of codes: `zh` by code in the published order; `complete` when absence means wrong."""

    name: str
    zh: str
    codes: Mapping[str, str]
    complete: bool = True
    parents: Mapping[str, str] = field(default_factory=dict)
    aka: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""

    @cached_property
    def by_zh(self) -> Mapping[str, str]:
        """Code by Chinese name in half-width form, for names that stand for one code only."""
        seen: dict[str, str] = {}
        doubled = set()
        for code, zh in self.codes.items():
            for name in (zh, *self.aka.get(code, ())):
                plain = unicodedata.normalize("NFKC", name)
                if seen.setdefault(plain, code) != code:
                    doubled.add(plain)
        return {name: code for name, code in seen.items() if name not in doubled}


@dataclass(frozen=True)
class Column:
    """One column: name, Chinese name, kind, range, who supplies it and when it is required."""

    name: str
    zh: str
    kind: str
    scale: int = 0
    at_most: Decimal = Decimal(0)
    at_least: Decimal = Decimal(0)
    max_len: int = 0
    unit: str = ""
    codes: CodeList | None = None
    pattern: str = ""
    supplied_by: str = "unit"
    required_when: str = ""
    optional_because: str = ""
    aka: tuple[str, ...] = ()
    field: str = ""
    note: str = ""
    rounds: str = ""
    hidden: bool = False
    """The money column whose rounding at entry this one holds: written by `parse`, by nobody."""

    @property
    def sql_type(self) -> str:
        """The stored SQL type, in DuckDB's words."""
        return KINDS[self.kind].sql.format(scale=self.scale)

    @property
    def numeric(self) -> bool:
        """Whether the column holds an exact number."""
        return KINDS[self.kind].numeric

    @property
    def digits(self) -> int:
        """Digits before the point of the largest value allowed, either sign."""
        largest = max(abs(self.at_most), abs(self.at_least))
        return max(1, len(str(int(largest))))

    @property
    def judged_valid(self) -> bool:
        """Whether `.valid` means something for this column."""
        return bool(self.codes or self.pattern or self.kind in {"credit_code", "id_no"})


@dataclass(frozen=True, slots=True)
class Spread:
    """How a row of a table may stand spread over several rows of a sheet, and into what.

    The rows differ by columns of the child table `into` that the sheet brings (`by`) or by columns
    of their `own`; the columns `sum`, the amount first, add up, all others must agree.
    """

    into: str
    by: tuple[str, ...]
    sum: tuple[str, ...]
    own: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A published table: its key, its place under a parent, its columns."""

    name: str
    zh: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    project: str = ""
    unit: str = ""
    parent: str = ""
    parent_on: Mapping[str, str] = field(default_factory=dict)
    supplied_by: str = "unit"
    sheets: tuple[str, ...] = ()
    note: str = ""
    spread: Spread | None = None
    hints_only: bool = False
    """Only hints on trial may read it: nothing that counts may rest on its rows."""

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def name_column(self) -> str:
        """The column by which people call a row, a name or a title; empty where there is none."""
        for column in self.columns:
            if column.kind == "text" and (column.name.endswith("_name") or column.name == "title"):
                return column.name
        return ""

    def column(self, name: str) -> Column:
        """Return the column; a name that is not there is a fault of the caller."""
        try:
            return self.by_name[name]
        except KeyError:
            raise ShangjiError(f"table {self.name} has no column {name}") from None

    def stored(self) -> dict[str, str]:
        """Every stored column with its SQL type: the declared ones, then the system's."""
        types = {column.name: column.sql_type for column in self.columns}
        for column in self.columns:
            if column.kind == "id_no":
                types[f"{column.name}_valid"] = "BOOLEAN"
        return types | SYSTEM_COLUMNS
