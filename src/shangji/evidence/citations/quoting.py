"""Quotations: slices of a text, and whether words that someone wrote down stand in it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.evidence.library.text import Text

LONGEST = 2000
SHORTEST = 4
GAP = re.compile(r"…+|\.{3,}|（略）|\(略\)|——+")
KEPT = re.compile(r"[\w%‰]")
POINT = re.compile(r"(?<=\d)[.．](?=\d)")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a text, on one page: made only by slicing, so they stand there as they are.

    `start` and `end` count from the beginning of the page.
    """

    page: int
    start: int
    end: int
    words: str = field(compare=False)

    @classmethod
    def of(cls, text: Text, start: int, end: int) -> Quotation:
        """The words of a text between two places, up to the end of the first one's page."""
        page = text.page(start)
        first = text.pages[page - 1]
        last = text.pages[page] if page < len(text.pages) else len(text.words)
        stop = min(end, last, start + LONGEST)
        while stop > start and text.words[stop - 1].isspace():
            stop -= 1
        return cls(page, start - first, stop - first, text.words[start:stop])


def pages_of(text: Text) -> Iterator[tuple[int, str]]:
    """The pages of a text, from 1; together they are the whole text."""
    ends = (*text.pages[1:], len(text.words))
    for page, (start, end) in enumerate(zip(text.pages, ends, strict=True), 1):
        yield page, text.words[start:end]


class Readable:
    """A text as words are looked for in it: blanks, marks and width do not count, figures do."""

    def __init__(self, text: Text) -> None:
        """Flatten a text; what a file's format put around it is left out."""
        self.text = text
        kept: list[str] = []
        self.places: list[int] = []
        edges = sorted({0, len(text.words), *(edge for one in text.wrapping for edge in one)})
        for begin, end in pairwise(edges):
            if any(a <= begin < b for a, b in text.wrapping):
                continue
            for char, at in flattened(text.words[begin:end]):
                kept.append(char)
                self.places.append(begin + at)
        self.flat = "".join(kept)

    def find(self, words: str) -> tuple[int, int] | None:
        """Where words stand, their parts in order where they were shortened by an ellipsis."""
        first = last = -1
        at = 0
        for part in GAP.split(words):
            flat = flat_of(part)
            if not flat:
                continue
            found = self.flat.find(flat, at)
            if found < 0:
                return None
            first = found if first < 0 else first
            last = found + len(flat)
            at = last
        if first < 0:
            return None
        return self.places[first], self.places[last - 1] + 1

    def span(self, start: int, end: int) -> str:
        """The flat words between two places of the text."""
        return self.flat[bisect_right(self.places, start - 1) : bisect_right(self.places, end - 1)]


def flattened(words: str) -> Iterator[tuple[str, int]]:
    """The signs that count, each with its place."""
    points = {found.start() for found in POINT.finditer(words)}
    for at, char in enumerate(words):
        if at in points:
            yield ".", at
            continue
        for one in unicodedata.normalize("NFKC", char):
            if KEPT.match(one) and one != "_":
                yield one.lower(), at


def flat_of(words: str) -> str:
    """Words as they are compared."""
    return "".join(char for char, _ in flattened(words))


def stands(words: str, readable: Readable) -> bool | None:
    """Whether words stand in a text; none where they are too few to tell."""
    if len(flat_of(GAP.sub("", words))) < SHORTEST:
        return None
    return readable.find(words) is not None
