"""A snapshot that may be given away: pseudonyms, coarse places and amounts, and k measured.

Text that people wrote is dropped; codes of rows and units become keyed pseudonyms, the same code
the same one, so that tables still join; amounts, counts and dates keep their order of size. Rows
that too few others resemble are left out with everything under them. What is left is counted.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Refused, Where
from shangji.snapshot import Collected, Source, freeze

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from shangji.pack import Anonymous, Pack
    from shangji.schema import Column, Table
    from shangji.snapshot import Snapshot

SHORTEST_KEY = 16
"""Bytes of a key: a shorter one could be tried out."""

DIGITS = 12
KEPT_DIGITS = 2
SOURCE = "匿名"
FEWER = 10
"""Whole numbers below it are kept: rounding two digits would change nothing."""


@dataclass(frozen=True)
class Anonymity:
    """What was measured: rows kept and left out, classes of rows alike, the smallest of them."""

    at_least: int
    rows: int
    left_out: int
    classes: int
    smallest: int
    alone_before: int
    dropped: tuple[str, ...]
    step: int

    @property
    def highest_risk(self) -> Decimal:
        """The chance of naming a row right from what it shows, at worst."""
        return Decimal(1) / self.smallest if self.smallest else Decimal(0)


def anonymise(snapshot: Snapshot, pack: Pack, key: bytes, out: Path) -> tuple[Snapshot, Anonymity]:
    """Write an anonymous snapshot at `out`, and measure how far a row hides among others.

    Raises:
        Refused: the pack says nothing of anonymity, the key is short, or the snapshot is damaged.
    """
    told = pack.anonymous
    if told is None:
        fix = "请在规则包里写 anonymous.yaml。"
        raise Refused([Problem("pack-missing", Where(), "规则包没有写怎样匿名。", fix)])
    if len(key) < SHORTEST_KEY:
        fix = "请用至少 16 字节的随机密钥文件，另行保管，不随数据发出。"
        raise Refused([Problem("ledger-key", Where(), "匿名密钥太短。", fix)])
    if damaged := snapshot.check():
        raise Refused(damaged)
    given = {name: _read(snapshot, name) for name in snapshot.tables}
    for number, step in enumerate(told.steps, start=1):
        masks = {name: _Mask(pack.tables[name], step, key) for name in given}
        rows = {name: [masks[name].row(row) for row in table] for name, table in given.items()}
        rows, measured = _hidden(rows, masks, step, number)
        if measured.left_out * 100 <= told.most_left_out * (measured.rows + measured.left_out):
            break
    _placed(rows, masks)
    collected = Collected(rows, [_source(rows, masks)])
    facts = replace(
        snapshot.facts,
        region=_cut(snapshot.facts.region, step.coarse.get("region", 0)),
        title="",
        data_kind="匿名数据",
    )
    made, refused = freeze(collected, pack.tables, facts, out)
    if refused:
        raise Refused(refused)
    return made, measured


def pseudonym(key: bytes, value: str) -> str:
    """The name under which a code appears: the same for the same code and key, else unlinkable."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:DIGITS].upper()


