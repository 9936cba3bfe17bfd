"""A form as data: which columns of which tables a workbook or a web page asks for, and in words.

One declaration serves the workbook, the page of the site and the reader of what comes back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shangji.pack.model import Basis

COVER, GUIDE, EXAMPLE, CODES = "封面", "填表说明", "示例", "代码"
"""Sheets of a form that hold no rows of a table."""

GUIDE_TITLE, CODES_HEAD, EXAMPLE_SEAL = "填表说明", "（名称）", "本页校验码"
"""What the first cells of those sheets end in or hold: a sheet merely called so is another."""

EXAMPLE_FROM = 3
"""Rows above the example's own, which its seal covers."""

SEAL_DIGITS = 8
MONEY_UNITS = ("元", "万元")


def example_seal(texts: Iterable[str]) -> str:
    """The seal of an example: who writes data over it must not lose them in silence.

    >>> example_seal(["项目代码"]) == example_seal(["项目代码", ""])
    True
    """
    held = "\n".join(text for text in texts if text)
    return hashlib.sha256(held.encode()).hexdigest()[:SEAL_DIGITS]


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Columns that stand together under one heading, and the norm that asks for them."""

    zh: str
    columns: tuple[str, ...]
    basis: tuple[Basis, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class FormSheet:
    """One sheet or page of a form: the rows of one table.

    `depends` names, by column, the column on which its choices depend; `leaves` are the columns
    that offer only the codes without others below them; `notes` are remarks by column beyond those
    of the table; `example` are rows of text by column.
    """

    name: str
    table: str
    title: str
    groups: tuple[FormGroup, ...]
    note: str = ""
    rows: int = 200
    depends: Mapping[str, str] = field(default_factory=dict)
    leaves: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    example: tuple[Mapping[str, str], ...] = ()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns asked for, in their order."""
        return tuple(name for group in self.groups for name in group.columns)


@dataclass(frozen=True)
class Form:
    """A form: its sheets, the unit in which it asks for money, what it is for."""

    name: str
    zh: str
    sheets: tuple[FormSheet, ...]
    money: str = "元"
    note: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
    cover: Mapping[str, str] = field(default_factory=dict)
