"""Whether two records are one thing: sign by sign, each with its points and in plain words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from shangji.domain import wan
from shangji.evidence.duplicates.places import FINE, OTHER, PART, TOWN, UNSAID, place_of
from shangji.evidence.duplicates.record import ASKED, PAID, PAST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shangji.evidence.duplicates.lexicon import Lexicon
    from shangji.evidence.duplicates.record import Read, Record

WHOLE = 10_000
"""Likeness is in ten-thousandths, so that sums are exact."""

TWICE, TWO_UNITS, SPLIT, RENAMED = "twice", "two_units", "split", "renamed"
COMPLETED, TWO_FUNDS, PAID_ELSEWHERE = "completed", "two_funds", "paid"
CLEAR, DOUBTFUL = "clear", "doubtful"
NEARLY = 8_500
SAME_NAME = 75
"""Per cent of two names that must stand in both for one name written twice."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Two records that look like one thing: how sure, of what kind, on what signs."""

    one: int
    two: int
    kind: str
    certainty: str
    points: int
    signs: tuple[tuple[str, int, str], ...]
    name: int
    content: int
    place: str
    same_quantity: bool


class Weights:
    """How much a piece of text tells: the rarer it is among the records, the more."""

    def __init__(self, texts: Iterable[str], size: int = 2) -> None:
        """Count pieces of this length over the texts."""
        self.size = size
        held: Counter[str] = Counter()
        texts = list(texts)
        for text in texts:
            held.update(pieces(text, size))
        count = max(len(texts), 1)
        self.held = {piece: (64 * count // many + 1).bit_length() for piece, many in held.items()}
        self.rarest = (64 * count + 1).bit_length()

    def alike(self, one: str, two: str) -> int:
        """Likeness of two texts in ten-thousandths, rare pieces weighing more."""
        if not one or not two:
            return 0
        if one == two:
            return WHOLE
        first, second = pieces(one, self.size), pieces(two, self.size)
        held, rarest = self.held, self.rarest
        both = sum(held.get(piece, rarest) for piece in first & second)
        every = sum(held.get(piece, rarest) for piece in first)
        every += sum(held.get(piece, rarest) for piece in second)
        return 2 * WHOLE * both // every if every else 0


@lru_cache(maxsize=200_000)
def pieces(text: str, size: int) -> frozenset[str]:
    """The pieces of a text; a text shorter than a piece is its own piece."""
    count = len(text) - size + 1
    return (
        frozenset(text[at : at + size] for at in range(count)) if count > 0 else frozenset({text})
    )


class Judge:
    """Judges pairs of records under a lexicon's points."""

    def __init__(self, records: Sequence[Record], reads: Sequence[Read], lexicon: Lexicon) -> None:
        """Judge pairs of these records."""
        self.records, self.reads, self.lexicon = records, reads, lexicon
        self.names = Weights(read.core for read in reads)
        self.contents = Weights(read.content for read in reads)

    def judge(self, first: int, second: int) -> Judged | None:
        """What a pair looks like; nothing where it is no duplicate."""
        records, reads = self.records, self.reads
        one, two = records[first], records[second]
        read, other = reads[first], reads[second]
        place = place_of(read.places, other.places)
        if place == OTHER or self._apart(one, two, read, other):
            return None
        name = self.names.alike(read.core, other.core)
        content = self.contents.alike(read.content, other.content)
        signs = [
            *self._wording(name, content, place, read, other),
            *self._place(place),
            *self._figures(one, two, read, other),
            *self._around(one, two, read, other),
        ]
        points = sum(value for _, value, _ in signs)
        split = self._split(one, two, place, name)
        certainty = CLEAR if points >= self.lexicon.clear else DOUBTFUL
        if points < self.lexicon.doubtful and not split:
            return None
        if split or (one.unit != two.unit and place in {PART, UNSAID, TOWN}):
            certainty = DOUBTFUL
        kind = SPLIT if split else self._kind(one, two, read, other)
        same = any(sign == "工程量相同" for sign, _, _ in signs)
        kept = tuple(sign for sign in signs if sign[1])
        return Judged(first, second, kind, certainty, points, kept, name, content, place, same)

    def _apart(self, one: Record, two: Record, read: Read, other: Read) -> bool:
        """What tells siblings and continuations: another year or section, a declared past."""
        both_asked = one.side == two.side == ASKED
        if both_asked and read.years and other.years and not read.years & other.years:
            return True
        if one.code in two.prior or two.code in one.prior:
            return True
        if PAST in {one.side, two.side}:
            asked, past = (one, two) if two.side == PAST else (two, one)
            if asked.lane not in {"works", "one_off"} or not past.finished:
                return True
        return bool(
            read.sections
            and other.sections
            and not read.sections & other.sections
            and not (one.unit == two.unit and read.places.villages & other.places.villages)
        )

    def _wording(
        self, name: int, content: int, place: str, read: Read, other: Read
    ) -> Iterable[tuple[str, int, str]]:
        points = self.lexicon.points
        worth = points["名称相近"] * name // WHOLE
        yield "名称相近", worth, "名称相同" if name == WHOLE else f"名称相近（{percent(name)}）"
        worth = points["内容相近"] * content // WHOLE
        yield "内容相近", worth, f"内容相近（{percent(content)}）"
        if place != FINE and slots(read.core, other.core):
            yield "名称有别", -points["名称有别"], "名称中指明的对象不同"

    def _place(self, place: str) -> Iterable[tuple[str, int, str]]:
        sign = {FINE: "同一地点", TOWN: "同在一个乡镇", PART: "地点从属"}.get(place)
        if sign:
            yield sign, self.lexicon.points[sign], sign

    def _figures(
        self, one: Record, two: Record, read: Read, other: Read
    ) -> Iterable[tuple[str, int, str]]:
        points = self.lexicon.points
        shared = read.measures & other.measures
        if shared:
            best = max(shared, key=lambda text: (digits(text), text))
            worth = points["工程量相同"] * min(digits(best) + len(shared) - 1, 3) // 3
            yield "工程量相同", worth, f"工程量相同（{best}）"
        elif _same_units(read.measures, other.measures):
            yield "工程量不同", -points["工程量不同"], "工程量不同"
        sums = read.sums & other.sums
        if sums and 2 * len(sums) >= max(len(read.sums), len(other.sums)):
            yield "测算相同", points["测算相同"], f"{len(sums)} 行测算的数量和单价相同"
        yield from self._money(one, two)
        if one.persons and one.persons == two.persons and digits(str(one.persons)) > 1:
            yield "受益人数相同", points["受益人数相同"], f"受益人数相同（{one.persons}）"

    def _money(self, one: Record, two: Record) -> Iterable[tuple[str, int, str]]:
        points = self.lexicon.points
        if not one.cents or not two.cents:
            return
        low, high = sorted((one.cents, two.cents))
        if low == high:
            worth = points["金额相同"] * min(digits(str(low)) + 1, 3) // 3
            yield "金额相同", worth, f"金额相同（{wan(Decimal(low) / 100)} 万元）"
        elif 100 * (high - low) <= 10 * high:
            yield "金额相近", points["金额相近"], "金额相差不到一成"
        elif high > 3 * low:
            yield "金额悬殊", -points["金额悬殊"], "金额相差悬殊"

    def _around(
        self, one: Record, two: Record, read: Read, other: Read
    ) -> Iterable[tuple[str, int, str]]:
        points = self.lexicon.points
        if read.payees & other.payees:
            yield "同一收款对象", points["同一收款对象"], "收款对象相同"
        dated = one.side == two.side == ASKED and one.start and two.start and one.end and two.end
        if dated and (one.end < two.start or two.end < one.start):
            yield "实施期不重合", -points["实施期不重合"], "实施期不重合"
        if one.unit and one.unit == two.unit:
            yield "同一单位", points["同一单位"], "同一单位"
        if read.funds and other.funds and not read.funds & other.funds:
            yield "资金渠道不同", points["资金渠道不同"], "资金来源不同"

    def _split(self, one: Record, two: Record, place: str, name: int) -> bool:
        """One work of one unit at one place, asked for in parts."""
        del self
        parts = one.side == two.side == ASKED and one.unit == two.unit and place == FINE
        return (
            parts and name >= NEARLY and one.lane == two.lane == "works" and one.cents != two.cents
        )

    def _kind(self, one: Record, two: Record, read: Read, other: Read) -> str:
        del self
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


def _same_units(one: Iterable[str], two: Iterable[str]) -> bool:
    return bool(
        {text.lstrip("0123456789.") for text in one} & {text.lstrip("0123456789.") for text in two}
    )
