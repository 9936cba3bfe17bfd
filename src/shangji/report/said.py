"""The sheet of what units said: every answer with the finding it belongs to, or why to none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.report.sheets import A4, TEXT, WRAP, Sheet
from shangji.responses import STATES, responses

if TYPE_CHECKING:
    from shangji.results import Results
    from shangji.snapshot import Snapshot

COLUMNS = (
    ("对应情况", 16, TEXT),
    ("规则", 12, WRAP),
    ("问题", 24, WRAP),
    ("项目代码", 22, WRAP),
    ("单位说明", 60, WRAP),
    ("附件名", 24, WRAP),
    ("反馈批次", 14, TEXT),
    ("出处", 36, WRAP),
)


def said(snapshot: Snapshot, results: Results) -> Sheet | None:
    """One line an answer, or no sheet where nothing came back."""
    found = responses(snapshot, results).given
    if not found:
        return None
    rows = [
        (
            STATES[item.state],
            item.rule_id,
            item.title,
            item.project_code,
            item.answer,
            item.attachment_name,
            item.batch,
            f"{item.source} {item.sheet} 第 {item.row} 行",
        )
        for item in found
    ]
    note = "单位在问题反馈单上写的说明，逐条照录；对不上问题的也在这里。"
    return Sheet("单位说明", COLUMNS, rows, note=note, paper=A4)
