"""The text of a page without the breaks that only its width made, and the way back to the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shangji.intake.documents import Page

HAN = ("\u4e00", "\u9fff")
FULL = 0.93
"""Of the farthest line's right edge: a line that reaches so far was broken by the page's width."""


@dataclass(frozen=True, slots=True)
class Flat:
    """A page's text to search in; `places` gives for each character its place on the page."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a span stands on the page."""
        return self.places[start], self.places[end - 1] + 1


def flat(page: Page) -> Flat:
    """A page's text; a break behind a full line and between Chinese characters is taken out.

    Lines without a place, as those of a Word file, are whole paragraphs and stay apart.
    """
    full = _full(page)
    text = page.text
    kept: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        if char == "\n" and at in full and kept and _torn(kept[-1], text[at + 1 : at + 2]):
            continue
        kept.append(char)
        places.append(at)
    return Flat("".join(kept), tuple(places))


def _full(page: Page) -> set[int]:
    """The ends of the lines that reach the right edge of the text."""
    edges = [line.box[2] for line in page.lines if line.box]
    if not edges:
        return set()
    return {line.end for line in page.lines if line.box and line.box[2] >= FULL * max(edges)}


def _torn(before: str, after: str) -> bool:
    """Whether a break stands inside a sentence as far as one can tell."""
    return _han(before) and (_han(after) or after.isdigit())


def _han(char: str) -> bool:
    return HAN[0] <= char <= HAN[1]
