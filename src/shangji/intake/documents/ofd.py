"""OFD (GB/T 33190): text and ruled tables of its pages; a page that is only a picture is a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.intake.documents import seen
from shangji.intake.documents.archive import Parts, local
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
    from shangji.intake.documents.model import Limits
    from shangji.intake.documents.scan import Scanner

DEFAULT_PAGE = (0.0, 0.0, 210.0, 297.0)
DELTAS_MOST = 100_000
TINY_MM = 1.06
"""Three points."""

PALE = 235
THIN_MM, SHORT_MM = 0.9, 1.4
SCAN_CHARACTERS = 30
BAD = "请用版式阅读软件打开核对，或转成 PDF 后再交。"
"""Fix of an OFD that cannot be read."""


class _Page:
    """What stands on a page, in millimetres from the upper left."""

    def __init__(self, number: int, size: tuple[float, float, float, float]) -> None:
        self.number, self.size = number, size
        self.words: list[Word] = []
        self.pieces: list[tuple[float, float, float, float, str]] = []
        self.across: list[Stroke] = []
        self.down: list[Stroke] = []
        self.pictures: list[str] = []
        self.dark: list[tuple[float, float, float, float]] = []


def read_ofd(data: bytes, limits: Limits, draft: Draft, scanner: Scanner | None) -> None:
    """Read an OFD into the draft.

    Raises:
        Stopped: it cannot be read.
    """
    parts = Parts(data, limits, "OFD 文件")
    entry = parts.xml("OFD.xml")
    if entry is None:
        raise Stopped("document-unread", "内容不是 OFD 文件。", BAD)
    budget = Budget(limits)
    for root in _texts(entry, "DocRoot"):
        name = parts.beside("OFD.xml", root)
        document = parts.xml(name)
        if document is None:
            continue
        media = _media(parts, name, document)
        size = _area(document, DEFAULT_PAGE)
        templates = _templates(parts, name, document)
        for page in (item for item in document.iter() if local(item) == "Page"):
            if page.get("BaseLoc") is None or len(draft.pages) >= limits.pages:
                continue
            number = len(draft.pages) + 1
            budget.check(draft, number)
            content = parts.xml(parts.beside(name, str(page.get("BaseLoc"))))
            if content is None:
                draft.unread.append(Unread(number, "document-unread", "这一页缺失。", BAD))
                draft.pages.append(Page(number, "", "unread"))
                continue
            made = _Page(number, _area(content, size))
            for held in (item for item in content.iter() if local(item) == "Template"):
                _fill(made, templates.get(str(held.get("TemplateID"))), draft)
            _fill(made, content, draft)
            _finish(made, parts, media, draft, scanner)
    draft.page_count = len(draft.pages)
    if not draft.pages:
        raise Stopped("document-unread", "OFD 里没有页。", BAD)


def _texts(element: Any, name: str) -> list[str]:  # noqa: ANN401 - an element
    return [str(item.text or "").strip() for item in element.iter() if local(item) == name]


def _numbers(text: object) -> list[float]:
    found = []
    for piece in str(text or "").split():
        try:
            found.append(float(piece))
        except ValueError:
            return []
    return found


def _area(
    element: Any,  # noqa: ANN401 - an element
    otherwise: tuple[float, float, float, float],
) -> tuple[float, float, float, float]:
    for text in _texts(element, "PhysicalBox"):
        values = _numbers(text)
        if len(values) == len(otherwise) and values[2] > 0 and values[3] > 0:
            return values[0], values[1], values[2], values[3]
    return otherwise


def _templates(parts: Parts, name: str, document: Any) -> dict[str, Any]:  # noqa: ANN401 - an element
    return {
        str(item.get("ID")): parts.xml(parts.beside(name, str(item.get("BaseLoc"))))
        for item in document.iter()
        if local(item) == "TemplatePage" and item.get("BaseLoc")
    }


def _media(parts: Parts, name: str, document: Any) -> dict[str, str]:  # noqa: ANN401 - an element
    """The part that holds each picture, by the picture's id."""
    found = {}
    for target in (*_texts(document, "DocumentRes"), *_texts(document, "PublicRes")):
        place = parts.beside(name, target)
        res = parts.xml(place)
        if res is None:
            continue
        base = str(res.get("BaseLoc", ""))
        for item in (one for one in res.iter() if local(one) == "MultiMedia"):
            for file in _texts(item, "MediaFile"):
                inside = parts.beside(place, f"{base}/{file}" if base else file)
                found[str(item.get("ID"))] = inside
    return found


