"""Duplicates: the same thing asked for twice, found before the freeze, with reasons people read.

Pairs that share a rare piece of text or a rare figure are looked at sign by sign (place, object,
quantity, money, period, who gets it). The same work in another village, section or year is a
sibling and no duplicate. What was found becomes rows of `duplicate_pair`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shangji.evidence.duplicates.blocking import Blocking, candidates
from shangji.evidence.duplicates.gathering import gather
from shangji.evidence.duplicates.judging import Judge, Judged
from shangji.evidence.duplicates.lexicon import Lexicon
from shangji.evidence.duplicates.reading import Reader, known_places
from shangji.evidence.duplicates.record import Line, Record
from shangji.evidence.duplicates.telling import rows_of, source_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.pack import Pack
    from shangji.snapshot import Collected, RunFacts

__all__ = ["Blocking", "Judged", "Lexicon", "Line", "Record", "search", "with_duplicates"]

TABLE = "duplicate_pair"
ANSWERED = frozenset({"kind", "certainty", "points", "reasons", "group_no", "group_yuan"})
"""The columns that only the search fills."""

GROUP = 20_000
"""So many records are worked on together, unless one region has more."""


def search(
    records: Sequence[Record],
    lexicon: Lexicon,
    *,
    how: Blocking | None = None,
    processes: int = 1,
) -> list[Judged]:
    """Pairs of records that look like one thing, in the order of the records.

    Only records of one region are compared. Regions are taken together by the thousand records, so
    that memory stays bounded; a group of regions is one process's work where several are allowed.

    Args:
        records: what was declared; pairs point to places in this sequence.
        lexicon: the pack's words and points.
        how: how candidates are found; the usual way where nothing is said.
        processes: how many groups are worked on at once; the result does not depend on it.
    """
    work = Work(records, grouped(records), lexicon, how or Blocking())
    if processes > 1 and len(work.groups) > 1:
        found = _shared(work, processes)
    else:
        found = [work.within(number) for number in range(len(work.groups))]
    return sorted((one for some in found for one in some), key=lambda one: (one.one, one.two))


@dataclass(frozen=True)
class Work:
    """What is to be searched: the records, their places by groups, words and ways."""

    records: Sequence[Record]
    groups: Sequence[Sequence[int]]
    lexicon: Lexicon
    how: Blocking

    def within(self, number: int) -> list[Judged]:
        """The pairs of one group."""
        group = self.groups[number]
        return _within(group, [self.records[at] for at in group], self.lexicon, self.how)


def _shared(work: Work, processes: int) -> list[list[Judged]]:
    """The pairs of every group, by children that share the records instead of being sent them."""
    import gc
    import multiprocessing

    gc.collect()
    gc.freeze()  # what the children share is not touched by their collectors
    try:
        context = multiprocessing.get_context("fork")
        with context.Pool(processes, _given, (work,)) as pool:
            return pool.map(_numbered, range(len(work.groups)), chunksize=1)
    finally:
        gc.unfreeze()


_WORK: list[Work] = []
"""In a child: what it was given when it was forked."""


def _given(work: Work) -> None:
    import gc

    _WORK[:] = [work]
    gc.disable()  # a group makes no cycles, and what it makes goes when it is done


def _numbered(number: int) -> list[Judged]:
    return _WORK[0].within(number)


def grouped(records: Sequence[Record]) -> list[list[int]]:
    """Places of records by groups of regions, each region whole, none split over two groups."""
    regions: dict[str, list[int]] = {}
    for at, record in enumerate(records):
        regions.setdefault(record.region, []).append(at)
    made: list[list[int]] = []
    for region in sorted(regions):
        if made and len(made[-1]) + len(regions[region]) <= GROUP:
            made[-1] += regions[region]
        else:
            made.append(list(regions[region]))
    return made


def _within(
    group: Sequence[int], records: Sequence[Record], lexicon: Lexicon, how: Blocking
) -> list[Judged]:
    """The pairs of a group; DuckDB has one thread, as another group may be at work beside it."""
    import duckdb

    readers = {
        region: Reader(lexicon, known_places(one for one in records if one.region == region))
        for region in sorted({record.region for record in records})
    }
    reads = [readers[record.region].read(record) for record in records]
    judge = Judge(records, reads, lexicon)
    with duckdb.connect(config={"threads": 1}) as connection:
        found = judge.every(candidates(connection, records, reads, how))
    return [replace(one, one=group[one.one], two=group[one.two]) for one in found]


def with_duplicates(collected: Collected, pack: Pack, facts: RunFacts) -> Collected:
    """The collected rows with a row of `duplicate_pair` for each pair that looks like one thing."""
    table = pack.tables.get(TABLE)
    lexicon = Lexicon.of(pack, facts)
    if table is None or "kind" not in table.by_name or not lexicon.points:
        return collected
    records = gather(collected, facts)
    found = search(records, lexicon)
    rows = rows_of(found, records, collected.rows.get(TABLE, ()), table)
    collected.rows[TABLE] = [*collected.rows.get(TABLE, ()), *rows]
    # What only the search can say of a pair, it has said: of a pair that the bureau listed and the
    # search did not find, the blank is an answer, and nobody owes it.
    collected.sources = [
        replace(source, supplied={**source.supplied, TABLE: (*source.supplied[TABLE], *more)})
        if (more := sorted(ANSWERED - set(source.supplied.get(TABLE, ()))))
        and TABLE in source.supplied
        else source
        for source in collected.sources
    ]
    collected.sources.append(source_of(table))
    return collected
