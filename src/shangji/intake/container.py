"""What is looked at in a workbook's zip before any library opens it: size, macros, traps, marks.

Declared sizes are not believed: every part is unpacked once, in pieces, and counted.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from shangji.errors import Problem, Where
from shangji.intake.marks import STAMP
from shangji.intake.sheet import AREA, CELLS, PARTS, SHEETS, UNPACKED_BYTES

PIECE = 1 << 20
TAIL = 64
LONGEST_CELL = 4 << 20

CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>/])([^>]*)>")
REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c(?=\s)([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
ERROR = re.compile(
    rb"""<(?:\w+:)?c(?=\s)([^>]*\bt\s*=\s*["']e["'][^>]*)>(?:(?!</(?:\w+:)?c>).)*?"""
    rb"<(?:\w+:)?v>([^<]*)</",
    re.DOTALL,
)
ROW = re.compile(rb"<(?:\w+:)?row(?=\s)([^>]*)>")
COLUMNS = re.compile(rb"<(?:\w+:)?col(?=\s)([^>]*)>")
NUMBER = re.compile(rb"""\b(r|min|max)\s*=\s*["'](\d{1,7})["']""")
HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
PAGE_TEXT = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)\b[^>]*>([^<]*)<")
SHOWN = re.compile(r"^docprops/|/drawings/|comments", re.IGNORECASE)
"""Parts whose text a person sees, or is told of, beside the cells."""

TAG = re.compile(rb"<[^>]*>")
ROWS_MOST, COLUMNS_MOST = 1 << 20, 1 << 14
"""What a sheet can have at all."""

TEXT_RESULT = re.compile(rb"""\bt\s*=\s*["']str["']""")
MACRO = re.compile(r"vbaproject|/macrosheets/|/activex/|\.bin\.vba", re.IGNORECASE)
LINK = re.compile(r"/externallinks/|/connections\.xml$|/querytables/", re.IGNORECASE)
OBJECT = re.compile(r"/embeddings/|/oleobject[^/]*\.bin$|\.ole$", re.IGNORECASE)
LIVE_TYPE = re.compile(rb"macroenabled|vbaproject|activex|oleobject", re.IGNORECASE)
"""Marks of a live part in the list of content types, whatever the part is called."""

OUTSIDE = re.compile(
    rb"""<(?:\w+:)?Relationship\b(?=[^>]*TargetMode\s*=\s*["']External["'])"""
    rb"""(?![^>]*/hyperlink["'])[^>]*>"""
)
"""A relation to something outside the file that is no hyperlink, which nobody follows."""

NO_LIVE = {
    "macro": ("文件里有宏或控件。", "请另存为不含宏的 .xlsx 后重报。"),
    "link": (
        "文件链接到别的工作簿或外部数据。",
        "请在表格软件的“编辑链接”“查询和连接”里断开（保留数值）后重报。",
    ),
    "object": ("文件里嵌有别的文件或对象。", "请删去嵌入的对象，另作附件后重报。"),
}
FOREIGN = frozenset({"mimetype", "content.xml", "xl/workbook.bin"})
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class Contents:
    """What was counted in the parts: bytes, cells, and by part the cells that hold no value.

    Of those, a reader of values says nothing: formulas saved without a result (kept as "") and
    results that are errors (kept as the error's name).
    """

    unpacked: int = 0
    cells: int = 0
    valueless: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    hidden_rows: dict[str, set[int]] = field(default_factory=dict)
    hidden_columns: dict[str, set[int]] = field(default_factory=dict)
    stamped: bool = False
    date1904: bool = False

    def part(self, name: str) -> str:
        """The part in which a sheet stands."""
        return self.sheets.get(name, "")

    def of_sheet(self, name: str) -> dict[tuple[int, int], str]:
        """The valueless cells of a sheet by row (from 1) and column (from 0)."""
        return self.valueless.get(self.sheets.get(name, ""), {})


