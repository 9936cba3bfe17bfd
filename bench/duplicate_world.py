"""Made filings with duplicates in disguise among their siblings; a seed gives one filing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from duplicate_words import (
    FIRST,
    FUNDS,
    HABITS,
    KEPT_BACK,
    LAST,
    SCHOOLS,
    TOWNS,
    TUNED,
    Work,
)
from shangji.evidence.duplicates import Line, Record

TWICE, TWO_UNITS, PARTS, RENAMED = "报两次", "两个单位", "拆分", "改名"
COMPLETED, TWO_FUNDS, PAID = "完成后再报", "两种资金", "其他资金已付"
DISGUISES = (TWICE, TWO_UNITS, PARTS, RENAMED, COMPLETED, TWO_FUNDS, PAID)
COMMON = 0.4
"""Of the groups of siblings, how many have a village whose name may stand in another town."""

TYPOS = (("改造", "改建"), ("维修", "维护"), ("建设", "新建"), ("加固", "加因"), ("管网", "管网线"))


@dataclass
class Filing:
    """Records with the pairs that are one thing, each under its disguise."""

    records: list[Record] = field(default_factory=list)
    truth: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Thing:
    """One work at one place."""

    work: Work
    town: str
    at: str
    unit: str
    quantity: int
    price: int


class Maker:
    """Makes a filing out of one of the two vocabularies."""

    def __init__(self, seed: int, words: str) -> None:
        """Make with this seed in the words tuned on or in those kept back."""
        self.draw, self.words = Random(f"{words}/{seed}"), words
        self.works = TUNED if words == "tuned" else KEPT_BACK
        self.number = 0
        self.seen: set[tuple[Work, str]] = set()
        self.filing = Filing()

    def filing_of(self, projects: int, share: float = 0.12) -> Filing:
        """Siblings by the group, some of them planted again under a disguise."""
        draw, records = self.draw, self.filing.records
        turn, seen = 0, self.seen
        while len(records) < projects:
            for thing in self._siblings(draw.choice(self.works)):
                if (thing.work, thing.at) in seen:
                    continue
                seen.add((thing.work, thing.at))
                record = self.record(thing)
                records.append(record)
                record = self._lookalike(thing, record)
                if draw.random() < share * 1.6:
                    self.plant(thing, record, DISGUISES[turn % len(DISGUISES)])
                    turn += 1
        draw.shuffle(records)
        return self.filing

    def _siblings(self, work: Work) -> list[Thing]:
        draw = self.draw
        towns = TOWNS[self.words].split()
        town = draw.choice(towns)
        if work.scope == "county":
            quantity = draw.randint(230, 9600)
            return [Thing(work, "", "", work.units[0], quantity, work.price)]
        if work.scope == "school":
            places = [("", name) for name in draw.sample(SCHOOLS[self.words].split(), 3)]
        elif work.scope == "town":
            places = [(name, name) for name in draw.sample(towns, 3)]
        else:
            places = [(town, town + name) for name in self._villages(towns.index(town))]
        return [
            Thing(work, town, at, self._filer(work, town), self._quantity(work), work.price)
            for town, at in places
        ]

    def _villages(self, at: int) -> list[str]:
        """Villages of a town; one in seven has a name that some other town has too."""
        draw, firsts = self.draw, FIRST[self.words].split()
        own = [first + last for first in firsts[2 * at : 2 * at + 2] for last in LAST]
        made = draw.sample(own, draw.randint(2, 5))
        if draw.random() < COMMON:
            made[0] = draw.choice(firsts) + draw.choice(LAST)
        return made

    def _filer(self, work: Work, town: str, second: int = 0) -> str:
        unit = work.units[second]
        return town if unit == "乡镇" else unit

    def _quantity(self, work: Work) -> int:
        few = {"盏", "座", "套", "个"}
        high = 60 if work.measure in few else 3200
        made = self.draw.randint(high // 12, high)
        return made if self.draw.random() < 0.6 else max(made // 10 * 10, 10)

    def record(self, thing: Thing, name: int = 0, says: int = 0, **change: object) -> Record:
        """A thing as a clerk files it."""
        draw, work = self.draw, thing.work
        self.number += 1
        key = f"P{self.number:06d}"
        noise = draw.choice((1000, 1000, 980, 1030, 1050))
        cents = thing.quantity * thing.price * noise // 10 * 1
        at = thing.at
        if at and thing.town and draw.random() < 0.25 and at != thing.town:
            at = at.removeprefix(thing.town)
        shown = draw.choice(HABITS).replace("{name}", at + work.names[name])
        if draw.random() < 0.3:
            shown = shown.replace("（", "(").replace("）", ")")
        month = draw.randint(1, 5)
        made = Record(
            key=key,
            code=key,
            name=shown,
            year=2027,
            unit=thing.unit,
            unit_name=f"样例县{thing.unit}",
            place=thing.at if draw.random() < 0.7 else "",
            content=work.says[says]
            .replace("{at}", thing.at or "全县")
            .replace("{q}", str(thing.quantity)),
            lane=work.lane,
            cents=cents,
            start=f"2027-{month:02d}-01",
            end=f"2027-{draw.randint(8, 12):02d}-28",
            funds=frozenset({"general"}),
            lines=(
                Line(work.names[name], str(thing.quantity), work.measure, str(thing.price)),
                Line("设计监理", "1", "项", str(8000 + 500 * draw.randint(0, 20))),
            ),
        )
        return replace(made, **change)  # type: ignore[arg-type] # fields by name

    def _lookalike(self, thing: Thing, record: Record) -> Record:
        """What looks like it and is another thing: a second section, last year's, its upkeep."""
        draw = self.draw
        luck = draw.random()
        if luck < 0.06 and thing.work.lane == "works" and thing.work.scope == "town":
            for part in ("一", "二"):
                quantity = self._quantity(thing.work)
                made = self.record(replace(thing, quantity=quantity))
                self.filing.records.append(replace(made, name=f"{made.name}（第{part}标段）"))
        elif luck < 0.14:
            done = draw.random() < 0.3
            quantity = self._quantity(thing.work)
            before = self.record(replace(thing, quantity=quantity))
            name = record.name.replace("2027", "2026")
            self.filing.records.append(
                replace(before, name=name, side="past", year=2026, finished=done)
            )
            at = self.filing.records.index(record)
            self.filing.records[at] = record = replace(record, prior=frozenset({before.code}))
        elif luck < 0.2 and thing.at:
            other = draw.choice([work for work in self.works if work is not thing.work])
            if other.scope == thing.work.scope and (other, thing.at) not in self.seen:
                self.seen.add((other, thing.at))
                quantity = self._quantity(other)
                self.filing.records.append(
                    self.record(replace(thing, work=other, quantity=quantity, price=other.price))
                )

        return record

    def plant(self, thing: Thing, record: Record, disguise: str) -> None:
        """File the thing again under a disguise."""
        draw = self.draw
        if disguise in {TWO_FUNDS, COMPLETED, PAID} and thing.work.scope == "county":
            disguise = TWO_UNITS
        if disguise == PARTS:
            self._parts(thing, record)
            return
        twin = {
            TWICE: self._twice,
            TWO_UNITS: self._two_units,
            RENAMED: self._renamed,
            TWO_FUNDS: self._two_funds,
            COMPLETED: self._completed,
            PAID: self._paid,
        }[disguise](thing)
        if draw.random() < 0.25 and disguise != TWICE:
            quantity = thing.quantity * draw.choice((103, 95, 110)) // 100
            twin = replace(
                twin,
                content=twin.content.replace(str(thing.quantity), str(quantity)),
                lines=tuple(
                    replace(line, quantity=str(quantity)) if line.measure != "项" else line
                    for line in twin.lines
                ),
            )
        self._add(record, replace(twin, prior=record.prior), disguise)

    def _add(self, record: Record, twin: Record, disguise: str) -> None:
        self.filing.records.append(twin)
        self.filing.truth[pair(record.key, twin.key)] = disguise

    def _twice(self, thing: Thing) -> Record:
        made = self.record(thing)
        if self.draw.random() < 0.5:
            old, new = self.draw.choice(TYPOS)
            made = replace(made, name=made.name.replace(old, new))
        return made

    def _two_units(self, thing: Thing) -> Record:
        unit = self._filer(thing.work, thing.town, 1)
        return self.record(
            replace(thing, unit=unit), self.draw.randint(0, 2), self.draw.randint(0, 1)
        )

    def _renamed(self, thing: Thing) -> Record:
        return self.record(thing, self.draw.randint(1, 3), 1)

    def _two_funds(self, thing: Thing) -> Record:
        unit = self._filer(thing.work, thing.town, 1)
        made = self.record(
            replace(thing, unit=unit), self.draw.randint(0, 2), self.draw.randint(0, 1)
        )
        cents = (made.cents or 0) * self.draw.choice((60, 80, 100, 100)) // 100
        fund = FUNDS.get(unit, "衔接资金")
        if self.draw.random() < 0.5:
            return replace(made, name=f"{made.name}（{fund}）", cents=cents)
        return replace(made, funds=frozenset({"transfer"}), cents=cents)

    def _completed(self, thing: Thing) -> Record:
        made = self.record(thing, self.draw.randint(0, 2))
        name = made.name.replace("2027", str(self.draw.choice((2025, 2026))))
        bare = {"content": "", "place": "", "lines": (), "lane": "", "start": "", "end": ""}
        past = {"side": "past", "year": 2026, "finished": True, "name": name}
        return replace(made, **bare, **past)  # type: ignore[arg-type] # fields by name

    def _paid(self, thing: Thing) -> Record:
        unit = self._filer(thing.work, thing.town, 1)
        made = self.record(replace(thing, unit=unit), self.draw.randint(0, 1))
        tail = self.draw.choice(("工程款", "进度款", "结算款", "补助款"))
        name = f"付{thing.at}{thing.work.names[self.draw.randint(0, 1)]}{tail}"
        bare = {"content": "", "place": "", "lines": (), "lane": "", "start": "", "end": ""}
        paid = {"side": "paid", "year": 2026, "finished": True, "name": name}
        return replace(made, **bare, **paid)  # type: ignore[arg-type] # fields by name

    def _parts(self, thing: Thing, record: Record) -> None:
        """The whole and two parts of it, or the parts beside each other in its stead."""
        first = thing.quantity * self.draw.choice((40, 50, 60)) // 100
        labels = self.draw.choice((("一", "二"), ("土建", "附属")))
        parts = []
        for label, quantity in zip(labels, (first, thing.quantity - first), strict=True):
            made = self.record(replace(thing, quantity=quantity))
            share = (record.cents or 0) * quantity // max(thing.quantity, 1)
            name = f"{made.name}（{label}）"
            parts.append(replace(made, name=name, cents=share, prior=record.prior))
        alone = self.draw.random() < 0.4 and thing.work.scope in {"village", "school"}
        for part in parts:
            if alone:
                self.filing.records.append(part)
            else:
                self._add(record, part, PARTS)
        if alone:
            self.filing.records.remove(record)
        self.filing.truth[pair(parts[0].key, parts[1].key)] = PARTS


def pair(one: str, two: str) -> tuple[str, str]:
    """A pair in one order."""
    return (one, two) if one < two else (two, one)


def filing(seed: int, projects: int, words: str) -> Filing:
    """A filing of about so many projects."""
    return Maker(seed, words).filing_of(projects)
