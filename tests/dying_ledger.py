"""What the writers, deciders and sequencers of a log do whom the tests kill."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger_given import SIGNER, entries
from shangji.ledger import Ledger, SQLiteStore
from shangji.ledger.database import SQLITE, DatabaseStore, Sequencer
from zygote import say

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def at_once(store: Any) -> Iterator[Any]:
    """The twin of a transaction: each statement is kept at once."""
    yield store


def write(log: str, first: int) -> None:
    """Append batches of three, a checkpoint after every second, and tell each once it is kept."""
    with SQLiteStore(Path(log)) as store:
        ledger = Ledger(store)
        for number in range(first, first + 30, 3):
            say("kept", number, *ledger.append(entries(number, number + 3)))
            if number % 2:
                say("signed", ledger.checkpoint(SIGNER).checkpoint.size)


def write_torn(log: str, first: int) -> None:
    """The same without one transaction a batch."""
    setattr(SQLiteStore, "writing", at_once)  # noqa: B010 - a twin, for this process only
    write(log, first)


def sequence(database: str, batch: int) -> None:
    """Give the rows of an outbox their numbers."""
    connection = sqlite3.connect(database, timeout=30)
    say("numbered", Sequencer(DatabaseStore(connection, SQLITE), batch).run())


def sequence_torn(database: str, batch: int) -> None:
    """The same over a connection that keeps each statement at once."""
    connection = sqlite3.connect(database, timeout=30, isolation_level=None)
    DatabaseStore.__init__.__globals__["_autocommits"] = lambda _: False
    say("numbered", Sequencer(DatabaseStore(connection, SQLITE), batch).run())
