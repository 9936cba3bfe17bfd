"""What a review leaves in the ledger: inputs, pack, run, result, and what people said and decided.

Files stand by digest, people and their words by keyed digests: a log cannot forget, and whoever
holds the key can still show that a text is the one that was recorded.
"""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from shangji.ledger.entry import Entry
from shangji.ledger.hashing import keyed_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from shangji.snapshot import Snapshot

SYSTEM = "system:shangji"

SAID = {
    "finding_review": "override",
    "decision_meeting": "decision",
    "response": "response",
}
"""Input table → the kind of entry that its rows make."""

KEPT = {
    "finding_review": ("finding_id", "batch", "rule_id", "conclusion", "appeal", "blind"),
    "decision_meeting": (
        *("meeting_no", "item_no", "version", "kind", "held_on", "minutes_no", "project_code"),
        *("asked_yuan", "suggested_yuan", "decided_yuan"),
    ),
    "response": ("finding_id", "batch", "rule_id", "project_code"),
}
"""What stands in the log as it is."""

HIDDEN = {
    "finding_review": ("reason",),
    "decision_meeting": ("reason",),
    "response": ("answer", "attachment_name"),
}
"""What people wrote: in the log only as a keyed digest."""

PERSON = {"finding_review": "judge", "decision_meeting": "decided_by"}


def entries(
    snapshot: Snapshot,
    result: Mapping[str, Any],
    run: Mapping[str, Any],
    key: bytes,
    when: datetime,
) -> list[Entry]:
    """The entries of a finished review, in order.

    Args:
        snapshot: what was reviewed.
        result: what result.json says.
        run: what run.json says.
        key: of keyed digests.
        when: the instant at which it is recorded, with its time zone.
    """
    made = [
        Entry("input", SYSTEM, when, str(source["sha256"]))
        for source in sorted(snapshot.sources, key=lambda one: str(one["sha256"]))
        if source["sha256"]  # what the program compared itself is no file that came in
    ]
    made.append(Entry.of("pack", SYSTEM, when, result["pack"]))
    told = {name: run[name] for name in ("version", "engine", "finished")}
    made.append(Entry.of("run", SYSTEM, when, {**told, "snapshot": result["snapshot"]}))
    body = {name: result[name] for name in ("digest", "snapshot", "facts", "tables")}
    made.append(Entry.of("result", SYSTEM, when, {**body, "pack": result["pack"]["digest"]}))
    for table in SAID:
        if table in snapshot.tables:
            made += said(table, _rows(snapshot, table), key, when)
    return made


def said(
    table: str, rows: Iterable[Mapping[str, Any]], key: bytes, when: datetime
) -> Iterator[Entry]:
    """Yield an entry for each row in which somebody decided or answered something."""
    for row in rows:
        hidden = {name: row[name] for name in HIDDEN[table] if row[name] is not None}
        body = {name: _plain(row[name]) for name in KEPT[table] if row[name] is not None}
        decisive = {"finding_review": "conclusion", "decision_meeting": "decided_yuan"}.get(table)
        if row[decisive] is None if decisive else not hidden:
            continue
        for name, text in hidden.items():
            body[f"{name}_digest"] = keyed_digest(key, str(text))
        person = row.get(PERSON.get(table, ""))
        who = f"person:{keyed_digest(key, str(person))}" if person else SYSTEM
        yield Entry.of(SAID[table], who, when, body)


def disclosed(what: str, body: Mapping[str, Any], files: Iterable[Path], when: datetime) -> Entry:
    """The entry of what leaves the house: what it is, from which result, each file by its digest.

    Args:
        what: 问题反馈单, 匿名快照, …
        body: what else is said of it: no names of people, no fractions.
        files: the files that are handed out.
        when: the instant, with its time zone.
    """
    held = {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(files)}
    return Entry.of("disclosure", SYSTEM, when, {"what": what, **body, "files": held})


def _plain(value: Any) -> Any:  # noqa: ANN401 - any cell
    """A cell as JSON without fractions."""
    if isinstance(value, bool | int | str):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _rows(snapshot: Snapshot, table: str) -> list[dict[str, Any]]:
    import duckdb

    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT * FROM read_parquet(?) ORDER BY row_key", [str(snapshot.path(table))]
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
