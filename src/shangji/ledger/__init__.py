"""An append-only log of who decided what, which an auditor can check without trusting the bureau.

`Ledger` adds entries to a store (`SQLiteStore`, `MemoryStore`, a site's `DatabaseStore`) and proves
them; `keys`, `note` and `bundle` make what is handed out, `audit` checks a whole log, and `offline`
is the program that an auditor runs on a machine of his own. Formats: docs/reference/ledger.md.
"""

from shangji.ledger.database import DatabaseStore, Sequencer, put_out
from shangji.ledger.entry import KINDS, Entry
from shangji.ledger.hashing import keyed_digest
from shangji.ledger.log import Inclusion, Ledger, Signed
from shangji.ledger.sqlite import SQLiteStore
from shangji.ledger.store import MemoryStore, Store

__all__ = [
    "KINDS",
    "DatabaseStore",
    "Entry",
    "Inclusion",
    "Ledger",
    "MemoryStore",
    "SQLiteStore",
    "Sequencer",
    "Signed",
    "Store",
    "keyed_digest",
    "put_out",
]
