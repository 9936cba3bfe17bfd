"""Rows to a snapshot: keys, what blanks mean, Parquet in key order, manifest; the only writer."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji import digest
from shangji.errors import Problem, Where
from shangji.failpoints import reach
from shangji.snapshot.opened import FORMAT, MANIFEST, Snapshot, sealed_part
from shangji.snapshot.place import made_beside, put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from shangji.schema import Table
    from shangji.snapshot.facts import Collected, RunFacts, Source

KEY_DIGITS = 16
OWN_PAPERS = frozenset({"line", "target", "basis", "attachment"})
"""The sheets of a unit's own template: one that is not there was left empty."""

Absent = tuple[str | None, str]
"""`row_unsupplied` and `row_tables` of a source's rows."""


def freeze(
    collected: Collected,
    tables: Mapping[str, Table],
    facts: RunFacts,
    out: Path,
    *,
    kept: bool = True,
) -> tuple[Snapshot, list[Problem]]:
    """Write collected rows as a snapshot at `out`, replacing what stands there.

    Args:
        collected: the rows and their sources.
        tables: the tables of the pack.
        facts: budget year, data day, region.
        out: the folder.
        kept: whether somebody may look the snapshot up later; the tables of one that is thrown
            away after a dry run get no digests, which take half of the time.

    Returns:
        The snapshot, and the rows that could not be kept under their key (named, never dropped
        in silence).
    """
    problems: list[Problem] = []
    with made_beside(out) as work:
        import duckdb

        held: dict[str, Any] = {}
        regions: set[str] = set()
        with duckdb.connect() as connection:
            if not kept:
                connection.execute("PRAGMA disable_optimizer")
            for name in sorted(collected.rows):
                rows, refused = keyed(collected, tables[name], tables)
                problems += refused
                held[name] = _held(tables[name], len(rows), "")
                if name == "project":
                    regions = {str(row["region"])[:6] for row in rows if row.get("region")}
                write_table(connection, name, tables[name].stored(), rows, work)
        reach("freeze.tables")
        if kept:
            seal(work, {name: tables[name] for name in collected.rows}, facts, collected.sources)
        else:
            _manifest(work, facts, regions, collected.sources, held)
        reach("freeze.sealed")
        put(work, out)
    return Snapshot.open(out), problems


def seal(
    folder: Path, tables: Mapping[str, Table], facts: RunFacts, sources: Iterable[Source] = ()
) -> None:
    """Write the manifest over the Parquet files of a folder, rows in key order in each."""
    import duckdb

    held = {}
    regions: set[str] = set()
    with duckdb.connect() as connection:
        for name in sorted(tables):
            path = folder / f"{name}.parquet"
            columns = list(tables[name].stored())
            rows, sha256 = digest.of_parquet(connection, path, columns)
            held[name] = _held(tables[name], rows, sha256)
            if name == "project":
                regions = {
                    str(row[0])[:6]
                    for row in connection.execute(
                        "SELECT DISTINCT region FROM read_parquet(?) WHERE region IS NOT NULL",
                        [str(path)],
                    ).fetchall()
                }
    _manifest(folder, facts, regions, sources, held)


def _held(table: Table, rows: int, sha256: str) -> dict[str, Any]:
    """What a manifest says of a table."""
    file, columns = f"{table.name}.parquet", list(table.stored())
    return {"file": file, "rows": rows, "sha256": sha256, "columns": columns}


def _manifest(
    folder: Path,
    facts: RunFacts,
    regions: Iterable[str],
    sources: Iterable[Source],
    held: Mapping[str, Any],
) -> None:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "facts": facts.record(),
        "regions": sorted(regions),
        "sources": [source.record() for source in sources],
        "tables": held,
    }
    manifest["digest"] = digest.of_json(sealed_part(manifest))
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")


