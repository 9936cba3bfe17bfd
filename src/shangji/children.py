"""Rows by code or name, and their verdicts: their own, and those of the rows below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from shangji.pack import Pack
    from shangji.schema import Table
    from shangji.snapshot import Snapshot

ROWS_TOLD = 12

Whose = tuple[str, list[Any]]
"""Which verdicts belong to what is explained: a condition and its parameters."""


def rows_named(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, table: Table | None, name: str
) -> list[dict[str, Any]]:
    """The rows of a table with that key, code or name, the first dozen; of projects one."""
    if table is None or table.name not in snapshot.tables:
        return []
    codes = [column for column in table.key if table.by_name[column].kind == "text"]
    columns = list(dict.fromkeys(["row_key", *codes, *filter(None, [table.name_column])]))
    given = " OR ".join(f'"{column}" = ?' for column in columns)
    most = 1 if table.name == "project" else ROWS_TOLD
    found = connection.execute(
        f'SELECT * FROM "given_{table.name}" WHERE {given} ORDER BY row_key LIMIT {most}',
        [name] * len(columns),
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def whose_verdicts(
    connection: duckdb.DuckDBPyConnection, pack: Pack, subject: str, row: Mapping[str, Any]
) -> Whose:
    """The verdicts of a row and of its children; a project's carry its code."""
    if subject == "project":
        return "project_code = ?", [row["project_code"]]
    conditions, parameters = ["subject = ? AND key = ?"], [subject, row["row_key"]]
    relations = [relation.table for relation in pack.relations.values()]
    for child in (*pack.tables.values(), *relations):
        if child.parent != subject:
            continue
        keys = _child_keys(connection, child, row, relation=child.name in pack.relations)
        if keys:
            conditions.append(keys[0])
            parameters += keys[1]
    return f"({' OR '.join(conditions)})", parameters


def _child_keys(
    connection: duckdb.DuckDBPyConnection, child: Table, row: Mapping[str, Any], *, relation: bool
) -> Whose | None:
    """The verdicts on a child's rows: by its table, or by the key of a relation's rows."""
    joined = [(mine, str(row[theirs])) for mine, theirs in child.parent_on.items()]
    if relation:  # its rows are not kept, but its key is its key columns with a stroke between
        if not {mine for mine, _ in joined} <= set(child.key):
            return None
        parts = [f"string_split(key, '|')[{child.key.index(mine) + 1}] = ?" for mine, _ in joined]
        return f"(subject = ? AND {' AND '.join(parts)})", [child.name, *(at for _, at in joined)]
    held = connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name = ?", [f"given_{child.name}"]
    ).fetchone()
    if not held or not held[0]:
        return None
    parts = [f'CAST("{mine}" AS VARCHAR) = ?' for mine, _ in joined]
    rows = f'SELECT row_key FROM "given_{child.name}" WHERE {" AND ".join(parts)}'
    return f"(subject = ? AND key IN ({rows}))", [child.name, *(at for _, at in joined)]
