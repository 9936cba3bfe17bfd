"""What expressions are, before any row: their types, what they rest on, whether SQL is under it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.verify import language
from shangji.verify.model import NotDerived
from shangji.verify.seat import aliases
from shangji.verify.world import STAND_INS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji.verify.rulebook import Book, Table, Use
    from shangji.verify.world import Path

Kind = tuple[str, int, bool]
"""Family (number, text, date, flag), decimals, and whether it is money."""

FLAG: Kind = ("flag", 0, False)
REVIEW: dict[str, Kind] = {"budget_year": ("number", 0, False), "region": ("text", 0, False)}
NUMERIC = {"money", "count", "number", "year"}


class Shape:
    """The names on a subject, with the standards that one rule uses."""

    def __init__(self, book: Book, subject: Table, uses: dict[str, Use] | None = None) -> None:
        """Take the subject and the uses of standards."""
        self.book, self.subject, self.uses = book, subject, uses or {}
        self.aliases = aliases(book, subject)

    def kind(self, text: str) -> Kind:
        """The type of an expression."""
        return self._kind(language.parsed(text))

    def _kind(self, node: language.Node) -> Kind:
        if node[0] == "ref":
            return self.of(node[1])
        if node[0] == "lit":
            family = language.family(node[1])
            return ({"str": "text"}.get(family, family), node[2], False)
        if node[0] != "ari":
            return FLAG
        (_, one, money), (_, two, other) = self._kind(node[2]), self._kind(node[3])
        return ("number", one + two if node[1] == "*" else max(one, two), money or other)

    def of(self, path: Path) -> Kind:
        """The type of a reference."""
        if path[0] == "review":
            return REVIEW.get(path[1], ("date", 0, False))
        if path[0] in self.uses:
            if path[1] == "found":
                return FLAG
            standard = self.book.standards[self.uses[path[0]].code]
            return ("number", standard["scale"], standard["kind"] == "money")
        if path[0] not in self.aliases:
            raise NotDerived(f"没有“{path[0]}”")
        return self._own(self.aliases[path[0]], path)

    def _own(self, table: Table, path: Path) -> Kind:  # noqa: PLR0911 - one branch a kind
        column = table.columns.get(path[1])
        plain = path[-1] in STAND_INS
        if (len(path) > 2 and not plain) or path[1:] == ("found",):  # noqa: PLR2004 - a flag of a column
            return FLAG
        if column is not None:
            if column.kind in NUMERIC:
                return ("number", column.scale, column.kind == "money")
            return ({"date": "date", "flag": "flag"}.get(column.kind, "text"), 0, False)
        fact = self.book.facts.get((table.name, path[1]))
        if fact is None:
            raise NotDerived(f"没有“{'.'.join(path)}”")
        if fact["kind"] in {"any", "all"}:
            return FLAG
        if fact["kind"] in {"count", "months"}:
            return ("number", 0, False)
        if fact["kind"] == "years_after":
            return ("date", 0, False)
        return Shape(self.book, self.book.tables[fact["child"]]).kind(fact["argument"])

    # What an answer rests on.

    def ways(self, alias: str) -> list[str]:
        """The expressions by which an alias or a standard is found."""
        if alias in self.uses:
            use = self.uses[alias]
            return [*use.by.values(), *([use.band] if use.band else [])]
        for one in self.book.lookups:
            if one["name"] == alias and one["of"] in self.aliases:
                return list(one["on"].values())
        mine = self.subject
        if alias == mine.name or alias not in self.aliases:
            return []
        here = mine.parent_on if alias == mine.parent else (mine.project,)
        return [f"{mine.name}.{column}" for column in here]

    def inputs(self, *texts: str) -> list[Path]:
        """Every reference whose absence can make some expressions unknown, keys behind it too."""
        found: dict[Path, None] = {}
        waiting = language.refs(*texts)
        while waiting:
            path = waiting.pop(0)
            if path not in found and path[0] != "review":
                found[path] = None
                waiting += language.refs(*self.ways(path[0]))
        return list(found)

    def by_sql(self, texts: Iterable[str]) -> bool:
        """Whether some expressions rest on a relation."""
        if self.subject.sql:
            return True
        regions = [use.region for use in self.uses.values()]
        for path in self.inputs(*texts, *regions):
            table = self.aliases.get(path[0])
            if table is None:
                continue
            fact = self.book.facts.get((table.name, path[1]))
            child = fact["child"] if fact and path[1] not in table.columns else ""
            if table.sql or (child and self.book.tables[child].sql):
                return True
        return False

    def amount_remedy(self, given: str, to: str) -> bool:
        """Whether a remedy sets the amount of the judged row itself."""
        if not given or not to:
            return False
        return language.parsed(given) == ("ref", (self.subject.name, "amount_yuan"))


def value_kind(shape: Shape, texts: Iterable[str], scale: str) -> str:
    """The kind of the values that a verdict shows."""
    text = next((text for text in texts if text), "")
    if not text:
        return "text"
    family, places, money = shape.kind(text)
    if scale and not money:
        return "number"
    if family == "number":
        return "money" if money else ("number" if places else "count")
    return family


def places(shape: Shape, text: str, scale: str) -> int:
    """The decimals with which a number is shown."""
    _, own, money = shape.kind(text)
    return 2 if money or scale else own


def exact(value: object) -> Decimal:
    """A number as a decimal."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise NotDerived("这里应当是数字")
    return Decimal(value)
