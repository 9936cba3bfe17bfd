"""Facts of a document, each with the very words that say it, where they stand, and how sure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.evidence.attachments import spelling
from shangji.evidence.attachments.cells import table_facts
from shangji.evidence.attachments.flat import flat
from shangji.evidence.attachments.found import EXTRACTOR, Evidence, Value
from shangji.evidence.attachments.instructions import instructions
from shangji.evidence.attachments.kinds import heading_lines, title_of
from shangji.evidence.attachments.roster import roster_facts
from shangji.evidence.attachments.valued import value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shangji.evidence.attachments.flat import Flat
    from shangji.intake.documents import Document, Page
    from shangji.pack import Pack
    from shangji.pack.patterns import Pattern

MOST = 400
"""Facts of one name in one document."""

SURE = Decimal("1.00")
PROBABLE = Decimal("0.90")
QUOTATION = "quotation"
LETTERS = 16
UNLIKE = re.compile(
    r"[0-9A-Za-z〇零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟.,，：:\s¥￥()（）]+"
)
FIRM = re.compile(r"[一-鿿]{2,30}?(?:公司|厂|中心|事务所|经营部|商行|店|院|社)")
PARTY_LINE = re.compile(r"^(?:报价单位|供应商|单位名称|联系人|法定代表人|地址|日期|电话|致)")


def extract(document: Document, kind: str, pack: Pack) -> list[Evidence]:
    """The facts of a document of a kind, in the order of their places.

    Args:
        document: as it was read.
        kind: a code of `document_kind`.
        pack: has the patterns.
    """
    found = list(_named(document, kind))
    for pattern in (one for held in pack.patterns for one in held.patterns):
        if pattern.kinds and kind not in pattern.kinds:
            continue
        facts = [*_text_facts(document, pattern), *table_facts(document, pattern)]
        found += _taken(facts, pattern.take)
    found += roster_facts(document, kind)
    unique = {(one.fact, one.page, one.start, one.end, one.value.text): one for one in found}
    return sorted(unique.values(), key=lambda one: (one.page, one.start, one.fact, one.value.text))


def _named(document: Document, kind: str) -> Iterator[Evidence]:
    """What a document is, what it says to its reviewer, and, of a quotation, its wording."""
    first = next((page for page in document.pages if page.text.strip()), None)
    if first is None:
        return
    heading = heading_lines(document)
    title = title_of(document)
    head = next((line for line in first.text.splitlines() if line.strip()), "")
    quote = next((line for line in heading if "".join(line.split())[:6] == title[:6]), head)
    start = max(0, first.text.find(quote))
    yield _made(first, start, start + len(quote), "document_kind", Value(kind), SURE)
    if title:
        yield _made(first, start, start + len(quote), "document_title", Value(title[:300]), SURE)
    for number, sentence in instructions(document):
        page = next((one for one in document.pages if one.number == number), first)
        at = page.text.find(sentence)
        if at >= 0:
            place = (at, at + len(sentence))
            yield _made(page, *place, "instruction", Value("reviewer"), PROBABLE)
    if kind == QUOTATION:
        wording = _wording(document)
        if wording:
            yield _made(first, start, start + len(quote), "wording", Value(wording), PROBABLE)


def _wording(document: Document) -> str:
    """A digest of a quotation's sentences without its figures, firms and persons."""
    kept = []
    for line in document.text.splitlines():
        bare = UNLIKE.sub("", FIRM.sub("", "".join(line.split())))
        if len(bare) >= 8 and not PARTY_LINE.match(bare):  # noqa: PLR2004 - shorter lines are headings of cells
            kept.append(bare)
    text = "".join(kept)
    if len(text) < 40:  # noqa: PLR2004 - too little to be anyone's own words
        return ""
    return hashlib.sha256(text.encode()).hexdigest()[:LETTERS]


def _text_facts(document: Document, pattern: Pattern) -> Iterator[Evidence]:
    count = 0
    for page in document.pages:
        if not page.text:
            continue
        view = flat(page)
        found = _choice(page, view, pattern) if pattern.choices else _matches(page, view, pattern)
        for one in found:
            yield one
            count += 1
            if count >= MOST:
                return


def _choice(page: Page, view: Flat, pattern: Pattern) -> Iterator[Evidence]:
    """The first of the choices whose words stand on the page."""
    for expression, code in pattern.choices.items():
        match = spelling.spelt(expression).search(view.text)
        if match:
            start, end = view.span(*match.span())
            yield _made(page, start, end, pattern.fact, Value(code), pattern.confidence)
            return


def _matches(page: Page, view: Flat, pattern: Pattern) -> Iterator[Evidence]:
    for expression in pattern.find:
        compiled = spelling.spelt(expression)
        for match in compiled.finditer(view.text):
            groups = match.groupdict()
            text = groups.get("value") or match[0]
            value = value_of(pattern, text)
            if value is None:
                continue
            if groups.get("year"):
                value = replace(value, year=int(groups["year"]))
            if groups.get("label"):
                value = replace(value, label="".join(groups["label"].split())[:200])
            start, end = view.span(*match.span())
            yield _made(page, start, end, pattern.fact, value, pattern.confidence)


def _made(
    page: Page, start: int, end: int, fact: str, value: Value, confidence: Decimal
) -> Evidence:
    """Evidence of a span; how sure is the less of the pattern's and of the reading's."""
    lines = [one.confidence for one in page.lines if one.start < end and one.end > start]
    sure = min(confidence, Decimal(min(lines, default=100)) / 100)
    return Evidence(
        page.number, start, end, page.box(start, end), page.text[start:end], fact, value,
        EXTRACTOR, sure.quantize(Decimal("0.01")),
    )  # fmt: skip


def _taken(found: Iterable[Evidence], take: str) -> list[Evidence]:
    held = list(found)
    if take == "all" or len(held) < 2:  # noqa: PLR2004 - one is one
        return held
    key: Any = lambda one: (one.page, one.start)  # noqa: E731 - used twice below
    if take == "first":
        return [min(held, key=key)]
    if take == "last":
        return [max(held, key=key)]
    return [max(held, key=lambda one: (one.value.amount or one.value.number or 0, -one.start))]
