"""Rows with their flags, facts and neighbours, in plain Python: what a reference means on a row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.verify import language
from shangji.verify.model import NotDerived
from shangji.verify.portable import Relations, reads
from shangji.verify.standards import Standards

if TYPE_CHECKING:
    from shangji.verify.rulebook import Book, Column, Doc, Table, Use
    from shangji.verify.seals import Report

Path = tuple[str, ...]
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
STAND_INS = {"or_zero": 0, "or_one": 1}
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

    def __init__(self, report: Report, book: Book) -> None:
        """Take the snapshot's rows and what the review is about."""
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
        self.relations = Relations(book.tables, report.snapshot, self.review)
        regions = {str(facts["region"]), *report.manifest["regions"]}
        self.standards = Standards(book, regions, self.review)
        self.held: dict[str, list[Row]] = {}
        self.indexes: dict[tuple[str, Path], dict[tuple[Any, ...], list[Row]]] = {}
        self.reached: dict[str, set[str]] = {}

    def present(self, name: str) -> bool:
        """Whether the snapshot holds a table, or every table that a relation reads."""
        if self.book.tables[name].sql:
            return all(self.present(read) for read in self._reads(name))
        return name in self.report.snapshot

    def _reads(self, name: str) -> set[str]:
        return reads(self.book.tables[name].sql, set(self.book.tables))

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

    def value(self, row: Row, rest: Path) -> Any:  # noqa: ANN401, PLR0911 - one branch a form
        """A column, one of its flags, or a fact."""
        column = row.table.columns.get(rest[0])
        if column is None:
            return self.fact(row, rest[0])[0]
        cell = row.values.get(column.name)
        if len(rest) == 1:
            return cell
        if rest[1] == "missing":
            if cell is not None:
                return False
            lists = ("row_unreadable", "row_unsupplied")
            unknown = row.table.sql or any(row.lists(name, column.name) for name in lists)
            return None if unknown else True
        if rest[1] in STAND_INS:
            empty = cell is None and self.value(row, (column.name, "missing"))
            return Decimal(STAND_INS[rest[1]]) if empty else cell
        if rest[1] == "valid":
            return self._valid(row, column, cell)
        if cell is None:
            return None
        stands, spared = self.book.words[rest[2]]
        return any(word in cell for word in stands) and not any(word in cell for word in spared)

    def _valid(self, row: Row, column: Column, cell: Any) -> bool | None:  # noqa: ANN401 - any cell
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

        def get(path: Path) -> Any:  # noqa: ANN401 - any value
            if path[0] == "review":
                return self.review[path[1]]
            if path[0] != row.table.name:
                raise NotDerived(f"事实里用了“{path[0]}”")
            return self.value(row, path[1:])

        return language.value(language.parsed(text), get, self.book.of_codes)

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


class Seat:
    """A judged row with its neighbours: its project, its parent, its lookups, its standards."""

    def __init__(self, world: World, row: Row, uses: dict[str, Use] | None = None) -> None:
        """Sit on a row."""
        self.world, self.row, self.uses = world, row, uses or {}
        self.found: dict[str, Row | None] = {row.table.name: row}
        self.aliases = aliases(world.book, row.table)

    def under(self, uses: dict[str, Use]) -> Seat:
        """The same seat with the standards of a rule or a section; neighbours are shared."""
        seat = Seat.__new__(Seat)
        seat.world, seat.row, seat.uses = self.world, self.row, uses
        seat.found, seat.aliases = self.found, self.aliases
        return seat

    def value(self, text: str) -> Any:  # noqa: ANN401 - any value
        """The value of an expression on the row."""
        return language.value(language.parsed(text), self.get, self.world.book.of_codes)

    def get(self, path: Path) -> Any:  # noqa: ANN401 - any value
        """The value of a reference."""
        alias, rest = path[0], path[1:]
        if alias == "review":
            return self.world.review[rest[0]]
        if alias in self.uses:
            return self.standard(self.uses[alias])[rest[0]]
        table = self.aliases.get(alias)
        if table is None:
            raise NotDerived(f"没有“{alias}”")
        row = self.neighbour(alias)
        if rest == ("found",) and alias != self.row.table.name:
            known = None not in self.keys(alias).values()
            told = known and self.world.supplied(self.row, table.name)
            return True if row else (False if told else None)
        return self.world.value(row, rest) if row else None

    def neighbour(self, alias: str) -> Row | None:
        """The one row behind an alias, or None."""
        if alias not in self.found:
            found = self.world.matching(self.aliases[alias].name, self.keys(alias))
            if len(found) > 1:
                raise NotDerived(f"“{alias}”同一编码有多行")
            self.found[alias] = found[0] if found else None
        return self.found[alias]

    def keys(self, alias: str) -> dict[str, Any]:
        """The columns by which an alias is found, with their values on this row."""
        return {there: self.value(text) for there, text in self.ways(alias).items()}

    def ways(self, alias: str) -> dict[str, str]:
        """The columns by which an alias is found, with the expressions of their values."""
        mine = self.row.table
        if alias == mine.parent and self.aliases[alias].name == alias:
            return {there: f"{mine.name}.{here}" for here, there in mine.parent_on.items()}
        if alias == "project" and self.aliases[alias].name == "project":
            return {self.aliases[alias].project: f"{mine.name}.{mine.project}"}
        held = self.world.book.lookups
        found = (one for one in held if one["name"] == alias and one["of"] in self.aliases)
        return dict(next(found)["on"])

    def standard(self, use: Use) -> Doc:
        """The row of a standard that holds here: value, found, binding, status, id."""
        by = [self.value(text) for text in use.by.values()]
        named = dict(zip(use.by, by, strict=True))
        band = self.value(use.band) if use.band else None
        fallback = self.world.review["region"]
        asked = use.region or ("project.region" if "project" in self.aliases else "")
        region = (self.value(asked) if asked else None) or fallback
        return self.world.standards.row(use.code, str(region)[:6], named, band)


def aliases(book: Book, subject: Table) -> dict[str, Table]:
    """What names mean on a subject: itself, its parent, its project, then lookups in order."""
    found = {subject.name: subject}
    for name in (subject.parent, "project" if subject.project else ""):
        if name in book.tables and not book.tables[name].sql:
            found.setdefault(name, book.tables[name])
    before = -1
    while before != len(found):
        before = len(found)
        for one in book.lookups:
            if one["of"] in found and one["name"] not in found:
                found[one["name"]] = book.tables[one["from"]]
    return found
