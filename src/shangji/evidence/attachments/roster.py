"""Lists of persons: how many rows, how many numbers of persons are wrong or stand there twice."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.evidence.attachments.found import EXTRACTOR, Evidence, Value
from shangji.intake.documents.personal import ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.intake.documents import Document, Page
    from shangji.intake.documents.personal import Mark

ROSTERS = frozenset({"roster", "recipient_list"})
NAME_HEADINGS = frozenset({"姓名", "人员姓名", "补助对象", "受助人", "户主姓名", "对象姓名"})
HEADING_ROWS = 4
SURE, LIKELY = Decimal("1.00"), Decimal("0.95")
NUMBERS = {"id_no": "person_no", "account": "account_no", "mobile": "mobile_no"}
"""Fact under which each kind of masked number stands; its value is an ordinal of the review."""


def roster_facts(document: Document, kind: str) -> list[Evidence]:
    """Every masked number by its place; of a list of persons also what counting it shows."""
    pages = {page.number: page for page in document.pages}
    found = [
        _at(pages[mark.page], mark, NUMBERS[mark.kind], Value("", label=_valid(mark)))
        for mark in document.marks
        if mark.page in pages
    ]
    if kind in ROSTERS:
        found += list(_counted(document, pages))
    return found


def _valid(mark: Mark) -> str:
    return "" if mark.valid else "校验位不对"


def _counted(document: Document, pages: dict[int, Page]) -> Iterator[Evidence]:
    people = [mark for mark in document.marks if mark.kind == ID and mark.page in pages]
    rows, page = _rows(document, pages)
    heading = next((name for name in NAME_HEADINGS if page and name in page.text), "")
    if rows and page and heading:
        start = page.text.index(heading)
        number = Decimal(rows)
        yield Evidence(
            page.number, start, start + len(heading), page.box(start, start + len(heading)),
            heading, "roster_rows", Value(str(rows), number=number, unit="人"), EXTRACTOR, LIKELY,
        )  # fmt: skip
    bad = [mark for mark in people if not mark.valid]
    if bad:
        count = Decimal(len(bad))
        value = Value(str(len(bad)), number=count, unit="人")
        yield _at(pages[bad[0].page], bad[0], "roster_bad_numbers", value)
    seen = Counter(mark.digest for mark in people if mark.digest)
    twice = [mark for mark in people if seen[mark.digest] > 1]
    if twice:
        count = Decimal(sum(times - 1 for times in seen.values()))
        value = Value(str(count), number=count, unit="人")
        yield _at(pages[twice[1].page], twice[1], "roster_repeated", value)


def _rows(document: Document, pages: dict[int, Page]) -> tuple[int, Page | None]:
    """Rows under a heading of names, over all tables that have one."""
    total, first = 0, None
    for table in document.tables:
        for top, row in enumerate(table.rows[:HEADING_ROWS]):
            column = next((at for at, cell in enumerate(row) if cell in NAME_HEADINGS), None)
            if column is None:
                continue
            names = [below[column] for below in table.rows[top + 1 :]]
            total += sum(1 for name in names if name and not name.endswith(("计", "：")))
            first = first or pages.get(table.page)
            break
    return total, first


def _at(page: Page, mark: Mark, fact: str, value: Value) -> Evidence:
    return Evidence(
        page.number, mark.start, mark.end, page.box(mark.start, mark.end),
        page.text[mark.start : mark.end], fact, value, EXTRACTOR, SURE, mark.digest,
    )  # fmt: skip
