"""How a paper is drawn: fonts, borders, heights that show every character, scale and breaks."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

A3, A4 = 8, 9
MARGIN = 0.45
TOP, BOTTOM = 0.6, 0.6
LINE_POINTS = 14.0
ROW_POINTS = 19.0
FIXED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that one result is one file
WAN = Decimal(10000)
BAD_FILE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
NAME_LONGEST = 40
MONEY, RATE, TEXT, WRAP = "money", "rate", "text", "wrap"
CENTRE, WHOLE, DAY = "centre", "whole", "day"


def file_name(text: str) -> str:
    """A text as the name of a file on any system."""
    return BAD_FILE.sub("", text)[:NAME_LONGEST].strip()


def in_wan(value: Decimal | None) -> Decimal | None:
    """Yuan as 万元, exact."""
    return None if value is None else value / WAN


def opened(path: Path, title: str) -> Any:  # noqa: ANN401 - xlsxwriter has no types
    """A new workbook in which text is always text."""
    import xlsxwriter

    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), plain)
    book.set_properties({"created": FIXED, "title": title})
    return book


def forms(book: Any, size: int = 10) -> dict[str, Any]:  # noqa: ANN401
    """The formats of a paper, each also in bold for sums and in yellow for what is filled in."""
    base: dict[str, Any] = {
        "font_name": "宋体",
        "font_size": size,
        "valign": "vcenter",
        "border": 1,
    }
    kinds: dict[str, dict[str, Any]] = {
        MONEY: {"num_format": '#,##0.00_ ;-#,##0.00_ ;"—"_ ', "align": "right"},
        RATE: {"num_format": "0.0%"},
        TEXT: {"indent": 1},
        WRAP: {"text_wrap": True, "indent": 1},
        CENTRE: {"align": "center", "text_wrap": True},
        WHOLE: {"num_format": "0", "align": "center"},
        DAY: {"num_format": "yyyy-mm-dd", "align": "center"},
    }
    made = {}
    for name, more in kinds.items():
        made[name] = book.add_format({**base, **more})
        made[f"{name}_sum"] = book.add_format({**base, **more, "bold": True, "bg_color": "#EEF2F7"})
        made[f"{name}_fill"] = book.add_format({**base, **more, "bg_color": "#FFF9DB"})
    made["head"] = book.add_format(
        {**base, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DDE6F0"}
    )
    made["group"] = book.add_format({**base, "bold": True, "bg_color": "#DDE6F0"})
    made["title"] = book.add_format(
        {"font_name": "黑体", "font_size": size + 8, "bold": True, "align": "center",
         "valign": "vcenter"}
    )  # fmt: skip
    made["note"] = book.add_format(
        {"font_name": "宋体", "font_size": size, "font_color": "#595959", "valign": "vcenter"}
    )
    made["right"] = book.add_format({"font_name": "宋体", "font_size": size, "align": "right"})
    return made


def put(page: Any, at: tuple[int, int], value: Any, form: Any) -> None:  # noqa: ANN401
    """Write a value: numbers as numbers, all else as text, nothing as a bordered blank."""
    if value is None or value == "":
        page.write_blank(*at, None, form)
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        page.write_number(*at, value, form)
    else:
        page.write_string(*at, str(value), form)


def wide(text: str) -> int:
    """Columns that a text takes, two for a Chinese character or mark."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WFA" else 1 for mark in text)


def lines(text: Any, width: float) -> int:  # noqa: ANN401 - any cell
    """Lines that a text takes in a column; a line ends before a character that does not fit."""
    if text is None or text == "":
        return 1
    room = max(2, int(width - 1.5))
    return sum(max(1, math.ceil(wide(part) / room)) for part in str(text).split("\n"))


def height(cells: Sequence[tuple[Any, float]]) -> float:
    """Height of a row that shows every wrapped cell whole."""
    most = max((lines(text, width) for text, width in cells), default=1)
    return ROW_POINTS + (most - 1) * LINE_POINTS


def printed(
    page: Any,  # noqa: ANN401 - xlsxwriter has no types
    widths: Sequence[float],
    last: tuple[int, int],
    heads: tuple[int, int] | None,
    *,
    paper: int = A3,
    landscape: bool = True,
) -> None:
    """Set how a sheet prints: as wide as the paper, headings on every page."""
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    if landscape:
        page.set_landscape()
    page.set_paper(paper)
    page.set_margins(left=MARGIN, right=MARGIN, top=TOP, bottom=BOTTOM)
    page.fit_to_pages(1, 0)
    page.center_horizontally()
    if heads:
        page.repeat_rows(*heads)
    page.print_area(0, 0, *last)
    page.set_footer("&L上计·零基预算评审&C第 &P 页 共 &N 页&R&A")
