"""What a cell of a sheet holds, as the text that `schema.parse` reads."""

from __future__ import annotations

import math
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from shangji.schema.parse import INVISIBLE

Cell = str | int | float | bool | date | datetime | time | timedelta | None

ERRORS = frozenset({
    "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA",
    "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!",
})  # fmt: skip
"""What spreadsheet programs show in place of a result."""

LOST = 1e15
"""A spreadsheet keeps 15 digits of a number, so a code as long as this is no longer itself."""

LETTERS = 26


def text_of(cell: Cell, *, numeric: bool = False) -> str:
    """Return a cell as text; blank for an empty one.

    Args:
        cell: the value as the file's reader gives it.
        numeric: whether the column holds numbers; elsewhere a number too long to be kept exactly
            is written as `1.23E+20`, which no code is.

    >>> text_of(3.0), text_of(0.30000000000000004), text_of(3.3010219800101e17)
    ('3', '0.3', '3.3010219800101E+17')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return INVISIBLE.sub("", cell).strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number(cell, numeric=numeric)
    # A date that the file shows with a clock of zero is still a day.
    return str(cell).removesuffix(" 00:00:00")


def _number(cell: float, *, numeric: bool) -> str:
    if not math.isfinite(cell):
        return str(cell)
    if abs(cell) >= LOST and not numeric:
        mantissa, _, exponent = f"{abs(cell):.14E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    if isinstance(cell, int):
        return str(cell)
    exact = Decimal(f"{cell:.15g}")
    if exact == exact.to_integral_value():
        return str(int(exact))
    return f"{exact:f}"


def plain(text: str) -> str:
    """Return a heading or label as it is compared: half-width, no blanks, no mark of duty.

    >>> plain(" 申报金额＊（必填）")
    '申报金额'
    """
    half = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    bare = "".join(half.split()).replace("*", "")
    return bare.replace("(必填)", "").replace("(选填)", "")


def letters(column: int) -> str:
    """Return the letters of a column, counted from 0.

    >>> letters(0), letters(26)
    ('A', 'AA')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, LETTERS)
        name = chr(ord("A") + rest) + name
    return name


def place(row: int, column: int) -> str:
    """Return a cell's name; the row counts from 1, the column from 0.

    >>> place(5, 2)
    'C5'
    """
    return f"{letters(column)}{row}"
