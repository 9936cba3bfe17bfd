"""Kinds of project spread over departments, towns, schools and villages, each with its money."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shangji.faults.data import archetypes, county

if TYPE_CHECKING:
    from random import Random

FULL_SIZE = 600
QUANTILES = (
    (0.0, 0.7),
    (0.1, 3.2),
    (0.25, 8.5),
    (0.5, 21.5),
    (0.75, 78.0),
    (0.9, 310.0),
    (0.99, 4400.0),
    (1.0, 19000.0),
)
"""Share of projects below so many 万元: half are small, and a few are most of the money."""


@dataclass
class Draft:
    """A project that is to be: what kind, whose, where, and about how much."""

    kind: dict[str, Any]
    part: dict[str, Any]
    unit: str
    place: str
    name: str
    wan: float = 0.0
    more: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - whatever the data says
        """A setting of the kind, which its branch may override."""
        return self.part.get(key, self.kind.get(key, ""))


@dataclass
class Units:
    """Unit codes by department key and by name."""

    rows: list[dict[str, Any]]
    lead: dict[str, str]
    named: dict[str, str]
    towns: dict[str, str]


def units() -> Units:
    """Every budget unit of the county: departments, what is under them, townships."""
    data = county()
    rows: list[dict[str, Any]] = []
    lead: dict[str, str] = {}
    named: dict[str, str] = {}
    under = {
        "edu": [*data["schools"], *data["units"]["edu"]],
        "health": [*data["hospitals"], *data["units"]["health"]],
        "police": [*data["policestations"], *data["units"]["police"]],
    }
    for key, (code, name, kind, staff) in data["departments"].items():
        unit = {"key": key, "department": code, "staff": staff, "type": kind}
        rows.append({**unit, "code": f"{code}001", "name": f"{data['name']}{name}", "level": 1})
        lead[key] = f"{code}001"
        for number, sub in enumerate(under.get(key, data["units"].get(key, [])), 2):
            made = f"{code}{number:03d}"
            size = 18 + (number * 37 + int(code)) % 64
            rows.append(
                {
                    **unit,
                    "code": made,
                    "name": f"{data['name']}{sub}",
                    "level": 2,
                    "type": "行政" if key == "police" else "公益一类",
                    "staff": size,
                }
            )
            named[sub] = made
    towns = {}
    for number, town in enumerate(data["towns"], 1):
        code = f"{200 + number}"
        unit = {"key": "town", "department": code, "town": town}
        rows.append(
            {
                **unit,
                "code": f"{code}001",
                "name": f"{data['name']}{town}人民政府",
                "level": 1,
                "type": "行政",
                "staff": 40 + number * 5 % 23,
            }
        )
        rows.append(
            {
                **unit,
                "code": f"{code}002",
                "level": 2,
                "type": "公益一类",
                "name": f"{data['name']}{town}{data['townunit']}",
                "staff": 16 + number,
            }
        )
        towns[town] = f"{code}001"
    return Units(rows, lead, named, towns)


def drafts(draw: Random, size: int = FULL_SIZE) -> list[Draft]:
    """Draw the projects of a county, or evenly a part of them, with heavy-tailed money."""
    known = units()
    made: list[Draft] = []
    for kind in archetypes():
        for part in (kind["head"], kind.get("branch")):
            if part:
                made += _spread(kind, part, known, draw)
    if size < len(made):
        step = len(made) / size
        made = [made[int(at * step)] for at in range(size)]
    order = sorted(range(len(made)), key=lambda at: made[at].wan)
    for rank, at in enumerate(order):
        made[at].wan = _quantile((rank + 0.5) / len(made))
    return made


def _quantile(share: float) -> float:
    at = min(bisect_right([low for low, _ in QUANTILES], share), len(QUANTILES) - 1)
    (low, small), (high, large) = QUANTILES[at - 1], QUANTILES[at]
    return math.exp(
        math.log(small) + (share - low) / (high - low) * (math.log(large) - math.log(small))
    )


def _spread(kind: dict[str, Any], part: dict[str, Any], known: Units, draw: Random) -> list[Draft]:
    count, per = part.get("n", 1), part.get("per", "")
    places = _places(per, count, draw)
    low, high = part["wan"]
    made = []
    for place, town in places:
        unit = known.lead.get(kind["at"], "")
        if kind.get("unit"):
            unit = known.named[kind["unit"]]
        if part.get("own") and place in known.named:
            unit = known.named[place]
        if (part.get("town") or kind["at"] == "town") and town:
            unit = known.towns[town]
        wan = math.exp(draw.uniform(math.log(low), math.log(high)))
        name = _named(part["name"].replace("{at}", place), draw)
        made.append(Draft(kind, part, unit, place, name, wan, {"town": town}))
    return made


def _places(per: str, count: int, draw: Random) -> list[tuple[str, str]]:
    """Place names with the town that each lies in, no place twice."""
    data = county()
    towns = data["towns"]
    if per in {"village", "villageroad"}:
        return [(f"{town}{village}", town) for town, village in _villages(count, draw)]
    if per == "selfvillages":
        sides = ("东片", "西片", "集镇")
        return [(f"{towns[at % 12]}{sides[at // 12 % 3]}", towns[at % 12]) for at in range(count)]
    if per == "selfsite":
        sites = data["places"]["selfsite"]
        return [(f"{town}{sites[at % 2]}", town) for at, town in enumerate(towns[:count])]
    if per in {"school", "hospital", "policestation", "town", "self"}:
        names = _pick(towns if per in {"town", "self"} else data[f"{per}s"], count, draw)
    else:
        names = data["places"][per] if per else ["全县"]
    return [(name, next((t for t in towns if name.startswith(t)), "")) for name in names[:count]]


def _pick(names: list[str], count: int, draw: Random) -> list[str]:
    chosen = set(draw.sample(range(len(names)), min(count, len(names))))
    return [name for at, name in enumerate(names) if at in chosen]


def _villages(count: int, draw: Random) -> list[tuple[str, str]]:
    """Villages in neighbouring groups, so that several of one town file the same work."""
    data = county()
    made: list[tuple[str, str]] = []
    while len(made) < count:
        town = draw.choice(data["towns"])
        for _ in range(draw.randint(3, 6)):
            name = draw.choice(data["villages"]["first"]) + draw.choice(data["villages"]["last"])
            if (town, name) not in made:
                made.append((town, name))
    return made[:count]


def _named(name: str, draw: Random) -> str:
    """The name as this clerk writes it: with the year or without, brackets wide or narrow."""
    data = county()
    year = str(data["year"])
    if "{Y}" in name:
        made = name.replace("{Y}", draw.choice((f"{year}年", f"{year}年度", year)))
    else:
        made = draw.choice(data["habits"]).replace("{name}", name).replace("{Y}", year)
        made = made.replace("年年度", "年度")
    if draw.random() < 0.3:
        made = made.replace("（", "(").replace("）", ")")
    return made
