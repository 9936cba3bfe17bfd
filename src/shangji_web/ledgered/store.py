"""The ledger's tables in the site's database: its dialect, and a connection of its own."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection

from shangji.ledger.database import POSTGRESQL, SQLITE, DatabaseStore, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT_SECONDS = 20


def dialect() -> Dialect:
    """How the database spells things over Django's cursor, which always marks by %s."""
    if connection.vendor == "postgresql":
        return POSTGRESQL
    return Dialect("%s", SQLITE.blob, SQLITE.serial)


@contextmanager
def opened() -> Iterator[DatabaseStore]:
    """The log over a connection of its own, closed at the end."""
    settings = connection.settings_dict
    if connection.vendor == "postgresql":
        import psycopg

        own = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None})
        kind = POSTGRESQL
    else:
        name = str(settings["NAME"])
        own = sqlite3.connect(name, timeout=WAIT_SECONDS, uri=name.startswith("file:"))
        kind = SQLITE
    try:
        yield DatabaseStore(own, kind)
    finally:
        own.close()
