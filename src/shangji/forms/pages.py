"""The sheets of a form that hold no rows of a table: cover, guide, example."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING, Any

from shangji.forms.fields import ALWAYS, SOMETIMES, Field
from shangji.forms.style import A4, Style, printed
from shangji.pack.form import (
    COVER,
    EXAMPLE,
    EXAMPLE_FROM,
    EXAMPLE_SEAL,
    GUIDE,
    GUIDE_TITLE,
    example_seal,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji.pack.form import Form

LINE_POINTS, ROW_POINTS = 13.5, 18.0
COVER_WIDTHS = (22, 64)
GUIDE_COLUMNS = (
    ("工作表", 14),
    ("列名", 24),
    ("填写要求", 11),
    ("填什么", 30),
    ("说明", 62),
    ("依据", 52),
)
EXAMPLE_WIDTHS = (18, 24, 46, 46)


def wide(text: str) -> int:
    """Columns that a text takes, two for a Chinese character or mark."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WFA" else 1 for mark in text)


def height(cells: Sequence[tuple[str, float]]) -> float:
    """Height that shows every cell of a row whole: texts with the widths of their columns."""
    lines = max(
        (
            sum(max(1, math.ceil(wide(part) / (width - 1.5))) for part in text.split("\n"))
            for text, width in cells
        ),
        default=1,
    )
    return min(400.0, ROW_POINTS + (lines - 1) * LINE_POINTS)


def write_cover(book: Any, style: Style, form: Form, cells: Mapping[str, str]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """The cover: what the reader asks for, each beside its label; notes stand alone below."""
    page = book.add_worksheet(COVER)
    page.set_column(0, 0, COVER_WIDTHS[0])
    page.set_column(1, 1, COVER_WIDTHS[1])
    page.set_row(0, 60)
    page.merge_range(0, 0, 0, 1, form.zh, style.middle)
    page.write_string(2, 0, "项目", style.head)
    page.write_string(2, 1, "内容", style.head)
    for at, (name, value) in enumerate(cells.items(), start=3):
        page.set_row(at, 30)
        page.write_string(at, 0, name, style.label)
        if value:
            page.write_string(at, 1, value, style.value)
        else:
            page.write_blank(at, 1, None, style.value)
        page.data_validation(at, 1, at, 1, {"validate": "any", "input_message": ASKED[name]})
    notes = [*(f"{number}．{text}" for number, text in enumerate(form.note, start=1))]
    top = 4 + len(cells)
    for at, text in enumerate(["填报要求", *notes], start=top):
        page.merge_range(at, 0, at, 1, text, style.note_wrap if at > top else style.group)
        page.set_row(at, height([(text, float(sum(COVER_WIDTHS)))]))
    printed(page, A4)
    page.set_portrait()


ASKED = {
    "标题": "这次申报的名称，会印在报告上。",
    "预算年度": "四位年份，如 2027。",
    "财政区划代码": "六位或九位数字，向财政部门索取。",
    "数据截至日": "填报数据截止的日子，如 2026-11-20。",
    "填报单位": "单位全称，与公章一致。",
}


def write_guide(
    book: Any,  # noqa: ANN401 - xlsxwriter has no types
    style: Style,
    form: Form,
    made: Mapping[str, Sequence[Field]],
    pack: str,
) -> None:
    """The guide: every column with what to write, whether it must be filled, and the norm."""
    page = book.add_worksheet(GUIDE)
    page.write_string(0, 0, f"{form.zh} · {GUIDE_TITLE}", style.title)
    page.set_row(0, 28)
    page.write_string(1, 0, f"依规则包“{pack}”的数据表生成，列名与读入时一致。", style.note)
    top = 2
    for at, (head, width) in enumerate(GUIDE_COLUMNS):
        page.set_column(at, at, width)
        page.write_string(top, at, head, style.head)
    page.set_row(top, 24)
    row = top
    widths = [float(width) for _, width in GUIDE_COLUMNS]
    for name, items in made.items():
        for item in items:
            row += 1
            cells = (
                name,
                item.heading,
                item.duty,
                item.kind_words(),
                f"{item.condition}{item.says}",
                "；".join(map(str, item.basis)),
            )
            shade = {ALWAYS: style.always, SOMETIMES: style.sometimes}.get(item.duty, style.centred)
            for at, text in enumerate(cells):
                page.write_string(row, at, text, shade if at == DUTY else style.text)
            page.set_row(row, height(list(zip(cells, widths, strict=True))))
    page.freeze_panes(top + 1, 2)
    page.autofilter(top, 0, row, len(GUIDE_COLUMNS) - 1)
    printed(page, A4, rows=(top, top))


DUTY = 2


def write_example(
    book: Any,  # noqa: ANN401 - xlsxwriter has no types
    style: Style,
    form: Form,
    made: Mapping[str, Sequence[Field]],
) -> None:
    """The example, each sheet's rows turned on their side so that they can be read and printed."""
    if not any(sheet.example for sheet in form.sheets):
        return
    page = book.add_worksheet(EXAMPLE)
    page.write_string(0, 0, f"{form.zh} · 填写示例（虚构，不读入）", style.title)
    page.set_row(0, 28)
    heads = ("工作表", "列名", "第一行", "第二行")
    for at, (head, width) in enumerate(zip(heads, EXAMPLE_WIDTHS, strict=True)):
        page.set_column(at, at, width)
        page.write_string(2, at, head, style.head)
    row = EXAMPLE_FROM - 1
    texts: list[str] = []
    for sheet in form.sheets:
        by_name = {item.column.name: item for item in made[sheet.name]}
        for name, item in by_name.items():
            given = [example.get(name, "") for example in sheet.example[:2]]
            if not any(given):
                continue
            row += 1
            shown = [item.shown(text) for text in given]
            cells = [sheet.name, item.heading, *shown, *[""] * (2 - len(shown))]
            texts += cells
            for at, text in enumerate(cells):
                page.write_string(row, at, text, style.text)
            widths = [float(width) for width in EXAMPLE_WIDTHS]
            page.set_row(row, height(list(zip(cells, widths, strict=True))))
    seal = f"一列是一行数据；只列出填了内容的列。{EXAMPLE_SEAL} {example_seal(texts)}"
    page.write_string(1, 0, seal, style.note)
    page.freeze_panes(3, 2)
    printed(page, A4, rows=(2, 2))
