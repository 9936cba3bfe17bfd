"""Whether two records are one thing: what parts them first, then the points of their signs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shangji.evidence.duplicates.likeness import Weights, renamed
from shangji.evidence.duplicates.places import FINE, LOOSE, OTHER, PART, TOWN, UNSAID, place_of
from shangji.evidence.duplicates.record import ASKED, PAID, PAST
from shangji.evidence.duplicates.signs import Sign, signs_of
from shangji.evidence.duplicates.splitting import adding_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shangji.evidence.duplicates.lexicon import Lexicon
    from shangji.evidence.duplicates.record import Read, Record

TWICE, TWO_UNITS, SPLIT, RENAMED = "twice", "two_units", "split", "renamed"
COMPLETED, TWO_FUNDS, PAID_ELSEWHERE = "completed", "two_funds", "paid"
CLEAR, DOUBTFUL = "clear", "doubtful"
ONCE = frozenset({"works", "one_off"})
"""What is built or held once: asked for again after it was finished, it is asked for twice."""

NEARLY, PARTLY = 8_500, 3_000
"""Names of one work in parts: without a whole beside them, and with one to which they add up."""

PLACED, NAMED = frozenset({FINE, LOOSE, TOWN}), 1_000
"""Where no place is shared, names that share next to nothing are not looked at further."""

ADDS_UP: Sign = ("合计相等", 1, "各部分金额合计等于整体")
IN_PARTS: Sign = ("分开申报", 1, "同一单位同一地点的同一件工程分开申报")


@dataclass(frozen=True, slots=True)
class Judged:
    """Two records that look like one thing: how sure, of what kind, on what signs."""

    one: int
    two: int
    kind: str
    certainty: str
    points: int
    signs: tuple[Sign, ...]
    name: int
    content: int
    place: str
    same_quantity: bool


class Judge:
    """Judges pairs of records under a lexicon's points."""

    def __init__(self, records: Sequence[Record], reads: Sequence[Read], lexicon: Lexicon) -> None:
        """Judge pairs of these records."""
        self.records, self.reads, self.lexicon = records, reads, lexicon
        self.names = Weights(read.core for read in reads)
        self.contents = Weights(read.content for read in reads)

    def every(self, pairs: Iterable[tuple[int, int]]) -> list[Judged]:
        """The pairs that are one thing, those that only add up to one together among them."""
        made: dict[tuple[int, int], Judged] = {}
        parts: dict[tuple[int, int], Judged] = {}
        for one, two in pairs:
            found = self.compared(one, two)
            if found is None:
                continue
            if self._part(found):
                parts[one, two] = found
            decided = self.decided(found)
            if decided:
                made[one, two] = decided
        for whole, some in adding_up(parts, self.records):
            together = sorted((whole, *some))
            for at, one in enumerate(together):
                for two in together[at + 1 :]:
                    found = parts[one, two]
                    signs = (ADDS_UP, *found.signs)
                    made[one, two] = replace(found, kind=SPLIT, certainty=CLEAR, signs=signs)
        return [made[key] for key in sorted(made)]

    def compared(self, first: int, second: int) -> Judged | None:
        """Two records sign by sign, of no kind as yet; nothing where something parts them."""
        one, two = self.records[first], self.records[second]
        read, other = self.reads[first], self.reads[second]
        place = place_of(read.places, other.places)
        if place == OTHER or self._apart(one, two, read, other):
            return None
        name = self.names.alike(*_without(read, other))
        if place not in PLACED and name < NAMED:
            return None
        alike = name, self.contents.alike(read.content, other.content)
        signs = signs_of((one, read), (two, other), place, alike, self.lexicon.points)
        points = sum(value for _, value, _ in signs)
        same = any(sign == "工程量相同" for sign, _, _ in signs)
        return Judged(first, second, "", "", points, tuple(signs), *alike, place, same)

    def decided(self, found: Judged) -> Judged | None:
        """How sure a compared pair is; nothing where it is no duplicate."""
        one, two = self.records[found.one], self.records[found.two]
        if self._apart_by_section(found):
            if not (self._part(found) and one.unit == two.unit and found.place == FINE):
                return None
            signs = (IN_PARTS, *found.signs)
            return replace(found, kind=SPLIT, certainty=DOUBTFUL, signs=signs)
        if found.points < self.lexicon.doubtful:
            if not self._in_parts(found):
                return None
            signs = (IN_PARTS, *found.signs)
            return replace(found, kind=SPLIT, certainty=DOUBTFUL, signs=signs)
        two_units = one.unit != two.unit and found.place in {UNSAID, TOWN}
        unsure = two_units or found.place in {PART, LOOSE}
        clear = found.points >= self.lexicon.clear and not unsure
        kind = self._kind(one, two, self.reads[found.one], self.reads[found.two])
        return replace(found, kind=kind, certainty=CLEAR if clear else DOUBTFUL)

    def _part(self, found: Judged) -> bool:
        """Whether two projects may be parts of one thing, or a part of it and the whole."""
        one, two = self.records[found.one], self.records[found.two]
        if one.side != ASKED or two.side != ASKED:
            return False
        if any(sign == "名称有别" for sign, _, _ in found.signs):
            return False
        if found.place == FINE:
            return found.name >= PARTLY
        return one.unit == two.unit and found.place != PART and found.name >= NEARLY

    def _in_parts(self, found: Judged) -> bool:
        """One work of one unit at one place, asked for in parts with no whole beside them."""
        one, two = self.records[found.one], self.records[found.two]
        here = self._part(found) and one.unit == two.unit and found.place == FINE
        return here and one.lane == two.lane == "works" and found.name >= NEARLY

    def _apart_by_section(self, found: Judged) -> bool:
        first, second = self.reads[found.one].sections, self.reads[found.two].sections
        return bool(first and second and not first & second)

    def _apart(self, one: Record, two: Record, read: Read, other: Read) -> bool:
        """What tells a sibling or a continuation: another year, a declared past, a routine."""
        if one.code in two.prior or two.code in one.prior:
            return True
        if one.side == two.side == ASKED:
            return bool(read.years and other.years and not read.years & other.years)
        asked, gone = (one, two) if one.side == ASKED else (two, one)
        if gone.side == PAST:
            return asked.lane not in ONCE or not gone.finished
        return asked.lane not in ONCE and not read.payees & other.payees

    def _kind(self, one: Record, two: Record, read: Read, other: Read) -> str:
        sides = {one.side, two.side}
        if PAST in sides:
            return COMPLETED
        if PAID in sides:
            return PAID_ELSEWHERE
        if read.funds and other.funds and not read.funds & other.funds:
            return TWO_FUNDS
        if one.unit != two.unit:
            return TWO_UNITS
        return RENAMED if renamed(read.said, other.said) else TWICE


def _without(one: Read, two: Read) -> tuple[str, str]:
    """What two names are about beside the sites that both name."""
    first, second = one.core, two.core
    for site in sorted(one.places.sites & two.places.sites):
        first, second = first.replace(site, ""), second.replace(site, "")
    return first, second
