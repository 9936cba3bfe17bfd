"""How like two texts are, and two figures: exact sums of whole numbers, the same everywhere."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WHOLE = 10_000
"""Likeness is in ten-thousandths, so that sums are exact."""

SAME_NAME = 75
"""Per cent of two names that must stand in both for one name written twice."""

NEAR = 10
"""Two figures are near where they differ by no more than so many per cent of the greater."""

CHARACTERS, LETTERS = 2, 4
FINENESS = 64
"""A piece's weight is the length in bits of so many times its rarity."""

NUMBER = "0123456789."


class Weights:
    """How much a piece of text tells: the rarer it is among the records, the more."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Count the pieces of the texts."""
        held: Counter[str] = Counter()
        count = 0
        for text in texts:
            count += 1
            held.update(pieces(text))
        self.held = {
            piece: (FINENESS * count // many + 1).bit_length() for piece, many in held.items()
        }
        self.rarest = (FINENESS * max(count, 1) + 1).bit_length()
        self.totals: dict[str, int] = {}

    def _total(self, text: str) -> int:
        """The weight of all pieces of a text, counted once."""
        made = self.totals.get(text)
        if made is None:
            held, rarest = self.held, self.rarest
            made = self.totals[text] = sum([held.get(piece, rarest) for piece in pieces(text)])
        return made

    def alike(self, one: str, two: str) -> int:
        """Likeness of two texts in ten-thousandths, rare pieces weighing more."""
        if not one or not two:
            return 0
        if one == two:
            return WHOLE
        held, rarest = self.held, self.rarest
        both = sum([held.get(piece, rarest) for piece in pieces(one) & pieces(two)])
        every = self._total(one) + self._total(two)
        return 2 * WHOLE * both // every if every else 0


@lru_cache(maxsize=200_000)
def pieces(text: str) -> frozenset[str]:
    """The pieces of a text: two characters each, four where all are letters of an alphabet."""
    size = LETTERS if text.isascii() else CHARACTERS
    count = len(text) - size + 1
    return (
        frozenset(text[at : at + size] for at in range(count)) if count > 0 else frozenset({text})
    )


def slots(one: str, two: str) -> bool:
    """Whether each of two names has something of its own in the place of the other's."""
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return any(
        tag == "replace" and max(end - start, stop - begin) > 1
        for tag, start, end, begin, stop in matcher.get_opcodes()
    )


def renamed(one: str, two: str) -> bool:
    """Whether two names as written are more than two ways of writing one."""
    ratio = SequenceMatcher(None, one, two, autojunk=False).ratio()
    return 100 * ratio < SAME_NAME


def digits(text: str) -> int:
    """How many digits of a figure tell something: 1200 has two, 2283 four."""
    number = "".join(mark for mark in text if mark.isdigit())
    return len(number.strip("0"))


def percent(alike: int) -> str:
    """A likeness as people read it."""
    return f"{alike // 100}%"


def near(low: int, high: int) -> bool:
    """Whether two whole numbers are near each other."""
    return 100 * (high - low) <= NEAR * high


@lru_cache(maxsize=100_000)
def by_unit(measures: frozenset[str]) -> dict[str, list[int]]:
    """Quantities in thousandths by the unit in which they stand."""
    made: dict[str, list[int]] = {}
    for text in sorted(measures):
        unit = text.lstrip(NUMBER)
        whole, _, part = text[: len(text) - len(unit)].partition(".")
        made.setdefault(unit, []).append(int(whole or 0) * 1000 + int((part + "000")[:3]))
    return made
