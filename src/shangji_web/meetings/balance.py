"""Which source pays what: the balance of each fund against what was decided.

The shares of a project are those of its filing's lines. Where less is decided than was asked, money
that is free to arrange is taken first and earmarked money last: what came for a purpose stays.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.allocate.gather import RIGID_ROWS
from shangji.allocate.money import fen, yuan
from shangji.words import fund_words
from shangji_web import snapshot
from shangji_web.filings.content import parsed
from shangji_web.filings.models import Filing
from shangji_web.filings.sums import by_source
from shangji_web.projects.models import Project

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from shangji_web.seasons.models import Season

FREE = "general"
NO_SOURCE = ""
FILE = "file"
KEPT = 200_000
BARE = re.compile(r"(?:-?\d+(?:\.\d{1,2})?)?")
_shares: dict[str, dict[str, int]] = {}


@dataclass(frozen=True)
class Fund:
    """A source: what there is, what is decided, and what the undecided would take as suggested."""

    code: str
    zh: str
    pot_yuan: Decimal | None
    decided_yuan: Decimal
    open_yuan: Decimal
    ceilings_yuan: Decimal | None = None
    """What all departments' ceilings of this source come to."""

    @property
    def beyond_yuan(self) -> Decimal:
        """By how much more ceilings were given out than there is money."""
        if self.pot_yuan is None or self.ceilings_yuan is None:
            return Decimal(0)
        return max(Decimal(0), self.ceilings_yuan - self.pot_yuan)

    @property
    def left_yuan(self) -> Decimal | None:
        """What is left after what was decided; negative where there is too little."""
        return None if self.pot_yuan is None else self.pot_yuan - self.decided_yuan

    @property
    def after_yuan(self) -> Decimal | None:
        """What would be left if the undecided were decided as suggested."""
        return None if self.left_yuan is None else self.left_yuan - self.open_yuan

    @property
    def over_yuan(self) -> Decimal:
        """By how much more was decided than there is; nought where there is enough."""
        return max(Decimal(0), -(self.left_yuan or Decimal(0)))

    @property
    def over(self) -> bool:
        """Whether more was decided than there is."""
        return self.over_yuan > 0


def asked_shares(projects: Iterable[Project], of_round: int = 1) -> dict[int, dict[str, int]]:
    """What each source pays of each project as it was last filed in a round, in 分, by its key.

    What is decided is decided on the first round's filing; the second's must not move it.
    """
    codes = {project.pk: project.code for project in projects}
    wanted = Filing.objects.filter(project__in=codes, round=of_round).order_by("version")
    latest = dict(wanted.values_list("project_id", "sha256"))
    missing = {sha for sha in latest.values() if sha not in _shares}
    if missing:
        for sha, text in wanted.filter(sha256__in=missing).values_list("sha256", "content"):
            if len(_shares) > KEPT:
                _shares.clear()
            _shares[sha] = _read(text)
    return {pk: _shares.get(latest.get(pk, ""), {}) for pk in codes}


def _read(text: str) -> dict[str, int]:
    """The sources of one filing, in 分."""
    content = json.loads(text)
    known = snapshot.pack().codes["fund_source"].codes
    if not _plain(content["rows"], known):
        rows, _ = parsed(content)  # a name for a code, a comma in an amount: as the form reads it
        made = {source: fen(amount) for source, amount in by_source(rows).items()}
        return {source: amount for source, amount in sorted(made.items()) if amount}
    return _read_plain(content["rows"])


def _plain(rows: Mapping[str, list[dict[str, str]]], known: Collection[str]) -> bool:
    """Whether every source is a code and every amount a bare number: then nothing is parsed."""
    return all(
        row.get("fund_source", NO_SOURCE) in {NO_SOURCE, *known}
        and BARE.fullmatch(row.get("amount_yuan", "")) is not None
        for name in ("line", "line_fund")
        for row in rows.get(name, ())
    )


def _read_plain(rows: Mapping[str, list[dict[str, str]]]) -> dict[str, int]:
    made: defaultdict[str, int] = defaultdict(int)
    lines = {row.get("line_no") for row in rows.get("line", ())}
    several = {row.get("line_no") for row in rows.get("line_fund", ())}
    for row in rows.get("line_fund", ()):
        if row.get("line_no") in lines:
            made[row.get("fund_source", NO_SOURCE)] += _fen(row)
    for row in rows.get("line", ()):
        if row.get("line_no") not in several:
            made[row.get("fund_source", NO_SOURCE)] += _fen(row)
    return {source: amount for source, amount in sorted(made.items()) if amount}


