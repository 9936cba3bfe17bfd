"""Rows of a query as dictionaries, and names by which rows are told apart."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from shangji.schema import Column, Table


def dicts(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    *parameters: Any,  # noqa: ANN401 - SQL values
) -> list[dict[str, Any]]:
    """Rows of a query by column name; decimals become text."""
    found = connection.execute(sql, list(parameters))
    names = [column[0] for column in found.description or ()]
    return [
        {
            name: f"{value:f}" if isinstance(value, Decimal) else value
            for name, value in zip(names, row, strict=True)
        }
        for row in found.fetchall()
    ]


def apart(
    names: Mapping[str, str], connection: duckdb.DuckDBPyConnection, table: Table
) -> dict[str, str]:
    """Names of rows; those that several rows bear are told apart by what differs in their keys."""
    alike: dict[str, list[str]] = {}
    for key, name in names.items():
        alike.setdefault(name, []).append(key)
    if not table.key or all(len(keys) == 1 for keys in alike.values()):
        return dict(names)
    columns = ", ".join(f'CAST("{name}" AS VARCHAR)' for name in table.key)
    keyed = [table.by_name[name] for name in table.key]
    parts = {
        key: tuple(_word(column, value) for column, value in zip(keyed, row, strict=True))
        for key, *row in connection.execute(
            f'SELECT row_key, {columns} FROM "given_{table.name}"'
        ).fetchall()
    }
    made = dict(names)
    for name, keys in alike.items():
        differ = [at for at in range(len(table.key)) if len({parts[key][at] for key in keys}) > 1]
        for key in keys if name and len(keys) > 1 else ():
            made[key] = f"{name} · {' '.join(parts[key][at] for at in differ)}".removesuffix(" · ")
    return made


def _word(column: Column, value: str | None) -> str:
    return (column.codes.codes.get(value or "", value) if column.codes else value) or ""
