"""What kind of document a paper is: by its heading, its text and its file's name."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji.intake import Document
    from shangji.pack import Pack
    from shangji.pack.patterns import PaperKind

OTHER = "other"
HEADING, NAME, TEXT = 4, 3, 1
LEAST = 3
HEADING_LINES = 8
READ = 20_000
"""Characters of the text that are looked at."""


def kind_of(document: Document, pack: Pack, declared: str = "") -> str:
    """A code of `document_kind`.

    Args:
        document: as it was read.
        pack: says how each kind is known.
        declared: what its sender called it; it decides between equals, and where nothing is known.
    """
    kinds = [kind for held in pack.patterns for kind in held.kinds]
    heading = "".join(heading_lines(document))
    text = "".join(document.text[:READ].split())
    best, found = 0, ""
    for kind in kinds:
        if _any(kind.unless, heading):
            continue
        score = _score(kind, heading, text, document.name)
        if score > best or (score == best and kind.kind == declared):
            best, found = score, kind.kind
    if best >= LEAST:
        return found
    return declared or OTHER


def _score(kind: PaperKind, heading: str, text: str, name: str) -> int:
    return (
        HEADING * _any(kind.title, heading)
        + NAME * _any(kind.name, name)
        + TEXT * sum(1 for one in kind.text if _compiled(one).search(text))
    )


def _any(expressions: Iterable[str], text: str) -> bool:
    return any(_compiled(one).search(text) for one in expressions)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def heading_lines(document: Document) -> list[str]:
    """The first lines of the first page that has text."""
    for page in document.pages:
        lines = [line for line in page.text.splitlines() if line.strip()]
        if lines:
            return lines[:HEADING_LINES]
    return []


TITLE_END = re.compile(
    r"(?:通知|批复|意见|纪要|报告|函|方案|合同|协议|决定|请示|单|表|书|规定|办法|名册|记录)$"
)
NOT_TITLE = re.compile(r"〔\d{4}〕|\[\d{4}\]|^\d|样例|^第.*期$|^(?:甲方|乙方|编号)")
LONGEST_TITLE = 90


def title_of(document: Document) -> str:
    """The title: the first heading line that ends as titles do, with the lines it is torn over."""
    lines = ["".join(line.split()) for line in heading_lines(document)]
    for at, line in enumerate(lines):
        if NOT_TITLE.search(line):
            continue
        whole = line
        for more in lines[at + 1 : at + 3]:
            if TITLE_END.search(whole) or len(whole) > LONGEST_TITLE:
                break
            whole += more
        if TITLE_END.search(whole) and len(whole) <= LONGEST_TITLE:
            return whole
    return lines[0][:LONGEST_TITLE] if lines else ""
