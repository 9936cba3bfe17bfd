"""What a unit is told about its own filing: what, where, on which norm, and how to mend it.

The unit reads 需说明事项; a 疑点 is for the bureau's eyes. Only rules visible to the unit are told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from shangji.domain import FAIL, SEVERITIES, UNKNOWN
from shangji.errors import Problem, Where
from shangji.path.steps import MENDED_BY_UNIT, Mend, settable
from shangji.responses import finding_id
from shangji.words import field_words, message, remedy_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from shangji.pack import Pack, Rule
    from shangji.results import Results
    from shangji.schema import Table
    from shangji.snapshot import Snapshot

BLOCKS, EXPLAIN = "入库前必须改", "需说明事项"
"""What stands in the way of admission; what the unit has to explain or may mend."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: file, sheet, row, and the cell of the column that a rule is about."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    cell: str = ""

    def __str__(self) -> str:
        """Return the place as a person looks it up."""
        if not self.sheet:
            return "由多行汇总"
        return f"{self.sheet}!{self.cell}" if self.cell else f"{self.sheet} 第 {self.row} 行"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a unit is told."""

    kind: str
    rule_id: str
    subject: str
    key: str
    title: str
    severity: str
    status: str
    unit_code: str
    project_code: str
    project_name: str
    place: Place
    says: str
    why: str
    fix: str
    limits: str

    @property
    def id(self) -> str:
        """The name under which an answer finds its way back."""
        return finding_id(self.rule_id, self.subject, self.key)

    def problem(self) -> Problem:
        """The remark as a mark in the unit's own sheet."""
        place = self.place
        line = 0 if place.cell else place.row
        where = Where(place.file, place.sheet, place.cell, line=line)
        code = "remark-blocks" if self.kind == BLOCKS else "remark-explain"
        says = f"{self.title}：{self.says}依据：{self.why.rstrip('。')}。"
        return Problem(code, where, says, self.fix)


@dataclass(frozen=True, slots=True)
class Owed:
    """A datum that is missing: whose, in how many places, and how many rules it would unlock."""

    field: str
    owed_by: str
    places: int
    rules: int


@dataclass(frozen=True)
class Told:
    """What was found under the rules that are told: remarks, what is still owed, by unit too."""

    remarks: Sequence[Remark]
    owed: Sequence[Owed]
    owed_of: Mapping[str, Sequence[Owed]]


def told(
    snapshot: Snapshot,
    results: Results,
    pack: Pack,
    may: Callable[[Rule], bool],
    own: Callable[[Mapping[str, Any]], bool] | None = None,
) -> Told:
    """Read what a run found, as remarks: what blocks admission first, then by severity.

    Args:
        snapshot: what was judged.
        results: what the run made.
        pack: the pack of the run, with the gates of its frameworks.
        may: which rules are told.
        own: which verdicts are told, by their columns, `place` and `project_name`; all where None.
    """
    found = [row for row in _verdicts(snapshot, results) if may(pack.rules[row["rule_id"]])]
    found = [row for row in found if own is None or own(row)]
    remarks = [_remark(row, pack, snapshot) for row in found if row["outcome"] == FAIL]
    order = list(SEVERITIES)
    remarks.sort(
        key=lambda item: (
            item.kind != BLOCKS,
            item.status != "active",
            order.index(item.severity),
            item.project_code,
            item.rule_id,
            item.key,
        )
    )
    by_unit: dict[str, list[Mapping[str, Any]]] = {}
    for row in found:
        by_unit.setdefault(row["unit_code"] or "", []).append(row)
    owed_of = {code: _owed(rows, pack) for code, rows in by_unit.items()}
    return Told(remarks, _owed(found, pack), owed_of)


def _verdicts(snapshot: Snapshot, results: Results) -> list[dict[str, Any]]:
    """Fails and unknowns: where each row stood, its project's name, what a remedy would set."""
    import duckdb

    with duckdb.connect() as connection:
        rows = _rows(
            connection,
            "SELECT v.*, r.set_to, r.given, r.at_table, r.at_key, r.at_column "
            "FROM read_parquet(?) AS v LEFT JOIN read_parquet(?) AS r USING (rule_id, key) "
            "WHERE outcome IN ('fail', 'unknown') "
            "ORDER BY rule_id, key",
            str(results.path("verdict")),
            str(results.path("remedy")),
        )
        places = {}
        for name in sorted({row["subject"] for row in rows} & set(snapshot.tables)):
            for found in _rows(
                connection,
                "SELECT row_key, row_source, row_sheet, row_number FROM read_parquet(?)",
                str(snapshot.path(name)),
            ):
                key, *place = found.values()
                places[name, key] = Place(*place)
        called = {}
        if "project" in snapshot.tables:
            for found in _rows(
                connection,
                "SELECT project_code, any_value(project_name) AS name FROM read_parquet(?) "
                "WHERE project_code IS NOT NULL GROUP BY ALL",
                str(snapshot.path("project")),
            ):
                called[found["project_code"]] = found["name"]
    return [
        {
            **row,
            "place": places.get((row["subject"], row["key"]), Place()),
            "project_name": called.get(row["project_code"]),
        }
        for row in rows
    ]


