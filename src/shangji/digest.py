"""Digests that do not depend on how a file was written: of rows as canonical text, of JSON.

A table's digest is SHA-256 over its column names and over the digests of its rows in blocks of
`BLOCK` in key order, each row the canonical text of its values. It is the same for every engine,
file layout and number of threads.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

BLOCK = 1000
UNIT, RECORD, NULL = "\x1f", "\x1e", "\x00"


def canonical(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """JSON with sorted keys and no blanks: one text for one value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def of_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def of_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, columns: Sequence[str]
) -> tuple[int, str]:
    """Rows and digest of a Parquet file whose rows stand in key order.

    Args:
        connection: any DuckDB connection.
        path: the file.
        columns: the columns that count, in their order.
    """
    texts = [f'COALESCE(CAST("{name}" AS VARCHAR), chr(0))' for name in columns]
    # One call that joins all columns: a chain of || copies the growing text once a column.
    row = f"concat_ws(chr({ord(UNIT)}), {', '.join(texts)})"
    blocks = connection.execute(
        f"SELECT sha256(string_agg(t, chr({ord(RECORD)}) ORDER BY n)), count(*) FROM ("
        f"SELECT {row} AS t, file_row_number AS n FROM read_parquet(?, file_row_number=true)) "
        f"GROUP BY n // {BLOCK} ORDER BY min(n)",
        [str(path)],
    ).fetchall()
    hashed = hashlib.sha256(canonical(list(columns)).encode())
    for block, _ in blocks:
        hashed.update(block.encode())
    return sum(count for _, count in blocks), hashed.hexdigest()