class _Trouble(Exception):  # noqa: N818 - an outcome inside this module, not an error
    """Carries the code and the words of what is wrong with the container."""

    def __init__(self, code: str, says: str, fix: str) -> None:
        super().__init__(says)
        self.code, self.says, self.fix = code, says, fix


def inspect(name: str, data: bytes) -> tuple[Contents, Problem | None]:
    """Unpack every part once and return what was counted, or why the file is refused."""
    contents = Contents()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _parts(archive, contents)
    except _Trouble as trouble:
        return contents, Problem(trouble.code, Where(name), trouble.says, trouble.fix)
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        ValueError,
        LookupError,
        ElementTree.ParseError,
        DefusedXmlException,
    ):
        return contents, unreadable(name)
    return contents, None


def unreadable(name: str) -> Problem:
    """The problem of a workbook that is damaged."""
    return Problem(
        "file-unreadable",
        Where(name),
        "工作簿已损坏或不完整。",
        "请用表格软件打开核对，另存为 .xlsx 后重报。",
    )


def _parts(archive: zipfile.ZipFile, contents: Contents) -> None:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > PARTS:
        raise _Trouble("file-too-large", f"内部文件超过 {PARTS} 个。", "请另存为新工作簿后重报。")
    if "xl/workbook.xml" not in names or FOREIGN.intersection(names):
        raise _Trouble(
            "file-unreadable", "内容不是 .xlsx 工作簿。", "请用表格软件另存为 .xlsx 后重报。"
        )
    for kind, pattern in (("macro", MACRO), ("link", LINK), ("object", OBJECT)):
        if any(pattern.search(f"/{part}") for part in names):
            raise _Trouble("file-macro", *NO_LIVE[kind])
    for part in parts:
        with archive.open(part) as stream:
            _scan(stream, part.filename, contents)
    contents.sheets = _sheets(archive, contents)
    if len(contents.sheets) > SHEETS:
        raise _Trouble("file-too-large", f"工作表超过 {SHEETS} 张。", "请拆成几个文件后重报。")


def _scan(stream: IO[bytes], part: str, contents: Contents) -> None:
    """Read one part in pieces: count bytes and cells, refuse what an XML part may not hold."""
    tail = b""
    sheet = _Extent()
    marked_up = part.lower().endswith((".xml", ".rels", ".vml"))
    while piece := stream.read(PIECE):
        contents.unpacked += len(piece)
        if contents.unpacked > UNPACKED_BYTES:
            raise _Trouble(
                "file-too-large",
                f"解压后超过 {UNPACKED_BYTES // 1_000_000} MB。",
                "请拆成几个文件，或删去图片和多余的表后重报。",
            )
        text = tail + piece
        if b"<!doctype" in text.lower():
            raise _Trouble(
                "file-unreadable", "文件内部有不允许的声明。", "请用表格软件另存为 .xlsx 后重报。"
            )
        if marked_up and b"\0" in piece:
            raise _Trouble(
                "file-unreadable", "文件内部的文字编码不对。", "请用表格软件另存为 .xlsx 后重报。"
            )
        _live(part, text)
        sheet.on = sheet.on or b"sheetData" in text
        contents.stamped = contents.stamped or _stamped(part, text, worksheet=sheet.on)
        cut = _cut(text, cells=sheet.on)
        if sheet.on:
            _cells(text[:cut], part, sheet, contents)
        tail = text[cut:]
    if sheet.on:
        _cells(tail, part, sheet, contents)


def _live(part: str, text: bytes) -> None:
    """Refuse a part that says of another that it is live, or that leads out of the file."""
    if part == "[Content_Types].xml" and LIVE_TYPE.search(text):
        raise _Trouble("file-macro", *NO_LIVE["macro"])
    if part.endswith(".rels") and OUTSIDE.search(text):
        raise _Trouble("file-macro", *NO_LIVE["link"])


