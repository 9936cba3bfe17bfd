"""What a plan had to choose among, read again from snapshot, pack and told results; whole 分.

Gates, grades, points and cuts are those that the report tells: they are derived elsewhere.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shangji.verify.rulebook import text, texts

if TYPE_CHECKING:
    from decimal import Decimal

    from shangji.verify.rulebook import Book, Doc
    from shangji.verify.seals import Report

Row = dict[str, Any]
Cut = tuple[str, str, int, list[str]]
"""That it is a rule's, the rule, 分, the rules found beside it."""
RIGID = ("rigid", "debt_service")
LAST = 100_000


def fen(value: Decimal | None) -> int:
    """Yuan as whole 分."""
    return 0 if value is None else int((value * 100).to_integral_value())


@dataclass
class Project:
    """A project: what is left of what it asks by source, what binds it, how it is ranked."""

    code: str
    unit: str
    department: str
    lane: str
    gate: str
    grade: str
    points: int
    place: int
    mandate: bool
    due: int
    next_year: int
    asked: dict[str, int] = field(default_factory=dict)
    cuts: dict[str, list[Cut]] = field(default_factory=dict)
    """What rules took of each source, in the order of the reductions."""
    left: dict[str, int] = field(default_factory=dict)
    decided: int | None = None
    levels: list[tuple[str, int, bool]] = field(default_factory=list)


