"""One thing asked for whole and again in parts: which projects add up to which."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shangji.evidence.duplicates.record import Record

PARTS_MOST, NEIGHBOURS_MOST = 4, 8
TOLERANCE = 1
"""Parts add up to a whole where they differ from it by no more than so many per cent."""


def adding_up(
    pairs: Iterable[tuple[int, int]], records: Sequence[Record]
) -> list[tuple[int, tuple[int, ...]]]:
    """Wholes with their parts: two to four of a project's lookalikes whose money adds up to its.

    The parts are lookalikes of each other too, and none of them is close to the whole by itself.
    """
    beside: defaultdict[int, set[int]] = defaultdict(set)
    for one, two in pairs:
        beside[one].add(two)
        beside[two].add(one)
    made = []
    for whole in sorted(beside):
        parts = _parts(whole, beside, records)
        if parts:
            made.append((whole, parts))
    return made


def _parts(
    whole: int, beside: defaultdict[int, set[int]], records: Sequence[Record]
) -> tuple[int, ...]:
    full = records[whole].cents or 0
    smaller = [at for at in sorted(beside[whole]) if 0 < (records[at].cents or 0) < full]
    if len(smaller) > NEIGHBOURS_MOST:
        return ()
    for many in range(2, PARTS_MOST + 1):
        for parts in combinations(smaller, many):
            total = sum(records[at].cents or 0 for at in parts)
            alike = all(two in beside[one] for one, two in combinations(parts, 2))
            if alike and 100 * abs(total - full) <= TOLERANCE * full:
                return parts
    return ()
