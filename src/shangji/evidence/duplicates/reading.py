"""From a record's words to what can be compared: core, places, sections, quantities, money."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from shangji.evidence.duplicates.record import Places, Read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shangji.evidence.duplicates.lexicon import Lexicon
    from shangji.evidence.duplicates.record import Record

GAP = "·"
"""Stands where something was taken out, so that what it parted does not join."""

TOWN_OR_VILLAGE = re.compile(r"[一-龥]{1,7}?(?:街道办事处|街道|镇|乡|社区|村)")
SITE_LEAST = 4
"""A site of fewer characters (本小学) names none."""

REGION = re.compile(
    r"^[一-龥]{1,6}?(?:自治县|县|市|(?<![社小片])区|旗)(?=[一-龥]{1,7}(?:镇|乡|街道))"
)
VILLAGE = ("村", "社区")
YEAR = re.compile(r"(?:19|20)\d\d(?:[-—~至](?:19|20)?\d\d)?年?度?|(?<!\d)\d\d年度")
FULL_YEAR = re.compile(r"(?:19|20)\d\d")
SECTION = re.compile(
    r"第?([一二三四五六七八九十\d]{1,3})(标段|标|期|批次|批|阶段|片区|片|段|轮|号楼|号|组)"
    r"|[((]([一二三四五六七八九十\d上中下A-Za-z])[))]"
    r"|([东西南北上下前后左右])(段|片区|片|半年|岸|线|侧)"
    r"|([A-Za-z甲乙丙丁])(区|段|标段|标|片)"
)
DIGITS = re.compile(r"\d+(?:\.\d+)?")
MARKS = re.compile(r"[\W_]+")
AMOUNT = re.compile(
    r"(\d+(?:\.\d+)?)(万|千)?(公里|千米|平方米|平方公里|立方米|公顷|米|亩|座|户|人|套|台|盏|处|吨|"
    r"公斤|辆|口|株|棵|所|床|批次|批|场|个|条|间|栋|件|份|头|只|羽|平方|方|期|人次|km|m2|m3|m)"
)
SAME_MEASURE: Mapping[str, tuple[str, int]] = {
    "公里": ("米", 1000),
    "千米": ("米", 1000),
    "km": ("米", 1000),
    "m": ("米", 1),
    "平方": ("平方米", 1),
    "m2": ("平方米", 1),
    "平方公里": ("平方米", 1_000_000),
    "方": ("立方米", 1),
    "m3": ("立方米", 1),
    "公顷": ("亩", 15),
    "吨": ("公斤", 1000),
    "棵": ("株", 1),
}
TIMES = {"万": 10_000, "千": 1000, "": 1}
CHINESE = {mark: str(at) for at, mark in enumerate("零一二三四五六七八九")} | {"十": "10"}


class Reader:
    """Reads records in the light of a lexicon and of the places that the filing knows."""

    def __init__(self, lexicon: Lexicon, known: Iterable[str] = ()) -> None:
        """Read with these words; `known` are texts that hold place names and little else."""
        self.lexicon = lexicon
        self.known: set[str] = set()
        self.within: dict[str, set[str]] = {}
        for text in sorted(set(known)):
            words = [word for word in self._named(flat(text)) if len(word) > 1]
            self.known |= set(words)
            for town, village in pairwise(words):
                if village.endswith(VILLAGE) and not town.endswith(VILLAGE):
                    self.within.setdefault(village, set()).add(town)

    def read(self, record: Record) -> Read:
        """What the words of a record say."""
        name, place = flat(record.name), flat(record.place)
        years = frozenset(FULL_YEAR.findall(name))
        bare = YEAR.sub(GAP, name)
        sections = frozenset(_section(found) for found in SECTION.findall(bare))
        content = flat(record.content)
        places = self.places(bare, place, content, flat(record.unit_name))
        words = self.lexicon.names_money
        funds = {self.lexicon.money[word] for word in words.findall(name + GAP + content)}
        core = words.sub(GAP, SECTION.sub(GAP, bare))
        where = sorted((*places.towns, *places.villages), key=lambda one: (-len(one), one))
        told = self._core(words.sub(GAP, YEAR.sub(GAP, content)), where) if content else ""
        return Read(
            said=bare_of(self.lexicon.filler.sub("", core)),
            core=self._core(core, where),
            full=self._meant(core),
            content=DIGITS.sub("", told),
            places=places,
            sections=sections,
            years=years,
            funds=frozenset(funds) or record.funds,
            measures=frozenset(_measures(record, content)),
            sums=frozenset(_sums(record)),
            payees=frozenset(flat(line.payee) for line in record.lines if line.payee),
        )

    def places(self, name: str, place: str, content: str = "", unit: str = "") -> Places:
        """The places of a record: its own column and its name, then what it says, then who asks."""
        towns: set[str] = set()
        villages: set[str] = set()
        sites: set[str] = set()
        wide = bool(self.lexicon.wide.search(place))
        for text in (place, name) if place else (name,):
            for word in self._named(text):
                found = self._known(word)
                (villages if found.endswith(VILLAGE) else towns).add(found)
            if self.lexicon.has_site.search(text):
                left = TOWN_OR_VILLAGE.sub(GAP, self.lexicon.no_place.sub(GAP, text))
                found_sites = self.lexicon.site.findall(left)
                sites |= {word for word in found_sites if len(word) >= SITE_LEAST}
        if not (towns or villages or place):
            wide = wide or bool(self.lexicon.wide.search(name + content))
            for word in self._named(content):
                if word in self.known:
                    (villages if word.endswith(VILLAGE) else towns).add(word)
        raw = "" if wide else place
        if villages and not towns:
            towns |= {word for word in map(self._known, self._named(unit)) if word in self.known}
        held = [self.within.get(word, set()) for word in sorted(villages)]
        if villages and not towns and len(held) == 1 and len(held[0]) == 1:
            towns |= held[0]
        loose = bool(villages) and not towns and any(len(some) > 1 for some in held)
        return Places(frozenset(towns), frozenset(villages), frozenset(sites), raw, wide, loose)

    def _named(self, text: str) -> list[str]:
        return TOWN_OR_VILLAGE.findall(self.lexicon.no_place.sub(GAP, REGION.sub("", text)))

    def _known(self, word: str) -> str:
        """The known place with which a word ends; the word where none is known."""
        for at in range(len(word) - 1):
            if word[at:] in self.known:
                return word[at:]
        return word

    def _meant(self, text: str) -> str:
        """A text with each word of one meaning as the first of them, without filler."""
        lexicon = self.lexicon
        text = lexicon.means.sub(lambda found: lexicon.meaning[found[0]], text)
        return bare_of(lexicon.filler.sub("", text))

    def _core(self, text: str, where: Iterable[str]) -> str:
        """What a text is about, without the places named, the longest of them first."""
        for word in where:
            text = text.replace(word, GAP)
        return self._meant(text)


def known_places(records: Iterable[Record]) -> set[str]:
    """Texts that hold the name of a place and little else: places as filed, names of units."""
    return {text for record in records for text in (record.place, record.unit_name) if text}


def bare_of(text: str) -> str:
    """A text without gaps and marks."""
    text = text.replace(GAP, "")
    return text if text.isalnum() else MARKS.sub("", text)


@lru_cache(maxsize=20_000)
def flat(text: str) -> str:
    """A text with full-width and half-width forms as one, lower case, without spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(text.lower().split())


