"""What the page holds of each project: its row, cuts, unknowns, past years, values."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from shangji.allocate.tables import arranged_fen, drawn
from shangji.report.arranged import path_words
from shangji.report.page.frameworks import labels
from shangji.report.page.packed import Texts, cents, packed
from shangji.report.rows import dicts
from shangji.words import cause_words, field_words, fund_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from shangji.pack import Pack
    from shangji.snapshot import Snapshot

ROWS_OF_A_MEASURE = 300
"""Rows of a measure over other subjects than projects that a page lists; the rest is in tables."""

PLACE = ("source", "sheet", "row")
COLUMNS = (
    *("key", "code", "name", "unit_code", "unit", "department_code", "department", "lane"),
    *(
        "function",
        "asked",
        "cut",
        "approved",
        "arranged",
        "grade",
        "gate",
        "low",
        "high",
        "known",
    ),
    *("rank", "fail", "trial", "unknown", *PLACE),
)
PLAIN = {
    "asked",
    "cut",
    "approved",
    "arranged",
    "known",
    "rank",
    "fail",
    "trial",
    "unknown",
    "row",
}


def projects(connection: duckdb.DuckDBPyConnection, pack: Pack, texts: Texts) -> dict[str, Any]:
    """One row a project in the order of rank; later tables name a project by its row here."""
    lanes = pack.codes["lane"].codes if "lane" in pack.codes else {}
    money = arranged_fen(connection)
    classes = pack.codes["functional_class"].codes if "functional_class" in pack.codes else {}
    rows = [
        (
            texts.code(row["row_key"]),
            texts.code(row["project_code"]),
            texts.free(row["project_name"]),
            texts.code(row["unit_code"]),
            texts.free(row["unit_name"]),
            texts.code(row["department_code"]),
            texts.free(row["department_name"]),
            texts.code(lanes.get(row["lane"] or "", row["lane"])),
            texts.code(classes.get(row["functional_class"] or "", row["functional_class"])),
            cents(row["asked_yuan"]),
            cents(row["cut_yuan"]),
            cents(row["approved_yuan"]),
            money.get(row["project_code"]),
            texts.code(row["grade"]),
            texts.code(row["gate"]),
            texts.code(row["low_grade"]),
            texts.code(row["high_grade"]),
            row["known"],
            row["rank"],
            row["fail"],
            row["trial"],
            row["unknown"],
            texts.free(row["row_source"]),
            texts.free(row["row_sheet"]),
            row["row_number"],
        )
        for row in dicts(connection, "SELECT * FROM reviewed ORDER BY rank NULLS LAST, row_key")
    ]
    return packed(COLUMNS, rows, [name for name in COLUMNS if name not in PLAIN])


def causes(
    connection: duckdb.DuckDBPyConnection, at: Mapping[str, int], pack: Pack, texts: Texts
) -> dict[str, Any]:
    """What is not arranged of each project and what took it, by source and in the fixed order."""
    names = ("project", "fund", "cause", "amount")
    if not drawn(connection):
        return packed(names, [], ("fund", "cause"))
    rows = [
        (
            at[row["project_code"]],
            texts.code(fund_words(pack, row["fund_source"] or "")),
            texts.code(cause_words(pack, row["cause_kind"], row["cause_id"])),
            cents(row["amount_yuan"]),
        )
        for row in dicts(connection, "SELECT * FROM plan_cause ORDER BY ALL")
        if row["project_code"] in at
    ]
    return packed(names, rows, ("fund", "cause"))


def funded_paths(
    connection: duckdb.DuckDBPyConnection, at: Mapping[str, int], pack: Pack, texts: Texts
) -> dict[str, Any]:
    """What would bring money to a project that has not all of it: the bureau's version."""
    names = ("project", "says", "verified")
    if not drawn(connection):
        return packed(names, [], ("says",))
    titles = dict(connection.execute("SELECT project_code, project_name FROM reviewed").fetchall())
    rows = [
        (
            at[row["project_code"]],
            texts.free(path_words(pack, row, titles)),
            row["verified"],
        )
        for row in dicts(connection, "SELECT * FROM plan_path WHERE reader = 'bureau' ORDER BY ALL")
        if row["project_code"] in at
    ]
    return packed(names, rows, ("says",))


