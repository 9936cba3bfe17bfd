"""A filing to read: what is filled in, in the words of the form; empty columns are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji_web.filings.content import PROJECT, sheets, table_of
from shangji_web.filings.differences import shown
from shangji_web.filings.sheet import asked, in_wan
from shangji_web.templatetags.shown import figure

if TYPE_CHECKING:
    from shangji.forms.fields import Field
    from shangji.schema import Column
    from shangji_web.filings.content import Content, Rows


@dataclass(frozen=True, slots=True)
class Said:
    """A field that holds something."""

    heading: str
    text: str
    wan: str = ""
    long: bool = False


@dataclass(frozen=True)
class Part:
    """A sheet to read: groups of fields of the one project row, or a table of rows."""

    table: str
    zh: str
    groups: list[tuple[str, list[Said]]]
    heads: list[tuple[str, bool]]
    rows: list[list[tuple[str, bool]]]

    @property
    def count(self) -> int:
        """How many rows it holds."""
        return len(self.rows)


LONG = 40
MONEY = "money"


def read_parts(content: Content) -> list[Part]:
    """Every sheet of a content that holds something, in the order of the form."""
    made = []
    for table, sheet in sheets().items():
        rows = content["rows"].get(table, [])
        if not rows:
            continue
        if table == PROJECT:
            groups = []
            for group in sheet.groups:
                wanted = [one for one in asked(table) if one.column.name in group.columns]
                said = [_said(one, rows[0]) for one in wanted if rows[0].get(one.column.name)]
                if said:
                    groups.append((group.zh, said))
            made.append(Part(table, sheet.name, groups, [], []))
        else:
            made.append(_table(table, sheet.name, rows))
    return made


def _said(one: Field, row: dict[str, str]) -> Said:
    money = one.column.kind == MONEY
    text = _text(one.column, row[one.column.name])
    return Said(one.heading, text, in_wan(text) if money else "", len(text) > LONG)


def _text(column: Column, value: str) -> str:
    """A value in the words of the form, an amount with its separators."""
    text = shown(column, value)
    return figure(text) if column.kind == MONEY else text


def _table(table: str, zh: str, rows: Rows) -> Part:
    columns = [
        one.column
        for one in asked(table)
        if one.column.name != "project_code" and any(row.get(one.column.name) for row in rows)
    ]
    headings = {one.column.name: one.heading for one in asked(table)}
    heads = [(headings[column.name], column.numeric) for column in columns]
    lines = [
        [
            (_text(table_of(table).column(column.name), row.get(column.name, "")), column.numeric)
            for column in columns
        ]
        for row in rows
    ]
    return Part(table, zh, [], heads, lines)
