"""A filing as a reviewer reads it, and what changed from one version to the next, cell by cell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shangji_web import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji.schema import Column, Table
    from shangji_web.filings.models import Filing

CONTACT = frozenset({"leader_name", "leader_tel"})
"""Columns that who does not see a unit's contact does not see."""

TOLD_ELSEWHERE = frozenset({"row_sheet", "row_number", "row_unreadable"})


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


@dataclass(frozen=True)
class Changed:
    """One cell that differs between two versions."""

    table: str
    row: str
    field: str
    was: str
    now: str


def tables_of(filing: Filing, *, contact: bool) -> list[Shown]:
    """The tables of a filing in the pack's order; columns that nobody filled are left out."""
    rows = json.loads(filing.content)["rows"]
    made = []
    for name, table in snapshot.pack().tables.items():
        held = rows.get(name, [])
        columns = [
            column
            for column in table.columns
            if any(row.get(column.name) for row in held) and (contact or column.name not in CONTACT)
        ]
        if held and columns:
            cells = [
                [_word(column, row.get(column.name, "")) for column in columns] for row in held
            ]
            made.append(Shown(name, table.zh, [column.zh for column in columns], cells))
    return sorted(made, key=lambda one: one.name not in {"project", "line", "target"})


def _word(column: Column, text: str) -> str:
    """A value as a person reads it: a code by its name."""
    return column.codes.codes.get(text, text) if column.codes else text


def differences(old: Filing, new: Filing, *, contact: bool) -> list[Changed]:
    """What differs between two versions, by table, row and field."""
    before, after = (json.loads(one.content)["rows"] for one in (old, new))
    found = []
    for name, table in snapshot.pack().tables.items():
        was, now = (_by_key(table, rows.get(name, [])) for rows in (before, after))
        for key in sorted(was.keys() | now.keys()):
            found += _row(table, key, was.get(key), now.get(key), contact=contact)
    return found


def _by_key(table: Table, rows: Sequence[Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    names = [name for name in table.key if name != "project_code"]
    return {
        "|".join(row.get(name, "") for name in names) or str(number): row
        for number, row in enumerate(rows, 1)
    }


def _row(
    table: Table,
    key: str,
    was: Mapping[str, Any] | None,
    now: Mapping[str, Any] | None,
    *,
    contact: bool,
) -> list[Changed]:
    label = key if table.name != "project" else ""
    if was is None or now is None:
        given = was or now or {}
        told = given.get(table.name_column or "", "") or "一行"
        return [Changed(table.zh, label, "整行", told if was else "", told if now else "")]
    return [
        Changed(
            table.zh,
            label,
            column.zh,
            _word(column, was.get(column.name, "")),
            _word(column, now.get(column.name, "")),
        )
        for column in table.columns
        if was.get(column.name, "") != now.get(column.name, "")
        and column.name not in TOLD_ELSEWHERE
        and (contact or column.name not in CONTACT)
    ]
