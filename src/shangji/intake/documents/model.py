"""What was read of a document: pages of text with places, tables, what was hidden or unread."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Where
from shangji.intake.documents.personal import Mark

if TYPE_CHECKING:
    from collections.abc import Mapping

READER = "reader-1"
"""Version of the readers: what another version read is read again."""

WHOLE = 10_000
"""Places are in ten-thousandths of a page's width and height, from its upper left corner."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""

HIDDEN_KINDS = {
    "white": "与底色相同的文字",
    "tiny": "极小的文字",
    "invisible": "看不见的文字层",
    "outside": "页面之外的文字",
    "sheet": "隐藏的工作表",
    "cells": "隐藏的行或列",
    "marked": "标为隐藏的文字",
    "comment": "批注",
    "zero_width": "零宽字符",
    "direction": "改变显示方向的字符",
    "instruction": "写给评审者的指令",
}
"""Kinds of text that a person who looks at the page does not see, or that is not for them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: where it starts in the page's text, its place, how sure its reading is.

    `confidence` is in hundredths: 100 for text that the file itself holds.
    """

    start: int
    end: int
    box: Box | None = None
    confidence: int = 100


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its text, and its lines in their order; `method` is a code of `page_method`.

    `turned` says by how many degrees the picture was turned before it could be read.
    """

    number: int
    text: str
    method: str = "text"
    lines: tuple[Line, ...] = ()
    turned: int = 0

    @property
    def confidence(self) -> int:
        """How sure the reading is on the whole: the mean over its characters, in hundredths."""
        length = sum(line.end - line.start for line in self.lines)
        if not length:
            return 0 if self.method == "unread" else 100
        return sum(line.confidence * (line.end - line.start) for line in self.lines) // length

    def doubtful(self, below: int) -> tuple[Line, ...]:
        """The lines that were read with less certainty; they are kept, and said."""
        return tuple(line for line in self.lines if line.confidence < below)

    def box(self, start: int, end: int) -> Box | None:
        """The place of the lines that a span of the text touches."""
        boxes = [
            line.box for line in self.lines if line.box and line.start < end and line.end > start
        ]
        if not boxes:
            return None
        left, top, right, bottom = zip(*boxes, strict=True)
        return min(left), min(top), max(right), max(bottom)


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """A table as a grid of texts; a merged cell's text stands at every place that it covers.

    `merged` are the merged cells: row, column, rows, columns, from 0.
    """

    page: int
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """What was not read: a page, or the whole where `page` is 0, and what would mend it."""

    page: int
    code: str
    says: str
    fix: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """Text that was stripped, or that is not meant for the reader of the page."""

    page: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read; `secret` says that it bears a mark of secrecy: nothing is kept."""

    name: str
    digest: str
    media: str
    size: int
    pages: tuple[Page, ...] = ()
    tables: tuple[DocumentTable, ...] = ()
    unread: tuple[Unread, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    marks: tuple[Mark, ...] = ()
    secret: bool = False
    scanned: bool = False
    page_count: int = 0

    @property
    def text(self) -> str:
        """The text of all pages."""
        return "\n".join(page.text for page in self.pages)

    def problems(self) -> list[Problem]:
        """What was not read, and what was hidden, as problems that a person reads."""
        found = [
            Problem(
                item.code,
                Where(self.name, cell=f"第 {item.page} 页" if item.page else ""),
                item.says,
                item.fix,
            )
            for item in self.unread
        ]
        for item in self.hidden:
            where = Where(self.name, cell=f"第 {item.page} 页" if item.page else "")
            says = f"有{HIDDEN_KINDS[item.kind]}，已剔除并标记，不作依据。"
            if item.kind == "instruction":
                says = "有写给评审者的指令，已标记，不作依据，也不影响任何结论。"
            fix = "请核对原件，问清来由。"
            found.append(Problem("document-hidden", where, says, fix, value=item.text[:60]))
        return found

    def record(self) -> dict[str, Any]:
        """The document as JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Document:
        """The document of a record; anything in it that a reader does not make is an error."""
        parts = {
            "pages": tuple(_page(item) for item in record["pages"]),
            "tables": tuple(_table(item) for item in record["tables"]),
            "unread": tuple(Unread(**item) for item in record["unread"]),
            "hidden": tuple(Hidden(**item) for item in record["hidden"]),
            "marks": tuple(Mark(**item) for item in record["marks"]),
        }
        return cls(**{**record, **parts})


def _page(record: Mapping[str, Any]) -> Page:
    lines = tuple(
        Line(
            int(item["start"]),
            int(item["end"]),
            _box(item["box"]),
            int(item["confidence"]),
        )
        for item in record["lines"]
    )
    return Page(**{**record, "lines": lines})


def _box(values: Any) -> Box | None:  # noqa: ANN401 - a JSON value
    if values is None:
        return None
    left, top, right, bottom = (int(value) for value in values)
    return left, top, right, bottom


def _table(record: Mapping[str, Any]) -> DocumentTable:
    rows = tuple(tuple(str(cell) for cell in row) for row in record["rows"])
    merged = []
    for item in record["merged"]:
        row, column, down, across = (int(value) for value in item)
        merged.append((row, column, down, across))
    return DocumentTable(int(record["page"]), rows, tuple(merged))


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost, and what a reading needs of the pack.

    `stamps` are marks of secrecy beside those that every document bears; `ocr` says whether
    scanned pages are read at all.
    """

    seconds: int = 120
    memory_bytes: int = 2 << 30
    file_bytes: int = 50_000_000
    unpacked_bytes: int = 200_000_000
    pages: int = 500
    characters: int = 5_000_000
    pixels: int = 60_000_000
    render_pixels: int = 12_000_000
    members: int = 1_000
    stamps: tuple[str, ...] = ()
    ocr: bool = True
    key: str = ""
    """Of the digests of masked numbers; none are made without it."""

    def record(self) -> dict[str, Any]:
        """The limits as JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Limits:
        """The limits of a record."""
        return cls(**{**record, "stamps": tuple(record["stamps"])})


@dataclass
class Draft:
    """A document while it is being read."""

    pages: list[Page] = field(default_factory=list)
    tables: list[DocumentTable] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    scanned: bool = False
    page_count: int = 0
    characters: int = 0


class Stopped(Exception):  # noqa: N818 - an outcome of reading, not an error
    """Ends the reading of a document; what was read until then is kept."""

    def __init__(self, code: str, says: str, fix: str) -> None:
        """Carry the code and the words of why."""
        super().__init__(says)
        self.code, self.says, self.fix = code, says, fix

    def unread(self, page: int = 0) -> Unread:
        """The reason as a part of the document."""
        return Unread(page, self.code, self.says, self.fix)


class Secret(Exception):  # noqa: N818 - an outcome of reading, not an error
    """The document bears a mark of secrecy where no text of a page shows it."""
