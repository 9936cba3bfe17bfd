"""Duplicates: the same thing asked for twice, found before the freeze, with reasons people read.

Pairs that share a rare piece of text or a rare figure are looked at sign by sign (place, object,
quantity, money, period, who gets it). The same work in another village, section or year is a
sibling and no duplicate. What was found becomes rows of `duplicate_pair`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.evidence.duplicates.blocking import Blocking, candidates
from shangji.evidence.duplicates.gathering import gather, known_places
from shangji.evidence.duplicates.judging import Judge, Judged
from shangji.evidence.duplicates.lexicon import Lexicon
from shangji.evidence.duplicates.reading import Reader
from shangji.evidence.duplicates.record import Line, Record
from shangji.evidence.duplicates.telling import rows_of, source_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shangji.pack import Pack
    from shangji.snapshot import Collected, RunFacts

__all__ = ["Blocking", "Judged", "Lexicon", "Line", "Record", "search", "with_duplicates"]

TABLE = "duplicate_pair"


def search(
    records: Sequence[Record],
    lexicon: Lexicon,
    *,
    places: Iterable[str] = (),
    how: Blocking | None = None,
    threads: int = 2,
) -> list[Judged]:
    """Pairs of records that look like one thing, in the order of the records.

    Args:
        records: what was declared; pairs point to places in this sequence.
        lexicon: the pack's words and points.
        places: texts that hold place names and little else, so that names are cut rightly.
        how: how candidates are found; the usual way where nothing is said.
        threads: threads of DuckDB; the result does not depend on them.
    """
    import duckdb

    reader = Reader(lexicon, places)
    reads = [reader.read(record) for record in records]
    judge = Judge(records, reads, lexicon)
    with duckdb.connect(config={"threads": threads}) as connection:
        pairs = candidates(connection, records, reads, how or Blocking())
        return judge.every(pairs)


def with_duplicates(collected: Collected, pack: Pack, facts: RunFacts) -> Collected:
    """The collected rows with a row of `duplicate_pair` for each pair that looks like one thing."""
    table = pack.tables.get(TABLE)
    lexicon = Lexicon.of(pack, facts)
    if table is None or "kind" not in table.by_name or not lexicon.points:
        return collected
    records = gather(collected, facts.budget_year)
    found = search(records, lexicon, places=known_places(collected))
    rows = rows_of(found, records, collected.rows.get(TABLE, ()), table)
    collected.rows[TABLE] = [*collected.rows.get(TABLE, ()), *rows]
    collected.sources.append(source_of(table))
    return collected
