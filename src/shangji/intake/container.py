"""What is looked at in a workbook's zip before any library opens it: size, macros, traps.

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
TEXT_RESULT = re.compile(rb"""\bt\s*=\s*["']str["']""")
MACRO = re.compile(r"vbaproject|/macrosheets/|/activex/|\.bin\.vba", re.IGNORECASE)
LINK = re.compile(r"/externallinks/", re.IGNORECASE)
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
    if any(MACRO.search(f"/{part}") for part in names):
        raise _Trouble("file-macro", "文件里有宏。", "请另存为不含宏的 .xlsx 后重报。")
    if any(LINK.search(f"/{part}") for part in names):
        raise _Trouble(
            "file-macro",
            "文件链接到别的工作簿。",
            "请在表格软件的“编辑链接”里断开链接（保留数值）后重报。",
        )
    for part in parts:
        with archive.open(part) as stream:
            _scan(stream, part.filename, contents)
    contents.sheets = _sheets(archive)
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
        sheet.on = sheet.on or b"sheetData" in text
        cut = _cut(text, cells=sheet.on)
        if sheet.on:
            _cells(text[:cut], part, sheet, contents)
        tail = text[cut:]
    if sheet.on:
        _cells(tail, part, sheet, contents)


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
    found = contents.valueless.setdefault(part, {})
    for match in UNCALCULATED.finditer(text):
        where = REFERENCE.search(match[1])
        if where and not TEXT_RESULT.search(match[1]):
            found[int(where[2]), _column(where[1]) - 1] = ""
    for match in ERROR.finditer(text):
        where = REFERENCE.search(match[1])
        if where:
            found[int(where[2]), _column(where[1]) - 1] = match[2].decode("ascii", "replace")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part in which each sheet stands, by the sheet's name."""
    targets = {}
    if "xl/_rels/workbook.xml.rels" in archive.namelist():
        links: Any = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        for link in links:
            target = str(link.get("Target", ""))
            targets[link.get("Id")] = (
                target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            )
    book: Any = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return {
        str(sheet.get("name", "")): targets.get(sheet.get(OFFICE), "")
        for sheet in book.iter()
        if str(sheet.tag).rsplit("}", 1)[-1] == "sheet"
    }
