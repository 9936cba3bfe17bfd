"""A filing as a reviewer reads it: its tables with their values in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from shangji_web import snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.schema import Column
    from shangji_web.filings.models import Filing

FIRST = ("project", "line", "line_fund", "target", "basis", "attachment")
"""Tables in the order in which a reviewer reads them; others follow."""

CONTACT = frozenset({"leader_name", "leader_tel"})
"""Columns that who does not see a unit's contact does not see."""


@dataclass(frozen=True)
class Shown:
    """A table of a filing: its columns in words, its rows as they were written."""

    name: str
    zh: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The first row as name and value, for a table of one row."""
        return list(zip(self.heads, self.rows[0], strict=True)) if self.rows else []


def tables_of(filing: Filing, *, contact: bool) -> list[Shown]:
    """The tables of a filing, project and lines first; columns that nobody filled are left out."""
    rows = json.loads(filing.content)["rows"]
    made = []
    for name, table in snapshot.pack().tables.items():
        held = rows.get(name, [])
        columns = [
            column
            for column in table.columns
            if any(row.get(column.name) for row in held)
            and not column.rounds
            and (name == FIRST[0] or column.name != "project_code")
            and (contact or column.name not in CONTACT)
        ]
        if held and columns:
            cells = [
                [_word(column, row.get(column.name, "")) for column in columns] for row in held
            ]
            made.append(Shown(name, table.zh, [column.zh for column in columns], cells))
    order = {name: at for at, name in enumerate(FIRST)}
    return sorted(made, key=lambda one: order.get(one.name, len(FIRST)))


def _word(column: Column, text: str) -> str:
    """A value as a person reads it: a code by its name, an amount with separators."""
    if column.kind == "money" and text:
        try:
            return f"{Decimal(text):,.2f}"
        except InvalidOperation:  # as the unit wrote it
            return text
    return column.codes.codes.get(text, text) if column.codes else text
