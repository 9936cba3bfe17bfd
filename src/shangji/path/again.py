"""The rules once more on changed rows: all projects' steps applied at once, in one run."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji import compile as compiler
from shangji.compile.reach import columns_read, reached
from shangji.compile.steps import RESULT
from shangji.domain import FAIL
from shangji.engines import engine
from shangji.path.steps import FOLLOW, NOUGHT, Cell, Finding, Mend, Step
from shangji.snapshot.changed import changed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from shangji.pack import Pack
    from shangji.results import Results
    from shangji.snapshot import Snapshot

READ = ("verdict", "remedy")
"""The result tables that a state is read from; a run again makes no others."""

AMOUNT, FISCAL = "amount_yuan", "fiscal_yuan"
PARTS = {
    "unit_fund": "own_fund_yuan",
    "carry_over": "prior_carry_over_yuan",
    "social": "social_input_yuan",
}
"""Source of funds → the column of a project that holds its part; the others are fiscal money."""
STANDING = """
    SELECT rule_id, key, subject, project_code, outcome, severity, coalesce(owed_by, ''), missing
    FROM read_parquet(?) WHERE status = 'active' AND project_code IS NOT NULL
      AND severity <> 'hint' ORDER BY rule_id, key
"""
MENDS = """
    SELECT rule_id, key, at_table, at_key, at_column, given, set_to FROM read_parquet(?)
    WHERE at_key IS NOT NULL ORDER BY rule_id, key
"""


@dataclass
class State:
    """What stands after a run: findings by project, and what the remedies would set."""

    findings: dict[str, list[Finding]] = field(default_factory=dict)
    mends: dict[tuple[str, str], Mend] = field(default_factory=dict)

    def failing(self, project: str) -> set[tuple[str, str]]:
        """Rule and row of all that fails in a project."""
        found = self.findings.get(project, ())
        return {(one.rule_id, one.key) for one in found if one.outcome == FAIL}


def state(results: Results) -> State:
    """Read a run's findings that weigh, and its remedies."""
    import duckdb

    made = State()
    with duckdb.connect(config={"threads": 1}) as connection:
        for row in connection.execute(STANDING, [str(results.path("verdict"))]).fetchall():
            rule, key, subject, project, outcome, severity, owed, missing = row
            lacking = tuple(json.loads(missing))
            found = Finding(rule, key, subject, project, outcome, severity, owed, lacking)
            made.findings.setdefault(project, []).append(found)
        for row in connection.execute(MENDS, [str(results.path("remedy"))]).fetchall():
            made.mends[row[0], row[1]] = Mend((row[2], row[3], row[4]), row[5], row[6])
    return made