def _fen(row: Mapping[str, str]) -> int:
    return fen(Decimal(row.get("amount_yuan") or 0))


def split(
    amount_yuan: Decimal, shares: Mapping[str, int], earmarked: Collection[str]
) -> dict[str, int]:
    """An amount by source, in 分; together exactly the amount.

    Args:
        amount_yuan: what is decided.
        shares: what was asked of each source, in 分.
        earmarked: sources whose money came for a purpose: these are cut last.
    """
    made = dict(shares)
    less = sum(made.values()) - fen(amount_yuan)
    if less < 0:
        made[NO_SOURCE] = made.get(NO_SOURCE, 0) - less
        return made
    order = sorted(made, key=lambda source: (source in earmarked, source != FREE, source))
    for source in order:
        taken = min(less, made[source])
        made[source] -= taken
        less -= taken
    return {source: amount for source, amount in made.items() if amount}


def pots(season: Season) -> tuple[dict[str, Decimal], set[str]]:
    """What there is of each source by the bureau's own table, and which sources are earmarked.

    Where the latest review has drawn a plan, its pots count. Before that, rows that take off what
    the rigid lane will be given are left out, as its projects stand among the decided.
    """
    made: dict[str, Decimal] = {}
    earmarked: set[str] = set()
    free = {FREE}
    for row in bureau_table(season, "fund_pool"):
        source = row.get("fund_source")
        if not source or row.get("year") != str(season.year):
            continue
        made.setdefault(source, Decimal(0))
        if row.get("kind") not in RIGID_ROWS:
            made[source] += Decimal(row.get("amount_yuan") or 0)
        (earmarked if row.get("is_earmarked") == snapshot.WORDS[True] else free).add(source)
    run = season.runs.last()
    drawn = ((run.summary if run else {}).get("plan") or {}).get("sources", ())
    made |= {row["fund_source"]: Decimal(row["pot_yuan"]) for row in drawn if row["pot_yuan"]}
    return made, earmarked - free


def bureau_table(season: Season, name: str) -> list[dict[str, str]]:
    """The rows of one of the bureau's tables, as texts, from every file that brought some."""
    found: list[dict[str, str]] = []
    for file, text in season.bureau_files.order_by("name").values_list("name", "content"):
        if f'"{name}"' in text:
            rows = json.loads(text)["rows"].get(name, [])
            found += [{**row, FILE: file} for row in rows]
    return snapshot.typed_first(found, FILE) if name == "ceiling" else found


def ceilings_by_source(season: Season) -> dict[str, Decimal]:
    """What departments' ceilings come to by source: of the whole where given, else of projects."""
    made: dict[tuple[str, str], dict[str, Decimal]] = {}
    for row in bureau_table(season, "ceiling"):
        if row.get("round") == "first_down" and not row.get("unit_code"):
            place = (row.get("department_code", ""), row.get("fund_source", ""))
            amount = Decimal(row.get("amount_yuan") or 0)
            made.setdefault(place, {})[row.get("kind", "")] = amount
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for (_, source), kinds in made.items():
        if found := kinds.get("total", kinds.get("project")):
            sums[source] += found
    return dict(sums)


def balance(season: Season) -> list[Fund]:
    """Every source that there is or that was asked of: available, decided, left."""
    there, earmarked = pots(season)
    projects = list(Project.objects.filter(season=season, submitted_at__isnull=False))
    shares = asked_shares(projects)
    decided: defaultdict[str, int] = defaultdict(int)
    undecided: defaultdict[str, int] = defaultdict(int)
    for project in projects:
        held = decided if project.decided_yuan is not None else undecided
        amount = project.decided_yuan
        if amount is None:
            amount = project.suggested_yuan
        if amount is None:
            amount = project.asked_yuan or Decimal(0)
        for source, part in split(amount, shares[project.pk], earmarked).items():
            held[source] += part
    pack, given_out = snapshot.pack(), ceilings_by_source(season)
    order = list(pack.codes["fund_source"].codes)
    names = sorted(
        there.keys() | decided.keys() | undecided.keys(),
        key=lambda name: (order.index(name) if name in order else len(order), name),
    )
    return [
        Fund(
            name,
            fund_words(pack, name) if name else "没有写明资金来源",
            there.get(name, Decimal(0) if there and name else None),
            yuan(decided[name]),
            yuan(undecided[name]),
            given_out.get(name),
        )
        for name in names
    ]
