"""A judged row with its neighbours: what names mean on it, what expressions answer there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.verify import language
from shangji.verify.model import NotDerived

if TYPE_CHECKING:
    from collections.abc import Callable

    from shangji.verify.rulebook import Book, Doc, Table, Use
    from shangji.verify.world import Path, Row, World


class View:
    """What names mean on a subject under a rule; every expression is taken apart once."""

    def __init__(self, world: World, table: Table, uses: dict[str, Use] | None = None) -> None:
        """Take the subject and the standards that a rule uses."""
        self.world, self.table, self.uses = world, table, uses or {}
        self.aliases = aliases(world.book, table)
        self.answers: dict[str, Callable[[Seat], Any]] = {}
        self.reads: dict[Path, Callable[[Seat], Any]] = {}
        self.found: dict[str, dict[str, str]] = {}

    def answer(self, text: str) -> Callable[[Seat], Any]:
        """A function that answers an expression on a seat."""
        if text not in self.answers:
            node, codes = language.parsed(text), self.world.book.of_codes
            self.answers[text] = language.answering(node, self.read, codes)
        return self.answers[text]

    def read(self, path: Path) -> Callable[[Seat], Any]:
        """A function that answers a reference on a seat."""
        if path not in self.reads:
            self.reads[path] = self._read(path[0], path[1:])
        return self.reads[path]

    def _read(self, alias: str, rest: Path) -> Callable[[Seat], Any]:
        if alias == "review":
            held = self.world.review[rest[0]]
            return lambda _: held
        if alias in self.uses:
            use, part = self.uses[alias], rest[0]
            return lambda seat: seat.standard(use)[part]
        table = self.aliases.get(alias)
        if table is None:
            raise NotDerived(f"没有“{alias}”")
        if alias == self.table.name:
            own = self.world.reading(table, rest)
            return lambda seat: own(seat.row)
        if rest == ("found",):
            return lambda seat: seat.has(alias)
        inner = self.world.reading(table, rest)

        def behind(seat: Seat) -> Any:  # noqa: ANN401 - any value
            row = seat.neighbour(alias)
            return inner(row) if row else None

        return behind

    def ways(self, alias: str) -> dict[str, str]:
        """The columns by which an alias is found, with the expressions of their values."""
        if alias not in self.found:
            self.found[alias] = self._ways(alias)
        return self.found[alias]

    def _ways(self, alias: str) -> dict[str, str]:
        mine = self.table
        if alias == mine.parent and self.aliases[alias].name == alias:
            return {there: f"{mine.name}.{here}" for here, there in mine.parent_on.items()}
        if alias == "project" and self.aliases[alias].name == "project":
            return {self.aliases[alias].project: f"{mine.name}.{mine.project}"}
        held = self.world.book.lookups
        found = (one for one in held if one["name"] == alias and one["of"] in self.aliases)
        return dict(next(found)["on"])


class Seat:
    """A judged row with its neighbours: its project, its parent, its lookups, its standards."""

    __slots__ = ("found", "row", "view")

    def __init__(self, view: View, row: Row, found: dict[str, Row | None] | None = None) -> None:
        """Sit on a row."""
        self.view, self.row = view, row
        self.found: dict[str, Row | None] = {row.table.name: row} if found is None else found

    def under(self, view: View) -> Seat:
        """The same seat under a rule; neighbours are shared."""
        return Seat(view, self.row, self.found)

    @property
    def aliases(self) -> dict[str, Table]:
        """What names mean here."""
        return self.view.aliases

    def value(self, text: str) -> Any:  # noqa: ANN401 - any value
        """The value of an expression on the row."""
        return self.view.answer(text)(self)

    def get(self, path: Path) -> Any:  # noqa: ANN401 - any value
        """The value of a reference."""
        return self.view.read(path)(self)

    def has(self, alias: str) -> bool | None:
        """Whether there is a row behind an alias; unknown where its table was not supplied."""
        row, world = self.neighbour(alias), self.view.world
        if row:
            return True
        known = None not in self.keys(alias).values()
        told = known and world.supplied(self.row, self.view.aliases[alias].name)
        return False if told else None

    def neighbour(self, alias: str) -> Row | None:
        """The one row behind an alias, or None."""
        if alias not in self.found:
            name = self.view.aliases[alias].name
            found = self.view.world.matching(name, self.keys(alias))
            if len(found) > 1:
                raise NotDerived(f"“{alias}”同一编码有多行")
            self.found[alias] = found[0] if found else None
        return self.found[alias]

    def keys(self, alias: str) -> dict[str, Any]:
        """The columns by which an alias is found, with their values on this row."""
        return {there: self.value(text) for there, text in self.view.ways(alias).items()}

    def standard(self, use: Use) -> Doc:
        """The row of a standard that holds here: value, found, binding, status, id."""
        named = {name: self.value(text) for name, text in use.by.items()}
        band = self.value(use.band) if use.band else None
        world = self.view.world
        asked = use.region or ("project.region" if "project" in self.view.aliases else "")
        region = (self.value(asked) if asked else None) or world.review["region"]
        return world.standards.row(use.code, str(region)[:6], named, band)


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
