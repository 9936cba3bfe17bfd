"""问题反馈单 as a letter (docx) to sign and seal, with the same lines as the sheet."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from shangji import letters
from shangji.feedback.sheet import NAME
from shangji.ledger.stamp import lines, qr_png
from shangji.remarks import BLOCKS

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.feedback.notice import Item, Notice
    from shangji.ledger.note import Checkpoint

HEADS = ("序号", "项目", "问题与情况", "位置", "依据", "怎么改或需补材料", "单位说明（附件名）")
WIDTHS_CM = (1.1, 3.5, 6.0, 3.2, 3.8, 3.9, 5.4)
OWED_SHOWN = 12
CODE_CM = 2.6


def write_letter(path: Path, notice: Notice, stamp: Checkpoint | None = None) -> None:
    """Write a notice as a letter; raises Refused where the library for it is not installed."""
    document = letters.new(path.name, f"{notice.unit_name} {NAME}", letters.LANDSCAPE)
    _opening(document, notice)
    lines = (_line(number, item) for number, item in enumerate(notice.items, start=1))
    letters.table(document, HEADS, lines, WIDTHS_CM)
    _closing(document, notice)
    if stamp is not None:
        _stamped(document, stamp)
    document.save(str(path))


def _opening(document: Any, notice: Notice) -> None:  # noqa: ANN401 - docx is imported late
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    kind = f"（{notice.data_kind}）" if notice.data_kind else ""
    letters.heading(document, f"{notice.budget_year} 年度预算项目{NAME}{kind}", size=18)
    number = document.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    letters.words(number, f"反馈批次 {notice.batch}", size=9)
    letters.words(document.add_paragraph(), f"{notice.unit_name}：", size=12)
    blocking = sum(item.remark.kind == BLOCKS and not item.closed for item in notice.items)
    left = sum(not item.closed for item in notice.items)
    until = f"请于 {notice.deadline} 前" if notice.deadline else "请"
    moved = "，".join(f"{name} {count} 项" for name, count in notice.counts().items())
    body = (
        f"你单位申报的 {notice.budget_year} 年度预算项目已经审核。需要改正或说明的共 {left} 项，"
        f"其中入库前必须改的 {blocking} 项" + (f"；与上次相比：{moved}" if moved else "") + "。"
        f"{until}逐条改正重报，或在“单位说明”栏写明情况并附材料，加盖公章后交回。"
        "电子表随附，填电子表的不用再填本件。"
    )
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(24)
    paragraph.paragraph_format.line_spacing = 1.4
    paragraph.paragraph_format.space_after = Pt(6)
    letters.words(paragraph, body, size=12)


def _line(number: int, item: Item) -> tuple[str, ...]:
    remark = item.remark
    mark = item.progress or remark.kind
    return (
        str(number),
        f"{remark.project_name}\n{remark.project_code}",
        f"【{mark}】{remark.title}\n{item.situation}",
        item.place,
        remark.why,
        item.wanted,
        item.said,
    )


def _closing(document: Any, notice: Notice) -> None:  # noqa: ANN401 - docx is imported late
    from docx.shared import Pt

    mine = [item for item in notice.owed if item.owed_by == "unit"]
    if mine:
        names = "；".join(f"{item.field} {item.places} 处" for item in mine[:OWED_SHOWN]) + (
            "；等" if len(mine) > OWED_SHOWN else ""
        )
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(6)
        letters.words(paragraph, f"另有以下数据没有填，补齐后才能判断：{names}。", size=10.5)
    gap = "\u3000" * 7
    for text in (
        f"单位负责人（签字）：{gap}经办人：{gap}联系电话：{gap}（公章）",
        f"财政部门经办人：{gap}联系电话：{gap}年\u3000\u3000月\u3000\u3000日",
    ):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(16)
        paragraph.paragraph_format.keep_together = True
        letters.words(paragraph, text, size=12)


def _stamped(document: Any, stamp: Checkpoint) -> None:  # noqa: ANN401 - docx is imported late
    """The ledger's checkpoint: the code and its three lines."""
    from docx.shared import Cm, Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(14)
    paragraph.paragraph_format.keep_together = True
    paragraph.add_run().add_picture(io.BytesIO(qr_png(stamp)), width=Cm(CODE_CM))
    said = [*lines(stamp), "核验：shangji ledger verify 账本 --key 公钥"]
    letters.words(paragraph, "\n" + "\n".join(said), size=8)
