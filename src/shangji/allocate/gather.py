"""Reads what an allocation is computed from: snapshot and result tables, into integers of 分."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shangji.allocate.money import HUNDRED, fen
from shangji.allocate.wanted import (
    NO_SOURCE,
    Ask,
    Ceiling,
    Cut,
    Level,
    Pot,
    Project,
    Relation,
    Wanted,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from shangji.pack import Pack
    from shangji.pack.allocation import Allocation
    from shangji.results import Results
    from shangji.snapshot import Snapshot

Row = dict[str, Any]
RIGID_ROWS = ("rigid", "debt_service")
"""Kinds of rows of the bureau's table that take off what the rigid lane will be given."""
LAST_RANK = 100_000


@dataclass(frozen=True)
class Graded:
    """Grades at the low and the high end, points on each axis, points at the high end."""

    low: str = ""
    high: str = ""
    axes: tuple[int, ...] = ()
    highest: int = 0


@dataclass
class Gathering:
    """One reading of a review's snapshot and results."""

    connection: duckdb.DuckDBPyConnection
    snapshot: Snapshot
    results: Results
    pack: Pack
    policy: Allocation
    over: dict[str, int] = field(default_factory=dict)
    """Projects whose lines come to more than the project asks, and by how much."""

    def rows(self, name: str, columns: str, where: str = "TRUE") -> list[Row]:
        """Rows of a table of the snapshot in key order; a column that it has not is empty."""
        if name not in self.snapshot.tables:
            return []
        held = self.snapshot.manifest["tables"][name]["columns"]
        shown = ", ".join(
            column if column in held else f"NULL AS {column}" for column in columns.split()
        )
        found = self.connection.execute(
            f"SELECT {shown} FROM read_parquet(?) WHERE {where} ORDER BY ALL",
            [str(self.snapshot.path(name))],
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, values, strict=True)) for values in found.fetchall()]

    def result(self, name: str, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of a query over one result table, called `r`."""
        if name not in self.results.rows:
            return []
        whole = f"WITH r AS (SELECT * FROM read_parquet(?)) {sql}"
        path = str(self.results.path(name))
        return self.connection.execute(whole, [path, *parameters]).fetchall()

    def all(self) -> Wanted:
        """Everything wanted, in the order of its keys."""
        year = self.snapshot.facts.budget_year
        departments = {
            row["department_code"]: row["department_name"]
            for row in self.rows("organisation", "department_code department_name")
            if row["department_code"] and row["department_name"]
        }
        return Wanted(
            year=year,
            projects=self.projects(year),
            pots=self.pots(year),
            ceilings=self.ceilings(year),
            relations=self.relations(),
            departments=departments,
            funds=self.pack.codes["fund_source"].codes if "fund_source" in self.pack.codes else {},
        )

    # Projects.

    def projects(self, year: int) -> dict[str, Project]:
        """Every project with a code, in the order of codes; the first of equal codes."""
        shares, cuts = self.shares(), self.cuts()
        homes = {
            row["unit_code"]: row["department_code"]
            for row in self.rows("organisation", "unit_code department_code")
        }
        gates, graded, entitled = self.gates(), self.graded(), self.entitled(year)
        due, packages = self.due(year), self.packages()
        made: dict[str, Project] = {}
        for row in self.rows(
            "project",
            "project_code row_key project_name unit_code department_code lane project_category "
            "amount_yuan dept_rank three_guarantees_item is_debt_service next_year_yuan "
            "decided_yuan",
        ):
            code = row["project_code"]
            if code is None or code in made:
                continue
            asks = self.asks(row, shares.get(code, {}), cuts.get(code, []))
            grade = graded.get(row["row_key"], Graded())
            unit = row["unit_code"] or ""
            made[code] = Project(
                code=code,
                name=row["project_name"] or "",
                unit=unit,
                department=row["department_code"] or homes.get(unit) or unit,
                lane=row["lane"] or "",
                category=row["project_category"] or "",
                gate=gates.get(row["row_key"], ""),
                grade=grade.low,
                points=sum(grade.axes),
                axes=grade.axes,
                high=grade.highest,
                high_grade=grade.high,
                dept_rank=row["dept_rank"] or LAST_RANK,
                mandate=self.mandate(row),
                contract=due.get(code, 0),
                entitled=entitled.get(code, 0),
                next_year=fen(row["next_year_yuan"]),
                asks=asks,
                levels=tuple(packages.get(code, ())),
                decided=None if row["decided_yuan"] is None else fen(row["decided_yuan"]),
            )
        return made

    def mandate(self, row: Row) -> str:
        """Why all of a project comes before anything ranked, or nothing."""
        holds = {
            "rigid": row["lane"] == "rigid",
            "three_guarantees": row["three_guarantees_item"] is not None,
            "debt_service": row["is_debt_service"] is True,
        }
        return next((name for name in self.policy.mandates if holds.get(name)), "")

    def asks(self, row: Row, shares: dict[str, int], cuts: Sequence[Row]) -> tuple[Ask, ...]:
        """A project's money by source, together what it asks; what no line names stands apart."""
        left, made = fen(row["amount_yuan"]), {}
        for source in self.in_order(shares):
            made[source] = min(left, shares[source])
            left -= made[source]
        over = sum(shares.values()) - sum(made.values())
        if over:
            self.over[row["project_code"]] = over
        if left:
            made[NO_SOURCE] = left
        taken: dict[str, list[Cut]] = {source: [] for source in made}
        for cut in cuts:
            self.take(cut, made, taken)
        return tuple(
            Ask(source, amount, tuple(taken[source])) for source, amount in made.items() if amount
        )

    def take(self, cut: Row, made: dict[str, int], taken: dict[str, list[Cut]]) -> None:
        """Book a cut on its source, and what that source cannot bear on the next in order."""
        left = cut["amount"]
        first = [cut["source"]] if cut["source"] in made else []
        for source in dict.fromkeys([*first, *made]):
            room = made[source] - sum(one.amount for one in taken[source])
            amount = min(left, room)
            if amount > 0:
                taken[source].append(Cut(cut["rule"], cut["step"], amount, cut["also"]))
                left -= amount

    def in_order(self, sources: dict[str, int]) -> list[str]:
        """Sources in the pack's order of cutting, the others behind by name."""
        order = self.pack.reduction.fund_order if self.pack.reduction else ()
        place = {name: at for at, name in enumerate(order)}
        return sorted(sources, key=lambda name: (place.get(name, len(place)), name))

    def shares(self) -> dict[str, dict[str, int]]:
        """What each source pays of each project, from its lines."""
        several: set[tuple[str, int]] = set()
        sums: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in self.rows("line_fund", "project_code line_no fund_source amount_yuan"):
            several.add((row["project_code"], row["line_no"]))
            if row["fund_source"] is not None:
                sums[row["project_code"]][row["fund_source"]] += fen(row["amount_yuan"])
        for row in self.rows("line", "project_code line_no fund_source amount_yuan"):
            if row["fund_source"] is None or (row["project_code"], row["line_no"]) in several:
                continue
            sums[row["project_code"]][row["fund_source"]] += fen(row["amount_yuan"])
        return {code: dict(held) for code, held in sums.items()}

    def cuts(self) -> dict[str, list[Row]]:
        """What rules took, by project, in the order of the table of reductions."""
        found: defaultdict[str, list[Row]] = defaultdict(list)
        names = ("source", "rule", "step", "also")
        for code, *values, asked, approved in self.result(
            "reduction",
            "SELECT project_code, fund_source, cause_id, step, also, asked_yuan, approved_yuan "
            "FROM r ORDER BY project_code, step, line_key, fund_source",
        ):
            amount = fen(asked) - fen(approved)
            found[code].append({**dict(zip(names, values, strict=True)), "amount": amount})
        return found

    def gates(self) -> dict[str, str]:
        """The gate's outcome by row of project."""
        return dict(self.result("gate", "SELECT key, outcome FROM r WHERE subject = 'project'"))

    def graded(self) -> dict[str, Graded]:
        """Grades and points of both axes, low and high, by row of project."""
        framework = next((f for f in self.pack.frameworks.values() if f.subject == "project"), None)
        if framework is None:
            return {}
        points: defaultdict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        axes = ", ".join(f"'{axis}'" for axis in framework.axes)
        for key, node, low, high, full in self.result(
            "score",
            'SELECT key, node, low, high, "full" FROM r WHERE framework = ? '
            f"AND node IN ({axes or 'NULL'})",
            framework.name,
        ):
            held = [fen(one) * HUNDRED // full if full else 0 for one in (low, high)]
            points[key][node] = (held[0], held[1])
        made = {}
        for key, grade, high_grade in self.result(
            "grade", "SELECT key, low_grade, high_grade FROM r WHERE framework = ?", framework.name
        ):
            pairs = [points[key].get(axis, (0, 0)) for axis in framework.axes]
            lows = tuple(low for low, _ in pairs)
            highest = sum(high for _, high in pairs)
            made[key] = Graded(grade or "", high_grade or "", lows, highest)
        return made

    def entitled(self, year: int) -> dict[str, int]:
        """What lines ask for policies in force on the first day of the year, by project."""
        start = f"DATE '{year}-01-01'"
        codes = {
            row["entitlement_code"]
            for row in self.rows(
                "entitlement",
                "entitlement_code",
                f"effective_from <= {start} AND (effective_to IS NULL OR effective_to >= {start})",
            )
        }
        sums: defaultdict[str, int] = defaultdict(int)
        for row in self.rows("line", "project_code entitlement_code amount_yuan"):
            if row["entitlement_code"] in codes:
                sums[row["project_code"]] += fen(row["amount_yuan"])
        return sums

    def due(self, year: int) -> dict[str, int]:
        """What signed contracts and judgments bind in the year, by project."""
        sums: defaultdict[str, int] = defaultdict(int)
        for row in self.rows("commitment", "project_code year due_yuan paid_yuan contract_no"):
            if row["project_code"] is not None and row["year"] == year:
                sums[row["project_code"]] += max(0, fen(row["due_yuan"]) - fen(row["paid_yuan"]))
        return sums

    def packages(self) -> dict[str, list[Level]]:
        """The packages that have an amount, by project, least level first."""
        order = {name: at for at, name in enumerate(self.policy.levels)}
        held: defaultdict[str, list[Level]] = defaultdict(list)
        for row in self.rows("package", "project_code package_level amount_yuan is_scalable"):
            known = row["project_code"] is not None and row["package_level"] in order
            if known and row["amount_yuan"] is not None:
                amount = fen(row["amount_yuan"])
                level = Level(row["package_level"], amount, row["is_scalable"] is True)
                held[row["project_code"]].append(level)
        return {
            code: sorted(levels, key=lambda level: order[level.name])
            for code, levels in held.items()
        }

    # Money and what limits it.

    def pots(self, year: int) -> dict[str, Pot]:
        """The money of each source by the bureau's table."""
        total: defaultdict[str, int] = defaultdict(int)
        rigid: defaultdict[str, int] = defaultdict(int)
        reserve: dict[str, int] = {}
        for row in self.rows("fund_pool", "fund_source year kind amount_yuan"):
            source = row["fund_source"]
            if source is None or row["year"] != year:
                continue
            amount = fen(row["amount_yuan"])
            if row["kind"] in RIGID_ROWS:
                rigid[source] -= amount
                amount = 0
            if row["kind"] == "reserve":
                reserve[source] = reserve.get(source, 0) - amount
            total[source] += amount
        return {
            source: Pot(source, total[source], rigid[source], reserve.get(source))
            for source in sorted(total)
        }

    def ceilings(self, year: int) -> tuple[Ceiling, ...]:
        """The ceilings of the latest round that has any for the same department, source, kind."""
        place = {name: at for at, name in enumerate(self.policy.rounds)}
        best: dict[tuple[str, ...], tuple[int, Ceiling]] = {}
        for row in self.rows(
            "ceiling",
            "department_code unit_code fund_source kind round budget_year amount_yuan floor_yuan",
        ):
            held = (row["department_code"], row["fund_source"], row["kind"], row["amount_yuan"])
            if None in held or row["round"] not in place:
                continue
            if row["budget_year"] not in {None, year}:
                continue
            made = Ceiling(
                row["department_code"],
                row["unit_code"] or "",
                row["fund_source"],
                row["kind"],
                fen(row["amount_yuan"]),
                fen(row["floor_yuan"]),
            )
            key = (made.department, made.unit, made.source, made.kind)
            at = place[row["round"]]
            if key not in best or at < best[key][0]:
                best[key] = (at, made)
        return tuple(best[key][1] for key in sorted(best))

    def relations(self) -> tuple[Relation, ...]:
        """Prerequisites and exclusions, each once; none of a project with itself."""
        found = {
            Relation(row["project_code"], row["other_project_code"], row["kind"])
            for row in self.rows("dependency", "project_code other_project_code kind")
            if None not in row.values() and row["project_code"] != row["other_project_code"]
        }
        return tuple(sorted(found, key=lambda one: (one.kind, one.project, one.other)))
