"""What rules say to each other: one that can never fire, one inside another, two that no row obeys.

A predicate is brought to alternatives (disjunctive form), each a set of limits: which values of a
column, or which order of two expressions, it lets through. All answers are safe: what is too
intricate to decide is not reported.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from shangji.checking import unparse
from shangji.domain import SEVERITIES
from shangji.errors import Problem
from shangji.language import And, Arithmetic, Between, Compare, Expr, In, Literal, Not, Or, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shangji.checking.expressions import TypedRule
    from shangji.checking.places import Places

MOST = 512
"""Alternatives beyond which a predicate counts as too intricate."""

SIGNS = {"<": "<", "<=": "<=", "=": "=", ">=": "=>", ">": ">", "<>": "<>"}
ALL = frozenset("<=>")
RUN = frozenset({"trial", "active"})


@dataclass(frozen=True)
class Values:
    """The values of an expression: `some` of them, or all but those."""

    some: frozenset[object]
    but: bool = False

    def meet(self, other: Values) -> Values:
        """Values in both."""
        if self.but and other.but:
            return Values(self.some | other.some, but=True)
        if self.but:
            return Values(other.some - self.some)
        return Values(self.some - other.some if other.but else self.some & other.some)

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return not self.but and not self.some

    def within(self, other: Values) -> bool:
        """Whether all of these are among the others."""
        return self.meet(other) == self


@dataclass(frozen=True)
class Order:
    """How an expression may lie to numbers or dates: below, at, above each of them."""

    limits: Mapping[object, frozenset[str]] = field(default_factory=dict)

    def meet(self, other: Order) -> Order:
        """Both sets of limits, brought to one."""
        made = dict(self.limits)
        for value, signs in other.limits.items():
            made[value] = made.get(value, ALL) & signs
        return Order(made)

    @property
    def empty(self) -> bool:
        """Whether no value satisfies every limit."""
        marks = sorted(self.limits)  # type: ignore[type-var] # the values of one column are of one kind
        return not any(self._allows(at, marks) for at in range(2 * len(marks) + 1))

    def _allows(self, at: int, marks: list[object]) -> bool:
        """Whether the place numbered `at` is let through: odd ones are the marks themselves."""
        for number, mark in enumerate(marks):
            here = 2 * number + 1
            sign = "<" if at < here else "=" if at == here else ">"
            if sign not in self.limits[mark]:
                return False
        return True

    def within(self, other: Order) -> bool:
        """Whether every value let through here is let through there."""
        marks = sorted({*self.limits, *other.limits})  # type: ignore[type-var] # as above
        mine = Order({mark: self.limits.get(mark, ALL) for mark in marks})
        yours = Order({mark: other.limits.get(mark, ALL) for mark in marks})
        places = range(2 * len(marks) + 1)
        return all(yours._allows(at, marks) for at in places if mine._allows(at, marks))


Limits = dict[str, Values | Order]


class TooIntricateError(Exception):
    """More alternatives than are worth looking at."""


def alternatives(expr: Expr, names: Mapping[str, str], *, holds: bool = True) -> list[Limits]:
    """The ways in which a predicate is true (or false): each a set of limits, none impossible.

    Raises:
        TooIntricateError: there are more than `MOST`.
    """
    match expr:
        case Not():
            return alternatives(expr.item, names, holds=not holds)
        case And() | Or():
            parts = [alternatives(item, names, holds=holds) for item in expr.items]
            if isinstance(expr, And) is holds:
                return all_of(parts)
            return [one for part in parts for one in part]
        case Between():
            return alternatives(unparse.plain(expr), names, holds=holds)
        case Literal():
            return [{}] if expr.value is holds else []
        case _:
            return [dict([_limit(expr, names, holds=holds)])]


def all_of(parts: Iterable[list[Limits]]) -> list[Limits]:
    """One alternative from each part, taken together in every possible way."""
    made: list[Limits] = [{}]
    for part in parts:
        if len(made) * len(part) > MOST:
            raise TooIntricateError
        made = [both for one, two in product(made, part) if (both := _both(one, two)) is not None]
    return made


def _both(one: Limits, two: Limits) -> Limits | None:
    made = dict(one)
    for key, limit in two.items():
        held = made.get(key)
        if held is None:
            made[key] = limit
            continue
        met = held.meet(limit)  # type: ignore[arg-type] # one key has one kind of limit
        if met.empty:
            return None
        made[key] = met
    return made


def _limit(expr: Expr, names: Mapping[str, str], *, holds: bool) -> tuple[str, Values | Order]:
    match expr:
        case In():
            some = frozenset(item.value for item in expr.items)
            return f"v {_named(expr.value, names)}", Values(some, but=not holds)
        case Compare():
            signs = frozenset(SIGNS[expr.op])
            signs = signs if holds else ALL - signs
            left, right = expr.left, expr.right
            if isinstance(right, Literal) and right.type.name in {"number", "date"}:
                return f"o {_named(left, names)}", Order({right.value: signs})
            if isinstance(right, Literal):
                some = frozenset({right.value})
                return f"v {_named(left, names)}", Values(some, but=signs != frozenset("="))
            sides = f"o {_named(left, names)} | {_named(right, names)}"
            return sides, Order({0: signs})
        case _:
            return f"v {_named(expr, names)}", Values(frozenset({holds}))


def _named(expr: Expr, names: Mapping[str, str]) -> str:
    """An expression with its standards named by their code, since each rule has its own names."""
    match expr:
        case Ref():
            alias = expr.path[0]
            return ".".join((names.get(alias, alias), *expr.path[1:]))
        case Arithmetic():
            return f"({_named(expr.left, names)} {expr.op} {_named(expr.right, names)})"
        case _:
            return unparse.text(expr)


def within(some: list[Limits], others: list[Limits]) -> bool:
    """Whether each alternative lies inside one of the others."""
    return all(any(_inside(one, other) for other in others) for one in some)


def _inside(one: Limits, other: Limits) -> bool:
    return all(
        key in one and one[key].within(limit)  # type: ignore[arg-type] # one key has one kind of limit
        for key, limit in other.items()
    )


@dataclass(frozen=True)
class _Shape:
    """A rule as alternatives: where it applies, where it fails, where it applies and passes."""

    typed: TypedRule
    applies: list[Limits]
    fails: list[Limits]
    passes: list[Limits]


def conflicts(rules: Mapping[str, TypedRule], places: Places) -> Iterator[Problem]:
    """Problems of rules that never fire, add nothing to another, or contradict another."""
    by_subject: dict[str, list[_Shape]] = defaultdict(list)
    for typed in rules.values():
        if typed.rule.derived or typed.rule.status not in RUN:
            continue
        try:
            shape = _shape(typed)
        except TooIntricateError:
            continue
        if not shape.fails:
            yield Problem(
                "rule-never",
                places.rule(typed.rule, "fails"),
                f"{typed.rule.id} 的条件自相矛盾，永远不会判为不符。",
                "请核对 applies 与 fails。",
            )
            continue
        by_subject[typed.rule.subject].append(shape)
    for shapes in by_subject.values():
        for one in shapes:
            for two in shapes:
                if one is not two:
                    yield from _between(one, two, places)


def _shape(typed: TypedRule) -> _Shape:
    names = {
        use.name: f"{use.code}[{', '.join(f'{key}={by}' for key, by in sorted(use.by.items()))}]"
        for use in typed.rule.standards
    }
    applies = alternatives(typed.applies, names)
    fails = all_of([applies, alternatives(typed.fails, names)])
    passes = all_of([applies, alternatives(typed.fails, names, holds=False)])
    return _Shape(typed, applies, fails, passes)


def _between(one: _Shape, two: _Shape, places: Places) -> Iterator[Problem]:
    first, second = one.typed.rule, two.typed.rule
    order = list(SEVERITIES)
    adds = order.index(first.severity) < order.index(second.severity)
    twins = within(two.fails, one.fails) and first.severity == second.severity
    if within(one.fails, two.fails) and not adds and not (twins and first.id < second.id):
        yield Problem(
            "rule-within",
            places.rule(first, "fails"),
            f"凡 {first.id} 判为不符的，{second.id} 都已判为不符，程度也不轻。",
            "请去掉一条，或写明两条的分工。",
        )
    if first.id < second.id:
        try:
            met = all_of([one.applies, two.applies])
            free = all_of([one.passes, two.passes])
        except TooIntricateError:
            return
        if met and not free:
            yield Problem(
                "rule-against",
                places.rule(first, "fails"),
                f"{first.id} 与 {second.id} 同时适用时，没有一种填法能都通过。",
                "请核对两条规则的条件。",
            )
