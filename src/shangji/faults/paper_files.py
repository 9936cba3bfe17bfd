"""A paper as a file: typeset PDF, Word, Excel, OFD, or a scan with a scan's noise and slant."""

from __future__ import annotations

import io
import json
import zipfile
from html import escape
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from random import Random

    from shangji.faults.paper_texts import Paper

STAMP = (2026, 9, 20, 0, 0, 0)
FONTS = ("Noto Serif CJK SC", "Source Han Serif SC", "SimSun")
DPI = 120
QUALITY = 32
NOISE = 5.0
PAPER_WHITE = 244

TYPST = """
#let paper = json(bytes(sys.inputs.paper))
#set page(paper: "a4", margin: (top: 32mm, bottom: 28mm, left: 28mm, right: 26mm))
#set text(font: ("Noto Serif CJK SC", "Source Han Serif SC", "SimSun"), size: 14pt, lang: "zh")
#set par(leading: 12pt, first-line-indent: 0pt)
#if paper.stamp != "" { text(size: 14pt, weight: "bold", paper.stamp); v(6mm) }
#if paper.number != "" { align(center, text(size: 13pt, paper.number)); v(2mm)
  line(length: 100%, stroke: 1pt + rgb(200, 0, 0)); v(4mm) }
#align(center, text(size: 18pt, weight: "bold", paper.title))
#v(5mm)
#for line in paper.body { par(line) }
#if paper.table.len() > 0 {
  v(3mm)
  table(columns: paper.table.at(0).len(), stroke: 0.6pt, inset: 6pt,
    ..paper.cells.map(cell => table.cell(colspan: cell.across, text(size: 11pt, cell.text))))
}
#v(6mm)
#align(right)[#paper.foot.at(0) \\ #paper.foot.at(1)]
#if paper.hidden != "" { text(size: 9pt, fill: white, paper.hidden) }
"""


def pdf(paper: Paper) -> bytes:
    """The paper typeset.

    Raises:
        Refused: what typesets is not installed.
    """
    try:
        import typst
    except ImportError as error:
        says, fix = "没有装排版用的组件。", "请先 pip install 'shangji[docs]'。"
        raise Refused([Problem("output-unwritable", Where("附件"), says, fix)]) from error
    told = {
        "number": paper.number, "title": paper.title, "body": paper.body, "foot": paper.foot,
        "table": paper.table, "cells": _cells(paper), "hidden": paper.hidden, "stamp": paper.stamp,
    }  # fmt: skip
    made: Any = typst.compile(
        TYPST.encode(), format="pdf", sys_inputs={"paper": json.dumps(told, ensure_ascii=False)}
    )
    return bytes(made)


def _cells(paper: Paper) -> list[dict[str, Any]]:
    """The cells in order; a cell that repeats the one before it widens that one."""
    found: list[dict[str, Any]] = []
    for row in paper.table:
        for at, text in enumerate(row):
            if at and text == row[at - 1]:
                found[-1]["across"] += 1
            else:
                found.append({"text": text, "across": 1})
    return found


