"""What the meeting's papers say of each project: figures, opinion, reason; money in yuan."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.allocate.tables import arranged_fen, drawn
from shangji.domain import FAIL, SEVERITIES
from shangji.explain import register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from shangji.pack import Pack
    from shangji.pack.reasons import Reason
    from shangji.results import Results
    from shangji.snapshot import Snapshot

REASON_LONGEST = 60
"""Characters of a reason on the sheet that leaders read."""
NO_DIVISION = "未分科室"
NO_SOURCE = "未注明来源及明细差额"
UPPER = ("transfer_special", "transfer_shared", "transfer_general")
NOUGHT = Decimal("0.00")
CENT = Decimal("0.01")

PROJECTS = """
    SELECT p.*, o.unit_name AS unit_zh, o.department_code AS unit_department,
      o.department_name AS department_zh, o.division_code AS unit_division,
      y.adjusted_yuan AS last_budget, y.executed_yuan AS last_executed,
      y.period_months AS last_months, coalesce(r.cut, 0) AS cut, t.outcome AS gate,
      g.low_grade, g.high_grade, g.rank, coalesce(v.unknown, 0) AS unknown
    FROM given_project AS p
    LEFT JOIN given_organisation AS o ON o.unit_code = p.unit_code
    LEFT JOIN project_history AS y ON y.project_code = p.project_code AND y.year = $year - 1
    LEFT JOIN (SELECT project_code, sum(asked_yuan - approved_yuan) AS cut FROM reduction
      GROUP BY ALL) AS r ON r.project_code = p.project_code
    LEFT JOIN gate AS t ON t.subject = 'project' AND t.key = p.row_key
    LEFT JOIN grade AS g ON g.subject = 'project' AND g.key = p.row_key
    LEFT JOIN (SELECT project_code, count(*) AS unknown FROM verdict
      WHERE outcome = 'unknown' AND status = 'active' GROUP BY ALL) AS v
      ON v.project_code = p.project_code
    WHERE p.project_code IS NOT NULL ORDER BY p.row_key
"""
FUNDS = """
    SELECT l.project_code, coalesce(f.fund_source, l.fund_source) AS source,
      sum(coalesce(f.amount_yuan, l.amount_yuan)) AS amount
    FROM given_line AS l LEFT JOIN given_line_fund AS f
      ON f.project_code = l.project_code AND f.line_no = l.line_no
    WHERE coalesce(f.fund_source, l.fund_source) IS NOT NULL
    GROUP BY ALL ORDER BY ALL
"""
FAILS = """
    SELECT project_code, rule_id, key, subject, severity, status, measured, allowed, value_kind,
      at_stake_yuan FROM verdict WHERE outcome = 'fail' AND project_code IS NOT NULL
    ORDER BY status, list_position($order, severity), at_stake_yuan DESC NULLS LAST, rule_id, key
"""


@dataclass(frozen=True)
class Entry:
    """One project on the papers."""

    code: str
    name: str
    unit: str
    department: str
    department_zh: str
    division: str
    category: str
    lane: str
    functional: str
    asked: Decimal | None
    upper: Decimal | None
    last_budget: Decimal | None
    last_executed: Decimal | None
    last_months: int | None
    suggested: Decimal | None
    grade: str
    gate: str
    opinion: str
    reason: str
    note: str
    row: Mapping[str, Any] = field(repr=False)
    funds: Mapping[str, Decimal] = field(default_factory=dict)
    cuts: Mapping[str, Decimal] = field(default_factory=dict)
    arranged: Decimal | None = None

    @property
    def cut(self) -> Decimal | None:
        """Asked less suggested."""
        if self.asked is None or self.suggested is None:
            return None
        return self.asked - self.suggested


@dataclass
class Book:
    """Everything that the papers are made of."""

    snapshot: Snapshot
    results: Results
    pack: Pack
    entries: list[Entry] = field(default_factory=list)
    fails: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    reductions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    planned: bool = False
    """Whether there is a plan; without one no project has an arranged amount."""


def dicts(found: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a duckdb result
    """Rows of a query by column name."""
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def open_tables(connection: duckdb.DuckDBPyConnection, book: Book) -> None:
    """Make the snapshot's tables, empty ones for what it lacks, and the history readable."""
    register(connection, book.snapshot, book.results)
    for name, table in book.pack.tables.items():
        if name not in book.snapshot.tables:
            nulls = ", ".join(f'CAST(NULL AS {t}) AS "{c}"' for c, t in table.stored().items())
            connection.execute(f'CREATE VIEW "given_{name}" AS SELECT {nulls} WHERE 1 = 0')
        if name in ("lineage", "history"):
            connection.execute(f'CREATE VIEW "{name}" AS FROM "given_{name}"')
    relation = book.pack.relations.get("project_history")
    sql = relation.sql if relation else (
        "SELECT NULL AS project_code, NULL AS year, NULL AS adjusted_yuan, "
        "NULL AS executed_yuan, NULL AS period_months WHERE 1 = 0"
    )  # fmt: skip
    connection.execute(f"CREATE VIEW project_history AS {sql}")


