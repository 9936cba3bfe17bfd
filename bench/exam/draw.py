"""Papers as files: Word, PDF with a text layer, a scanned page without one, a workbook."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from exam.paper_kinds import Paper

FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
WIDTH, HEIGHT, MARGIN, LEADING, ACROSS = 827, 1169, 90, 40, 29
DAY = dt.datetime(2026, 10, 12, tzinfo=dt.UTC)


def draw(paper: Paper, form: str, path: Path) -> None:
    """Write a paper in a form; the suffix of the path is the form's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    {"docx": _word, "pdf": _pdf, "scan": _scan, "xlsx": _sheet}[form](paper, path)


def _word(paper: Paper, path: Path) -> None:
    import docx
    from docx.shared import Pt, RGBColor

    made = docx.Document()
    made.core_properties.created = made.core_properties.modified = DAY.replace(tzinfo=None)
    made.add_heading(paper.title, 1)
    if paper.number:
        made.add_paragraph(paper.number)
    for line in paper.lines:
        made.add_paragraph(line)
    if paper.table:
        table = made.add_table(rows=0, cols=len(paper.table[0]))
        for row in paper.table:
            cells = table.add_row().cells
            for at, text in enumerate(row):
                cells[at].text = text
    if paper.hidden:
        run = made.add_paragraph().add_run(paper.hidden)
        run.font.size, run.font.color.rgb = Pt(1), RGBColor(255, 255, 255)
    made.save(str(path))


def _pdf(paper: Paper, path: Path) -> None:
    import typst

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    parts = [
        "#set document(date: datetime(year: 2026, month: 10, day: 12))",
        '#set page(paper: "a4", margin: 28mm)',
        '#set text(font: "Noto Serif CJK SC", size: 12pt, lang: "zh")',
        f'#align(center, text(size: 17pt, weight: "bold", {quoted(paper.title)}))',
    ]  # fmt: skip
    if paper.number:
        parts.append(f"#align(center, {quoted(paper.number)})")
    parts += [f"#par(text({quoted(line)}))" for line in paper.lines]
    if paper.table:
        cells = ", ".join(quoted(cell) for row in paper.table for cell in row)
        parts.append(f"#table(columns: {len(paper.table[0])}, {cells})")
    if paper.hidden:
        parts.append(f"#text(size: 1pt, fill: white, {quoted(paper.hidden)})")
    source = path.with_suffix(".typ")
    source.write_text("\n\n".join(parts), "utf-8")
    path.write_bytes(typst.compile(str(source)))
    source.unlink()


def _scan(paper: Paper, path: Path) -> None:
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    page = Image.new("L", (WIDTH, HEIGHT), 247)
    pen = ImageDraw.Draw(page)
    body, head = ImageFont.truetype(FONT, 22), ImageFont.truetype(FONT, 30)
    down = MARGIN
    for line in _wrapped(paper.title, ACROSS - 8):
        pen.text((WIDTH / 2, down), line, font=head, fill=25, anchor="ma")
        down += LEADING + 8
    texts = [paper.number, *paper.lines, *("　".join(row) for row in paper.table)]
    for text in filter(None, texts):
        for line in _wrapped(text, ACROSS):
            pen.text((MARGIN, down), line, font=body, fill=35)
            down += LEADING
    pen.ellipse((520, down + 30, 690, down + 200), outline=110, width=4)
    if paper.hidden:
        pen.text((MARGIN, HEIGHT - 60), paper.hidden, font=ImageFont.truetype(FONT, 9), fill=215)
    page = page.rotate(0.7, fillcolor=247, resample=Image.Resampling.BICUBIC)
    page = page.filter(ImageFilter.GaussianBlur(0.6))
    page.save(str(path), "PDF", resolution=100.0, quality=45,
              creationDate=DAY.timetuple(), modDate=DAY.timetuple())  # fmt: skip


def _wrapped(text: str, across: int) -> list[str]:
    return [text[at : at + across] for at in range(0, len(text), across)]


def _sheet(paper: Paper, path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as made:
        made.set_properties({"created": DAY})
        sheet = made.add_worksheet("Sheet1")
        sheet.set_column(0, 3, 22)
        for down, row in enumerate([[paper.title], *[[line] for line in paper.lines],
                                    *paper.table]):  # fmt: skip
            for at, text in enumerate(row):
                sheet.write_string(down, at, text)
