"""A decided finding as a case of its rule: the judged row and what the rule reads beside it.

Codes of projects, units and papers become P1, U1 …; only columns that the rule reads, keys and
links are taken. The case runs: what the rule says of it now is told beside what was decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shangji import testing
from shangji.compile.reach import columns_read
from shangji.domain import FAIL, PASS
from shangji.errors import Problem, Refused, Where
from shangji.pack.model import Case
from shangji.responses import finding_id
from shangji.triage.drawn import rows_of

if TYPE_CHECKING:
    from shangji.pack import Pack, Rule
    from shangji.schema import Column, Table
    from shangji.snapshot import Snapshot

ROWS_MOST = 40
"""Rows of a table that belongs to no project: above it the table is no part of one case."""

LETTERS = {"project": "P", "unit": "U"}


@dataclass(frozen=True)
class Drafted:
    """A case, its text, what the rule answers on it now, and what had to be left out."""

    case: Case
    text: str
    found: str
    left_out: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether the rule already answers as was decided."""
        return all(expected == self.found for expected in self.case.expect)


def draft(snapshot: Snapshot, pack: Pack, rule: Rule, name: str, expect: str) -> Drafted:
    """Make a finding of a review a case of its rule.

    Args:
        snapshot: what was reviewed.
        pack: the pack of the review.
        rule: the rule.
        name: the finding: its number on the decision sheet, or the key of the judged row.
        expect: the outcome as decided.

    Raises:
        Refused: the rule judges no rows of a table, or did not judge this row.
    """
    if rule.subject not in pack.tables or rule.subject not in snapshot.tables:
        says = f"这条规则审的是由多行汇总的“{rule.subject}”，不能由一行写成案例。"
        raise Refused([Problem("name-unknown", Where(field=rule.id), says, "请手写这个案例。")])
    rows = list(rows_of(snapshot, rule.subject))
    judged = [
        row
        for row in rows
        if name in {row["row_key"], finding_id(rule.id, rule.subject, str(row["row_key"]))}
    ]
    if not judged:
        fix = "编号见疑点认定表，或用所审行的行标识。"
        raise Refused([Problem("name-unknown", Where(), "没有这个疑点。", fix, value=name)])
    made = _Taking(snapshot, pack, rule, judged[0])
    given = made.given()
    unsupplied = {key: tuple(sorted(names)) for key, names in sorted(made.unsupplied.items())}
    label = (
        f"{'申辩成立' if expect == PASS else '认定' if expect == FAIL else '复核'}：{rule.title}"
    )
    case = Case(label, given, (expect,), str(snapshot.facts.region), unsupplied)
    outcome = testing.run(pack, [(rule, case)])[0].found
    return Drafted(case, _text(case), outcome, tuple(made.left_out))


class _Taking:
    """Takes the rows of a case out of a snapshot."""

    def __init__(self, snapshot: Snapshot, pack: Pack, rule: Rule, judged: dict[str, Any]) -> None:
        self.snapshot, self.pack, self.rule, self.judged = snapshot, pack, rule, judged
        self.read: dict[str, set[str]] = {}
        for table, column in columns_read(pack, rule):
            self.read.setdefault(table, set()).add(column)
        self.names: dict[tuple[str, str], str] = {}
        self.unsupplied: dict[str, set[str]] = {}
        self.left_out: list[str] = []
        subject = pack.tables[rule.subject]
        self.project = judged[subject.project] if subject.project else None
        self.unit = judged.get("unit_code")

    def given(self) -> dict[str, tuple[dict[str, str], ...]]:
        """Rows by table: the judged row first, then all that the rule reads of its project."""
        own = self._row(self.pack.tables[self.rule.subject], self.judged)
        made: dict[str, tuple[dict[str, str], ...]] = {self.rule.subject: (own,)}
        names = set(self.read) | ({"project"} if self.project is not None else set())
        for name in sorted(names & set(self.snapshot.tables) - {self.rule.subject}):
            table = self.pack.tables[name]
            rows = [row for row in rows_of(self.snapshot, name) if self._mine(table, row)]
            if len(rows) > ROWS_MOST and not table.project:
                self.left_out.append(f"{table.zh}（{len(rows)} 行）")
                continue
            made[name] = tuple(self._row(table, row) for row in rows)
        return made

    def _mine(self, table: Table, row: dict[str, Any]) -> bool:
        if table.project and self.project is not None:
            return bool(row[table.project] == self.project)
        return not (table.unit and self.unit is not None) or row[table.unit] == self.unit

    def _row(self, table: Table, row: dict[str, Any]) -> dict[str, str]:
        wanted = self.read.get(table.name, set())
        whole = "*" in wanted
        links = {*table.key, table.project, table.unit, *table.parent_on}
        cells = {}
        for column in table.columns:
            taken = whole or column.name in wanted or column.name in links
            if taken and f"|{column.name}|" in (row.get("row_unsupplied") or ""):
                self.unsupplied.setdefault(table.name, set()).add(column.name)
            if row.get(column.name) is None or not taken:
                continue
            cells[column.name] = self._cell(table, column, row[column.name])
        return cells

    def _cell(self, table: Table, column: Column, value: Any) -> str:  # noqa: ANN401 - any cell
        """A cell as text; a code of a project, a unit or a paper becomes another."""
        if isinstance(value, bool):
            return "是" if value else "否"
        named = column.name.endswith("_code") or column.name in {*table.key, table.project}
        if column.kind != "text" or column.codes or column.pattern or not named:
            return str(value)
        kind = "project" if column.name in {"project_code", table.project} else column.name
        kind = "unit" if column.name == "unit_code" else kind
        letter = LETTERS.get(kind, kind[:1].upper())
        known = sum(key[0] == letter for key in self.names)
        return self.names.setdefault((letter, str(value)), f"{letter}{known + 1}")


def _text(case: Case) -> str:
    """The case as it stands in a rule's file."""
    import yaml

    doc: dict[str, Any] = {
        "name": case.name,
        "region": case.region,
        "given": {name: [dict(row) for row in rows] for name, rows in case.given.items()},
        "expect": case.expect[0],
    }
    if case.unsupplied:
        doc["unsupplied"] = {name: list(names) for name, names in case.unsupplied.items()}
    return yaml.safe_dump(
        [doc], allow_unicode=True, sort_keys=False, default_flow_style=False, width=100
    )