def _fill(page: _Page, content: Any, draft: Draft) -> None:  # noqa: ANN401 - an element, or None
    for item in content.iter() if content is not None else ():
        name = local(item)
        if str(item.get("Visible", "true")).lower() == "false":
            if name == "TextObject":
                seen.note(draft.hidden, page.number, "marked", "".join(_texts(item, "TextCode")))
            continue
        if name == "PathObject":
            _path(page, item)
        elif name == "ImageObject":
            page.pictures.append(str(item.get("ResourceID", "")))
    for item in content.iter() if content is not None else ():
        if local(item) == "TextObject" and str(item.get("Visible", "true")).lower() != "false":
            _write(page, item, draft)


def _scaled(item: Any) -> tuple[float, float, float, float, float, float]:  # noqa: ANN401 - an element
    values = _numbers(item.get("CTM"))
    return tuple(values) if len(values) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)  # type: ignore[return-value]  # noqa: PLR2004 - six numbers of a matrix


def _boundary(item: Any) -> list[float]:  # noqa: ANN401 - an element
    values = _numbers(item.get("Boundary"))
    return values if len(values) == 4 else [0.0, 0.0, 0.0, 0.0]  # noqa: PLR2004 - a box


def _colour(item: Any) -> tuple[int, int]:  # noqa: ANN401 - an element
    """How bright an object's fill is at its darkest, and how opaque; black where not told."""
    for child in item:
        if local(child) == "FillColor":
            values = [int(value) for value in _numbers(child.get("Value"))]
            alpha = _numbers(child.get("Alpha")) or [255.0]
            return (min(values) if values else 0), int(alpha[0])
    return 0, 255


def _path(page: _Page, item: Any) -> None:  # noqa: ANN401 - an element
    left, top, width, height = _boundary(item)
    a, b, c, d, e, f = _scaled(item)
    filled = str(item.get("Fill", "false")).lower() == "true"
    if filled and min(width, height) > THIN_MM and _colour(item)[0] < PALE:
        page.dark.append((left, top, left + width, top + height))
    start = last = (0.0, 0.0)
    for data in _texts(item, "AbbreviatedData"):
        pieces = data.split()
        at = 0
        while at < len(pieces):
            op = pieces[at]
            taken = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7}.get(op, 0)
            values = _numbers(" ".join(pieces[at + 1 : at + 1 + taken]))
            at += 1 + taken
            if op == "C":
                _straight(page, last, start)
            if len(values) != taken or taken == 0:
                continue
            x, y = values[-2], values[-1]
            here = (left + a * x + c * y + e, top + b * x + d * y + f)
            if op in {"M", "S"}:
                start = here
            elif op == "L":
                _straight(page, last, here)
            last = here


def _straight(page: _Page, first: tuple[float, float], second: tuple[float, float]) -> None:
    xs, ys = sorted((first[0], second[0])), sorted((first[1], second[1]))
    if ys[1] - ys[0] <= THIN_MM and xs[1] - xs[0] >= SHORT_MM:
        page.across.append(Stroke(sum(ys) / 2, xs[0], xs[1]))
    elif xs[1] - xs[0] <= THIN_MM and ys[1] - ys[0] >= SHORT_MM:
        page.down.append(Stroke(sum(xs) / 2, ys[0], ys[1]))


def _write(page: _Page, item: Any, draft: Draft) -> None:  # noqa: ANN401 - an element
    """The text of an object: seen, or noted as hidden."""
    left, top, _, _ = _boundary(item)
    a, b, c, d, e, f = _scaled(item)
    size = (_numbers(item.get("Size")) or [4.0])[0]
    drawn = size * max(abs(d), abs(b), 1e-6)
    dim, alpha = _colour(item)
    for code in (one for one in item if local(one) == "TextCode"):
        text = str(code.text or "")
        x, y = (_numbers(code.get("X")) or [0.0])[0], (_numbers(code.get("Y")) or [size])[0]
        across = _deltas(str(code.get("DeltaX", "")))
        down = _deltas(str(code.get("DeltaY", "")))
        spots = []
        for at, char in enumerate(text):
            here = (left + a * x + c * y + e, top + b * x + d * y + f)
            spots.append((char, here[0] + drawn / 2, here[1] - drawn / 2))
            x += across[min(at, len(across) - 1)] if across else (0.0 if down else size)
            y += down[min(at, len(down) - 1)] if down else 0.0
        if not spots:
            continue
        fault = _fault(page, spots[0][1], spots[0][2], (drawn, dim, alpha))
        if fault:
            seen.note(draft.hidden, page.number, fault, text)
            continue
        page.words += [Word(char, spot, height) for char, spot, height in spots]
        xs, ys = [spot for _, spot, _ in spots], [height for _, _, height in spots]
        half = drawn / 2
        page.pieces.append((min(ys) - half, min(xs) - half, max(ys) + half, max(xs) + half, text))


