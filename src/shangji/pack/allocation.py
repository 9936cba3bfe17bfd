"""How money is arranged: what comes first, what is ranked and in which order, what may be split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.pack.reader import Reader

MANDATES = ("rigid", "three_guarantees", "debt_service", "transfer", "entitlement", "contract")
ORDERS = {"grades": "全县按等级排序", "departments": "先切块到部门"}
UNGRADED = ("last", "none")
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Setting:
    """One way of arranging: the order, and the share of the ranked money that a grade is sure of.

    `order` is one of `ORDERS`; `floor_percent` of the ranked money goes to `floor_grade` first.
    """

    name: str
    zh: str
    order: str
    floor_grade: str = ""
    floor_percent: int = 0


@dataclass(frozen=True, slots=True)
class Allocation:
    """The pack's statement of how money is arranged; percentages are whole numbers."""

    name: str
    zh: str
    use: str
    settings: tuple[Setting, ...]
    admits: tuple[str, ...]
    grades: tuple[str, ...]
    ungraded: str
    mandates: tuple[str, ...]
    ranked: str
    purposes: tuple[str, ...]
    own_funds: tuple[str, ...]
    fund_lanes: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, int]
    divides: Mapping[str, int]
    rounds: tuple[str, ...]
    reserve_least: int
    reserve_most: int
    next_years: int
    exact_parts: int
    anew_parts: int
    nodes_most: int
    note: str = ""

    @property
    def setting(self) -> Setting:
        """The setting in use."""
        return next(one for one in self.settings if one.name == self.use)


def allocation(reader: Reader) -> Allocation:
    """Return how money is arranged."""
    settings = tuple(_setting(item) for item in reader.each("settings", need=True))
    lanes = {}
    for item in reader.each("fund_lanes"):
        lanes[item.text("fund", need=True)] = item.texts("lanes")
        item.done()
    divides = {}
    for item in reader.each("divides"):
        lane = item.text("lane", need=True)
        divides[lane] = _percent(item, "least_percent", least=1)
        item.done()
    made = Allocation(
        name=reader.text("allocation", need=True),
        zh=reader.text("zh", need=True),
        use=reader.choice("use", [one.name for one in settings] or [""]),
        settings=settings,
        admits=reader.texts("admits"),
        grades=reader.texts("grades"),
        ungraded=reader.choice("ungraded", UNGRADED),
        mandates=_mandates(reader),
        ranked=reader.text("ranked", need=True),
        purposes=reader.texts("purposes"),
        own_funds=reader.texts("own_funds"),
        fund_lanes=lanes,
        levels=_levels(reader),
        divides=divides,
        rounds=reader.texts("rounds"),
        reserve_least=_percent(reader, "reserve_least_percent"),
        reserve_most=_percent(reader, "reserve_most_percent"),
        next_years=_percent(reader, "next_years_percent"),
        exact_parts=reader.integer("exact_parts"),
        anew_parts=reader.integer("anew_parts"),
        nodes_most=reader.integer("nodes_most"),
        note=reader.text("note"),
    )
    reader.done()
    return made


def _setting(item: Reader) -> Setting:
    made = Setting(
        item.text("setting", need=True),
        item.text("zh", need=True),
        item.choice("order", ORDERS),
        item.text("floor_grade"),
        _percent(item, "floor_percent"),
    )
    item.done()
    return made


def _percent(reader: Reader, key: str, least: int = 0) -> int:
    value = reader.integer(key)
    if not least <= value <= WHOLE:
        reader.trouble("pack-value", f"只能是 {least} 到 {WHOLE} 的整数。", key, str(value))
        return WHOLE
    return value


def _mandates(reader: Reader) -> tuple[str, ...]:
    found = reader.texts("mandates")
    for name in found:
        if name not in MANDATES:
            reader.trouble("pack-value", f"只能是 {'、'.join(MANDATES)}。", "mandates", name)
    return found


def _levels(reader: Reader) -> dict[str, int]:
    """Worth of a level in per cent; a later level is never worth more than an earlier one."""
    made = {}
    below = reader.below("levels")
    for name in below.doc if below else ():
        made[name] = _percent(below, name, least=1) if below else WHOLE
    worth = list(made.values())
    if worth != sorted(worth, reverse=True):
        reader.trouble("pack-value", "后一档的权重不能高于前一档。", "levels")
    return made