def gather(snapshot: Snapshot, results: Results, pack: Pack) -> Book:
    """Gather the entries of a review, by division, department and rank."""
    import duckdb

    book = Book(snapshot, results, pack)
    with duckdb.connect() as connection:
        open_tables(connection, book)
        funds: dict[str, dict[str, Decimal]] = {}
        for code, source, amount in connection.execute(FUNDS).fetchall():
            funds.setdefault(code, {})[source] = amount or NOUGHT
        for row in dicts(connection.execute(FAILS, {"order": list(SEVERITIES)})):
            book.fails.setdefault(row["project_code"], []).append(row)
        for row in dicts(connection.execute("SELECT * FROM reduction ORDER BY ALL")):
            book.reductions.setdefault(row["project_code"], []).append(row)
        year = snapshot.facts.budget_year
        book.planned = drawn(connection)
        fen = arranged_fen(connection)
        for row in dicts(connection.execute(PROJECTS, {"year": year})):
            code = row["project_code"]
            given = Decimal(fen.get(code, 0)) * CENT if book.planned else None
            book.entries.append(replace(_entry(row, book, funds.get(code, {})), arranged=given))
    book.entries.sort(key=_order)
    return book


def _order(entry: Entry) -> tuple[object, ...]:
    rank = entry.row["rank"] or 10**9
    return (entry.division, entry.department, entry.lane == "rigid", rank, entry.code)


def _entry(row: dict[str, Any], book: Book, funds: dict[str, Decimal]) -> Entry:
    pack, code = book.pack, row["project_code"]
    asked: Decimal | None = row["amount_yuan"]
    approved = None if asked is None else asked - row["cut"]
    own = row.get("suggested_yuan")
    if row["gate"] in _rejecting(pack):
        approved = None  # not admitted: an amount would contradict the opinion
    suggested = approved if own is None else own
    cuts: dict[str, Decimal] = {}
    for cut in book.reductions.get(code, ()):
        take = cut["asked_yuan"] - cut["approved_yuan"]
        cuts[cut["fund_source"]] = cuts.get(cut["fund_source"], NOUGHT) + take
    upper = sum((funds[name] for name in UPPER if name in funds), NOUGHT) if funds else None
    department = row["department_code"] or row["unit_department"] or row["unit_code"] or ""
    unit = row["unit_zh"] or row.get("unit_name") or row["unit_code"] or ""
    return Entry(
        code=code,
        name=row["project_name"] or "（未填名称）",
        unit=unit,
        department=department,
        department_zh=row["department_zh"] or unit or department,
        division=row["division_code"] or row["unit_division"] or NO_DIVISION,
        category=_zh(pack, "project_category", row["project_category"]),
        lane=row["lane"] or "",
        functional=row["functional_class"] or "",
        asked=asked,
        upper=upper,
        last_budget=row["last_budget"],
        last_executed=row["last_executed"],
        last_months=row["last_months"],
        suggested=suggested,
        grade=_grade(row["low_grade"], row["high_grade"]),
        gate=_gates(pack).get(row["gate"] or "", ""),
        opinion=_opinion(row, book),
        reason=_reason(book, code, by_person=own is not None and own != approved),
        note=_note(row, pack),
        row=row,
        funds=funds,
        cuts=cuts,
    )


