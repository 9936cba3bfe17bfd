"""What the libraries hold, and how often each rule fired and was upheld."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum

from shangji.domain import ACTIVE, FAIL, UNKNOWN
from shangji.trace import rules_citing
from shangji_web import snapshot
from shangji_web.reviews.models import Finding, Ruling
from shangji_web.templatetags.shown import region_zh

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shangji.pack import Rule
    from shangji.pack.acts import Act
    from shangji.pack.model import Standard, StandardRow
    from shangji_web.people.models import Post
    from shangji_web.seasons.models import Season

UNIT, BUREAU = "unit", "bureau"
INSPECTORS = frozenset({"auditor"})
NATION = "000000"
DEFAULT = "default"
PROVINCE, CITY = 2, 4


@dataclass(frozen=True)
class Fired:
    """What a rule came to in the latest review, and what people said to its findings."""

    fired: int = 0
    unknown: int = 0
    projects: int = 0
    at_stake_yuan: Decimal | None = None
    cut_yuan: Decimal | None = None
    ruled: int = 0
    upheld: int = 0


NONE = Fired()


def rules_seen(post: Post) -> list[Rule]:
    """The written rules that a post may read: outside the bureau those that units may read."""
    rules = [rule for rule in snapshot.pack().rules.values() if not rule.derived]
    if post.side != BUREAU and post.role not in INSPECTORS:
        rules = [rule for rule in rules if rule.visible_to == UNIT]
    return sorted(rules, key=lambda rule: rule.id)


def counts(season: Season | None) -> dict[str, Fired]:
    """What each rule came to, by rule: findings of the latest review, rulings of the year."""
    run = season.runs.last() if season else None
    if season is None or run is None:
        return {}
    found = Finding.objects.filter(run=run, status=ACTIVE).values("rule_id")
    rows = found.annotate(
        fired=Count("pk", filter=Q(outcome=FAIL)),
        unknown=Count("pk", filter=Q(outcome=UNKNOWN)),
        projects=Count("project", distinct=True, filter=Q(outcome=FAIL)),
        stake=Sum("at_stake_yuan", filter=Q(outcome=FAIL)),
    )
    cuts = {row["cause_id"]: Decimal(row["cut_yuan"]) for row in run.summary.get("causes", ())}
    said = _rulings(season)
    made = {}
    for row in rows:
        ruled = said.get(row["rule_id"], [])
        made[row["rule_id"]] = Fired(
            row["fired"],
            row["unknown"],
            row["projects"],
            row["stake"],
            cuts.get(row["rule_id"]),
            len(ruled),
            sum(ruled),
        )
    return made


def _rulings(season: Season) -> dict[str, list[bool]]:
    """The latest ruling on every finding, by rule: whether it stands."""
    latest: dict[tuple[int, str], tuple[str, bool]] = {}
    rows = Ruling.objects.filter(project__season=season).order_by("pk")
    for key, name, rule, stands in rows.values_list(
        "project_id", "finding_id", "rule_id", "stands"
    ):
        latest[key, name] = (rule, stands)
    made: dict[str, list[bool]] = {}
    for rule, stands in latest.values():
        made.setdefault(rule, []).append(stands)
    return made


@dataclass(frozen=True)
class Value:
    """A dated value of a standard: its rows, whose it is, and whether it is the county's own."""

    region: str
    effective_from: str
    effective_to: str
    status: str
    basis: str
    rows: tuple[StandardRow, ...]
    own: bool
    binds: str

    @property
    def at(self) -> str:
        """Its name in an address: region and day."""
        return f"{self.region}@{self.effective_from}"

    @property
    def whose(self) -> str:
        """Whose value it is and from when; a default of the pack is no act of the nation."""
        if self.rows[0].checked == DEFAULT:
            return "默认值，等本地改定"
        until = f"至 {self.effective_to}" if self.effective_to else ""
        return f"{region_zh(self.region)} {self.effective_from} 起{until}"


def values(standard: Standard, region: str) -> list[Value]:
    """The dated values of a standard, the nearest region first, the latest first."""
    groups: dict[tuple[str, str], list[StandardRow]] = {}
    for row in standard.rows:
        groups.setdefault((row.region, row.effective_from.isoformat()), []).append(row)
    chain = chain_of(region)

    def place(item: tuple[str, str]) -> tuple[int, str]:
        return chain.index(item[0]) if item[0] in chain else len(chain), item[0]

    ordered = sorted(groups, key=lambda item: item[1], reverse=True)
    return [_value(at, groups[at], region) for at in sorted(ordered, key=place)]


def chain_of(region: str) -> list[str]:
    """A county, its city, its province, the nation: whose standard is looked for in this order."""
    tails = [region, region[:CITY] + "00", region[:PROVINCE] + "0000", NATION]
    return list(dict.fromkeys(tails))


def _value(at: tuple[str, str], rows: list[StandardRow], region: str) -> Value:
    first = rows[0]
    levels = {"central": "中央", "province": "省级", "city": "市级", "county": "县级"}
    binds = "全部地区" if first.binds_all else ""
    binds = binds or "、".join(levels.get(one, one) for one in first.binds_levels)
    regions = "、".join(map(region_zh, first.binds_regions))
    return Value(
        *at,
        first.effective_to.isoformat() if first.effective_to else "",
        first.status,
        str(first.basis),
        tuple(rows),
        at[0] == region,
        binds or regions,
    )


def policies() -> list[Act]:
    """The laws and documents of the policy index, the highest level first."""
    from shangji.domain import ACT_LEVELS

    order = list(ACT_LEVELS)
    return sorted(snapshot.pack().acts, key=lambda act: (order.index(act.level), str(act)))


def resting(act: Act, seen: Mapping[str, Rule]) -> Iterator[dict[str, Any]]:
    """Articles of an act with the rules that rest on them, of those that the post may read."""
    found = dict(rules_citing(snapshot.pack(), act.doc_no, act.title))
    for article in dict.fromkeys([*act.articles, *found]):
        rules = [seen[name] for name in found.get(article, ()) if name in seen]
        yield {"article": article, "says": act.articles.get(article, ""), "rules": rules}
