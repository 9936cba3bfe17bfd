"""Facts of tables: a cell beside its label or under its heading, in the unit that this names."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.evidence.attachments.found import EXTRACTOR, Evidence, Value
from shangji.evidence.attachments.spelling import spelt
from shangji.evidence.attachments.valued import value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.intake.documents import Document, DocumentTable, Page
    from shangji.pack.patterns import Pattern

UNIT = re.compile(r"[（(]\s*(?:单位[:：]?)?\s*(万元|元|亿元|千元)\s*[）)]")
PAGE_UNIT = re.compile(r"(?:金额)?单位\s*[:：]?\s*(?:人民币)?\s*(万元|元|亿元|千元)")
NOTE = re.compile(r"[（(][^（）()]*[）)]")
HEADING_ROWS = 4
MOST = 400


def table_facts(document: Document, pattern: Pattern) -> Iterator[Evidence]:
    """What a pattern finds in a document's tables."""
    if not (pattern.labels or pattern.columns):
        return
    pages = {page.number: page for page in document.pages}
    count = 0
    for table in document.tables:
        page = pages.get(table.page)
        if page is None:
            continue
        unit = _page_unit(page)
        for label, text, own, name in (*_beside(table, pattern), *_below(table, pattern)):
            made = _evidence(page, pattern, (label, text, own or unit, name))
            if made is not None:
                yield made
                count += 1
                if count >= MOST:
                    return


def _page_unit(page: Page) -> str:
    match = PAGE_UNIT.search(page.text)
    return match[1] if match else ""


def _unit(heading: str) -> str:
    match = UNIT.search(heading)
    return match[1] if match else ""


def _bare(cell: str) -> str:
    return NOTE.sub("", "".join(cell.split())).strip(":：")


def _fits(expressions: tuple[str, ...], cell: str) -> bool:
    return any(spelt(one).fullmatch(_bare(cell)) for one in expressions)


def _beside(table: DocumentTable, pattern: Pattern) -> Iterator[tuple[str, str, str, str]]:
    """Label, text, unit and no name: the next other cell to the right of a label."""
    for row in table.rows if pattern.labels else ():
        for at, cell in enumerate(row):
            if not _fits(pattern.labels, cell) or (at and row[at - 1] == cell):
                continue
            text = next((one for one in row[at + 1 :] if one and one != cell), "")
            if text:
                yield cell, text, _unit(cell), ""


def _below(table: DocumentTable, pattern: Pattern) -> Iterator[tuple[str, str, str, str]]:
    """Heading, text, unit and the row's name: cells under a heading, of rows that fit."""
    if not pattern.columns:
        return
    for top, row in enumerate(table.rows[:HEADING_ROWS]):
        columns = [at for at, cell in enumerate(row) if _fits(pattern.columns, cell)]
        if not columns:
            continue
        for below in table.rows[top + 1 :]:
            if pattern.rows and not any(_fits(pattern.rows, cell) for cell in below):
                continue
            for at in columns:
                if at < len(below) and below[at] and below[at] != row[at]:
                    yield row[at], below[at], _unit(row[at]), _row_name(below, at)
        return


def _row_name(row: tuple[str, ...], at: int) -> str:
    """The last text before the cell that is no number of order."""
    names = [cell for cell in row[:at] if cell and not re.fullmatch(r"[\d.、\s]+", cell)]
    return names[-1] if names else ""


def _evidence(page: Page, pattern: Pattern, told: tuple[str, str, str, str]) -> Evidence | None:
    label, text, unit, name = told
    value = value_of(pattern, text, unit)
    if value is None:
        return None
    span = placed(page.text, name or label, text)
    if span is None:
        return None
    lines = [one.confidence for one in page.lines if one.start < span[1] and one.end > span[0]]
    sure = min(pattern.confidence, Decimal(min(lines, default=100)) / 100)
    named = Value(
        value.text, value.amount, value.number, value.day, value.year,
        "".join(name.split())[:200], value.unit,
    )  # fmt: skip
    return Evidence(
        page.number, *span, page.box(*span), page.text[slice(*span)], pattern.fact, named,
        EXTRACTOR, sure.quantize(Decimal("0.01")),
    )  # fmt: skip


def placed(text: str, label: str, value: str) -> tuple[int, int] | None:
    r"""Where a cell's text stands on its page: right behind its label, else after it, else first.

    >>> placed("合同价\n120000\n质保金 6000", "合同价", "120000")
    (0, 10)
    """
    places = [at for at, char in enumerate(text) if not char.isspace()]
    bare = "".join(text[at] for at in places)
    wanted, before = "".join(value.split()), "".join(label.split())
    at = bare.find(before + wanted)
    length = len(before) + len(wanted)
    if at < 0 or not before:
        length = len(wanted)
        after = bare.find(before) if before else 0
        at = bare.find(wanted, max(after, 0))
        if at < 0:
            at = bare.find(wanted)
    if at < 0 or not wanted:
        return None
    return places[at], places[at + length - 1] + 1