def _stamped(part: str, text: bytes, *, worksheet: bool) -> bool:
    """Whether a text box, a note, a page header or the title bears a mark of secrecy.

    What stands in cells is judged row by row, and only where it stands.
    """
    if worksheet:
        shown = b" ".join(PAGE_TEXT.findall(text))
    elif SHOWN.search(part):
        shown = TAG.sub(b"", text)
    else:
        return False
    return STAMP.search("".join(shown.decode("utf-8", "ignore").split())) is not None


def _cut(text: bytes, *, cells: bool) -> int:
    """Where a piece ends so that no cell and no word is torn."""
    if not cells:
        return max(0, len(text) - TAIL)
    cut = text.rfind(b"</c>") + 4
    if cut < len(b"</c>"):
        cut = text.rfind(b"/>") + 2
    if cut < len(b"/>"):
        cut = max(0, len(text) - TAIL)
    return cut if len(text) - cut <= LONGEST_CELL else len(text)


@dataclass
class _Extent:
    """How far a sheet reaches: a reader makes room for every cell of that rectangle."""

    on: bool = False
    rows: int = 0
    columns: int = 0
    unplaced: int = 0


def _cells(text: bytes, part: str, sheet: _Extent, contents: Contents) -> None:
    for match in CELL.finditer(text):
        attributes = match[1]
        if attributes.endswith(b"/"):  # formatted, but empty
            continue
        contents.cells += 1
        where = REFERENCE.search(attributes)
        if where:
            sheet.rows = max(sheet.rows, int(where[2]))
            sheet.columns = max(sheet.columns, _column(where[1]))
        else:
            sheet.unplaced += 1
    if contents.cells > CELLS:
        raise _Trouble("file-too-large", f"单元格超过 {CELLS} 个。", "请拆成几个文件后重报。")
    if (sheet.rows + sheet.unplaced) * max(sheet.columns, 1) > AREA:
        raise _Trouble(
            "file-too-large",
            "有内容的单元格相距太远，表的范围过大。",
            "请删去数据之外的零散单元格和空白行列后重报。",
        )
    _hidden(text, part, contents)
    found = contents.valueless.setdefault(part, {})
    for match in UNCALCULATED.finditer(text):
        where = REFERENCE.search(match[1])
        if where and not TEXT_RESULT.search(match[1]):
            found[int(where[2]), _column(where[1]) - 1] = ""
    for match in ERROR.finditer(text):
        where = REFERENCE.search(match[1])
        if where:
            found[int(where[2]), _column(where[1]) - 1] = match[2].decode("ascii", "replace")


def _hidden(text: bytes, part: str, contents: Contents) -> None:
    """Note the rows and columns that the sheet does not show."""
    for match in ROW.finditer(text):
        if HIDDEN.search(match[1]):
            told = {key: int(value) for key, value in NUMBER.findall(match[1])}
            if 0 < told.get(b"r", 0) <= ROWS_MOST:
                contents.hidden_rows.setdefault(part, set()).add(told[b"r"])
    for match in COLUMNS.finditer(text):
        if HIDDEN.search(match[1]):
            told = {key: int(value) for key, value in NUMBER.findall(match[1])}
            last = min(told.get(b"max", 0), COLUMNS_MOST)
            columns = range(max(told.get(b"min", 1), 1) - 1, last)
            contents.hidden_columns.setdefault(part, set()).update(columns)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _sheets(archive: zipfile.ZipFile, contents: Contents) -> dict[str, str]:
    """The part in which each sheet stands, by the sheet's name; notes the book's first day."""
    targets = {}
    if "xl/_rels/workbook.xml.rels" in archive.namelist():
        links: Any = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        for link in links:
            target = str(link.get("Target", ""))
            targets[link.get("Id")] = (
                target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            )
    book: Any = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    contents.date1904 = any(
        item.get("date1904") in {"1", "true"}
        for item in book.iter()
        if str(item.tag).rsplit("}", 1)[-1] == "workbookPr"
    )
    return {
        str(sheet.get("name", "")): targets.get(sheet.get(OFFICE), "")
        for sheet in book.iter()
        if str(sheet.tag).rsplit("}", 1)[-1] == "sheet"
    }