def keyed(
    collected: Collected, table: Table, tables: Mapping[str, Table] | None = None
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Give every row its key and what its blanks mean; returns rows in key order, and refusals."""
    sources = {source.id: source for source in collected.sources}
    registers = _registers(collected.sources, tables or {table.name: table})
    made: dict[str, dict[str, Any]] = {}
    problems = []
    rows = sorted(
        collected.rows[table.name],
        key=lambda row: (row["row_source"], row["row_sheet"], row["row_number"]),
    )
    absent: dict[str, Absent] = {}
    for row in rows:
        source = sources[row["row_source"]]
        if source.id not in absent:
            absent[source.id] = _absent(source, table, registers, set(collected.rows))
        row["row_unsupplied"], row["row_tables"] = absent[source.id]
        given = _given_key(row, table)
        key = given or _content_key(row, table)
        if key in made and given and not table.parent:
            problems.append(_doubled(row, made[key], table))
            continue
        ordinal = 2
        first = key
        while key in made:
            key = f"{first}#{ordinal}"
            ordinal += 1
        row["row_key"] = key
        made[key] = row
    return [made[key] for key in sorted(made)], problems


def _given_key(row: Mapping[str, Any], table: Table) -> str:
    values = [row.get(name) for name in table.key]
    return "|".join(map(str, values)) if values and None not in values else ""


def _content_key(row: Mapping[str, Any], table: Table) -> str:
    # How a figure was rounded is no content: the same row is the same in 元 and in 万元.
    content = [_text(row.get(column.name)) for column in table.columns if not column.rounds]
    return "~" + hashlib.sha256(digest.canonical(content).encode()).hexdigest()[:KEY_DIGITS]


def _registers(sources: Iterable[Source], tables: Mapping[str, Table]) -> set[str]:
    """The tables that answer for every row: what the bureau brought, and others' own registers.

    What an outsider brings of a unit's papers answers only for the rows that it brings.
    """
    return {
        name
        for source in sources
        for name in source.supplied
        if source.origin == "bureau"
        or (source.origin == "external" and name in tables and tables[name].supplied_by != "unit")
    }


def _absent(source: Source, table: Table, registers: set[str], held: set[str]) -> Absent:
    """Which blanks of a source's rows are no answers, and which tables it or a register brought.

    A unit's own file answers for every column and table that the unit owes; an outsider's blank
    answers for nothing, since the unit never saw the form.
    """
    given = set(source.supplied.get(table.name, ()))
    own, outside = source.origin == "unit", source.origin == "external"
    lacking = [
        column.name
        for column in table.columns
        if (column.name not in given and not (own and column.supplied_by == "unit"))
        or (outside and column.supplied_by == "unit")
    ]
    brought = registers if outside else registers | set(source.supplied)
    if not outside:  # what all the units filed answers for the bureau's registers too
        brought = brought | held
    if own:
        brought = brought | OWN_PAPERS
    unsupplied = f"|{'|'.join(lacking)}|" if lacking else None
    return unsupplied, f"|{'|'.join(sorted(brought))}|"


def _doubled(row: Mapping[str, Any], first: Mapping[str, Any], table: Table) -> Problem:
    key = "、".join(str(row[name]) for name in table.key)
    return Problem(
        "row-duplicate-key",
        Where(str(row["row_source"]), str(row["row_sheet"]), f"第 {row['row_number']} 行"),
        f"与 {first['row_source']} 第 {first['row_number']} 行的编码相同，本行没有收入。",
        "请核对哪一行有效，改正编码后重报。",
        value=key,
    )


def write_table(
    connection: Any,  # noqa: ANN401 - duckdb is imported late
    name: str,
    types: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    folder: Path,
) -> None:
    """Write rows, which stand in key order, as the Parquet file of a table."""
    lines = folder / f"{name}.ndjson"
    with lines.open("w", encoding="utf-8") as file:
        for row in rows:
            record = {column: _text(row.get(column)) for column in types}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    spelled = ", ".join(f"'{column}': '{sql}'" for column, sql in types.items())
    shown = ", ".join(f'"{column}"' for column in types)
    nulls = ", ".join(f'CAST(NULL AS {sql}) AS "{column}"' for column, sql in types.items())
    target = str(folder / f"{name}.parquet").replace("'", "''")
    source = f"SELECT {nulls} WHERE 1 = 0"
    if rows:
        source = (
            f"SELECT {shown} FROM read_json(?, format='newline_delimited', "
            f"columns={{{spelled}}}) ORDER BY row_key"
        )
    connection.execute(
        f"COPY ({source}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)",
        [str(lines)] if rows else [],
    )
    lines.unlink()


def _text(value: Any) -> Any:  # noqa: ANN401 - any cell value, as JSON
    """A value as JSON keeps it exactly: money and dates as text."""
    return str(value) if isinstance(value, (Decimal, date)) else value