def positions(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The row of a project on the page, by project code and by row key."""
    found: dict[str, int] = {}
    rows = connection.execute(
        "SELECT row_key, project_code FROM reviewed ORDER BY rank NULLS LAST, row_key"
    ).fetchall()
    for at, (key, code) in enumerate(rows):
        found[key] = at
        if code:
            found.setdefault(code, at)
    return found


def reductions(
    connection: duckdb.DuckDBPyConnection, at: Mapping[str, int], pack: Pack, texts: Texts
) -> dict[str, Any]:
    """Every cut with its rule, and what other rules found on the same line."""
    rows = [
        (
            at[row["project_code"]],
            texts.code((row["line_key"] or "").removeprefix(f"{row['project_code']}|")),
            texts.code(fund_words(pack, row["fund_source"] or "")),
            cents(row["asked_yuan"]),
            cents(row["approved_yuan"]),
            texts.code(row["cause_id"]),
            [texts.code(name) for name in json.loads(row["also"] or "[]")],
        )
        for row in dicts(
            connection, "SELECT * FROM reduction ORDER BY project_code, step, line_key, fund_source"
        )
        if row["project_code"] in at
    ]
    names = ("project", "line", "fund", "asked", "approved", "rule", "also")
    return packed(names, rows, ("line", "fund", "rule"))


def unknowns(
    connection: duckdb.DuckDBPyConnection, at: Mapping[str, int], pack: Pack, texts: Texts
) -> dict[str, Any]:
    """What is not known of each project: the missing field, who owes it, the rules that wait."""
    kinds: dict[tuple[str, str, str], int] = {}
    rows = []
    for code, field, owed, rules in connection.execute(
        """
        SELECT project_code, field, min(owed_by), to_json(list(DISTINCT rule_id ORDER BY rule_id))
        FROM (SELECT unnest(from_json(missing, '["VARCHAR"]')) AS field, owed_by, project_code,
                rule_id FROM verdict WHERE outcome = 'unknown' AND status = 'active')
        GROUP BY project_code, field ORDER BY project_code, field
        """
    ).fetchall():
        kind = (field, owed, rules)
        rows.append((at.get(code, -1), kinds.setdefault(kind, len(kinds))))
    return {
        "kinds": [
            [texts.code(field_words(pack, field)), owed, [texts.code(r) for r in json.loads(rules)]]
            for field, owed, rules in kinds
        ],
        "rows": packed(("project", "kind"), rows),
    }


def open_past(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, pack: Pack) -> None:
    """Make the table `past` by the pack's own relation; none where nobody brought past years."""
    relation = pack.relations.get("project_history")
    if relation is None or not set(relation.reads) <= set(snapshot.tables):
        return
    for name in relation.reads:
        connection.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS FROM "given_{name}"')
    connection.execute(f"CREATE TABLE past AS FROM ({relation.sql}) ORDER BY project_code")


def history(connection: duckdb.DuckDBPyConnection, at: Mapping[str, int]) -> dict[str, Any] | None:
    """Past years of each project, the latest first."""
    if not connection.execute("FROM duckdb_tables() WHERE table_name = 'past'").fetchone():
        return None
    rows = [
        (
            at[row["project_code"]],
            row["year"],
            row["period_months"],
            cents(row["original_yuan"]),
            cents(row["adjusted_yuan"]),
            cents(row["executed_yuan"]),
        )
        for row in dicts(
            connection,
            "FROM past WHERE project_code IN (SELECT project_code FROM reviewed) "
            "ORDER BY project_code, year DESC NULLS LAST",
        )
    ]
    return packed(("project", "year", "months", "original", "adjusted", "executed"), rows)


def measures(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    at: Mapping[str, int],
    pack: Pack,
    texts: Texts,
) -> list[dict[str, Any]]:
    """Each measure with its rows: on projects all of them, on other subjects the lowest."""
    found = []
    for name, total in connection.execute(
        "SELECT name, count(*) FROM measure GROUP BY name ORDER BY name"
    ).fetchall():
        measure = pack.measures[name]
        on_projects = measure.subject == "project"
        most = total if on_projects else ROWS_OF_A_MEASURE
        called = {} if on_projects else labels(connection, snapshot, measure.subject, pack)
        rows = [
            (
                at.get(row["key"], -1)
                if on_projects
                else texts.free(_called(row["key"], called.get(row["key"], ("", ""))[0])),
                f"{Decimal(row['numerator']).normalize():f}" if row["numerator"] else None,
                f"{Decimal(row['denominator']).normalize():f}" if row["denominator"] else None,
                _shown(row["numerator"], row["denominator"], row["unit"]),
            )
            for row in dicts(
                connection,
                "SELECT * FROM measure WHERE name = ? ORDER BY (denominator > 0) DESC NULLS LAST, "
                f"numerator::DOUBLE / nullif(denominator, 0) NULLS LAST, key LIMIT {most}",
                name,
            )
            if not on_projects or row["key"] in at
        ]
        table = pack.relation_or_table(measure.subject)
        found.append(
            {
                "name": name,
                "zh": measure.zh,
                "unit": measure.unit,
                "says": measure.says,
                "subject": measure.subject,
                "subject_zh": table.zh if table else measure.subject,
                "total": total,
                "rows": packed(
                    ("at", "numerator", "denominator", "value"),
                    rows,
                    () if on_projects else ("at",),
                ),
            }
        )
    return found


def _called(key: str, name: str) -> str:
    """A row by name, with the rest of its key, which tells years and days apart."""
    return f"{name} {key.partition('|')[2].replace('|', ' ')}".strip() if name else key


def _shown(numerator: str | None, denominator: str | None, unit: str) -> str | None:
    """A quotient to be read, never judged."""
    if numerator is None or denominator is None or not Decimal(denominator):
        return None
    value = Decimal(numerator) / Decimal(denominator) * (100 if unit == "%" else 1)
    return f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
