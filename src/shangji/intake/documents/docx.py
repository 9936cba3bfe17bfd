"""Word documents (.docx): paragraphs and tables in order, pages where the file marks them.

Deleted text is not read; hidden, white and tiny text and notes in the margin are stripped and told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shangji.intake.documents import seen
from shangji.intake.documents.archive import Parts, local
from shangji.intake.documents.budget import Budget
from shangji.intake.documents.model import (
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

BODY = "word/document.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TINY_HALF_POINTS = 6
PALE = 0xEB
OFF = frozenset({"0", "false", "none", "off"})
GONE = frozenset({"del", "moveFrom", "rPr", "pPr", "sdtPr", "instrText", "Fallback"})
"""What of a document is no text of the page: deleted, properties, field codes."""

HOLDERS = frozenset(
    {"sdt", "sdtContent", "ins", "moveTo", "footnote", "endnote", "customXml", "smartTag"}
)
SPACED = frozenset({"tab", "ptab", "noBreakHyphen"})
WIDEST = 2_000
PICTURE_BYTES = 30_000
PICTURE_KINDS = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff")


@dataclass
class _Sheets:
    """The lines of each page so far, its tables, what was hidden on it."""

    lines: list[list[str]] = field(default_factory=lambda: [[]])
    tables: list[DocumentTable] = field(default_factory=list)

    @property
    def page(self) -> int:
        return len(self.lines)


def read_docx(data: bytes, limits: Limits, draft: Draft, scanner: Scanner | None) -> None:
    """Read a Word document into the draft.

    Raises:
        Stopped: it cannot be read.
    """
    parts = Parts(data, limits, "Word 文件")
    if any("vbaproject" in name.lower() for name in parts.infos):
        says = "文件里有宏，没有读。"
        raise Stopped("document-unread", says, "请另存为不含宏的 .docx 后再交。")
    root = parts.xml(BODY)
    if root is None:
        says = "内容不是 Word 文件（.docx）。"
        raise Stopped("document-unread", says, "请用文字处理软件另存为 .docx 后再交。")
    pale = _pale_styles(parts.xml("word/styles.xml"))
    sheets = _Sheets()
    reader = _Reader(draft, sheets, pale, Budget(limits))
    for name in sorted(parts.infos):
        if name.startswith("word/header") and name.endswith(".xml"):
            reader.blocks(parts.xml(name))
    for body in root.iter(f"{W}body"):
        reader.blocks(body)
    for name in ("word/footnotes.xml", "word/endnotes.xml"):
        reader.blocks(parts.xml(name))
    for note in reader.comments(parts.xml("word/comments.xml")):
        seen.note(draft.hidden, 0, "comment", note)
    for number, lines in enumerate(sheets.lines, 1):
        draft.pages.append(page_of(number, lines))
    draft.tables += sheets.tables
    draft.page_count = len(draft.pages)
    _pictures(parts, draft, scanner)


def page_of(number: int, lines: list[str], method: str = "text") -> Page:
    """A page of lines that have no place."""
    made = []
    start = 0
    for line in lines:
        made.append(Line(start, start + len(line)))
        start += len(line) + 1
    return Page(number, seen.joined(lines), method, tuple(made))


def _pictures(parts: Parts, draft: Draft, scanner: Scanner | None) -> None:
    """Pictures pasted into the text are often the very paper: read where that is installed."""
    names = [
        name
        for name, info in sorted(parts.infos.items())
        if name.startswith("word/media/")
        and name.lower().endswith(PICTURE_KINDS)
        and info.file_size >= PICTURE_BYTES
    ]
    if not names:
        return
    if scanner is None:
        from shangji.intake.documents.scan import INSTALL

        says = f"文件里有 {len(names)} 张图片，图片里的文字未读（需 shangji[ocr]）。"
        draft.unread.append(Unread(0, "document-unread", says, INSTALL))
        return
    for name in names:
        draft.page_count += 1
        scanner.picture(parts.bytes(name), draft.page_count, draft)


def _pale_styles(styles: Any) -> frozenset[str]:  # noqa: ANN401 - an element, or None
    """The styles whose text nobody sees."""
    if styles is None:
        return frozenset()
    return frozenset(
        str(style.get(f"{W}styleId", ""))
        for style in styles.iter(f"{W}style")
        if any(_fault(item) for item in style.findall(f"{W}rPr"))
    )


def _fault(properties: Any) -> str:  # noqa: ANN401 - an element, or None
    """Why nobody sees a run with these properties, or nothing."""
    if properties is None:
        return ""
    told = {local(item): item for item in properties}
    for name in ("vanish", "webHidden", "specVanish"):
        if name in told and str(told[name].get(f"{W}val", "1")) not in OFF:
            return "marked"
    colour = str(told["color"].get(f"{W}val", "")) if "color" in told else ""
    shaded = {"shd", "highlight"} & set(told)
    if _pale(colour) and not shaded:
        return "white"
    size = str(told["sz"].get(f"{W}val", "")) if "sz" in told else ""
    if size.isdecimal() and int(size) < TINY_HALF_POINTS:
        return "tiny"
    return ""


def _pale(colour: str) -> bool:
    try:
        value = int(colour, 16) if len(colour) == len("ffffff") else 0
    except ValueError:
        return False
    return min(value >> 16, value >> 8 & 0xFF, value & 0xFF) >= PALE


class _Reader:
    """Walks a document and fills its pages."""

    def __init__(self, draft: Draft, sheets: _Sheets, pale: frozenset[str], budget: Budget) -> None:
        self.draft, self.sheets, self.pale, self.budget = draft, sheets, pale, budget

    def blocks(self, parent: Any) -> None:  # noqa: ANN401 - an element, or None
        """Paragraphs and tables of a body, a header or a note, in order."""
        for child in parent if parent is not None else ():
            name = local(child)
            if name == "p":
                self.paragraph(child)
            elif name == "tbl":
                self.table(child)
            elif name in HOLDERS:
                self.blocks(child)

    def paragraph(self, element: Any) -> None:  # noqa: ANN401 - an element
        """A paragraph as a line, or as several where it breaks over pages; then its text boxes."""
        self.budget.check(self.draft, self.sheets.page)
        for at, piece in enumerate(self.text(element).split("\f")):
            if at:
                self.sheets.lines.append([])
            self._line(piece)
        for box in element.iter(f"{W}txbxContent"):
            self.blocks(box)

    def _line(self, text: str) -> None:
        line = seen.one_line(seen.shown(text, self.sheets.page, self.draft.hidden))
        if line:
            self.sheets.lines[-1].append(line)
            self.draft.characters += len(line)

    def text(self, element: Any) -> str:  # noqa: ANN401 - an element
        """The text of a paragraph that its reader sees; a page break is a form feed."""
        style = element.find(f"{W}pPr/{W}pStyle")
        pale = style is not None and style.get(f"{W}val", "") in self.pale
        return "".join(self._runs(element, "marked" if pale else ""))

    def _runs(self, element: Any, fault: str) -> Iterator[str]:  # noqa: ANN401 - an element
        for child in element:
            name = local(child)
            if name in GONE or name == "txbxContent":
                continue
            if name == "r":
                own = _fault(child.find(f"{W}rPr")) or fault
                text = "".join(self._runs(child, own))
                if own:
                    seen.note(self.draft.hidden, self.sheets.page, own, text)
                else:
                    yield text
            elif name == "t":
                yield child.text or ""
            elif name in SPACED:
                yield " "
            elif name == "br":
                yield "\f" if child.get(f"{W}type") == "page" else " "
            elif name == "lastRenderedPageBreak":
                yield "\f"
            else:
                yield from self._runs(child, fault)

    def table(self, element: Any) -> None:  # noqa: ANN401 - an element
        """A table as lines of cells apart by tabs, and as a grid."""
        grid: list[list[str]] = []
        spans: dict[int, list[int]] = {}
        merged: list[list[int]] = []
        page = self.sheets.page
        turned = 0
        for row in _own_rows(element):
            self.budget.check(self.draft, page)
            cells, turns = self._row(row, grid, spans, merged)
            grid.append(cells)
            turned += turns
            self._line("\t".join(_once(cells, len(grid) - 1, merged)))
        self.sheets.lines += [[] for _ in range(turned)]
        if grid:
            width = max(map(len, grid))
            rows = tuple(tuple(row + [""] * (width - len(row))) for row in grid)
            spots = tuple(sorted((a, b, c, d) for a, b, c, d in merged if c > 1 or d > 1))
            self.sheets.tables.append(DocumentTable(page, rows, spots))

    def _row(
        self,
        row: Any,  # noqa: ANN401 - an element
        grid: list[list[str]],
        spans: dict[int, list[int]],
        merged: list[list[int]],
    ) -> tuple[list[str], int]:
        cells: list[str] = []
        turns = 0
        for cell in _own_cells(row):
            properties = cell.find(f"{W}tcPr")
            across = _number(properties, "gridSpan", 1)
            down = properties.find(f"{W}vMerge") if properties is not None else None
            at = len(cells)
            text = self._cell(cell)
            turns += text.count("\f")
            text = " ".join(text.replace("\f", " ").split())
            text = seen.shown(text, self.sheets.page, self.draft.hidden)
            if down is not None and down.get(f"{W}val") != "restart" and at in spans and grid:
                spans[at][2] += 1
                text = grid[-1][at] if at < len(grid[-1]) else text
            else:
                span = [len(grid), at, 1, across]
                spans[at] = span
                merged.append(span)
            cells += [text] * min(across, WIDEST - len(cells))
        return cells, turns

    def _cell(self, cell: Any) -> str:  # noqa: ANN401 - an element
        return " ".join(self.text(one) for one in cell.iter(f"{W}p"))

    def comments(self, root: Any) -> Iterator[str]:  # noqa: ANN401 - an element, or None
        """The notes in the margin: no reader of the printed page sees them."""
        for note in root if root is not None else ():
            yield "".join(str(text.text or "") for text in note.iter(f"{W}t"))


def _once(cells: list[str], row: int, merged: list[list[int]]) -> list[str]:
    """The cells of a row, one that reaches over several columns once."""
    wide = {column: across for top, column, down, across in merged if top <= row < top + down}
    found = []
    at = 0
    while at < len(cells):
        found.append(cells[at])
        at += wide.get(at, 1)
    return found


def _own_rows(table: Any) -> list[Any]:  # noqa: ANN401 - elements
    """The rows of a table and not of a table inside it."""
    return [row for child in table for row in _through(child, "tr")]


def _own_cells(row: Any) -> list[Any]:  # noqa: ANN401 - elements
    return [cell for child in row for cell in _through(child, "tc")]


def _through(element: Any, name: str) -> Iterator[Any]:  # noqa: ANN401 - elements
    """The element itself, or what stands in wrappers that hold it."""
    if local(element) == name:
        yield element
    elif local(element) in HOLDERS:
        for child in element:
            yield from _through(child, name)


def _number(properties: Any, name: str, otherwise: int) -> int:  # noqa: ANN401 - an element, or None
    item = properties.find(f"{W}{name}") if properties is not None else None
    value = str(item.get(f"{W}val", "")) if item is not None else ""
    return max(1, min(int(value), WIDEST)) if value.isdecimal() else otherwise
