"""A sheet of the form as a page: groups of fields with values, marks, problems, last year's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING

from shangji.errors import Where
from shangji.forms.fields import ALWAYS, FREE, YES_NO, fields
from shangji.schema import parse
from shangji_web import snapshot
from shangji_web.filings.content import PROJECT, fixed, form, number_column, sheets, table_of
from shangji_web.filings.differences import row_name
from shangji_web.templatetags.shown import wan, yuan
from shangji_web.typed import YUAN_MOST

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from shangji.errors import Problem
    from shangji.forms.fields import Field
    from shangji.pack.form import FormSheet
    from shangji_web.filings.content import Content, Rows

LISTED = 40
"""More choices than these are searched for by typing, not scrolled through."""

WIDE, LONG = 100, 250
"""Texts that may be longer than these take two columns, or a box of several lines."""

SHUT = 3
"""More rows than these stand folded, each under its name and amount."""

Option = tuple[str, str, bool]


@dataclass(frozen=True)
class Cell:
    """A field of one row: what stands in it, how it is asked, what is wrong with it."""

    spec: Field
    id: str
    name: str
    value: str
    kind: str
    options: dict[str, list[Option]] = field(default_factory=dict)
    listed: str = ""
    problems: tuple[Problem, ...] = ()
    open: bool = True
    wan: str = ""
    was: str = ""

    @property
    def must(self) -> bool:
        """Whether it is always owed."""
        return self.spec.duty == ALWAYS

    @property
    def sometimes(self) -> bool:
        """Whether it is owed in some cases."""
        return self.spec.duty not in (ALWAYS, FREE)

    @property
    def lacking(self) -> bool:
        """Whether it is owed and empty."""
        return self.must and not self.value

    @property
    def norms(self) -> str:
        """What asks for it."""
        return "；".join(map(str, self.spec.basis))


@dataclass(frozen=True)
class Group:
    """Fields under one heading; `open` where there is something to look at."""

    zh: str
    norms: str
    cells: list[Cell]
    open: bool

    @property
    def filled(self) -> int:
        """How many fields hold something."""
        return sum(1 for cell in self.cells if cell.value)


@dataclass(frozen=True)
class Line:
    """A row of a sheet, under the name by which people call it."""

    number: int
    key: str
    key_name: str
    title: str
    amount: str
    groups: list[Group]
    open: bool

    @property
    def wrong(self) -> int:
        """How many of its fields cannot be read or are owed."""
        cells = [cell for group in self.groups for cell in group.cells]
        return sum(1 for cell in cells if cell.problems or cell.lacking)


@dataclass(frozen=True)
class Page:
    """A sheet with its rows, and the long lists of choices that its fields share."""

    sheet: FormSheet
    lines: list[Line]
    lists: dict[str, list[str]]
    may_add: bool

    @property
    def many(self) -> bool:
        """Whether the sheet holds a row a thing, not one row in all."""
        return self.sheet.table != PROJECT


@cache
def _fields(folders: tuple[str, ...], table: str) -> tuple[Field, ...]:  # noqa: ARG001 - the pack is of them
    return tuple(fields(form(), sheets()[table], snapshot.pack()))


def asked(table: str) -> tuple[Field, ...]:
    """The fields of a sheet; made once for a pack."""
    return _fields(snapshot.pack_folders(), table)


def page(
    content: Content, table: str, opened: Collection[str], was: Mapping[str, str] | None = None
) -> Page:
    """A sheet as it stands.

    Args:
        content: the draft.
        table: the sheet's table.
        opened: the fields that may change (`table.column`, `table.*`); all where empty.
        was: last year's figures by column, of the project's own sheet.
    """
    sheet = sheets()[table]
    rows = content["rows"].get(table, [])
    whole = not opened or f"{table}.*" in opened
    lines = [
        _line(sheet, row, number, opened, was or {}, folded=len(rows) > SHUT)
        for number, row in enumerate(rows, 1)
    ]
    lists = {
        f"list-{one.column.name}": [item.label for item in one.choices]
        for one in asked(table)
        if len(one.choices) > LISTED
    }
    return Page(sheet, lines, lists, whole and table != PROJECT)


def said_beside(shown: Page, table: str, before: Rows) -> list[Cell]:
    """The cells beside which a saving has something to say: unreadable now, or until now."""
    made = []
    for line in shown.lines:
        former = before[line.number - 1] if line.number <= len(before) else {}
        wrong = unread(table, former)
        for group in line.groups:
            made += [
                cell for cell in group.cells if cell.problems or cell.spec.column.name in wrong
            ]
    return made


def _line(
    sheet: FormSheet,
    row: Mapping[str, str],
    number: int,
    opened: Collection[str],
    was: Mapping[str, str],
    *,
    folded: bool,
) -> Line:
    table = table_of(sheet.table)
    wrong = unread(sheet.table, row)
    given = fixed(sheet.table)
    groups = []
    for at, group in enumerate(sheet.groups):
        cells = [
            _cell(one, sheet.table, row, number, wrong, opened, was)
            for one in asked(sheet.table)
            if one.column.name in group.columns and (one.column.name not in given)
        ]
        if not cells:
            continue
        norms = "；".join(map(str, group.basis or form().basis))
        busy = any(cell.value or cell.must or cell.problems for cell in cells)
        groups.append(Group(group.zh, norms, cells, busy or at == 0))
    numbered = number_column(table)
    amount = in_yuan(row.get("amount_yuan", ""))
    made = Line(
        number,
        row.get(numbered, "") if numbered else "",
        numbered,
        row_name(table, row),
        amount,
        groups,
        open=False,
    )
    shut = folded and not made.wrong and made.title
    return Line(made.number, made.key, numbered, made.title, amount, groups, not shut)


def opened_words(opened: Collection[str]) -> list[str]:
    """The fields that a 补正 opened, in words, in the order of the form."""
    made = []
    for table, sheet in sheets().items():
        if f"{table}.*" in opened:
            made.append(f"{sheet.name}（整表）")
            continue
        made += [one.column.zh for one in asked(table) if f"{table}.{one.column.name}" in opened]
    return made


def unread(table: str, row: Mapping[str, str]) -> dict[str, list[Problem]]:
    """What in a row cannot be read, by column."""
    made: dict[str, list[Problem]] = defaultdict(list)
    _, problems = parse(table_of(table), row, where=lambda name: Where(field=name))
    for problem in problems:
        if problem.effect == "refused":
            made[problem.where.field].append(problem)
    return made


def _cell(
    one: Field,
    table: str,
    row: Mapping[str, str],
    number: int,
    wrong: Mapping[str, list[Problem]],
    opened: Collection[str],
    was: Mapping[str, str],
) -> Cell:
    name = one.column.name
    text = row.get(name, "")
    kind = _kind(one, text)
    listed = f"list-{name}" if kind == "list" else ""
    may = not opened or f"{table}.{name}" in opened or f"{table}.*" in opened
    return Cell(
        spec=one,
        id=f"f-{table}-{number}-{name}",
        name=f"{number}-{name}",
        value=one.shown(text) if listed else text,
        kind=kind,
        options=_options(one, text) if kind == "select" else {},
        listed=listed,
        problems=tuple(wrong.get(name, ())),
        open=may,
        wan=in_wan(text) if one.column.kind == "money" else "",
        was=was.get(name, ""),
    )


def _kind(one: Field, text: str) -> str:
    column = one.column
    if one.choices:
        return "list" if len(one.choices) > LISTED else "select"
    if column.kind == "flag":
        return "select"
    if column.kind == "date":
        return "date" if not text or _iso(text) else "text"
    if column.numeric:
        return "number"
    if column.max_len > LONG:
        return "long"
    return "wide" if column.max_len > WIDE else "text"


def _iso(text: str) -> bool:
    parts = text.split("-")
    return [len(part) for part in parts] == [4, 2, 2] and "".join(parts).isdecimal()


def _options(one: Field, text: str) -> dict[str, list[Option]]:
    """Choices by what they are under; what was typed and is no choice stays to be seen."""
    made: dict[str, list[Option]] = defaultdict(list)
    pairs = [(item.under, item.code, item.label) for item in one.choices]
    pairs = pairs or [("", word, word) for word in YES_NO]
    if text and text not in {code for _, code, _ in pairs}:
        made[""].append((text, f"{text}（不在可选范围）", True))
    for under, code, label in pairs:
        made[under].append((code, label, code == text))
    return dict(made)


def in_wan(text: str) -> str:
    """An amount in yuan as typed, in 万元; nothing where it is no number."""
    value = _amount(text)
    return "" if value is None else f"{wan(value)} 万元"


def in_yuan(text: str) -> str:
    """An amount as typed, with separators where it is one."""
    value = _amount(text)
    return text if value is None else f"{yuan(value)} 元"


def _amount(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) <= YUAN_MOST else None


def read(table: str, posted: Mapping[str, str], numbers: list[str], held: Rows) -> Rows:
    """The rows of a sheet as they were posted; what the sheet does not ask stays as it was.

    Args:
        table: the sheet's table.
        posted: texts by `number-column`.
        numbers: the rows in their order.
        held: the rows as they were, for what is not on the page.
    """
    shape = table_of(table)
    numbered = number_column(shape)
    before = {row.get(numbered, ""): row for row in held} if numbered else {}
    made: Rows = []
    for at, number in enumerate(numbers):
        key = posted.get(f"{number}-{numbered}", "") if numbered else ""
        former = before.get(key, {}) if numbered else (held[at] if at < len(held) else {})
        row = dict(former) | ({numbered: key} if key else {})
        for one in asked(table):
            name = one.column.name
            if name in fixed(table) or f"{number}-{name}" not in posted:
                continue
            row[name] = kept(one, posted[f"{number}-{name}"])
        for column in shape.columns:  # a figure typed anew is rounded as it is typed
            if column.rounds and row.get(column.rounds) != former.get(column.rounds):
                row.pop(column.name, None)
        row.pop("row_unreadable", None)
        made.append(row)
    return made


def kept(one: Field, text: str) -> str:
    """A text as it is kept: the code of a label, everything else as typed."""
    text = text.replace("\r\n", "\n").strip()
    return next((item.code for item in one.choices if text == item.label), text)
