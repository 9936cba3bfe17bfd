"""What tests of documents are given: small files made by hand, byte by byte where it matters."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def packed(parts: dict[str, str | bytes]) -> bytes:
    """A zip of parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return held.getvalue()


def docx(body: str, **more: str) -> bytes:
    """A Word file around the inside of its body; further parts by name, dots for slashes."""
    document = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return packed({"word/document.xml": document, **{f"word/{k}.xml": v for k, v in more.items()}})


def said(text: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


FONT = (
    (
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H"
        b"/DescendantFonts[4 0 R]>>"
    ),
    (
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
        b"<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/FontDescriptor 5 0 R>>"
    ),
    (
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -120 1000 880]"
        b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 700/StemV 90>>"
    ),
)
"""A font of every Chinese character that a PDF may name without holding it."""


def pdf(pages: Sequence[bytes]) -> bytes:
    """A PDF of content streams; its font /F1 holds Chinese, its strings are UTF-16 in hex."""
    objects: list[bytes] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>"
        % (len(pages), b" ".join(b"%d 0 R" % (6 + 2 * at) for at in range(len(pages)))),
        *FONT,
    ]
    for at, content in enumerate(pages):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>>>>>" % (7 + 2 * at)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
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


def shown(text: str, x: float, y: float, size: float = 12, more: str = "") -> bytes:
    """Text at a place, counted from the lower left; `more` stands before it."""
    hexed = text.encode("utf-16-be").hex()
    return f"q BT {more} /F1 {size} Tf 1 0 0 1 {x} {y} Tm <{hexed}> Tj ET Q\n".encode()


def ruled(xs: Sequence[float], ys: Sequence[float]) -> bytes:
    """A grid of strokes."""
    across = "".join(f"{xs[0]} {y} m {xs[-1]} {y} l S\n" for y in ys)
    down = "".join(f"{x} {ys[0]} m {x} {ys[-1]} l S\n" for x in xs)
    return (across + down).encode()


OFD = "http://www.ofdspec.org/2016"


def ofd(content: str) -> bytes:
    """An OFD of one page around the inside of its layer."""
    return packed(
        {
            "OFD.xml": f'<o:OFD xmlns:o="{OFD}"><o:DocBody><o:DocRoot>Doc_0/Document.xml'
            "</o:DocRoot></o:DocBody></o:OFD>",
            "Doc_0/Document.xml": f'<o:Document xmlns:o="{OFD}"><o:CommonData><o:PageArea>'
            "<o:PhysicalBox>0 0 210 297</o:PhysicalBox></o:PageArea></o:CommonData><o:Pages>"
            '<o:Page ID="1" BaseLoc="Pages/P0.xml"/></o:Pages></o:Document>',
            "Doc_0/Pages/P0.xml": f'<o:Page xmlns:o="{OFD}"><o:Content><o:Layer>{content}'
            "</o:Layer></o:Content></o:Page>",
        }
    )


def laid(text: str, x: float, y: float, more: str = "", size: float = 4) -> str:
    """A text object of an OFD page, millimetres from the upper left."""
    return (
        f'<o:TextObject Boundary="{x} {y} 150 6" Size="{size}" {more}>'
        f'<o:TextCode X="0" Y="{size}" DeltaX="g {len(text)} {size}">{text}</o:TextCode>'
        "</o:TextObject>"
    )