@lru_cache(maxsize=20_000)
def number(text: str) -> str:
    """A number in its shortest form; empty where it is none."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return ""
    return f"{value.normalize():f}"


def _section(found: tuple[str, ...]) -> str:
    """A section as number and kind: 第二标段 and (二) are told apart only by their numbers."""
    which, kind, bracket, side, side_kind, letter, letter_kind = found
    text = which or bracket or side or letter
    shown = CHINESE.get(text, text)
    return f"{shown}{(kind or side_kind or letter_kind)[:1]}"


def _sums(record: Record) -> Iterator[tuple[str, str]]:
    """Quantity and price of each line that has both; one of a thing tells nothing."""
    for line in record.lines:
        quantity, price = number(line.quantity), number(line.price)
        if price and quantity not in {"", "1"}:
            yield quantity, price


def _measures(record: Record, content: str) -> set[str]:
    """Quantities with their units, in one unit of a kind; ones are left out."""
    found = {(line.quantity, "", flat(line.measure)) for line in record.lines if line.quantity}
    found |= set(AMOUNT.findall(content))
    return {shown for one in found if (shown := _measure(*one))}


@lru_cache(maxsize=100_000)
def _measure(text: str, times: str, unit: str) -> str:
    """A quantity in the unit of its kind; empty for one, less than one, or no number."""
    base, by = SAME_MEASURE.get(unit, (unit, 1))
    shown = number(text)
    value = Decimal(shown) * TIMES[times] * by if shown else Decimal(0)
    return f"{value.normalize():f}{base}" if value > 1 else ""