def _zh(pack: Pack, codes: str, code: str | None) -> str:
    known = pack.codes[codes].codes if codes in pack.codes else {}
    return known.get(code or "", code or "")


def _gates(pack: Pack) -> dict[str, str]:
    return {line.name: line.zh for one in pack.frameworks.values() for line in one.gate}


def _grade(low: str | None, high: str | None) -> str:
    if low is None:
        return ""
    return (low if low == high else f"{low}–{high}") if low else "暂不评级"


def _rejecting(pack: Pack) -> set[str]:
    """The outcomes of a gate that a failed veto brings about."""
    lines = [line for one in pack.frameworks.values() for line in one.gate]
    return {line.name for line in lines if line.verdict == FAIL and "veto" in line.severity}


def _note(row: dict[str, Any], pack: Pack) -> str:
    grade = _grade(row["low_grade"], row["high_grade"])
    parts = [f"{grade} 类" if grade and len(grade) < 4 else grade]  # noqa: PLR2004 - A to D
    if row["gate"] in _rejecting(pack) and row.get("suggested_yuan") is None:
        parts.append(f"{_gates(pack)[row['gate']]}，未列建议数")
    parts += [f"{row['unknown']} 项数据未取到"] if row["unknown"] else []
    return "；".join(part for part in parts if part)


def fitting(pack: Pack, kind: str, rule_id: str) -> Reason | None:
    """The first sentence of the library that a rule brings about."""
    rule = pack.rules.get(rule_id)
    if rule is None:
        return None
    for one in pack.reasons:
        named = rule_id in one.rules or any(word in rule.title for word in one.titles)
        if one.kind == kind and (named or (one.dimension and one.dimension == rule.dimension)):
            return one
    return None


def _opinion(row: dict[str, Any], book: Book) -> str:
    """The opinion: what an active finding asks, else what the gate or the lane says."""
    said = [
        one.says
        for fail in book.fails.get(row["project_code"], ())
        if fail["status"] == "active"
        and fail["severity"] != "hint"
        and (one := fitting(book.pack, "opinion", fail["rule_id"])) is not None
    ]
    for one in book.pack.reasons:
        told = (one.lane and one.lane == row["lane"]) or (one.gate and one.gate == row["gate"])
        if one.kind == "opinion" and told and not said:
            said.append(one.says)
    return joined(said, REASON_LONGEST)


def _reason(book: Book, code: str, *, by_person: bool) -> str:
    """The reason of a cut: the sentences of its causes, the largest first."""
    causes: dict[str, Decimal] = {}
    for cut in book.reductions.get(code, ()):
        take = cut["asked_yuan"] - cut["approved_yuan"]
        causes[cut["cause_id"]] = causes.get(cut["cause_id"], NOUGHT) + take
    said = []
    for name in sorted(causes, key=lambda name: (-causes[name], name)):
        one = fitting(book.pack, "cut", name)
        rule = book.pack.rules.get(name)
        said.append(one.says if one else f"{rule.title if rule else name}，相应核减。")
    if by_person:
        said.append("建议数由科室调整。")
    return joined(said, REASON_LONGEST)


def joined(said: Iterable[str], longest: int) -> str:
    """Whole sentences, each once, as many as fit."""
    text = ""
    for one in dict.fromkeys(said):
        if len(text) + len(one) <= longest:
            text += one
    return text


def rule_names(book: Book, canonical: str) -> str:
    """The titles of the rules in a canonical list."""
    names = (book.pack.rules.get(name) for name in json.loads(canonical))
    return "、".join(rule.title for rule in names if rule)