class _Mask:
    """What becomes of the columns of one table."""

    def __init__(self, table: Table, told: Anonymous, key: bytes) -> None:
        self.table, self.told, self.key = table, told, key
        named = {*table.key, table.project, table.unit, *table.parent_on}
        self.names = {
            column.name
            for column in table.columns
            if column.kind == "text"
            and not column.codes
            and (column.name in named or column.name.endswith("_code"))
        }

    def drops(self, column: Column) -> bool:
        """Whether nothing of a column is kept."""
        if f"{self.table.name}.{column.name}" in self.told.drop:
            return True
        if column.kind in {"credit_code", "id_no"} or column.rounds:
            return True
        return column.kind == "text" and not column.codes and column.name not in self.names

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row with every column masked."""
        made = {
            column.name: None
            if self.drops(column) or row[column.name] is None
            else self._value(column, row[column.name])
            for column in self.table.columns
        }
        return {**made, "row_unreadable": row["row_unreadable"]}

    def _value(self, column: Column, value: Any) -> Any:  # noqa: ANN401 - any cell value
        if column.name in self.names:
            return pseudonym(self.key, str(value))
        if column.name in self.told.coarse:
            return _cut(str(value), self.told.coarse[column.name])
        if column.kind == "date":
            return _month(value)
        # A year is no amount, and a number that keys a row only orders it.
        if column.numeric and column.kind != "year" and column.name not in self.table.key:
            return _rough(value, self.told.rough.get(column.kind, KEPT_DIGITS))
        return value


def _rough(value: Any, digits: int) -> Any:  # noqa: ANN401 - a whole number or a Decimal
    """A number with so many leading digits, with none its power of ten; small whole ones stay."""
    number = Decimal(value)
    if abs(number) < FEWER and number == int(number):
        return value
    place = Decimal(1).scaleb(number.adjusted() - max(digits, 1) + 1)
    kept = number.quantize(place) if digits else place.copy_sign(number)
    return int(kept) if isinstance(value, int) else kept.quantize(Decimal(str(value)))


def _month(value: date) -> date:
    return value.replace(day=1)


def _cut(text: str, kept: int) -> str:
    """The leading characters of a code; a region's other digits become noughts."""
    if len(text) == len("000000") and text.isdigit():
        return text[:kept].ljust(len(text), "0")
    return text[:kept]


def _read(snapshot: Snapshot, name: str) -> list[dict[str, Any]]:
    import duckdb

    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT * FROM read_parquet(?) ORDER BY row_key", [str(snapshot.path(name))]
        )
        columns = [column[0] for column in found.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def _hidden(
    rows: dict[str, list[dict[str, Any]]],
    masks: Mapping[str, _Mask],
    told: Anonymous,
    step: int,
) -> tuple[dict[str, list[dict[str, Any]]], Anonymity]:
    """Leave out rows of the subject that too few others resemble, and all that belongs to them."""
    subject = rows.get(told.subject, [])
    alike = [tuple(str(row.get(name)) for name in told.alike) for row in subject]
    sizes = Counter(alike)
    kept = [sizes[one] >= told.at_least for one in alike]
    link = masks[told.subject].table.project if told.subject in masks else ""
    gone = {row[link] for row, keep in zip(subject, kept, strict=True) if not keep} if link else {}
    left = {
        name: [
            row
            for row in table
            if not masks[name].table.project or row[masks[name].table.project] not in gone
        ]
        for name, table in rows.items()
    }
    remaining = Counter(one for one, keep in zip(alike, kept, strict=True) if keep)
    dropped = sorted(
        f"{name}.{column.name}"
        for name, mask in masks.items()
        for column in mask.table.columns
        if mask.drops(column) and not column.rounds
    )
    measured = Anonymity(
        at_least=told.at_least,
        rows=sum(kept),
        left_out=len(kept) - sum(kept),
        classes=len(remaining),
        smallest=min(remaining.values(), default=0),
        alone_before=sum(size == 1 for size in sizes.values()),
        dropped=tuple(dropped),
        step=step,
    )
    return left, measured


def _placed(rows: Mapping[str, list[dict[str, Any]]], masks: Mapping[str, _Mask]) -> None:
    """Give rows a place that says nothing of the file they stood in, in an order of their own."""
    for name, table in rows.items():
        table.sort(key=lambda row: sorted((key, str(value)) for key, value in row.items()))
        for number, row in enumerate(table, start=1):
            row["row_source"], row["row_sheet"] = SOURCE, masks[name].table.zh
            row["row_number"] = number


def _source(rows: Mapping[str, Sequence[object]], masks: Mapping[str, _Mask]) -> Source:
    supplied = {
        name: tuple(
            column.name for column in masks[name].table.columns if not masks[name].drops(column)
        )
        for name in rows
    }
    return Source(SOURCE, SOURCE, "external", "0" * 64, supplied)
