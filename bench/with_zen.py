"""A sample of rows through zen-engine: one expression node with the row rules, row by row.

Every row is evaluated as a context of the columns that the rules read. An empty cell is given as
zero or empty text, as zen knows no third answer; the seconds are extrapolated to the whole.
"""

from __future__ import annotations

import json
import time
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb

from shangji.compile.plan import review_literals
from shangji.language import refs
from trees import EPOCH, LOCAL, predicates, zen_text

if TYPE_CHECKING:
    from shangji.pack import Pack
    from shangji.snapshot import Snapshot

SAMPLE = {"project": 4_000, "line": 16_000}
EMPTY = {"number": 0, "date": 0, "text": "", "flag": False}
JOINS = {
    "project": "FROM {project} AS project "
    "LEFT JOIN {history} AS last_year ON last_year.project_code = project.project_code "
    "AND last_year.year = 2026 "
    "LEFT JOIN {organisation} AS unit ON unit.unit_code = project.unit_code",
    "line": "FROM {line} AS line "
    "LEFT JOIN {project} AS project ON project.project_code = line.project_code",
}


def plain(value: Any, kind: str) -> Any:  # noqa: ANN401 - a cell
    """A cell as zen takes it."""
    if value is None:
        return EMPTY[kind]
    if isinstance(value, Decimal):
        return float(value)
    return (value - EPOCH).days if isinstance(value, date) else value


def contexts(pack: Pack, snapshot: Snapshot, subject: str) -> list[dict[str, Any]]:
    """The first rows of a subject with the columns that its rules read."""
    wanted: dict[str, tuple[str, str]] = {}
    for rule in predicates(pack, subject, LOCAL):
        for ref in refs(rule.applies, rule.fails):
            if ref.path[0] == "review":
                continue
            if ref.path[-1] == "found":
                wanted[f"{ref.path[0]}__key"] = (f"{ref.path[0]}.row_key", "key")
            elif ref.column is not None:
                kind = "key" if ref.path[-1] == "missing" else ref.type.name
                wanted["__".join(ref.path[:2])] = (".".join(ref.path[:2]), kind)
    files = {name: f"read_parquet('{snapshot.path(name)}')" for name in snapshot.tables}
    shown = ", ".join(f"{sql} AS {name}" for name, (sql, _) in wanted.items())
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT {shown} {JOINS[subject].format(**files)} LIMIT {SAMPLE[subject]}"
        ).fetchall()
    kinds = [kind for _, kind in wanted.values()]
    return [
        {
            name: value if kind == "key" else plain(value, kind)
            for name, value, kind in zip(wanted, row, kinds, strict=True)
        }
        for row in rows
    ]


def run(pack: Pack, snapshot: Snapshot) -> dict[str, float]:
    """Seconds of the sample and seconds extrapolated to all rows."""
    import zen

    review = review_literals(snapshot.facts)
    sample = whole = 0.0
    for subject in SAMPLE:
        rules = [
            {
                "id": rule.rule.id,
                "key": rule.rule.id.replace("-", ""),
                "value": f"{zen_text(rule.applies, review)} and {zen_text(rule.fails, review)}",
            }
            for rule in predicates(pack, subject, LOCAL)
        ]
        nodes = [
            {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
            {
                "id": "do",
                "name": "do",
                "type": "expressionNode",
                "position": {"x": 1, "y": 0},
                "content": {"expressions": rules},
            },
            {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
        ]
        edges = [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "do"},
            {"id": "2", "type": "edge", "sourceId": "do", "targetId": "out"},
        ]
        decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
        rows = contexts(pack, snapshot, subject)
        start = time.perf_counter()
        for row in rows:
            decision.evaluate(row)
        taken = time.perf_counter() - start
        sample += taken
        whole += taken / len(rows) * snapshot.rows(subject)
    return {"sample_seconds": sample, "seconds": whole}