def docx(paper: Paper) -> bytes:
    """The paper as a Word file."""

    def said(text: str, properties: str = "") -> str:
        return (
            f"<w:p><w:r><w:rPr>{properties}</w:rPr>"
            f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
        )

    body = "".join(said(text) for text in (paper.stamp, paper.number, paper.title) if text)
    body += "".join(said(line) for line in paper.body)
    if paper.table:
        borders = "".join(
            f'<w:{side} w:val="single" w:sz="4"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        rows = ""
        for row in paper.table:
            cells, at = "", 0
            while at < len(row):
                across = 1
                while at + across < len(row) and row[at + across] == row[at]:
                    across += 1
                cells += (
                    f'<w:tc><w:tcPr><w:gridSpan w:val="{across}"/></w:tcPr>{said(row[at])}</w:tc>'
                )
                at += across
            rows += f"<w:tr>{cells}</w:tr>"
        body += f"<w:tbl><w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr>{rows}</w:tbl>"
    body += "".join(said(text) for text in paper.foot if text)
    if paper.hidden:
        body += said(paper.hidden, '<w:color w:val="FFFFFF"/><w:sz w:val="4"/>')
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return packed({
        "[Content_Types].xml": f'<Types xmlns="{kinds}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override '
        f'PartName="/word/document.xml" ContentType="{word}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{links}"><Relationship Id="r1" Type="{office}" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>',
    })  # fmt: skip


def ofd(paper: Paper) -> bytes:
    """The paper as an OFD, on as many pages as its lines need."""
    size, step, top, foot = 4.6, 8.0, 28.0, 276.0
    lines = [paper.number, paper.title, *paper.body]
    rows = ["　".join(dict.fromkeys(row)) for row in paper.table]
    lines += [*rows, *paper.foot]
    pages, y = [""], top
    for line in (line for line in lines if line):
        for start in range(0, len(line), 32):
            if y > foot:
                pages.append("")
                y = top
            pages[-1] += _laid(line[start : start + 32], y, size)
            y += step
    if paper.hidden:
        pages[-1] += _laid(paper.hidden[:60], y, 0.6)
    space = "http://www.ofdspec.org/2016"
    places = [f"Pages/Page_{at}/Content.xml" for at in range(len(pages))]
    listed = "".join(
        f'<ofd:Page ID="{2 * at + 1}" BaseLoc="{place}"/>' for at, place in enumerate(places)
    )
    return packed({
        "OFD.xml": f'<ofd:OFD xmlns:ofd="{space}" Version="1.0"><ofd:DocBody><ofd:DocRoot>'
        "Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document xmlns:ofd="{space}"><ofd:CommonData><ofd:PageArea>'
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>"
        f"{listed}</ofd:Pages></ofd:Document>",
        **{
            f"Doc_0/{place}": f'<ofd:Page xmlns:ofd="{space}"><ofd:Content>'
            f'<ofd:Layer ID="{2 * at + 2}">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
            for at, (place, objects) in enumerate(zip(places, pages, strict=True))
        },
    })  # fmt: skip


def _laid(text: str, y: float, size: float) -> str:
    return (
        f'<ofd:TextObject Boundary="26 {y:.2f} 160 {size + 2:.2f}" Size="{size}"><ofd:TextCode '
        f'X="0" Y="{size}" DeltaX="g {len(text)} {size}">{escape(text)}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def xlsx(paper: Paper) -> bytes:
    """The paper as a workbook of one sheet, its hidden words on a hidden one."""
    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False})
    from datetime import UTC, datetime

    book.set_properties({"created": datetime(*STAMP[:3], tzinfo=UTC)})
    sheet = book.add_worksheet(paper.title[:20])
    at = 0
    for line in (paper.title, *paper.body):
        sheet.write_string(at, 0, line)
        at += 1
    for row in paper.table:
        for column, text in enumerate(row):
            sheet.write_string(at, column, text)
        at += 1
    if paper.hidden:
        other = book.add_worksheet("备用")
        other.write_string(0, 0, paper.hidden)
        other.hide()
    book.close()
    return held.getvalue()


def packed(parts: dict[str, str]) -> bytes:
    """A zip of texts that is the same every time."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return held.getvalue()


def scan(data: bytes, draw: Random, *, photo: bool, turned: int = 0) -> bytes:
    """A typeset paper as it comes off a scanner: slanted, noised, as a PDF or as a photograph."""
    import numpy as np
    import pypdfium2
    from PIL import Image

    page = pypdfium2.PdfDocument(data)[0]
    image = page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
    slant = draw.uniform(-1.2, 1.2)
    image = image.rotate(slant, resample=Image.Resampling.BICUBIC, fillcolor=255)
    if turned:
        image = image.rotate(-turned, expand=True)
    grid = np.random.default_rng(draw.randrange(1 << 30))
    pixels = np.asarray(image).astype("float32") * (PAPER_WHITE - 30) / 255 + 30
    pixels += grid.normal(0, NOISE, pixels.shape)
    if photo:
        shade = np.linspace(0.86, 1.0, pixels.shape[1])[None, :]
        pixels *= shade
    made = Image.fromarray(np.clip(pixels, 0, 255).astype("uint8"))
    held = io.BytesIO()
    made.save(held, "JPEG", quality=QUALITY, dpi=(DPI, DPI))
    return held.getvalue() if photo else _wrapped(held.getvalue(), made.size)


def _wrapped(jpeg: bytes, size: tuple[int, int]) -> bytes:
    """A PDF that holds nothing but a picture."""
    width, height = (round(side * 72 / DPI, 2) for side in size)
    draws = f"q {width} 0 0 {height} 0 0 cm /I Do Q".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R"
        "/Resources<</XObject<</I 5 0 R>>>>>>".encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(draws), draws),
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray"
        b"/BitsPerComponent 8/Filter/DCTDecode/Length %d>>stream\n%s\nendstream"
        % (*size, len(jpeg), jpeg),
    ]
    held = bytearray(b"%PDF-1.5\n")
    places = []
    for number, text in enumerate(objects, 1):
        places.append(len(held))
        held += b"%d 0 obj%s endobj\n" % (number, text)
    start = len(held)
    held += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    held += b"".join(b"%010d 00000 n \n" % place for place in places)
    held += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(held)
