"""PDF: the text that a reader sees, line by line with its place, ruled tables, scanned pages.

What only the file holds and no page shows is stripped and noted.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shangji.intake.documents import seen
from shangji.intake.documents.budget import Budget
from shangji.intake.documents.grid import Stroke, Word, grids
from shangji.intake.documents.model import (
    WHOLE,
    Box,
    DocumentTable,
    Draft,
    Line,
    Page,
    Stopped,
    Unread,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.intake.documents.model import Limits
    from shangji.intake.documents.scan import Scanner

TENTH = 10
"""Places inside a page are counted in tenths of a point."""

TINY_POINTS = 3.0
PALE = 235
"""All three colours at least so bright: nobody sees it on white paper."""

FAINT = 26
DARK = 200
INVISIBLE_MODES = frozenset({3, 7})
SCAN_SHARE, PICTURE_SHARE = 0.40, 0.25
SCAN_CHARACTERS = 30
HALVES = range(0xD800, 0xE000)
THIN = 2.5 * TENTH
SHORT = 4.0 * TENTH
DEPTH = 4
OBJECTS = 50_000
PASSWORD = 4
"""What pdfium answers where a password is wanted."""

RESAVE = "请用阅读软件打开核对，重新导出为 PDF 后再交。"


@dataclass
class _Char:
    text: str
    box: Box
    fault: str = ""


@dataclass
class _Drawn:
    """What stands on a page beside its characters, in tenths of a point from the upper left."""

    across: list[Stroke] = field(default_factory=list)
    down: list[Stroke] = field(default_factory=list)
    dark: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)


def read_pdf(data: bytes, limits: Limits, draft: Draft, scanner: Scanner | None) -> None:
    """Read a PDF into the draft; a page that cannot be read is noted, and the next is read.

    Raises:
        Stopped: the file as a whole cannot be read, or its time is over.
    """
    import pypdfium2

    budget = Budget(limits)
    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", 0) == PASSWORD:
            says = "文件加了打开密码。"
            raise Stopped("document-unread", says, "请取消密码后重新保存。") from error
        raise Stopped("document-unread", "PDF 已损坏或不完整。", RESAVE) from error
    draft.page_count = count
    if not count:
        raise Stopped("document-unread", "PDF 里没有页。", RESAVE)
    for number in range(1, min(count, limits.pages) + 1):
        budget.check(draft, number)
        try:
            page = document[number - 1]
            _page(page, number, draft, limits, scanner)
            page.close()
        except pypdfium2.PdfiumError:
            draft.unread.append(Unread(number, "document-unread", "这一页已损坏。", RESAVE))
            draft.pages.append(Page(number, "", "unread"))
    if count > limits.pages:
        says = f"共 {count} 页，只读前 {limits.pages} 页。"
        draft.unread.append(Unread(0, "document-unread", says, "请把要用的部分单独导出后再交。"))


def _page(page: Any, number: int, draft: Draft, limits: Limits, scanner: Scanner | None) -> None:  # noqa: ANN401 - pypdfium2 has no types
    place = _Place(page)
    drawn = _drawn(page, place)
    chars = list(_chars(page, place, drawn))
    fair = [char for char in chars if not char.fault]
    written = sum(1 for char in fair if not char.text.isspace())
    share = _share(drawn.pictures, place)
    if share >= SCAN_SHARE and written < SCAN_CHARACTERS:
        draft.scanned = True
        if scanner is None:
            draft.pages.append(Page(number, "", "unread"))
            draft.unread.append(_unread_scan(number))
        else:
            picture, scale = rendered(page, limits.render_pixels)
            scanner.page(picture, scale, number, draft)
        return
    for kind in ("white", "tiny", "invisible", "outside"):
        text = "".join(char.text for char in chars if char.fault == kind)
        seen.note(draft.hidden, number, kind, " ".join(text.split()))
    text, lines = _lines(fair, number, draft, place)
    words = [Word(char.text, _mid(char.box, 0), _mid(char.box, 1)) for char in fair]
    tables = grids(drawn.across, drawn.down, words, THIN)
    draft.tables += [DocumentTable(number, _plain(table.rows), table.merged) for table in tables]
    draft.characters += len(text)
    draft.pages.append(Page(number, text, "text", tuple(lines)))
    if share >= PICTURE_SHARE:
        says = "页内有较大的图片，图片里的文字没有读。"
        draft.unread.append(Unread(number, "document-unread", says, "图片里有要用的数，请另附。"))


def _unread_scan(number: int) -> Unread:
    from shangji.intake.documents.scan import INSTALL

    return Unread(number, "document-unread", "扫描页，未读（需 shangji[ocr]）。", INSTALL)


class _Place:
    """From a page's own coordinates to tenths of a point from the upper left, as it is shown."""

    def __init__(self, page: Any) -> None:  # noqa: ANN401 - pypdfium2 has no types
        from pypdfium2 import raw

        self.page = page
        width, height = page.get_size()
        self.width, self.height = max(1, int(width * TENTH)), max(1, int(height * TENTH))
        self.convert = raw.FPDF_PageToDevice
        self.x, self.y = ctypes.c_int(), ctypes.c_int()

    def point(self, x: float, y: float) -> tuple[int, int]:
        """The place of a point."""
        self.convert(
            self.page, 0, 0, self.width, self.height, 0, x, y,
            ctypes.byref(self.x), ctypes.byref(self.y),
        )  # fmt: skip
        return self.x.value, self.y.value

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """The place of a rectangle."""
        first, second = self.point(left, bottom), self.point(right, top)
        xs, ys = sorted((first[0], second[0])), sorted((first[1], second[1]))
        return xs[0], ys[0], xs[1], ys[1]

    def whole(self, box: Box) -> Box:
        """A place in ten-thousandths of the page."""
        return (
            _held(box[0] * WHOLE // self.width),
            _held(box[1] * WHOLE // self.height),
            _held(box[2] * WHOLE // self.width),
            _held(box[3] * WHOLE // self.height),
        )


def _held(value: int) -> int:
    return max(0, min(WHOLE, value))


def _drawn(page: Any, place: _Place) -> _Drawn:  # noqa: ANN401 - pypdfium2 has no types
    from pypdfium2 import raw

    drawn = _Drawn()
    wanted = (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE)
    for at, item in enumerate(page.get_objects(filter=wanted, max_depth=DEPTH)):
        if at >= OBJECTS:
            break
        box = place.box(*item.get_bounds())
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            drawn.pictures.append(box)
            continue
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
        thin = min(box[2] - box[0], box[3] - box[1]) <= THIN
        if fill.value and not thin and _luminance(item) < DARK:
            drawn.dark.append(box)
        if thin:
            _stroke(drawn, box)
        elif stroke.value or fill.value:
            _outline(item, place, drawn, stroked=bool(stroke.value))
    return drawn


def _luminance(item: Any) -> int:  # noqa: ANN401 - pypdfium2 has no types
    from pypdfium2 import raw

    parts = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(item, *(ctypes.byref(part) for part in parts)):
        return 255
    red, green, blue, alpha = (part.value for part in parts)
    return 255 if alpha < FAINT else (red * 3 + green * 6 + blue) // 10


def _stroke(drawn: _Drawn, box: Box) -> None:
    left, top, right, bottom = box
    if right - left >= bottom - top and right - left >= SHORT:
        drawn.across.append(Stroke((top + bottom) / 2, left, right))
    elif bottom - top >= SHORT:
        drawn.down.append(Stroke((left + right) / 2, top, bottom))


def _outline(item: Any, place: _Place, drawn: _Drawn, *, stroked: bool) -> None:  # noqa: ANN401 - pypdfium2 has no types
    """The straight strokes of a path: of a drawn frame, or of many lines in one path."""
    from pypdfium2 import raw

    count = raw.FPDFPath_CountSegments(item)
    if not stroked or count > OBJECTS:
        return
    matrix = item.get_matrix()
    start = last = (0, 0)
    for at in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, at)
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        here = place.point(*matrix.on_point(x.value, y.value))
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == raw.FPDF_SEGMENT_LINETO:
            _straight(drawn, last, here)
        if raw.FPDFPathSegment_GetClose(segment):
            _straight(drawn, here, start)
        last = here


def _straight(drawn: _Drawn, first: tuple[int, int], second: tuple[int, int]) -> None:
    xs, ys = sorted((first[0], second[0])), sorted((first[1], second[1]))
    if min(xs[1] - xs[0], ys[1] - ys[0]) <= THIN:
        _stroke(drawn, (xs[0], ys[0], xs[1], ys[1]))


def _chars(page: Any, place: _Place, drawn: _Drawn) -> Iterator[_Char]:  # noqa: ANN401 - pypdfium2 has no types
    """Every character in the file's order, with what keeps a reader from seeing it."""
    from pypdfium2 import raw

    text = page.get_textpage()
    edges = [ctypes.c_double() for _ in range(4)]
    refs = [ctypes.byref(edge) for edge in edges]
    pale = _Pale(text, drawn)
    for at in range(text.count_chars()):
        char = _character(raw.FPDFText_GetUnicode(text, at))
        if raw.FPDFText_IsGenerated(text, at) == 1:
            if char != "\r":
                yield _Char(char, (0, 0, 0, 0))
            continue
        if char in "\r\n":
            char = " "
        raw.FPDFText_GetCharBox(text, at, refs[0], refs[1], refs[2], refs[3])
        left, right, bottom, top = (edge.value for edge in edges)
        box = place.box(left, bottom, right, top)
        fault = "" if char.isspace() else pale.fault(at, box, place)
        yield _Char(char, box, fault)
    text.close()


def _character(code: int) -> str:
    """The character of a code; the sign of an unknown one for half of a pair, or for none."""
    return chr(code) if 0 < code <= sys.maxunicode and code not in HALVES else "\ufffd"


class _Pale:
    """Says of a character why nobody sees it, or nothing."""

    def __init__(self, text: Any, drawn: _Drawn) -> None:  # noqa: ANN401 - pypdfium2 has no types
        from pypdfium2 import raw

        self.raw: Any = raw
        self.text, self.drawn = text, drawn
        self.colours = [ctypes.c_uint() for _ in range(4)]
        self.refs = [ctypes.byref(part) for part in self.colours]
        self.matrix = raw.FS_MATRIX()

    def fault(self, at: int, box: Box, place: _Place) -> str:
        raw = self.raw
        x, y = _mid(box, 0), _mid(box, 1)
        if not (0 <= x <= place.width and 0 <= y <= place.height):
            return "outside"
        item = raw.FPDFText_GetTextObject(self.text, at)
        if item and raw.FPDFTextObj_GetTextRenderMode(item) in INVISIBLE_MODES:
            return "invisible"
        raw.FPDFText_GetMatrix(self.text, at, ctypes.byref(self.matrix))
        scale = (self.matrix.c**2 + self.matrix.d**2) ** 0.5
        if 0 < raw.FPDFText_GetFontSize(self.text, at) * scale < TINY_POINTS:
            return "tiny"
        return "white" if self._like_paper(at, x, y) else ""

    def _like_paper(self, at: int, x: float, y: float) -> bool:
        """Whether a character has the colour of bare paper, or none."""
        if not self.raw.FPDFText_GetFillColor(self.text, at, *self.refs):
            return False
        red, green, blue, alpha = (part.value for part in self.colours)
        if alpha < FAINT:
            return True
        if min(red, green, blue) < PALE:
            return False
        backed = any(_holds(one, x, y) for one in (*self.drawn.dark, *self.drawn.pictures))
        return not backed


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _mid(box: Box, axis: int) -> float:
    return (box[axis] + box[axis + 2]) / 2


def _lines(chars: list[_Char], number: int, draft: Draft, place: _Place) -> tuple[str, list[Line]]:
    """The characters as lines of the page's text, each with its place."""
    pieces: list[str] = []
    lines: list[Line] = []
    start = 0
    for group in _split(chars):
        text = seen.one_line(seen.shown("".join(c.text for c in group), number, draft.hidden))
        if not text:
            continue
        boxes = [c.box for c in group if not c.text.isspace()]
        left, top, right, bottom = zip(*boxes, strict=True) if boxes else ((0,),) * 4
        box = place.whole((min(left), min(top), max(right), max(bottom)))
        lines.append(Line(start, start + len(text), box))
        pieces.append(text)
        start += len(text) + 1
    return seen.joined(pieces), lines


def _split(chars: list[_Char]) -> Iterator[list[_Char]]:
    group: list[_Char] = []
    for char in chars:
        if char.text == "\n":
            yield group
            group = []
        else:
            group.append(char)
    yield group


def _plain(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    unsaid: list[Any] = []  # hidden characters were told with the page's text
    return tuple(tuple(seen.one_line(seen.shown(cell, 0, unsaid)) for cell in row) for row in rows)


def _share(boxes: list[Box], place: _Place) -> float:
    """The share of the page that its pictures cover, overlaps counted once at most."""
    area = sum(
        max(0, min(right, place.width) - max(left, 0))
        * max(0, min(low, place.height) - max(top, 0))
        for left, top, right, low in boxes
    )
    return min(1.0, area / (place.width * place.height))


def rendered(page: Any, pixels: int, dpi: int = 200) -> tuple[Any, float]:  # noqa: ANN401 - pypdfium2 has no types
    """The page as a picture of at most so many pixels, with its pixels a point."""
    width, height = page.get_size()
    scale = min(dpi / 72, (pixels / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    return bitmap.to_numpy(), scale
