"""Judged pairs as rows of the table, with the group that each belongs to."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.evidence.duplicates.judging import CLEAR, TWO_FUNDS
from shangji.evidence.duplicates.places import FINE
from shangji.evidence.duplicates.record import ASKED, Record
from shangji.snapshot.facts import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shangji.evidence.duplicates.judging import Judged
    from shangji.schema import Table

NAME = "系统比对"
"""The source of rows that no file brought."""

REASONS_MOST, NAME_MOST = 500, 180
HALF = 5_000
"""A likeness of less than a half counts a little and is no reason to tell."""


def source_of(table: Table) -> Source:
    """What the search brings: every column, so that an empty one is an answer."""
    return Source(NAME, NAME, "bureau", "", {table.name: tuple(c.name for c in table.columns)})


def rows_of(
    found: Sequence[Judged],
    records: Sequence[Record],
    given: Iterable[Mapping[str, Any]],
    table: Table,
) -> list[dict[str, Any]]:
    """A row for each pair, but for those that a person has decided.

    The project of this filing stands first; of two, the one with the greater code, unless the
    bureau's own list has the pair the other way round.
    """
    listed = {(row["project_code"], row["other_project_code"]): row for row in given}
    groups = _groups(found, records)
    made: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
    for pair in found:
        one, two = _ordered(records[pair.one], records[pair.two])
        if one.code and one.code == two.code:  # two rows of one code: intake refuses the second
            continue
        if (two.code, one.code) in listed:
            one, two = two, one
        row = listed.get((one.code, two.code))
        if row is not None and row.get("conclusion"):
            continue
        held = made.get((one.code, two.code))
        if held is None or held[0] < pair.points:
            told = _row(pair, one, two) | {"group_no": groups[pair.one]}
            made[one.code, two.code] = pair.points, told
    blank = dict.fromkeys(table.stored())
    rows = [row for _, (_, row) in sorted(made.items())]
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row["group_no"]] = sums.get(row["group_no"], Decimal(0)) + (row["overlap_yuan"] or 0)
    for row in rows:
        row["group_yuan"] = sums[row["group_no"]]
    return [
        {**blank, **row, "row_source": NAME, "row_sheet": table.zh, "row_number": number}
        for number, row in enumerate(rows, 2)
    ]


def _ordered(one: Record, two: Record) -> tuple[Record, Record]:
    if (one.side == ASKED) != (two.side == ASKED):
        return (one, two) if one.side == ASKED else (two, one)
    return (one, two) if one.code > two.code else (two, one)


def _row(pair: Judged, one: Record, two: Record) -> dict[str, Any]:
    amounts = [record.cents for record in (one, two) if record.cents is not None]
    return {
        "project_code": one.code,
        "other_project_code": two.code,
        "other_year": two.year or None,
        "other_name": two.name[:NAME_MOST],
        "other_unit": (two.unit_name or two.unit)[:NAME_MOST] or None,
        "other_yuan": None if two.cents is None else Decimal(two.cents) / 100,
        "name_similarity": Decimal(pair.name) / 10_000,
        "content_similarity": Decimal(pair.content) / 10_000,
        "same_unit": one.unit == two.unit if one.unit and two.unit else None,
        "same_place": pair.place == FINE,
        "same_object": pair.certainty == CLEAR or pair.same_quantity,
        "same_year": one.year == two.year if one.year and two.year else None,
        "same_fund": _same_fund(pair, one, two),
        "same_quantity": pair.same_quantity,
        "overlap_yuan": Decimal(min(amounts)) / 100 if len(amounts) > 1 else None,
        "kind": pair.kind,
        "certainty": pair.certainty,
        "points": pair.points,
        "reasons": _reasons(pair, two),
    }


def _same_fund(pair: Judged, one: Record, two: Record) -> bool | None:
    """Whether they share a source; a source named in the words counts before the column."""
    if pair.kind == TWO_FUNDS:
        return False
    return bool(one.funds & two.funds) if one.funds and two.funds else None


def _reasons(pair: Judged, other: Record) -> str:
    """The other project and what the two share, the heaviest sign first."""
    alike = {"名称相近": pair.name, "内容相近": pair.content}
    told = [sign for sign in pair.signs if alike.get(sign[0], HALF) >= HALF]
    signs = sorted(told, key=lambda sign: -sign[1])
    says = "；".join(says for _, _, says in signs)
    year = f"{other.year} 年的" if other.side != ASKED and other.year else ""
    return f"{year}{other.code}“{other.name}”：{says}"[:REASONS_MOST]


def _groups(found: Sequence[Judged], records: Sequence[Record]) -> dict[int, str]:
    """The group of each record in a pair: named by what is in it, so that it keeps its name."""
    parent: dict[int, int] = {}

    def root(at: int) -> int:
        while parent.setdefault(at, at) != at:
            at = parent[at] = parent[parent[at]]
        return at

    for pair in found:
        one, two = sorted((root(pair.one), root(pair.two)))
        parent[two] = one
    members: dict[int, list[str]] = {}
    for at in sorted(parent):
        members.setdefault(root(at), []).append(records[at].code)
    names = {
        at: "G" + hashlib.sha256("|".join(sorted(codes)).encode()).hexdigest()[:8]
        for at, codes in members.items()
    }
    return {at: names[root(at)] for at in parent}
