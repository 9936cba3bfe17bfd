"""Duplicates: what is one thing is found with its reason, and its siblings are left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from shangji.evidence.duplicates import Lexicon, Line, Record, search
from shangji.pack import load
from shangji.snapshot import RunFacts

FACTS = RunFacts(2027, date(2026, 9, 20), "990101")

POND = Record(
    key="P1",
    code="P1",
    name="大塘镇石桥村山塘清淤加固（2027年）",
    year=2027,
    unit="U1",
    place="大塘镇石桥村",
    content="石桥村山塘年久淤积，计划清淤2020立方米，整修放水设施",
    lane="works",
    cents=11_530_000,
    start="2027-03-01",
    end="2027-11-30",
    funds=frozenset({"general"}),
    lines=(Line("山塘清淤", "2020", "立方米", "42"), Line("放水设施", "1", "项", "30460")),
)
FILLERS = [
    replace(
        POND, key=f"F{at}", code=f"F{at}", name=name, place="", content=name, lines=(), cents=at
    )
    for at, name in enumerate(("城乡公交运营补贴", "食品抽检", "年轻干部培训", "办公区物业"), 7)
]


@cache
def lexicon() -> Lexicon:
    """The words and points of the national pack."""
    pack, problems = load(("national",))
    assert pack, problems
    return Lexicon.of(pack, FACTS)


def found(*records: Record) -> dict[tuple[str, str], tuple[str, str]]:
    """Pairs by their keys, with kind and certainty."""
    every = [*records, *FILLERS]
    return {
        (every[pair.one].key, every[pair.two].key): (pair.kind, pair.certainty)
        for pair in search(every, lexicon())
    }


def other(**change: Any) -> Record:
    """The pond again as a second record, with what is different."""
    given = {"key": "P2", "code": "P2"} | change
    return replace(POND, **given)


TWICE = {
    "filed twice, brackets narrow": (other(name="大塘镇石桥村山塘清淤加固(2027年度)"), "twice"),
    "under another name": (
        other(name="石桥村塘坝疏浚除险", content="对石桥村塘坝进行疏浚，共2020立方米"),
        "renamed",
    ),
    "by the department too": (other(unit="U9", name="石桥村山塘清淤加固工程"), "two_units"),
    "from another pot": (
        other(unit="U9", funds=frozenset({"transfer"}), cents=10_900_000),
        "two_funds",
    ),
    "after it was finished": (
        other(side="past", year=2026, name="石桥村山塘清淤加固工程", finished=True),
        "completed",
    ),
    "paid by another fund": (
        other(side="paid", year=2026, name="石桥村山塘清淤加固工程款", finished=True, unit="U9"),
        "paid",
    ),
}


@pytest.mark.parametrize("case", TWICE)
def test_one_thing_is_found(case: str) -> None:
    twin, kind = TWICE[case]
    assert found(POND, twin) == {("P1", "P2"): (kind, "clear")}


SIBLINGS = {
    "another village": other(
        name="大塘镇下湾村山塘清淤加固（2027年）",
        place="大塘镇下湾村",
        content="下湾村山塘年久淤积，计划清淤2020立方米，整修放水设施",
    ),
    "a village of that name elsewhere": other(
        name="南坪镇石桥村山塘清淤加固（2027年）", place="南坪镇石桥村"
    ),
    "another year": other(name="大塘镇石桥村山塘清淤加固（2026年）"),
    "last year's, still running": other(side="past", year=2026),
    "last year's, declared as such": other(
        side="past", year=2026, finished=True, key="Q", code="Q"
    ),
    "other work in the village": other(
        name="大塘镇石桥村供水管网改造",
        content="石桥村主管老化漏损，更换管道5230米",
        lines=(Line("管道", "5230", "米", "88"),),
        cents=46_024_000,
    ),
}


@pytest.mark.parametrize("case", SIBLINGS)
def test_siblings_are_left_alone(case: str) -> None:
    asked = replace(POND, prior=frozenset({"Q"}))
    assert found(asked, SIBLINGS[case]) == {}


def test_siblings_were_not_left_alone_without_their_place() -> None:
    twin = replace(SIBLINGS["another village"], name=POND.name, place=POND.place)
    assert ("P1", "P2") in found(POND, twin)


def test_the_order_of_the_records_changes_nothing() -> None:
    twin = TWICE["under another name"][0]
    assert list(found(POND, twin).values()) == list(found(twin, POND).values())


def test_parts_that_add_up_to_a_whole_are_told_and_others_are_not() -> None:
    halves = [
        other(key=f"H{at}", code=f"H{at}", name=f"{POND.name}（{label}）", cents=cents)
        for at, (label, cents) in enumerate((("一", 5_000_000), ("二", 6_530_000)))
    ]
    whole = found(POND, *halves)
    assert set(whole.values()) == {("split", "clear")}
    assert len(whole) == 3
    more = [halves[0], replace(halves[1], cents=3_000_000)]
    assert ("split", "clear") not in found(POND, *more).values()


def test_a_village_of_a_name_that_two_towns_have_is_no_sure_place() -> None:
    told = other(place="", name="石桥村山塘清淤加固")
    elsewhere = other(key="P3", code="P3", place="南坪镇石桥村", name="路灯安装", content="装灯")
    assert found(POND, told)["P1", "P2"][1] == "clear"
    assert found(POND, told, elsewhere)["P1", "P2"][1] == "doubtful"


def test_regions_are_not_compared() -> None:
    assert found(POND, other(region="990102")) == {}


def test_the_number_of_processes_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shangji.evidence.duplicates.GROUP", 2)
    every = [
        replace(one, key=f"{region}{one.key}", code=f"{region}{one.code}", region=region)
        for region in ("990101", "990102")
        for one in (POND, TWICE["by the department too"][0])
    ]
    alone = search(every, lexicon())
    assert len(alone) == 2
    assert search(every, lexicon(), processes=2) == alone
