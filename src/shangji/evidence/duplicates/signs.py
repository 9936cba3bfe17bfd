"""The signs by which two records are one thing or two: each with its points and its words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.domain import wan
from shangji.evidence.duplicates.likeness import WHOLE, by_unit, digits, near, percent, slots
from shangji.evidence.duplicates.places import FINE, LOOSE, TOWN
from shangji.evidence.duplicates.record import ASKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shangji.evidence.duplicates.record import Read, Record

Sign = tuple[str, int, str]
"""Name of the sign, points, what a person reads."""

Side = tuple["Record", "Read"]

EXACT = 3
"""A figure of so many telling digits says all that a figure can."""

FAR = 3
"""Amounts of which one is more than so many times the other are far apart."""


def signs_of(
    one: Side, two: Side, place: str, alike: tuple[int, int], points: Mapping[str, int]
) -> list[Sign]:
    """Every sign of two records; `alike` is the likeness of their names and of their contents."""
    name, content = alike
    figures = [*_figures(one, two, place, points)]
    made = [
        _worth("名称相近", name, "名称相同" if name == WHOLE else "", points),
        _worth("内容相近", content, "", points),
        *_place(place, points),
        *figures,
        *_around(one, two, points),
    ]
    told = any(value >= points["测算相同"] for sign, value, _ in figures if sign != "金额相同")
    if place not in {FINE, LOOSE, TOWN} and not told and slots(one[1].core, two[1].core):
        made.append(("名称有别", -points["名称有别"], "名称中指明的对象不同"))
    paid_alike = any(sign in {"金额相同", "金额相近"} for sign, _, _ in figures)
    bare = not (one[1].content and two[1].content)
    if bare and paid_alike and place in {FINE, TOWN}:
        made.append(("一方只有名称", points["一方只有名称"], "一方只有名称和金额，没有内容可比"))
    return [sign for sign in made if sign[1]]


def _worth(sign: str, alike: int, says: str, points: Mapping[str, int]) -> Sign:
    return sign, points[sign] * alike // WHOLE, says or f"{sign}（{percent(alike)}）"


def _place(place: str, points: Mapping[str, int]) -> Iterator[Sign]:
    sign = {FINE: "同一地点", TOWN: "同在一个乡镇", LOOSE: "村名相同"}.get(place)
    if sign:
        yield sign, points[sign], "村名相同，没有写明乡镇" if place == LOOSE else sign


def _figures(one: Side, two: Side, place: str, points: Mapping[str, int]) -> Iterator[Sign]:
    (first, read), (second, other) = one, two
    yield from _quantity(read, other, place, points)
    sums = read.sums & other.sums
    if sums and 2 * len(sums) >= max(len(read.sums), len(other.sums)):
        yield "测算相同", points["测算相同"], f"{len(sums)} 行测算的数量和单价相同"
    yield from _money(first, second, points)
    if first.persons and first.persons == second.persons and digits(str(first.persons)) > 1:
        yield "受益人数相同", points["受益人数相同"], f"受益人数相同（{first.persons}）"


def _quantity(read: Read, other: Read, place: str, points: Mapping[str, int]) -> Iterator[Sign]:
    shared = read.measures & other.measures
    if shared:
        best = max(shared, key=lambda text: (digits(text), text))
        worth = points["工程量相同"] * min(digits(best) + len(shared) - 1, EXACT) // EXACT
        yield "工程量相同", worth, f"工程量相同（{best}）"
        return
    mine, theirs = by_unit(read.measures), by_unit(other.measures)
    units = sorted(mine.keys() & theirs.keys())
    close = any(
        near(min(a, b), max(a, b)) for unit in units for a in mine[unit] for b in theirs[unit]
    )
    if close:
        yield "工程量相近", points["工程量相近"], "工程量相差不到一成"
    elif units:
        worth = points["工程量不同"] * (1 if place == FINE else 2)
        yield "工程量不同", -worth, "工程量不同"


def _money(one: Record, two: Record, points: Mapping[str, int]) -> Iterator[Sign]:
    if not one.cents or not two.cents:
        return
    low, high = sorted((one.cents, two.cents))
    if low == high:
        worth = points["金额相同"] * min(digits(str(low)) + 1, EXACT) // EXACT
        yield "金额相同", worth, f"金额相同（{wan(Decimal(low) / 100)} 万元）"
    elif near(low, high):
        yield "金额相近", points["金额相近"], "金额相差不到一成"
    elif high > FAR * low:
        yield "金额悬殊", -points["金额悬殊"], "金额相差悬殊"


def _around(one: Side, two: Side, points: Mapping[str, int]) -> Iterator[Sign]:
    (first, read), (second, other) = one, two
    if read.payees & other.payees:
        yield "同一收款对象", points["同一收款对象"], "收款对象相同"
    spans = (first.start, first.end), (second.start, second.end)
    dated = first.side == second.side == ASKED and all(map(all, spans))
    if dated and max(spans[0][0], spans[1][0]) > min(spans[0][1], spans[1][1]):
        yield "实施期不重合", -points["实施期不重合"], "实施期不重合"
    if first.unit and first.unit == second.unit:
        yield "同一单位", points["同一单位"], "同一单位"
    if read.funds and other.funds and not read.funds & other.funds:
        yield "资金渠道不同", points["资金渠道不同"], "资金来源不同"
