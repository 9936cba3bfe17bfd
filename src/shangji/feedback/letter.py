"""问题反馈单 as a letter (docx) to sign and seal, with the same lines as the sheet."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Refused, Where
from shangji.feedback.sheet import NAME
from shangji.remarks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shangji.feedback.notice import Item, Notice

HEADS = ("序号", "项目", "问题与情况", "位置", "依据", "怎么改或需补材料", "单位说明（附件名）")
WIDTHS_CM = (1.1, 3.5, 6.0, 3.2, 3.8, 3.9, 5.4)
SONG, HEI = "宋体", "黑体"
OWED_SHOWN = 12
CREATED = datetime(2000, 1, 1, tzinfo=UTC)


def write_letter(path: Path, notice: Notice) -> None:
    """Write a notice as a letter; raises Refused where the library for it is not installed."""
    try:
        import docx
        from docx.enum.section import WD_ORIENT
        from docx.shared import Cm
    except ImportError as error:
        says = "写 docx 要用 python-docx，没有装。"
        fix = "请重装：pip install --require-hashes -r requirements/base.txt；不装也可只用工作簿。"
        raise Refused([Problem("engine-missing", Where(path.name), says, fix)]) from error
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.4)
    section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.6)
    document.core_properties.created = document.core_properties.modified = CREATED
    document.core_properties.title = f"{notice.unit_name} {NAME}"
    document.core_properties.author = ""
    _base(document)
    _opening(document, notice)
    _table(document, notice.items)
    _closing(document, notice)
    _footer(section)
    document.save(str(path))


def _base(document: Any) -> None:  # noqa: ANN401 - docx is imported late
    from docx.oxml.ns import qn
    from docx.shared import Pt

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = SONG, Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
    normal.paragraph_format.space_after = Pt(0)


def _words(paragraph: Any, text: str, *, size: float, font: str = SONG, bold: bool = False) -> Any:  # noqa: ANN401 - docx is imported late
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.bold = font, Pt(size), bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001 - docx has no other way to name a Chinese font
    return run


def _opening(document: Any, notice: Notice) -> None:  # noqa: ANN401 - docx is imported late
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    kind = f"（{notice.data_kind}）" if notice.data_kind else ""
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _words(title, f"{notice.budget_year} 年度预算项目{NAME}{kind}", size=18, font=HEI)
    number = document.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _words(number, f"反馈批次 {notice.batch}", size=9)
    _words(document.add_paragraph(), f"{notice.unit_name}：", size=12)
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
    _words(paragraph, body, size=12)


def _table(document: Any, items: Sequence[Item]) -> None:  # noqa: ANN401 - docx is imported late
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    table = document.add_table(rows=1, cols=len(HEADS))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    head = table.rows[0]
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    head._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - docx has no other way to repeat a heading
    for cell, text in zip(head.cells, HEADS, strict=True):
        _cell(cell, text, bold=True)
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "D9E2F3")
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - docx has no other way to shade a cell
    for number, item in enumerate(items, start=1):
        row = table.add_row()
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)  # noqa: SLF001 - docx has no other way to keep a row whole
        for cell, text in zip(row.cells, _line(number, item), strict=True):
            _cell(cell, text)
    for column, width in zip(table.columns, WIDTHS_CM, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS_CM, strict=True):
            cell.width = Cm(width)


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


def _cell(cell: Any, text: str, *, bold: bool = False) -> None:  # noqa: ANN401 - docx is imported late
    from docx.shared import Pt

    first, *rest = text.split("\n")
    _words(cell.paragraphs[0], first, size=9, bold=bold)
    for part in rest:
        _words(cell.add_paragraph(), part, size=9)
    cell.paragraphs[0].paragraph_format.space_before = Pt(2)
    cell.paragraphs[-1].paragraph_format.space_after = Pt(3)


def _closing(document: Any, notice: Notice) -> None:  # noqa: ANN401 - docx is imported late
    from docx.shared import Pt

    mine = [item for item in notice.owed if item.owed_by == "unit"]
    if mine:
        names = "；".join(f"{item.field} {item.places} 处" for item in mine[:OWED_SHOWN]) + (
            "；等" if len(mine) > OWED_SHOWN else ""
        )
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(6)
        _words(paragraph, f"另有以下数据没有填，补齐后才能判断：{names}。", size=10.5)
    gap = "\u3000" * 7
    for text in (
        f"单位负责人（签字）：{gap}经办人：{gap}联系电话：{gap}（公章）",
        f"财政部门经办人：{gap}联系电话：{gap}年\u3000\u3000月\u3000\u3000日",
    ):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(16)
        paragraph.paragraph_format.keep_together = True
        _words(paragraph, text, size=12)


def _footer(section: Any) -> None:  # noqa: ANN401 - docx is imported late
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _words(paragraph, "上计·零基预算评审　第 ", size=9)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = _words(paragraph, "", size=9)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)  # noqa: SLF001 - docx has no other way to number pages
    _words(paragraph, " 页", size=9)