@dataclass
class Again:
    """Runs the rules again on a snapshot with steps applied."""

    snapshot: Snapshot
    pack: Pack
    base: State
    reads: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    funds: dict[str, list[tuple[str, str, Decimal]]] = field(default_factory=dict)
    project_keys: dict[str, str] = field(default_factory=dict)
    read: dict[str, tuple[dict[str, int], dict[str, tuple[Any, ...]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what must move along with an amount: the project's own, and the line's funds."""
        rows = self.rows("project", "row_key, project_code, amount_yuan")
        for key, code, amount in rows:
            if code is not None:
                self.project_keys[code] = key
            if amount is not None:
                self.amounts[key] = amount
        fund = self.pack.tables.get("line_fund")
        if fund is None or not {"line", "line_fund"} <= set(self.snapshot.tables):
            return
        link = " AND ".join(f'f."{c}" = l."{p}"' for c, p in fund.parent_on.items())
        sql = (
            "SELECT l.row_key, f.row_key, f.fund_source, f.amount_yuan FROM read_parquet(?) AS l "
            f"JOIN read_parquet(?) AS f ON {link} WHERE f.amount_yuan > 0 ORDER BY l.row_key, "
            "f.row_key"
        )
        for line, key, source, amount in self._query(sql, "line", "line_fund"):
            self.funds.setdefault(line, []).append((key, source or "", amount))

    def _query(self, sql: str, *tables: str) -> list[tuple[Any, ...]]:
        import duckdb

        paths = [str(self.snapshot.path(name)) for name in tables]
        with duckdb.connect(config={"threads": 1}) as connection:
            return connection.execute(sql, paths).fetchall()

    def rows(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        """Columns of a table's rows, in key order; none where the snapshot lacks the table."""
        if table not in self.snapshot.tables:
            return []
        return self._query(f"SELECT {columns} FROM read_parquet(?) ORDER BY row_key", table)

    def cell(self, cell: Cell) -> str | None:
        """What stands in a cell, as text; None where it is empty or there is no such cell."""
        table, key, column = cell
        known = self.pack.tables.get(table)
        if known is None or column not in known.by_name:
            return None
        if table not in self.read:
            names = list(known.stored())
            shown = ", ".join(f'CAST("{name}" AS VARCHAR)' for name in ("row_key", *names))
            at = {name: place for place, name in enumerate(names, 1)}
            self.read[table] = at, {row[0]: row for row in self.rows(table, shown)}
        at, rows = self.read[table]
        row = rows.get(key)
        return None if row is None or column not in at else row[at[column]]

    def takes(self, step: Step) -> list[tuple[str, str, Decimal, Decimal]]:
        """What a cut of a line takes of each fund: its row (empty: none), source, amount, take."""
        left = Decimal(step.given or 0) - Decimal(step.to or 0)
        funds = self.funds.get(step.cell[1], [])
        if not funds:
            source = self.cell(("line", step.cell[1], "fund_source")) or ""
            return [("", source, left, left)]
        order = self.pack.reduction.fund_order if self.pack.reduction else ()
        place = {name: at for at, name in enumerate(order)}
        made = []
        for at, source, amount in sorted(funds, key=lambda f: (place.get(f[1], len(place)), f)):
            take = max(NOUGHT, min(amount, left))
            left -= take
            made.append((at, source, amount, take))
        return made

    def followers(self, step: Step) -> list[Step]:
        """What must move along with a line's amount, so that the form still adds up."""
        if step.cell[0] != "line" or step.cell[2] != AMOUNT:
            return []
        return [
            _follow(("line_fund", at, AMOUNT), amount, amount - take, step)
            for at, _, amount, take in self.takes(step)
            if at and take > 0
        ]

    def parts(self, key: str, lines: list[Step], lost: Decimal, step: Step) -> list[Step]:
        """What moves along inside a project's amount: its fiscal, own and carried-over money."""
        shares: dict[str, Decimal] = {}
        left = lost
        for line in lines:
            for _, source, _, take in self.takes(line):
                part = PARTS.get(source, FISCAL)
                shares[part] = shares.get(part, NOUGHT) + take
                left -= take
        shares[FISCAL] = shares.get(FISCAL, NOUGHT) + max(NOUGHT, left)
        made = []
        for name, take in sorted(shares.items()):
            given = self.cell(("project", key, name))
            if take > 0 and given is not None and Decimal(given) >= take:
                cell = ("project", key, name)
                made.append(_follow(cell, Decimal(given), Decimal(given) - take, step))
        return made

    def cells(self, chosen: Mapping[str, Iterable[Step]]) -> dict[Cell, str]:
        """Every changed cell: what is set, what follows, and each project's own amount."""
        made: dict[Cell, str] = {}
        for project, steps in chosen.items():
            for step in self.whole(project, steps):
                if step.to is not None:
                    made[step.cell] = step.to
        return made

    def whole(self, project: str, steps: Iterable[Step]) -> list[Step]:
        """Steps with all that follows from them; a project's amount loses what its lines lose."""
        made: list[Step] = []
        lines: list[Step] = []
        cell = ("project", self.project_keys.get(project, ""), AMOUNT)
        own = None
        for step in steps:
            if step.cell == cell:
                own = step
            else:
                made += [step, *self.followers(step)]
                lines += [step] if step.cell[0] == "line" and step.cell[2] == AMOUNT else []
        asked = self.amounts.get(cell[1])
        if asked is None:
            return [*made, own] if own else made
        lost = sum((Decimal(s.given or 0) - Decimal(s.to or 0) for s in lines), NOUGHT)
        left = max(NOUGHT, asked - lost)
        if own is not None and Decimal(own.to or 0) < left:
            cut = asked - Decimal(own.to or 0)
            return [*made, own, *self.parts(cell[1], lines, cut, own)]
        if lost:
            found = tuple(sorted({one for line in lines for one in line.findings}))
            first = replace(lines[0], findings=found)
            made.append(_follow(cell, asked, left, first))
            made += self.parts(cell[1], lines, asked - left, first)
        return made

    def touched(self, cells: Iterable[Cell]) -> set[str]:
        """The active rules whose answers can hang on some cells."""
        changed_columns = {(table, column) for table, _, column in cells}
        changed_columns |= {(table, "*") for table, _ in changed_columns}
        for name, rule in self.pack.rules.items():
            if rule.status == "active" and name not in self.reads:
                self.reads[name] = columns_read(self.pack, rule)
        return {name for name, read in self.reads.items() if read & changed_columns}

    def run(self, chosen: Mapping[str, Iterable[Step]], rules: Collection[str] | None) -> State:
        """The state after some steps, under all rules that they touch or some of those.

        What the steps do not touch stands as it stood in the review.
        """
        cells = self.cells(chosen)
        touched = self.touched(cells)
        if rules is not None:
            touched &= set(rules)
        return self._merged(self._run(cells, touched), touched)

    def _merged(self, now: State, touched: set[str]) -> State:
        """The state of some rules as it is now, of all others as it was."""
        made = State(dict(now.findings), dict(now.mends))
        for project, findings in self.base.findings.items():
            stood = [one for one in findings if one.rule_id not in touched]
            made.findings[project] = stood + now.findings.get(project, [])
        for at, mend in self.base.mends.items():
            if at[0] not in touched:
                made.mends[at] = mend
        return made

    def _run(self, cells: dict[Cell, str], rules: set[str]) -> State:
        kept = {name: self.pack.rules[name] for name in sorted(rules)}
        small = replace(
            self.pack,
            rules=kept,
            relations=reached(self.pack, kept.values()),
            frameworks={},
            measures={},
            sections={},
            reduction=None,
        )
        types = {name: table.stored() for name, table in self.pack.tables.items()}
        with tempfile.TemporaryDirectory(prefix="shangji-") as folder:
            out = Path(folder)
            mended = changed(self.snapshot, types, cells, out)
            plan = compiler.plan(
                small,
                mended.tables,
                mended.facts,
                regions=mended.regions,
                supplied=mended.supplied,
            )
            wanted = [step for step in plan.steps if step.kind != RESULT or step.name in READ]
            return state(
                engine("duckdb").run(replace(plan, steps=tuple(wanted)), mended, out / "out")
            )


def _follow(cell: Cell, given: Decimal, to: Decimal, step: Step) -> Step:
    return Step(FOLLOW, cell, f"{given:.2f}", f"{to:.2f}", findings=step.findings)
