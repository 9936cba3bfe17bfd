"""The frozen data of a review: one Parquet file a table and a manifest of digests.

`freeze` is the only writer. A snapshot appears whole or not at all.
"""

from shangji.snapshot.facts import Collected, Placeholder, RunFacts, SheetCount, Source
from shangji.snapshot.freeze import freeze, keyed, seal, write_table
from shangji.snapshot.opened import Snapshot
from shangji.snapshot.place import made_beside, put, recovered, unwritable

__all__ = [
    "Collected",
    "Placeholder",
    "RunFacts",
    "SheetCount",
    "Snapshot",
    "Source",
    "freeze",
    "keyed",
    "made_beside",
    "put",
    "recovered",
    "seal",
    "unwritable",
    "write_table",
]
