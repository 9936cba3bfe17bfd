"""A form as a workbook to fill in: cover, guide, a sheet a table, an example, hidden codes.

What the workbook asks for is the pack's declaration; the reader knows its sheets by their names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from shangji.forms.fields import ALWAYS, FREE, SOMETIMES, YES_NO, Field, fields
from shangji.forms.pages import write_cover, write_example, write_guide
from shangji.forms.style import (
    A3,
    A4,
    HEAD_POINTS,
    OPTIONS,
    Style,
    printed,
    sheet_width,
    width_of,
)
from shangji.intake.cells import letters
from shangji.pack.form import CODES, CODES_HEAD

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.pack.form import Form, FormSheet

TOP = 4
"""Rows above the data: title, note, groups, headings."""

FIXED = 2
"""Columns that stay in sight: they say whose row it is."""

WIDE = 190
"""Characters across beyond which a sheet is printed on several pages side by side."""

SCALE = 60
"""Percent at which those pages are printed."""

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that one form is one file
PROMPT_LONGEST = 250
FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2199, 12, 31)
MARK = {ALWAYS: "*", SOMETIMES: "", FREE: ""}


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What a bureau writes on the cover before it hands the form out."""

    year: str = ""
    region: str = ""
    as_of: str = ""
    unit: str = ""

    def cells(self, title: str) -> dict[str, str]:
        """Values by the label under which the reader knows them; the title where it is whole."""
        whole = title.format(unit=self.unit, year=self.year) if self.unit and self.year else ""
        return {
            "标题": whole,
            "预算年度": self.year,
            "财政区划代码": self.region,
            "数据截至日": self.as_of,
            "填报单位": self.unit,
        }


@dataclass
class _Lists:
    """The lists of choices on the hidden sheet, and where each stands."""

    page: Any
    style: Style
    places: dict[tuple[str, ...], str] = field(default_factory=dict)
    columns: int = 0

    def place(self, made: Field) -> str:
        """The range of a field's choices, or the formula that finds those under another choice."""
        key = tuple(f"{item.code}|{item.under}" for item in made.choices)
        if key not in self.places:
            at = self.columns
            self.columns += 3
            heads = (f"{made.column.zh}{CODES_HEAD}", "代码", "上级")
            for offset, head in enumerate(heads):
                self.page.write_string(0, at + offset, head, self.style.head)
            for row, item in enumerate(made.choices, start=1):
                for offset, text in enumerate((item.label, item.code, item.under)):
                    self.page.write_string(row, at + offset, text, self.style.text)
            self.places[key] = letters(at)
        column = self.places[key]
        return f"={CODES}!${column}$2:${column}${len(made.choices) + 1}"

    def under(self, made: Field, cell: str) -> str:
        """The choices that hang on what another cell of the row says."""
        self.place(made)
        key = tuple(f"{item.code}|{item.under}" for item in made.choices)
        first = self.places[key]
        upper = letters(_number(first) + 2)
        column = f"{CODES}!${upper}$1:${upper}${len(made.choices) + 1}"
        return (
            f"=OFFSET({CODES}!${first}$1,MATCH({cell},{column},0)-1,0,COUNTIF({column},{cell}),1)"
        )


def _number(name: str) -> int:
    at = 0
    for letter in name:
        at = at * 26 + ord(letter) - 64
    return at - 1


def write_template(
    path: Path, pack: Pack, form: Form, prefilled: Prefilled | None = None
) -> dict[str, list[Field]]:
    """Write the workbook of a form.

    Args:
        path: the file, replaced where it is.
        pack: the pack that declares the form.
        form: one of `pack.forms`.
        prefilled: what the cover says already.

    Returns:
        The fields of each sheet, by the sheet's name.
    """
    import xlsxwriter

    made = {sheet.name: fields(form, sheet, pack) for sheet in form.sheets}
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties({"created": CREATED, "title": form.zh})
        style = Style(book)
        write_cover(
            book, style, form, (prefilled or Prefilled()).cells(form.cover.get("title", ""))
        )
        write_guide(book, style, form, made, f"{pack.zh} {pack.version}")
        pages = [(sheet, book.add_worksheet(sheet.name)) for sheet in form.sheets]
        write_example(book, style, form, made)
        lists = _Lists(book.add_worksheet(CODES), style)
        for sheet, page in pages:
            _sheet(page, style, sheet, made[sheet.name], lists)
        lists.page.very_hidden()
        if lists.columns:
            lists.page.set_column(0, lists.columns - 1, 24)
    return made


