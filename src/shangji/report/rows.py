"""Rows of a query as dictionaries."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


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