def _fault(page: _Page, x: float, y: float, look: tuple[float, int, int]) -> str:
    drawn, dim, alpha = look
    _, _, width, height = page.size
    if not (0 <= x <= width and 0 <= y <= height):
        return "outside"
    if drawn < TINY_MM:
        return "tiny"
    backed = any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in page.dark)
    if alpha < 26 or (dim >= PALE and not backed):  # noqa: PLR2004 - a tenth of opaque
        return "white"
    return ""


def _deltas(text: str) -> list[float]:
    """Steps from character to character: numbers, and `g n step` for n equal ones."""
    found: list[float] = []
    pieces = text.split()
    at = 0
    while at < len(pieces) and len(found) < DELTAS_MOST:
        if pieces[at] == "g" and at + 2 < len(pieces):
            step = _numbers(pieces[at + 2])
            count = int(pieces[at + 1]) if pieces[at + 1].isdecimal() else 0
            found += step * min(count, DELTAS_MOST)
            at += 3
            continue
        found += _numbers(pieces[at])
        at += 1
    return found


def _finish(
    page: _Page, parts: Parts, media: dict[str, str], draft: Draft, scanner: Scanner | None
) -> None:
    """The page of what was gathered: its text by height, its tables; or the scan that it is."""
    if len(page.words) < SCAN_CHARACTERS and page.pictures:
        draft.scanned = True
        if scanner is None:
            from shangji.intake.documents.scan import INSTALL

            draft.pages.append(Page(page.number, "", "unread"))
            says = "扫描页，未读（需 shangji[ocr]）。"
            draft.unread.append(Unread(page.number, "document-unread", says, INSTALL))
        else:
            scanner.picture(parts.bytes(media.get(page.pictures[0], "")), page.number, draft)
        return
    pieces: list[str] = []
    lines: list[Line] = []
    start = 0
    for row in _rows(page):
        shown = [(one, seen.one_line(seen.shown(one[4], page.number, draft.hidden))) for one in row]
        kept = [(one, text) for one, text in shown if text]
        if not kept:
            continue
        text = "\t".join(text for _, text in kept)
        tops, lefts, lows, rights = zip(*(one[:4] for one, _ in kept), strict=True)
        box = _whole((min(lefts), min(tops), max(rights), max(lows)), page.size)
        lines.append(Line(start, start + len(text), box))
        pieces.append(text)
        start += len(text) + 1
    text = seen.joined(pieces)
    draft.characters += len(text)
    draft.pages.append(Page(page.number, text, "text", tuple(lines)))
    for table in grids(page.across, page.down, page.words, THIN_MM):
        draft.tables.append(DocumentTable(page.number, table.rows, table.merged))


def _rows(page: _Page) -> list[list[tuple[float, float, float, float, str]]]:
    """Pieces of one height, from the left; words that touch are one piece by then."""
    rows: list[list[tuple[float, float, float, float, str]]] = []
    for one in sorted(page.pieces, key=lambda each: (each[0] + each[2], each[1])):
        last = rows[-1][-1] if rows else None
        same = last and abs(one[0] + one[2] - last[0] - last[2]) < min(
            one[2] - one[0], last[2] - last[0]
        )
        if same:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [_touching(sorted(row, key=lambda each: each[1])) for row in rows]


def _touching(
    row: list[tuple[float, float, float, float, str]],
) -> list[tuple[float, float, float, float, str]]:
    made = row[:1]
    for one in row[1:]:
        last = made[-1]
        if one[1] - last[3] < (last[2] - last[0]) / 3:
            made[-1] = (
                min(last[0], one[0]), last[1], max(last[2], one[2]), one[3], last[4] + one[4]
            )  # fmt: skip
        else:
            made.append(one)
    return made


def _whole(box: tuple[float, float, float, float], size: tuple[float, float, float, float]) -> Box:
    _, _, width, height = size
    shares = (box[0] / width, box[1] / height, box[2] / width, box[3] / height)
    left, top, right, bottom = (max(0, min(WHOLE, int(share * WHOLE))) for share in shares)
    return left, top, right, bottom
