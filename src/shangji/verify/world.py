"""Rows with their flags, facts and neighbours, in plain Python: what a reference means on a row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.verify import language
from shangji.verify.model import NotDerived
from shangji.verify.portable import Relations
from shangji.verify.standards import Standards

if TYPE_CHECKING:
    from collections.abc import Callable

    from shangji.verify.rulebook import Book, Column, Doc, Table
    from shangji.verify.seals import Report

Path = tuple[str, ...]
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
STAND_INS = {"or_zero": 0, "or_one": 1}
WITHHELD = ("row_unreadable", "row_unsupplied")
STRENGTH = ("unit", "bureau", "external")


@dataclass
class Row:
    """A row of a table, with the facts that were asked of it."""

    table: Table
    values: dict[str, Any]
    facts: dict[str, tuple[Any, str]] = field(default_factory=dict)

    def lists(self, column: str, name: str) -> bool:
        """Whether a `|name|name|` list of the row contains a name."""
        return f"|{name}|" in (self.values.get(column) or "")


class World:
    """The snapshot under a pack."""

    def __init__(self, report: Report, book: Book, relations: Relations | None = None) -> None:
        """Take the snapshot's rows and what the review is about; relations, where they are run."""
        facts = report.manifest["facts"]
        year = int(facts["budget_year"])
        self.book, self.report = book, report
        self.review = {
            "budget_year": year,
            "as_of": date.fromisoformat(facts["as_of"]),
            "year_start": date(year, 1, 1),
            "year_end": date(year, 12, 31),
            "region": facts["region"],
        }
        self.relations = relations or Relations(book.tables, report.snapshot, self.review)
        regions = {str(facts["region"]), *report.manifest["regions"]}
        self.standards = Standards(book, regions, self.review)
        self.held: dict[str, list[Row]] = {}
        self.indexes: dict[tuple[str, Path], dict[tuple[Any, ...], list[Row]]] = {}
        self.reached: dict[str, set[str]] = {}
        self.lone: dict[tuple[str, str], Callable[[Row], Any]] = {}

    def present(self, name: str) -> bool:
        """Whether the snapshot holds a table, or every table that a relation reads."""
        if self.book.tables[name].sql:
            return all(self.present(read) for read in self._reads(name))
        return name in self.report.snapshot

    def _reads(self, name: str) -> set[str]:
        return self.relations.below[name]

    def under(self, name: str) -> set[str]:
        """The tables under a name, relations unfolded."""
        if name not in self.reached:
            found = self._reads(name) if self.book.tables[name].sql else set()
            below = [self.under(read) for read in found]
            own = set() if self.book.tables[name].sql else {name}
            self.reached[name] = own.union(*below)
        return self.reached[name]

    def rows(self, name: str) -> list[Row]:
        """The rows of a table, or of a relation with the key made of its columns."""
        if name not in self.held:
            table = self.book.tables[name]
            if table.sql:
                found = [
                    {**row, "row_key": "|".join(_plain(row[key]) for key in table.key)}
                    for row in self.relations.rows(name)
                ]
            else:
                found = self.report.snapshot.get(name, [])
            self.held[name] = [Row(table, row) for row in found]
        return self.held[name]

    def matching(self, name: str, on: dict[str, Any]) -> list[Row]:
        """The rows of a table whose columns have some values; an unknown value matches none."""
        if None in on.values():
            return []
        columns = tuple(on)
        index = self.indexes.get((name, columns))
        if index is None:
            index = {}
            for row in self.rows(name):
                index.setdefault(tuple(row.values[column] for column in columns), []).append(row)
            self.indexes[name, columns] = index
        return index.get(tuple(on.values()), [])

    def supplied(self, row: Row, name: str) -> bool:
        """Whether a table, or every table under a relation, was supplied for a row."""
        return all(row.lists("row_tables", table) for table in self.under(name))

    # What stands on one row.

    def reading(self, table: Table, rest: Path) -> Callable[[Row], Any]:
        """A function that reads a column, one of its flags, or a fact of a row."""
        column = table.columns.get(rest[0])
        if column is None:
            return lambda row: self.fact(row, rest[0])[0]
        name = column.name
        if len(rest) == 1:
            return lambda row: row.values.get(name)
        if rest[1] == "missing":
            return lambda row: _missing(row, name)
        if rest[1] in STAND_INS:
            return lambda row: _stood_in(row, name, STAND_INS[rest[1]])
        if rest[1] == "valid":
            return lambda row: self._valid(row, column)
        stands, spared = self.book.words[rest[2]]
        return lambda row: _said(row.values.get(name), stands, spared)

    def _valid(self, row: Row, column: Column) -> bool | None:
        cell = row.values.get(column.name)
        if column.kind == "id_no":
            return row.values.get(f"{column.name}_valid")
        if cell is None:
            return None
        if column.kind == "credit_code":
            return _credit(cell)
        if column.codes:
            held, complete = self.book.codes[column.codes]
            return True if cell in held else (False if complete else None)
        return re.search(column.pattern, cell) is not None

    def fact(self, row: Row, name: str) -> tuple[Any, str]:
        """The value of a fact on a row, and who owes it where it is unknown."""
        if name not in row.facts:
            fact = self.book.facts.get((row.table.name, name))
            if fact is None:
                raise NotDerived(f"没有“{row.table.name}.{name}”")
            made = self._aggregate(row, fact) if fact["child"] else self._dated(row, fact)
            row.facts[name] = made
        return row.facts[name]

    def alone(self, row: Row, text: str) -> Any:  # noqa: ANN401 - any value
        """An expression that reads its own row and `review` only."""
        answer = self.lone.get((row.table.name, text))
        if answer is None:
            table = row.table

            def read(path: Path) -> Callable[[Row], Any]:
                if path[0] == "review":
                    return lambda _: self.review[path[1]]
                if path[0] != table.name:
                    raise NotDerived(f"事实里用了“{path[0]}”")
                return self.reading(table, path[1:])

            answer = language.answering(language.parsed(text), read, self.book.of_codes)
            self.lone[table.name, text] = answer
        return answer(row)

    def _dated(self, row: Row, fact: Doc) -> tuple[Any, str]:
        start = self.alone(row, fact["argument"])
        if fact["kind"] == "years_after":
            return _years(start, int(fact["second"])), "unit"
        end = self.alone(row, fact["second"])
        if start is None or end is None:
            return None, "unit"
        after = end + timedelta(days=1)
        months = (after.year - start.year) * 12 + after.month - start.month
        return months - (after.day < start.day), "unit"

    def _aggregate(self, row: Row, fact: Doc) -> tuple[Any, str]:
        """An aggregate over child rows: unknown where a missing value could change it."""
        child = self.book.tables[fact["child"]]
        link = fact["via"] or child.parent_on
        found = self.matching(child.name, {there: row.values[here] for there, here in link.items()})
        if not found:
            empty = {"any": False, "all": True, "count": 0, "sum": 0}.get(fact["kind"])
            if self.supplied(row, child.name):
                return empty, child.supplied_by
            return None, "external" if child.supplied_by == "external" else "bureau"
        kind, doubtful, taken = fact["kind"], [], []
        for one in found:
            where = self.alone(one, fact["where"])
            given = True if kind == "count" else self.alone(one, fact["argument"])
            if kind in {"any", "all"}:
                sides = [where, given if kind == "any" else language.denied(given)]
                taken.append(language.both(sides))
                doubt = taken[-1] is None
            else:
                doubt = where is None or (where is True and given is None)
                taken += [given] if where is True else []
            doubtful += [one] if doubt else []
        return self._total(kind, taken, doubt=bool(doubtful)), self._owing(fact, child, doubtful)

    @staticmethod
    def _total(kind: str, taken: list[Any], *, doubt: bool) -> Any:  # noqa: ANN401 - any value
        if kind in {"any", "all"}:
            hit = kind == "any"
            return hit if True in taken else (None if doubt else not hit)
        if doubt:
            return None
        if kind in {"count", "sum"}:
            return len(taken) if kind == "count" else sum(taken, Decimal(0))
        return (min if kind == "min" else max)(taken) if taken else None

    def _owing(self, fact: Doc, child: Table, doubtful: list[Row]) -> str:
        """Who owes what is missing: the bureau where the import did not bring the column."""
        paths = language.refs(fact["argument"], fact["where"])
        used = [path[1] for path in paths if path[0] != "review" and path[1] in child.columns]
        if any(row.lists("row_unsupplied", name) for row in doubtful for name in used):
            return "bureau"
        owners = [child.columns[name].supplied_by for name in used] or [child.supplied_by]
        return min(owners, key=STRENGTH.index)


def _plain(value: Any) -> str:  # noqa: ANN401 - any cell
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _years(start: date | None, years: int) -> date | None:
    if start is None:
        return None
    last = start.day == 29 and start.month == 2  # noqa: PLR2004 - the leap day
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28) if last else None


def _credit(code: str) -> bool:
    digits = [ALPHABET.find(character) for character in code]
    if len(code) != len(WEIGHTS) + 1 or min(digits) < 0:
        return False
    total = sum(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=False))
    return (31 - total % 31) % 31 == digits[-1]


def _missing(row: Row, name: str) -> bool | None:
    if row.values.get(name) is not None:
        return False
    unknown = row.table.sql or any(row.lists(held, name) for held in WITHHELD)
    return None if unknown else True


def _stood_in(row: Row, name: str, instead: int) -> Any:  # noqa: ANN401 - any cell
    cell = row.values.get(name)
    return Decimal(instead) if cell is None and _missing(row, name) else cell


def _said(cell: str | None, stands: list[str], spared: list[str]) -> bool | None:
    if cell is None:
        return None
    return any(word in cell for word in stands) and not any(word in cell for word in spared)
