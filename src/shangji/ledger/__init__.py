"""An append-only log of who decided what, which an auditor can check without trusting the bureau.

`Ledger` adds entries to a store (`SQLiteStore`, `MemoryStore`, later the site's) and proves them;
`keys`, `note` and `bundle` make what is handed out, `audit` checks a whole log, and `offline` is
the program that an auditor runs on a machine of his own. Formats: docs/reference/ledger.md.
"""

from shangji.ledger.entry import KINDS, Entry
from shangji.ledger.hashing import keyed_digest
from shangji.ledger.log import Inclusion, Ledger, Signed
from shangji.ledger.sqlite import SQLiteStore
from shangji.ledger.store import MemoryStore, Store

__all__ = [
    "KINDS",
    "Entry",
    "Inclusion",
    "Ledger",
    "MemoryStore",
    "SQLiteStore",
    "Signed",
    "Store",
    "keyed_digest",
]