def _sheet(page: Any, style: Style, sheet: FormSheet, made: list[Field], lists: _Lists) -> None:  # noqa: ANN401 - xlsxwriter has no types
    page.write_string(0, 0, sheet.title, style.title)
    page.set_row(0, 28)
    page.write_string(1, 0, sheet.note, style.note)
    page.set_row(1, 20)
    page.set_row(3, HEAD_POINTS)
    at = 0
    breaks = []
    for group in sheet.groups:
        last = at + len(group.columns) - 1
        if last > at:
            page.merge_range(2, at, 2, last, group.zh, style.group)
        else:
            page.write_string(2, at, group.zh, style.group)
        breaks.append(at)
        at = last + 1
    for column, item in enumerate(made):
        shape = {ALWAYS: style.always, SOMETIMES: style.sometimes}.get(item.duty, style.free)
        page.write_string(3, column, f"{MARK[item.duty]}{item.heading}", shape)
        page.set_column(column, column, width_of(item), style.cell(item.column.kind))
        area = (TOP, column, TOP + sheet.rows - 1, column)
        _validated(page, area, made, item, lists)
        if item.duty == ALWAYS and column:
            lacks = f'=AND($A{TOP + 1}<>"",{letters(column)}{TOP + 1}="")'
            page.conditional_format(
                *area, {"type": "formula", "criteria": lacks, "format": style.lacking}
            )
    filled = {"type": "formula", "criteria": f'=$A{TOP + 1}<>""', "format": style.filled}
    page.conditional_format(TOP, 0, TOP + sheet.rows - 1, len(made) - 1, filled)
    page.freeze_panes(TOP, min(FIXED, len(made)))
    wide = sheet_width(made)
    printed(page, A4 if wide <= WIDE else A3, rows=(2, 3))
    if wide > 2 * WIDE:
        page.fit_to_pages(0, 0)
        page.set_print_scale(SCALE)
        page.repeat_columns(0, FIXED - 1)
        page.set_v_pagebreaks([at for at in breaks if at > FIXED])


def _validated(
    page: Any,  # noqa: ANN401 - xlsxwriter has no types
    area: tuple[int, int, int, int],
    made: list[Field],
    item: Field,
    lists: _Lists,
) -> None:
    """Drop-down or limits of a column, with what to write as the note that shows on the cell."""
    column = item.column
    rule: dict[str, Any] = {"validate": "any"}
    if item.depends:
        upper = next(at for at, field_ in enumerate(made) if field_.column.name == item.depends)
        rule = {"validate": "list", "source": lists.under(item, f"${letters(upper)}{area[0] + 1}")}
    elif item.choices:
        rule = {"validate": "list", "source": lists.place(item)}
    elif column.kind == "flag":
        rule = {"validate": "list", "source": list(YES_NO)}
    elif column.kind == "date":
        rule = {
            "validate": "date",
            "criteria": "between",
            "minimum": FIRST_DAY,
            "maximum": LAST_DAY,
        }
    elif column.numeric:
        whole = column.kind in {"count", "year"}
        rule = {
            "validate": "integer" if whole else "decimal",
            "criteria": "between",
            "minimum": float(column.at_least),
            "maximum": float(column.at_most),
        }
    elif column.max_len:
        rule = {"validate": "length", "criteria": "<=", "value": column.max_len}
    words = "".join(
        part
        for part in (
            f"{item.duty}。" if item.duty != SOMETIMES else item.condition,
            f"{item.kind_words()}。" if not item.choices else "",
            item.says,
        )
        if part
    )
    rule["input_title"] = column.zh[:30]
    rule["input_message"] = words[:PROMPT_LONGEST]
    rule["error_title"] = column.zh[:30]
    rule["error_message"] = f"这里要填：{item.kind_words()}"[:PROMPT_LONGEST]
    # A list that is not complete admits other words; so does a cell that depends on another.
    if item.choices and not item.closed:
        rule["error_type"] = "warning"
    page.data_validation(*area, rule)
