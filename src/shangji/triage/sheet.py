"""疑点认定表 as a workbook: one line a finding, or a blinded draw; locked but for the decision."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from shangji.domain import SEVERITIES
from shangji.forms.pages import height
from shangji.forms.style import A4, OPTIONS, Style, printed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.triage.drawn import Item

TABLE = "finding_review"
NAME, BLIND = "疑点认定表", "疑点盲审表"
TOP = 3
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that one sheet is one file
BATCH_DIGITS = 12
WIDTHS = {
    "item_no": 6,
    "title": 24,
    "severity": 8,
    "project_code": 24,
    "project_name": 24,
    "place": 24,
    "says": 44,
    "conclusion": 11,
    "appeal": 12,
    "reason": 34,
    "judge": 11,
    "judged_on": 13,
}
OPEN = ("conclusion", "appeal", "reason", "judge", "judged_on")
VERDICT_SHOWN = ("severity", "appeal")
"""What a blinded sheet leaves out: it would tell that something was found."""


def write_sheet(
    path: Path, items: Sequence[Item], pack: Pack, batch: str, title: str, *, blind: bool = False
) -> None:
    """Write the sheet in which people decide; only the decision can be typed.

    Args:
        path: the workbook.
        items: what is asked, in order.
        pack: the pack, whose table `finding_review` the sheet follows.
        batch: the digest of the review.
        title: what was reviewed.
        blind: whether the system's answer is withheld.
    """
    import xlsxwriter

    table = pack.tables[TABLE]
    columns = [column for column in table.columns if not (blind and column.name in VERDICT_SHOWN)]
    shown = [column for column in columns if not column.hidden]
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        name = BLIND if blind else NAME
        book.set_properties({"created": CREATED, "title": name})
        style = Style(book)
        page = book.add_worksheet(name)
        page.write_string(0, 0, f"{title} {name}", style.title)
        page.set_row(0, 30)
        page.write_string(1, 0, _asks(len(items), blind=blind), style.note)
        page.set_row(1, 20)
        base = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#A6A6A6"}
        forms = {
            False: style.made(**base),
            True: style.made(**base, locked=False, num_format="@", bg_color="#FFFBE6"),
        }
        for at, column in enumerate(columns):
            hidden = {"hidden": True} if column.hidden else {}
            page.set_column(at, at, WIDTHS.get(column.name, 14), None, hidden)
            head = style.sometimes if column.name in OPEN else style.head
            page.write_string(TOP - 1, at, column.zh, head)
            if column.codes and column.name in OPEN and items:
                choices = {"validate": "list", "source": list(column.codes.codes.values())}
                page.data_validation(TOP, at, TOP + len(items) - 1, at, choices)
        page.set_row(TOP - 1, 30)
        for number, item in enumerate(items, start=1):
            values = _values(number, item, batch, blind=blind)
            row = TOP + number - 1
            for at, column in enumerate(columns):
                _write(page, (row, at), values.get(column.name, ""), forms[column.name in OPEN])
            cells = [(values.get(one.name, ""), float(WIDTHS.get(one.name, 14))) for one in shown]
            page.set_row(row, max(height(cells), 34))
        page.freeze_panes(TOP, 0)
        page.protect("", {"sort": True, "autofilter": True, "format_rows": True})
        printed(page, A4, rows=(TOP - 1, TOP - 1))
        page.print_area(0, 0, TOP + len(items) - 1, len(shown) - 1)


def _asks(number: int, *, blind: bool) -> str:
    if blind:
        return (
            f"共 {number} 行，系统的结论不显示。请只凭材料判断每行是否存在所列问题，填黄色各列；"
            "判断人之间不要商量，其余列和隐藏列不要改动。"
        )
    return (
        f"共 {number} 项。请填黄色各列：是否认定、理由、认定人代号；单位申辩过的，另填申辩处理。"
        "其余列和隐藏列不要改动。"
    )


def _values(number: int, item: Item, batch: str, *, blind: bool) -> dict[str, str]:
    """What stands in the locked columns of a line."""
    return {
        "item_no": str(number),
        "title": item.rule.title,
        "severity": SEVERITIES[item.rule.severity],
        "project_code": item.project_code,
        "project_name": item.project_name,
        "place": item.place,
        "says": item.says,
        "finding_id": item.id,
        "batch": batch[:BATCH_DIGITS],
        "blind": "是" if blind else "否",
        "rule_id": item.rule.id,
        "subject": item.rule.subject,
        "row_name": item.key,
    }


def _write(page: Any, at: tuple[int, int], text: str, form: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
    if text:
        page.write_string(*at, text, form)
    else:
        page.write_blank(*at, None, form)
