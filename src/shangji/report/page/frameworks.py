"""What the page holds of each framework, whatever its subject: its tree and every row's scores.

A pack that declares a framework gets its page without a line of code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.compile.frameworks import hundredths
from shangji.report.page.packed import Texts, packed
from shangji.report.rows import apart, dicts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from shangji.pack import Framework, Pack
    from shangji.snapshot import Snapshot


def frameworks(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    at: Mapping[str, int],
    pack: Pack,
    texts: Texts,
) -> list[dict[str, Any]]:
    """Every framework with its nodes and the rows it scored."""
    return [
        {
            **_declared(framework, pack),
            "rows": _rows(connection, snapshot, at, framework, pack, texts),
        }
        for framework in pack.frameworks.values()
    ]


def _declared(framework: Framework, pack: Pack) -> dict[str, Any]:
    table = pack.relation_or_table(framework.subject)
    return {
        "name": framework.name,
        "zh": framework.zh,
        "subject": framework.subject,
        "subject_zh": table.zh if table else framework.subject,
        "known_at_least": framework.known_at_least,
        "x": framework.x,
        "y": framework.y,
        "cut": None if framework.cut is None else hundredths(framework.cut),
        "grades": dict(framework.grades),
        "gates": {line.name: line.zh for line in framework.gate},
        "note": framework.note,
        "nodes": [
            {
                "name": node.name,
                "zh": node.zh,
                "parent": node.parent,
                "weight": node.weight,
                "note": node.note,
                "judged_by": node.judged_by,
                "steps": [[hundredths(step.value), step.says] for step in node.steps],
            }
            for node in framework.nodes
        ],
    }


def _rows(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    at: Mapping[str, int],
    framework: Framework,
    pack: Pack,
    texts: Texts,
) -> dict[str, Any]:
    """Key, label, project, grade, and for each node low, high and full in hundredths."""
    names = labels(connection, snapshot, framework.subject, pack)
    grades = {
        row["key"]: row
        for row in dicts(
            connection,
            "SELECT * FROM grade WHERE framework = ? AND subject = ?",
            framework.name,
            framework.subject,
        )
    }
    scored: dict[str, dict[str, tuple[Any, ...]]] = {}
    for key, node, low, high, full in connection.execute(
        'SELECT key, node, low, high, "full" FROM score WHERE framework = ? ORDER BY key',
        [framework.name],
    ).fetchall():
        scored.setdefault(key, {})[node] = (hundredths(low), hundredths(high), int(full))
    own = framework.subject == "project"
    rows = []
    for key, nodes in scored.items():
        if own and key not in at:
            continue
        grade = grades.get(key, {})
        name, project = names.get(key, ("", ""))
        values = [nodes.get(node.name, (0, 0, 0)) for node in framework.nodes]
        rows.append(
            (
                texts.code(key),
                texts.free(name or key),
                at.get(key if own else project, -1),
                texts.code(grade.get("low_grade")),
                texts.code(grade.get("high_grade")),
                grade.get("known"),
                [low for low, _, _ in values],
                [high for _, high, _ in values],
                [full for _, _, full in values],
            )
        )
    columns = ("key", "label", "project", "low_grade", "high_grade", "known")
    return packed(
        (*columns, "low", "high", "full"), rows, ("key", "label", "low_grade", "high_grade")
    )


def labels(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, subject: str, pack: Pack
) -> dict[str, tuple[str, str]]:
    """A name and a project for each row of a subject; projects have theirs already."""
    table = pack.tables.get(subject)
    if table is None or subject not in snapshot.tables or subject == "project":
        return {}
    name = table.name_column
    label = f'"{name}"' if name else "NULL"
    project = f'"{table.project}"' if table.project else "NULL"
    found = connection.execute(
        f'SELECT row_key, {label}, {project} FROM "given_{subject}"'
    ).fetchall()
    called = apart({key: str(text or "") for key, text, _ in found}, connection, table)
    return {key: (called[key], str(code or "")) for key, _, code in found}