@dataclass
class Wanted:
    """All that a plan is computed from."""

    report: Report
    book: Book
    stated: Doc
    projects: dict[str, Project] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read every table."""
        self.year = int(self.report.manifest["facts"]["budget_year"])
        self.mandates = texts(self.stated, "mandates")
        self.ranked = text(self.stated, "ranked")
        self._projects()

    def percent(self, key: str) -> int:
        """A whole number of the pack's statement."""
        return int(text(self.stated, key, "0"))

    def rows(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        """Columns of a table's rows in their order, an empty cell last; empty where it has none."""
        held = self.report.snapshot.get(name, [])
        found = [tuple(row.get(column) for column in columns) for row in held]
        return sorted(found, key=lambda row: [(cell is None, cell) for cell in row])

    # Projects.

    def _projects(self) -> None:
        homes = dict(self.rows("organisation", "unit_code", "department_code"))
        gates, graded = self._gates(), self._graded()
        shares, cuts, due = self._shares(), self._cuts(), self._due()
        ranks: dict[str, int] = {}
        names = ("project_code", "row_key", "unit_code", "department_code", "lane", "amount_yuan")
        more = ("dept_rank", "three_guarantees_item", "is_debt_service", "next_year_yuan")
        decided = dict(self.rows("project", "row_key", "decided_yuan"))
        for row in self.rows("project", *names, *more):
            code, key, unit, department, lane, asked, rank, guarded, debt, after = row
            if code is None or code in self.projects:
                continue
            whole = {
                "rigid": lane == "rigid",
                "three_guarantees": guarded is not None,
                "debt_service": debt is True,
            }
            grade, points = graded.get(key, ("", 0))
            by_source, taken = self._asked(fen(asked), shares.get(code, {}), cuts.get(code, []))
            self.projects[code] = Project(
                code=code,
                unit=unit or "",
                department=department or homes.get(unit) or unit or "",
                lane=lane or "",
                gate=gates.get(key) or "",
                grade=grade,
                points=points,
                place=0,
                mandate=any(whole.get(name) for name in self.mandates),
                due=due.get(code, 0),
                next_year=fen(after),
                asked=by_source,
                cuts=taken,
                left={
                    source: amount - sum(cut[2] for cut in taken.get(source, ()))
                    for source, amount in by_source.items()
                },
                decided=None if decided[key] is None else fen(decided[key]),
            )
            ranks[code] = rank or LAST
        self._places(ranks)
        self._packages()

    def _places(self, ranks: dict[str, int]) -> None:
        """The place in the department's own order: 999 the first, the others below."""
        held: defaultdict[str, set[int]] = defaultdict(set)
        for code, rank in ranks.items():
            held[self.projects[code].department].add(rank)
        for code, rank in ranks.items():
            mine = sorted(held[self.projects[code].department])
            step = mine.index(rank) * 998 // len(mine)
            self.projects[code].place = 999 - step

    def _asked(
        self, asked: int, shares: dict[str, int], cuts: list[Row]
    ) -> tuple[dict[str, int], dict[str, list[Cut]]]:
        """By source, the shares of the lines up to what is asked, and the cuts booked on them."""
        order = texts(self.book.reduction, "fund_order")
        place = {name: at for at, name in enumerate(order)}
        whole: dict[str, int] = {}
        for source in sorted(shares, key=lambda name: (place.get(name, len(place)), name)):
            whole[source] = min(asked, shares[source])
            asked -= whole[source]
        if asked:
            whole[""] = asked
        left, taken = dict(whole), defaultdict[str, list[Cut]](list)
        for cut in cuts:
            rest = fen(cut["asked_yuan"]) - fen(cut["approved_yuan"])
            first = [cut["fund_source"]] if cut["fund_source"] in left else []
            for source in dict.fromkeys([*first, *left]):
                take = max(0, min(rest, left[source]))
                left[source] -= take
                rest -= take
                if take:
                    also = json.loads(cut["also"])
                    taken[source].append(("rule", cut["cause_id"], take, also))
        return {source: amount for source, amount in whole.items() if amount}, dict(taken)

    def _shares(self) -> dict[str, dict[str, int]]:
        """What each source pays of each project, by its lines."""
        sums: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        names = ("project_code", "line_no", "fund_source", "amount_yuan")
        several = set()
        for code, number, source, amount in self.rows("line_fund", *names):
            several.add((code, number))
            if source is not None:
                sums[code][source] += fen(amount)
        for code, number, source, amount in self.rows("line", *names):
            if source is not None and (code, number) not in several:
                sums[code][source] += fen(amount)
        return {code: dict(held) for code, held in sums.items()}

    def _cuts(self) -> dict[str, list[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        names = ("project_code", "step", "line_key", "fund_source")
        told = self.report.tables.get("reduction", [])
        for row in sorted(told, key=lambda row: [row[name] or "" for name in names]):
            found[row["project_code"]].append(row)
        return found

    def _gates(self) -> dict[str, str]:
        told = self.report.tables.get("gate", [])
        return {row["key"]: row["outcome"] for row in told if row["subject"] == "project"}

    def _graded(self) -> dict[str, tuple[str, int]]:
        """The low grade and the points of both axes, by row."""
        docs = self.book.frameworks.values()
        doc = next((one for one in docs if text(one, "subject") == "project"), None)
        if doc is None:
            return {}
        name, said = text(doc, "framework"), doc.get("grades") or {}
        axes = {said[axis] for axis in ("x", "y", "score") if said.get(axis)}
        points: defaultdict[str, int] = defaultdict(int)
        for row in self.report.tables.get("score", []):
            if row["framework"] == name and row["node"] in axes and row["full"]:
                points[row["key"]] += fen(row["low"]) * 100 // row["full"]
        told = self.report.tables.get("grade", [])
        mine = [row for row in told if row["framework"] == name]
        return {row["key"]: (row["low_grade"] or "", points[row["key"]]) for row in mine}

    def _due(self) -> dict[str, int]:
        """What binds a part of a project: contracts of the year, or entitlements in force."""
        contract: defaultdict[str, int] = defaultdict(int)
        for code, year, due, paid in self.rows(
            "commitment", "project_code", "year", "due_yuan", "paid_yuan"
        ):
            if code is not None and year == self.year:
                contract[code] += max(0, fen(due) - fen(paid))
        entitled = self._entitled()
        held = {"contract": contract, "entitlement": entitled}
        kinds = [held[name] for name in self.mandates if name in held]
        return {
            code: max((kind.get(code, 0) for kind in kinds), default=0)
            for code in {*contract, *entitled}
        }

    def _entitled(self) -> dict[str, int]:
        start = f"{self.year}-01-01"
        names = ("entitlement_code", "effective_from", "effective_to")
        inside = {
            code
            for code, begins, ends in self.rows("entitlement", *names)
            if begins is not None
            and begins.isoformat() <= start
            and (ends is None or ends.isoformat() >= start)
        }
        sums: defaultdict[str, int] = defaultdict(int)
        for code, which, amount in self.rows(
            "line", "project_code", "entitlement_code", "amount_yuan"
        ):
            if which in inside:
                sums[code] += fen(amount)
        return sums

    def _packages(self) -> None:
        """The packages of a project, least level first."""
        order = {name: at for at, name in enumerate(self.stated.get("levels") or {})}
        names = ("project_code", "package_level", "amount_yuan", "is_scalable")
        found = [row for row in self.rows("package", *names) if row[1] in order and row[0]]
        for code, level, amount, scalable in sorted(found, key=lambda row: order[row[1]]):
            if amount is not None and code in self.projects:
                made = (level, fen(amount), scalable is True)
                self.projects[code].levels.append(made)

    # Money.

    def pots(self) -> dict[str, tuple[int, int, int | None]]:
        """Of each source: its sum but for what rigid spending takes off, that, its reserve."""
        found: dict[str, tuple[int, int, int | None]] = {}
        for source, year, kind, amount in self.rows(
            "fund_pool", "fund_source", "year", "kind", "amount_yuan"
        ):
            if source is None or year != self.year:
                continue
            total, rigid, reserve = found.get(source, (0, 0, None))
            own = fen(amount)
            if kind == "reserve":
                reserve = (reserve or 0) - own
            if kind in RIGID:
                found[source] = (total, rigid - own, reserve)
            else:
                found[source] = (total + own, rigid, reserve)
        return dict(sorted(found.items()))

    def ceilings(self) -> list[tuple[str, str, str, str, int, int]]:
        """Department, unit, source, kind, at most, at least: of the latest round that has any."""
        place = {name: at for at, name in enumerate(texts(self.stated, "rounds"))}
        best: dict[tuple[str, str, str, str], tuple[int, int, int]] = {}
        names = ("department_code", "unit_code", "fund_source", "kind", "round", "budget_year")
        for row in self.rows("ceiling", *names, "amount_yuan", "floor_yuan"):
            department, unit, source, kind, turn, year, most, least = row
            if None in {department, source, kind} or most is None or turn not in place:
                continue
            key = (department, unit or "", source, kind)
            if year in {None, self.year} and place[turn] < best.get(key, (len(place), 0, 0))[0]:
                best[key] = (place[turn], fen(most), fen(least))
        return [(*key, *best[key][1:]) for key in sorted(best)]

    def relations(self) -> list[tuple[str, str, str]]:
        """Kind, project and other, each once; none of a project with itself."""
        names = ("kind", "project_code", "other_project_code")
        rows = {row for row in self.rows("dependency", *names) if None not in row}
        return sorted(row for row in rows if row[1] != row[2])
