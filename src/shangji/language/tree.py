"""The typed tree of an expression: frozen values, checked while they are built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

    from shangji.schema import CodeList, Column

NUMBER, TEXT, DATE, FLAG = "number", "text", "date", "flag"
TYPE_NAMES = {NUMBER: "数字", TEXT: "文本", DATE: "日期", FLAG: "是否"}


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its name and, for a number, digits before the point, scale, and whether it is 元."""

    name: str
    digits: int = 0
    scale: int = 0
    money: bool = False

    @property
    def width(self) -> int:
        """Digits in all."""
        return self.digits + self.scale


class Expr:
    """Any node; every node has a `type`."""

    __slots__ = ()
    type: Type


@dataclass(frozen=True, slots=True)
class Ref(Expr):
    """A column: `path` as written, `type`, and `column` where it is a declared one."""

    path: tuple[str, ...]
    type: Type
    column: Column | None = None

    @property
    def text(self) -> str:
        """The reference as written."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Literal(Expr):
    """A literal value."""

    value: str | int | Decimal | date | bool
    type: Type


@dataclass(frozen=True, slots=True)
class Arithmetic(Expr):
    """`left op right`, op one of + - *; `wide` when 64 bits could overflow."""

    op: str
    left: Expr
    right: Expr
    type: Type
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Compare(Expr):
    """`left op right`, op one of = <> < <= > >=."""

    op: str
    left: Expr
    right: Expr
    type: Type = Type(FLAG)


@dataclass(frozen=True, slots=True)
class Between(Expr):
    """`value BETWEEN low AND high`, both ends in."""

    value: Expr
    low: Expr
    high: Expr
    type: Type = Type(FLAG)


@dataclass(frozen=True, slots=True)
class In(Expr):
    """`value IN (literals)`."""

    value: Expr
    items: tuple[Literal, ...]
    type: Type = Type(FLAG)


@dataclass(frozen=True, slots=True)
class InCodes(Expr):
    """`value IN CODES list`; an absent code is unknown where the list is not complete."""

    value: Expr
    codes: CodeList
    type: Type = Type(FLAG)


@dataclass(frozen=True, slots=True)
class And(Expr):
    """Kleene conjunction."""

    items: tuple[Expr, ...]
    type: Type = Type(FLAG)


@dataclass(frozen=True, slots=True)
class Or(Expr):
    """Kleene disjunction."""

    items: tuple[Expr, ...]
    type: Type = Type(FLAG)


@dataclass(frozen=True, slots=True)
class Not(Expr):
    """Kleene negation."""

    item: Expr
    type: Type = Type(FLAG)


class Scope(Protocol):
    """What names mean where an expression stands."""

    def resolve(self, path: tuple[str, ...]) -> Ref | str:
        """Return the reference, or in Chinese why there is none."""

    def code_list(self, name: str) -> CodeList | None:
        """Return the code list of that name."""


def children(expr: Expr) -> tuple[Expr, ...]:  # noqa: PLR0911 - one branch a node
    """The direct parts of a node, in reading order."""
    match expr:
        case Arithmetic() | Compare():
            return (expr.left, expr.right)
        case Between():
            return (expr.value, expr.low, expr.high)
        case In():
            return (expr.value, *expr.items)
        case InCodes():
            return (expr.value,)
        case And() | Or():
            return expr.items
        case Not():
            return (expr.item,)
        case _:
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield the node and everything under it, parents first."""
    yield expr
    for child in children(expr):
        yield from walk(child)


def refs(*exprs: Expr | None) -> tuple[Ref, ...]:
    """The distinct references of some expressions, in reading order."""
    found: dict[tuple[str, ...], Ref] = {}
    for expr in exprs:
        if expr is not None:
            for node in walk(expr):
                if isinstance(node, Ref):
                    found.setdefault(node.path, node)
    return tuple(found.values())
