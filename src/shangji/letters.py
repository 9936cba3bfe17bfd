"""Word files in Chinese: fonts, tables that repeat their heading, numbered pages.

Every paper in docx is made of these. `python-docx` types nothing of use, hence the Anys.
"""

# ruff: noqa: ANN401, SLF001 - docx is imported late, and has no other way to fonts, shades, headings

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SONG, HEI = "宋体", "黑体"
CREATED = datetime(2000, 1, 1, tzinfo=UTC)
"""A fixed stamp: one content, one file."""

LANDSCAPE, PORTRAIT = (29.7, 21.0), (21.0, 29.7)


def new(name: str, title: str, size_cm: tuple[float, float] = PORTRAIT) -> Any:
    """A new A4 document with Chinese fonts and numbered pages.

    Args:
        name: the file's name, for the problem where the library is missing.
        title: the document's title in its properties.
        size_cm: `PORTRAIT` or `LANDSCAPE`.

    Raises:
        Refused: python-docx is not installed.
    """
    try:
        import docx
        from docx.enum.section import WD_ORIENT
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt
    except ImportError as error:
        says = "写 docx 要用 python-docx，没有装。"
        fix = "请重装：pip install --require-hashes -r requirements/base.txt；不装也可只用工作簿。"
        raise Refused([Problem("engine-missing", Where(name), says, fix)]) from error
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if size_cm == LANDSCAPE else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(size_cm[0]), Cm(size_cm[1])
    section.left_margin = section.right_margin = Cm(1.4 if size_cm == LANDSCAPE else 2.2)
    section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.6)
    document.core_properties.created = document.core_properties.modified = CREATED
    document.core_properties.title = title
    document.core_properties.author = ""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = SONG, Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
    normal.paragraph_format.space_after = Pt(0)
    _numbered(section)
    return document


def words(paragraph: Any, text: str, *, size: float, font: str = SONG, bold: bool = False) -> Any:
    """Add text in a Chinese font."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.bold = font, Pt(size), bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def heading(document: Any, text: str, *, size: float, level: int = 0) -> Any:
    """A heading; with a level it also shows in the outline of the document."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph(style=f"Heading {level}" if level else None)
    if level:
        paragraph.paragraph_format.space_before = Pt(10)
        paragraph.paragraph_format.space_after = Pt(4)
    else:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = words(paragraph, text, size=size, font=HEI)
    run.font.color.rgb = _black()
    return paragraph


def table(
    document: Any,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths_cm: Sequence[float],
) -> Any:
    """A ruled table whose heading repeats on each page and whose rows stay whole."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    made = document.add_table(rows=1, cols=len(heads))
    made.style = "Table Grid"
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    head = made.rows[0]
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    head._tr.get_or_add_trPr().append(mark)
    for cell, text in zip(head.cells, heads, strict=True):
        fill(cell, text, bold=True)
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "D9E2F3")
        cell._tc.get_or_add_tcPr().append(shade)
    for line in rows:
        row = made.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text in zip(row.cells, line, strict=True):
            fill(cell, text)
    for column, width in zip(made.columns, widths_cm, strict=True):
        column.width = Cm(width)
    for row in made.rows:
        for cell, width in zip(row.cells, widths_cm, strict=True):
            cell.width = Cm(width)
    return made


def fill(cell: Any, text: str, *, bold: bool = False) -> None:
    """Write text into a cell, a paragraph for each line."""
    from docx.shared import Pt

    first, *rest = text.split("\n")
    words(cell.paragraphs[0], first, size=9, bold=bold)
    for part in rest:
        words(cell.add_paragraph(), part, size=9)
    cell.paragraphs[0].paragraph_format.space_before = Pt(2)
    cell.paragraphs[-1].paragraph_format.space_after = Pt(3)


def _black() -> Any:
    from docx.shared import RGBColor

    return RGBColor(0, 0, 0)


def _numbered(section: Any) -> None:
    """The product's name and the number of the page below each page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    words(paragraph, "上计·零基预算评审　第 ", size=9)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = words(paragraph, "", size=9)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)
    words(paragraph, " 页", size=9)
