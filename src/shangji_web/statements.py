"""SQL that is made once and run anew each time: most of a small query's cost is the making of it.

A statement is kept under a key that names everything on which its text and its parameters depend.
For whatever the rights narrow that includes `rights.scope.standpoint(post)`. No row is kept: what
comes back is what the database holds at that moment.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from django.db.models import Model, QuerySet

    Sql = tuple[str, tuple[Any, ...]]

M = TypeVar("M", bound="Model")
KEPT = 4096


class _Making:
    """A query to be made where its key is not known; equal by the key alone."""

    def __init__(self, key: Hashable, rows: Callable[[], QuerySet[Any]]) -> None:
        self.key, self.rows = key, rows

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Making) and self.key == other.key


@lru_cache(KEPT)
def _made(making: _Making) -> Sql | None:
    """The text and the parameters; None where no row can fit."""
    rows, making.rows = making.rows, _gone
    try:
        text, given = rows().query.sql_with_params()
    except EmptyResultSet:
        return None
    return text, tuple(given)


def _gone() -> QuerySet[Any]:
    raise RuntimeError("a statement is made once")


def count(key: Hashable, rows: Callable[[], QuerySet[Any]]) -> int:
    """How many rows there are now.

    Args:
        key: names all on which the statement depends.
        rows: the query, asked for where the statement is not kept.
    """
    made = _made(_Making(("count", key), lambda: rows().order_by().values("pk")))
    if made is None:
        return 0
    text, given = made
    return int(_fetched(f"SELECT COUNT(*) FROM ({text}) AS counted", given)[0][0])


def numbers(key: Hashable, rows: Callable[[], QuerySet[Any]]) -> list[tuple[Any, ...]]:
    """The rows of a query of whole numbers and texts, as tuples; as `count`."""
    made = _made(_Making(("numbers", key), rows))
    return [] if made is None else _fetched(*made)


def listed(model: type[M], key: Hashable, rows: Callable[[], QuerySet[M]]) -> list[M]:
    """The rows of a query as objects, without related ones; as `count`."""
    made = _made(_Making(("listed", model, key), lambda: rows().select_related(None)))
    manager = model._default_manager  # noqa: SLF001 - public in all but name
    return [] if made is None else list(manager.raw(*made))


def _fetched(text: str, given: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        return list(cursor.fetchall())
