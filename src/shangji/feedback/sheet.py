"""问题反馈单 as a workbook: one line a finding, locked but for the unit's answer."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shangji.forms.pages import height
from shangji.forms.style import A4, MARGIN, OPTIONS, Style, printed
from shangji.ledger.stamp import lines, qr_png
from shangji.responses import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shangji.feedback.notice import Item, Notice
    from shangji.ledger.note import Checkpoint
    from shangji.pack import Pack

NAME = "问题反馈单"
TOP = 3
CODE_POINTS = 84
"""Height of the title's row where the ledger's code stands in it."""
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that one notice is one file


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the sheet: of the table `response`, its width, what stands in it."""

    name: str
    width: int
    says: Callable[[int, Item, Notice], str]
    open: bool = False


COLUMNS = (
    _Column("item_no", 5, lambda number, _item, _notice: str(number)),
    _Column("progress", 9, lambda _number, item, _notice: item.progress),
    _Column("duty", 9, lambda _number, item, _notice: "" if item.closed else item.remark.kind),
    _Column("project_code", 13, lambda _number, item, _notice: item.remark.project_code),
    _Column("project_name", 15, lambda _number, item, _notice: item.remark.project_name),
    _Column("title", 14, lambda _number, item, _notice: item.remark.title),
    _Column("says", 27, lambda _number, item, _notice: item.situation),
    _Column("place", 16, lambda _number, item, _notice: item.place),
    _Column("why", 18, lambda _number, item, _notice: item.remark.why),
    _Column("wanted", 22, lambda _number, item, _notice: item.wanted),
    _Column("deadline", 11, lambda _number, _item, notice: notice.deadline),
    _Column("answer", 30, lambda _number, item, _notice: item.said, open=True),
    _Column("attachment_name", 13, lambda _number, _item, _notice: "", open=True),
    _Column("finding_id", 24, lambda _number, item, _notice: item.remark.id),
    _Column("batch", 14, lambda _number, _item, notice: notice.batch),
    _Column("unit_code", 12, lambda _number, _item, notice: notice.unit_code),
    _Column("rule_id", 12, lambda _number, item, _notice: item.remark.rule_id),
    _Column("subject", 12, lambda _number, item, _notice: item.remark.subject),
    _Column("row_name", 24, lambda _number, item, _notice: item.remark.key),
)


def write_sheet(path: Path, notice: Notice, pack: Pack, stamp: Checkpoint | None = None) -> None:
    """Write a notice as a workbook in which only the answers can be typed.

    A stamp of the ledger stands in no cell, for what stands in cells is read back as answers.
    """
    import xlsxwriter

    table = pack.tables[TABLE]
    shown = [column for column in COLUMNS if notice.second or column.name != "progress"]
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties({"created": CREATED, "title": f"{notice.unit_name} {NAME}"})
        style = Style(book)
        page = book.add_worksheet(NAME)
        _head(page, style, notice)
        base = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#A6A6A6"}
        locked = style.made(**base)
        open_cell = style.made(**base, locked=False, num_format="@", bg_color="#FFFBE6")
        done = style.made(**base, font_color="#7F7F7F", bg_color="#F2F2F2")
        for at, column in enumerate(shown):
            hidden = {"hidden": True} if table.column(column.name).hidden else {}
            page.set_column(at, at, column.width, None, hidden)
            shape = style.sometimes if column.open else style.head
            page.write_string(TOP - 1, at, table.column(column.name).zh, shape)
        page.set_row(TOP - 1, 30)
        for number, item in enumerate(notice.items, start=1):
            row = TOP + number - 1
            cells = []
            for at, column in enumerate(shown):
                text = column.says(number, item, notice)
                form = done if item.closed else open_cell if column.open else locked
                _write(page, (row, at), text, form)
                if not table.column(column.name).hidden:
                    cells.append((text, float(column.width)))
            page.set_row(row, max(height(cells), 34))
        _finish(
            page, len(notice.items), sum(not table.column(column.name).hidden for column in shown)
        )
        if stamp is not None:
            _stamped(page, stamp, [column.name for column in shown].index("answer"))


def _write(page: Any, at: tuple[int, int], text: str, form: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
    if text:
        page.write_string(*at, text, form)
    else:
        page.write_blank(*at, None, form)


def _head(page: Any, style: Style, notice: Notice) -> None:  # noqa: ANN401 - xlsxwriter has no types
    kind = f"（{notice.data_kind}）" if notice.data_kind else ""
    page.write_string(
        0, 0, f"{notice.unit_name} {notice.budget_year} 年度预算项目{NAME}{kind}", style.title
    )
    page.set_row(0, 30)
    until = f"请于 {notice.deadline} 前交回。" if notice.deadline else ""
    moved = "；".join(f"{name} {count}" for name, count in notice.counts().items())
    parts = [
        f"共 {len(notice.items)} 项" + (f"（{moved}）" if moved else "") + "。",
        until,
        "只填黄色的“单位说明”和“附件名”两列，改好重报的也请注明；其余列和隐藏列不要改动。",
    ]
    page.write_string(1, 0, "".join(parts), style.note)
    page.set_row(1, 20)


def _finish(page: Any, rows: int, columns: int) -> None:  # noqa: ANN401 - xlsxwriter has no types
    page.freeze_panes(TOP, 0)
    page.protect(
        "",
        {
            "sort": True,
            "autofilter": True,
            "format_columns": True,
            "format_rows": True,
            "select_locked_cells": True,
            "select_unlocked_cells": True,
        },
    )
    printed(page, A4, rows=(TOP - 1, TOP - 1))
    page.print_area(0, 0, TOP + rows - 1, columns - 1)


def _stamped(page: Any, stamp: Checkpoint, at: int) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """The ledger's checkpoint: the code beside the title, its three lines at the foot of pages."""
    page.set_row(0, CODE_POINTS)
    told = {"object_position": 2, "x_offset": 4, "y_offset": 2, "description": "存证账本的二维码"}
    image = io.BytesIO(qr_png(stamp, 2))
    page.insert_image(0, at, "qr.png", {**told, "image_data": image})
    page.set_margins(left=MARGIN, right=MARGIN, top=0.6, bottom=0.9)
    page.set_footer("&L&8" + "\n".join(lines(stamp)) + "&C&8第 &P 页 共 &N 页")
