"""What differs between two versions of a filing, field by field, in the words of the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.forms.fields import label
from shangji_web.filings.content import PROJECT, form, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shangji.schema import Column, Table
    from shangji_web.filings.content import Content, Rows

ADDED, REMOVED, CHANGED = "增加", "删去", "改动"


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs: where, what it was, what it is; of a row that came or went, `row`."""

    table: str
    key: str
    column: str
    sheet: str
    place: str
    field: str
    was: str
    now: str
    kind: str

    @property
    def name(self) -> str:
        """The name of this difference among all of two versions."""
        return f"{self.table}|{self.key}|{self.column}"


def shown(column: Column, text: str) -> str:
    """A value as the form shows it: the label of a code."""
    if column.codes and text in column.codes.codes:
        return label(column.codes, text)
    return text


def row_key(table: Table, row: Mapping[str, str]) -> str:
    """What tells a row from its brothers in one project."""
    return "|".join(row.get(name, "") for name in table.key if name != "project_code")


def row_name(table: Table, row: Mapping[str, str]) -> str:
    """How people call a row."""
    for column in table.columns:
        named = column.kind == "text" and not column.codes and column.name not in table.key
        if named and row.get(column.name):
            return row[column.name]
    return ""


def differences(was: Content, now: Content) -> list[Change]:
    """Every field that differs, in the order of the form; rows are the same by their key."""
    found: list[Change] = []
    for sheet in form().sheets:
        table = table_of(sheet.table)
        before = _by_key(table, was["rows"].get(sheet.table, []))
        after = _by_key(table, now["rows"].get(sheet.table, []))
        names = [*sheet.columns, *(item.name for item in table.columns)]
        columns = [
            table.column(name)
            for name in dict.fromkeys(names)
            if not table.column(name).rounds and not table.column(name).hidden
        ]
        for key in dict.fromkeys([*before, *after]):
            found += _row(table, sheet.name, key, columns, before.get(key), after.get(key))
    return found


def _by_key(table: Table, rows: Rows) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {}
    for row in rows:
        key = first = row_key(table, row)
        ordinal = 2
        while key in made:
            key = f"{first}#{ordinal}"
            ordinal += 1
        made[key] = row
    return made


def _row(
    table: Table,
    sheet: str,
    key: str,
    columns: list[Column],
    was: Mapping[str, str] | None,
    now: Mapping[str, str] | None,
) -> Iterator[Change]:
    place = "" if table.name == PROJECT else f"第 {key.replace('|', ' ')} 行"
    if was is None or now is None:
        kind = ADDED if was is None else REMOVED
        name = row_name(table, now or was or {})
        texts = ("", name or "一行") if was is None else (name or "一行", "")
        yield Change(table.name, key, "", sheet, place, "整行", *texts, kind)
        return
    for column in columns:
        before, after = was.get(column.name, ""), now.get(column.name, "")
        if before != after:
            yield Change(
                table.name,
                key,
                column.name,
                sheet,
                place,
                column.zh,
                shown(column, before),
                shown(column, after),
                CHANGED,
            )


def merged(mine: Content, theirs: Content, taken: set[str]) -> Content:
    """`theirs` with those differences of `mine` written in whose names are taken."""
    rows: dict[str, Rows] = {}
    for sheet in form().sheets:
        table = table_of(sheet.table)
        own = _by_key(table, mine["rows"].get(sheet.table, []))
        held = _by_key(table, theirs["rows"].get(sheet.table, []))
        made: Rows = []
        for key in dict.fromkeys([*held, *own]):
            whole = f"{table.name}|{key}|" in taken
            if key in held and key in own:
                wanted = {name for name in (*own[key], *held[key]) if _is(table, key, name, taken)}
                row = {name: text for name, text in held[key].items() if name not in wanted}
                made.append(row | {name: own[key][name] for name in wanted if name in own[key]})
            elif (key in held) != whole:
                made.append(dict(held.get(key) or own[key]))
        rows[sheet.table] = made
    return {"rows": rows, "supplied": theirs["supplied"]}


def _is(table: Table, key: str, name: str, taken: set[str]) -> bool:
    return f"{table.name}|{key}|{name}" in taken