def _rows(connection: Any, sql: str, *parameters: str) -> list[dict[str, Any]]:  # noqa: ANN401 - duckdb is imported late
    found = connection.execute(sql, list(parameters))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def _cell(rule: Rule, table: Table | None, place: Place, snapshot: Snapshot) -> Place:
    """The place with the cell that a rule is about, where that is one of its row's own columns."""
    column = own_column(rule, table) if table else ""
    if not place.sheet or table is None or not column:
        return place
    return replace(
        place, cell=snapshot.cell(table.name, place.file, place.sheet, place.row, column)
    )


def own_column(rule: Rule, table: Table) -> str:
    """The column of its own row that a rule is about, or nothing where it is about more."""
    remedy = rule.remedy
    for text in (
        remedy.set if remedy else "",
        remedy.supply if remedy else "",
        rule.measured,
        rule.allowed,
    ):
        alias, _, column = text.partition(".")
        if alias == table.name and column in table.by_name:
            return column
    return ""


def _remark(row: Mapping[str, Any], pack: Pack, snapshot: Snapshot) -> Remark:
    rule = pack.rules[row["rule_id"]]
    return Remark(
        kind=BLOCKS if blocks(pack, rule, row) else EXPLAIN,
        rule_id=rule.id,
        subject=row["subject"],
        key=row["key"],
        title=rule.title,
        severity=row["severity"],
        status=row["status"],
        unit_code=row["unit_code"] or "",
        project_code=row["project_code"] or "",
        project_name=row["project_name"] or "",
        place=_cell(rule, pack.relation_or_table(rule.subject), row["place"], snapshot),
        says=message(rule, row),
        why="；".join(map(str, rule.basis)),
        fix=_fix(pack, rule, row),
        limits=rule.known_limits,
    )


def _fix(pack: Pack, rule: Rule, row: Mapping[str, Any]) -> str:
    """How to mend it; of necessity, execution and the like a unit is asked, not taught."""
    if rule.dimension in MENDED_BY_UNIT:
        at = (row["at_table"], row["at_key"], row["at_column"])
        told = row["set_to"] is not None and settable(
            pack, rule, Mend(at, row["given"], row["set_to"])
        )
        return remedy_words(pack, rule, row["set_to"] if told else None)
    return f"请说明：{rule.question or '具体情况，并附依据。'}"


def blocks(pack: Pack, rule: Rule, row: Mapping[str, Any]) -> bool:
    """Whether a finding stands in the way of admission under some framework's gate."""
    return row["status"] == "active" and any(
        line.verdict == row["outcome"]
        and (not line.severity or row["severity"] in line.severity)
        and (not line.dimension or rule.dimension in line.dimension)
        for framework in pack.frameworks.values()
        for line in framework.gate
    )


def _owed(found: Iterable[Mapping[str, Any]], pack: Pack) -> list[Owed]:
    """What could not be judged, by the datum that is missing; what failed as empty is not told."""
    rows = list(found)
    empty = {
        row["rule_id"].removeprefix("C-")
        for row in rows
        if row["outcome"] == FAIL and row["rule_id"].startswith("C-")
    }
    gathered: dict[tuple[str, str], tuple[set[tuple[str, str]], set[str]]] = {}
    for row in rows:
        if row["outcome"] != UNKNOWN or row["status"] != "active":
            continue
        for name in json.loads(row["missing"]):
            if name not in empty:
                places, rules = gathered.setdefault((name, row["owed_by"]), (set(), set()))
                places.add((row["subject"], row["key"]))
                rules.add(row["rule_id"])
    made = [
        Owed(field_words(pack, name), owed_by, len(places), len(rules))
        for (name, owed_by), (places, rules) in gathered.items()
    ]
    return sorted(made, key=lambda item: (item.owed_by != "unit", -item.rules, item.field))
