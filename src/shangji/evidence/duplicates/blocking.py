"""Which pairs are worth a look: those that share a rare piece of text or a rare figure.

Set-based in DuckDB, so that a million projects take minutes. Pairs whose places differ are left
out here already: the same work in another village is no duplicate.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shangji.evidence.duplicates.record import ASKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import duckdb

    from shangji.evidence.duplicates.record import Read, Record

TYPES = {
    "id": "INTEGER",
    "asked": "BOOLEAN",
    "region": "VARCHAR",
    "text": "VARCHAR",
    "marks": "VARCHAR[]",
    "towns": "VARCHAR[]",
    "villages": "VARCHAR[]",
}


@dataclass(frozen=True)
class Blocking:
    """How pairs are found: length of a piece, how many of a record's count, how rare they are."""

    gram: int = 3
    grams: int = 8
    most: int = 30
    most_marks: int = 40


def candidates(
    connection: duckdb.DuckDBPyConnection,
    records: Sequence[Record],
    reads: Sequence[Read],
    how: Blocking,
) -> Iterator[tuple[int, int]]:
    """Pairs of places in `records`, the lower first, in order; at least one of each is asked."""
    _load(connection, records, reads)
    connection.execute(_marks(how))
    cursor = connection.execute(PAIRS)
    while rows := cursor.fetchmany(50_000):
        yield from rows


def _load(
    connection: duckdb.DuckDBPyConnection, records: Sequence[Record], reads: Sequence[Read]
) -> None:
    spelled = ", ".join(f"'{name}': '{kind}'" for name, kind in TYPES.items())
    text = json.JSONEncoder(ensure_ascii=False).encode  # one for all rows: it is slow to make
    with tempfile.TemporaryDirectory(prefix="shangji-") as folder:
        path = Path(folder) / "record.ndjson"
        with path.open("w", encoding="utf-8") as file:
            for at, (record, read) in enumerate(zip(records, reads, strict=True)):
                row = (
                    at,
                    record.side == ASKED,
                    record.region,
                    read.full,
                    [*_figures(record, read)],
                    sorted(read.places.towns),
                    sorted(read.places.villages),
                )
                file.write(text(dict(zip(TYPES, row, strict=True))) + "\n")
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE record AS SELECT * FROM read_json(?, "
            f"format='newline_delimited', columns={{{spelled}}})",
            [str(path)],
        )


def _figures(record: Record, read: Read) -> Iterable[str]:
    """What two descriptions of one thing share though their words differ."""
    for village in sorted(read.places.villages):
        yield f"v{village}"
    for site in sorted(read.places.sites):
        yield f"s{site}"
    for measure in sorted(read.measures):
        yield f"q{measure}"
    for payee in sorted(read.payees):
        yield f"p{payee}"
    if record.cents:
        yield f"m{record.cents}"


def _marks(how: Blocking) -> str:
    size = how.gram
    return f"""
CREATE OR REPLACE TEMP TABLE mark AS
WITH piece AS (
  SELECT id, hash(region, unnest(list_distinct(
      [text[i:i + {size - 1}] FOR i IN range(1, greatest(length(text) - {size - 2}, 2))])))
    AS mark, TRUE AS gram
  FROM record WHERE text <> ''
  UNION ALL
  SELECT id, hash(region, 'figure', unnest(marks)) AS mark, FALSE AS gram FROM record
), rare AS (
  SELECT mark, count(*) AS held FROM piece GROUP BY mark
  HAVING count(*) BETWEEN 2 AND CASE WHEN any_value(gram) THEN {how.most}
    ELSE {how.most_marks} END
)
SELECT id, mark FROM (
  SELECT p.id, p.mark, p.gram, row_number() OVER (
    PARTITION BY p.id, p.gram ORDER BY r.held, p.mark) AS place
  FROM piece AS p JOIN rare AS r USING (mark)
) WHERE place <= {how.grams} OR NOT gram
"""


PAIRS = """
WITH pair AS (
  SELECT DISTINCT a.id AS one, b.id AS two FROM mark AS a JOIN mark AS b USING (mark)
  WHERE a.id < b.id
)
SELECT one, two FROM pair JOIN record AS a ON a.id = one JOIN record AS b ON b.id = two
WHERE (a.asked OR b.asked)
  AND (len(a.towns) = 0 OR len(b.towns) = 0 OR list_has_any(a.towns, b.towns))
  AND (len(a.villages) = 0 OR len(b.villages) = 0 OR list_has_any(a.villages, b.villages))
ORDER BY one, two
"""
