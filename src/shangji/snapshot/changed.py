"""A snapshot with some cells set otherwise: what a review would say if they were mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.snapshot.opened import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Cells = dict[tuple[str, str, str], str]
"""Table, key of the row, column → the new value as canonical text."""


@dataclass(frozen=True)
class Changed(Snapshot):
    """An opened snapshot, some of whose tables stand elsewhere."""

    elsewhere: Mapping[str, Path]

    def path(self, table: str) -> Path:
        """The Parquet file of a table."""
        return self.elsewhere.get(table) or super().path(table)


def changed(
    snapshot: Snapshot, types: Mapping[str, Mapping[str, str]], cells: Cells, folder: Path
) -> Changed:
    """Write the tables that have changed cells to a folder and return the snapshot over them.

    Args:
        snapshot: what is changed; it stays as it is.
        types: SQL types by table and column.
        cells: the changed cells.
        folder: where the changed tables go; it must exist.
    """
    import duckdb

    by_column: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for (table, key, column), value in sorted(cells.items()):
        by_column.setdefault(table, {}).setdefault(column, []).append((key, value))
    elsewhere = {}
    with duckdb.connect(config={"threads": 1}) as connection:
        for table, columns in by_column.items():
            joins, shown, given = [], [], []
            for at, (column, found) in enumerate(columns.items()):
                given += [[key for key, _ in found], [value for _, value in found]]
                joins.append(
                    "LEFT JOIN (SELECT unnest(CAST(? AS VARCHAR[])) AS key, "
                    f"unnest(CAST(? AS VARCHAR[])) AS value) AS c{at} ON c{at}.key = t.row_key"
                )
                shown.append(
                    f'COALESCE(CAST(c{at}.value AS {types[table][column]}), t."{column}") '
                    f'AS "{column}"'
                )
            source = str(snapshot.path(table)).replace("'", "''")
            path = folder / f"{table}.parquet"
            target = str(path).replace("'", "''")
            connection.execute(
                f"COPY (SELECT t.* REPLACE ({', '.join(shown)}) FROM read_parquet('{source}') AS t "
                f"{' '.join(joins)} ORDER BY t.row_key) TO '{target}' (FORMAT parquet)",
                given,
            )
            elsewhere[table] = path
    return Changed(snapshot.folder, snapshot.manifest, elsewhere)
