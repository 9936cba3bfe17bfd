"""How workbooks for units look and print: fonts, fills, widths, paper, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji.forms.fields import Field

A3, A4 = 8, 9
HEAD_POINTS = 44
MARGIN = 0.5
LONG_TEXT = 500
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": False,
}
"""Text is always text."""

NAVY, BLUE, PALE, YELLOW, GREY, RED = (
    "#1F3864",
    "#2F5597",
    "#D9E2F3",
    "#FFF2CC",
    "#595959",
    "#F8CBAD",
)
WIDTHS = {"date": 13, "year": 10, "flag": 10, "count": 11, "number": 12, "money": 17}
KIND_FORMATS = {
    "money": "#,##0.00",
    "number": "General",
    "count": "0",
    "year": "0",
    "date": "yyyy-mm-dd",
}


class Style:
    """The formats of one workbook."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        line = {"border": 1, "border_color": "#A6A6A6"}

        def made(**more: Any) -> Any:  # noqa: ANN401 - xlsxwriter has no types
            return book.add_format({**base, **more})

        centred = {"align": "center", "text_wrap": True, **line}
        self.book, self.made = book, made
        self.title = made(font_name="黑体", font_size=18, font_color=NAVY)
        self.middle = made(font_name="黑体", font_size=22, font_color=NAVY, align="center")
        self.note = made(font_color=GREY)
        self.note_wrap = made(font_color=GREY, text_wrap=True, valign="top")
        self.group = made(bold=True, bg_color=PALE, font_color=NAVY, align="left", **line)
        self.head = made(bold=True, bg_color=BLUE, font_color="#FFFFFF", **centred)
        self.always = made(bold=True, bg_color=BLUE, font_color="#FFFFFF", **centred)
        self.sometimes = made(bold=True, bg_color=YELLOW, **centred)
        self.free = made(bold=True, bg_color="#F2F2F2", **centred)
        self.text = made(text_wrap=True, **line)
        self.centred = made(**centred)
        self.label = made(bold=True, bg_color=PALE, align="right", font_size=12, **line)
        self.value = made(
            font_size=12, num_format="@", align="left", locked=False, text_wrap=True, **line
        )
        self.lacking = book.add_format({"bg_color": RED})
        self.filled = book.add_format(line)
        self._cells: dict[str, Any] = {}

    def cell(self, kind: str) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        """The format of a column to fill in: codes and words are text, so that digits stay."""
        if kind not in self._cells:
            number = KIND_FORMATS.get(kind, "@")
            self._cells[kind] = self.made(num_format=number, text_wrap=number == "@")
        return self._cells[kind]


def width_of(item: Field) -> int:
    """Width of a field's column in characters."""
    column = item.column
    if column.kind in WIDTHS:
        return WIDTHS[column.kind]
    if item.choices:
        longest = max(2 * len(choice.label) for choice in item.choices)
        return max(12, min(30, longest + 4))
    if column.max_len >= LONG_TEXT:
        return 44
    return 24 if column.max_len > 30 else 15  # noqa: PLR2004 - a code or a short word


def sheet_width(made: Iterable[Field]) -> int:
    """Characters across a sheet."""
    return sum(width_of(item) for item in made)


def printed(page: Any, paper: int, rows: tuple[int, int] | None = None) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Landscape, one page wide, headings on every page, page numbers."""
    page.set_landscape()
    page.set_paper(paper)
    page.set_margins(left=MARGIN, right=MARGIN, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    if rows:
        page.repeat_rows(*rows)
    page.hide_gridlines(1)
    page.set_footer("&L上计·零基预算评审&C第 &P 页 共 &N 页&R&A")
