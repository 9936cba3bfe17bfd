"""The words and points by which duplicates are told, as a pack says them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.compile.standard_now import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shangji.pack import Pack, Words
    from shangji.snapshot import RunFacts

SAME, FUND = "same_", "fund_"
"""Word lists of these names: words that mean one thing; words that name one pot of money."""

SUFFIXES = ("村", "镇", "乡", "社区")
FILLER, NO_PLACE, WIDE, SITE = "filler", "place_of_none", "place_wide", "place_site"
POINTS, CLEAR, DOUBTFUL = "duplicates.points", "duplicates.clear", "duplicates.doubtful"


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern of the words, the longest first; of nothing at all where there are none."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    if not ordered:
        return re.compile(r"(?!)")
    first = "".join(sorted({re.escape(word[0]) for word in ordered}))
    return re.compile(f"(?=[{first}])(?:{'|'.join(map(re.escape, ordered))})")


@dataclass(frozen=True)
class Lexicon:
    """Words of one meaning, names of money, what is no place, and how much each sign counts."""

    meaning: Mapping[str, str]
    money: Mapping[str, str]
    points: Mapping[str, int]
    clear: int
    doubtful: int
    means: re.Pattern[str]
    names_money: re.Pattern[str]
    filler: re.Pattern[str]
    no_place: re.Pattern[str]
    wide: re.Pattern[str]
    site: re.Pattern[str]
    has_site: re.Pattern[str]
    """Whether there is a site at all: asked first, as most texts have none."""

    @classmethod
    def of(cls, pack: Pack, facts: RunFacts) -> Lexicon:
        """The lexicon of a pack, with the points that hold in the region of a review."""
        rows = resolve(pack, facts.region, facts)
        held = {(str(row[0]), str(row[2] or "")): int(row[8]) for row in rows}
        words = pack.words

        def pattern(name: str) -> re.Pattern[str]:
            return _any_of(words[name].any if name in words else ())

        meaning = _listed(words.values(), SAME)
        money = _listed(words.values(), FUND)
        sites = "|".join(words[SITE].any) if SITE in words else "(?!)"
        return cls(
            meaning=meaning,
            money=money,
            points={key: value for (code, key), value in held.items() if code == POINTS},
            clear=held.get((CLEAR, ""), 0),
            doubtful=held.get((DOUBTFUL, ""), 0),
            means=_any_of(meaning),
            names_money=_any_of(money),
            filler=pattern(FILLER),
            no_place=_no_place(words[NO_PLACE].any if NO_PLACE in words else ()),
            wide=pattern(WIDE),
            site=re.compile(rf"[一-龥0-9]{{1,8}}?(?:{sites})"),
            has_site=pattern(SITE),
        )


def _no_place(words: Iterable[str]) -> re.Pattern[str]:
    """Words that name no place; 村道 does only where no name stands before it (石桥村道路)."""
    inner = [word for word in words if not word.startswith(SUFFIXES)]
    first = [word for word in words if word.startswith(SUFFIXES)]
    return re.compile(f"{_any_of(inner).pattern}|(?<![一-龥]){_any_of(first).pattern}")


def _listed(lists: Iterable[Words], prefix: str) -> dict[str, str]:
    """Each word of the lists of a prefix with the first word of its list."""
    return {
        word: found.any[0]
        for found in sorted(lists, key=lambda one: one.name)
        if found.name.startswith(prefix)
        for word in found.any
    }
