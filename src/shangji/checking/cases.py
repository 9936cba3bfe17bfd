"""Which cases are due: an answer of each kind, and both sides of every comparison in `fails`.

A comparison is held by two judged rows whose outcome would turn if the comparison answered the
other way: in one both sides are equal; in the other they lie strictly apart, on the side where the
comparison answers otherwise than at equality, by at most `NEAR` of the larger side or one unit. A
unit is 1 元, 1 of a whole number, the last decimal of another number, one day; times the literal
that multiplies it. So neither `>` for `>=` nor a shifted bound can slip through.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.checking import unparse
from shangji.checking.probe import probe
from shangji.domain import FAIL, OUTCOMES, PASS, UNKNOWN
from shangji.errors import Problem
from shangji.language import Arithmetic, Literal, Ref, refs
from shangji.language.tree import DATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shangji.checking.expressions import TypedRule
    from shangji.checking.places import Places
    from shangji.checking.probe import Probed
    from shangji.language import Compare, Expr
    from shangji.pack import Case, Pack, Rule

NEAR = Decimal("0.01")
APART = {">": ">", "<=": ">", "<": "<", ">=": "<", "=": "<>", "<>": "<>"}
"""The strict comparison that holds where an operator answers otherwise than at equality."""

WORDS = {">": "左边略大于右边", "<": "左边略小于右边", "<>": "两边略有不同"}
RUN = frozenset({"trial", "active"})
TOGETHER = 12
"""Rules looked at in one run: their own cases only, so the work grows with the pack and no more."""


@dataclass(frozen=True)
class Bound:
    """One comparison of a rule, and the ids of the rules made to look at it."""

    typed: TypedRule
    compare: Compare
    number: int

    def id(self, what: str) -> str:
        """The id of a made rule."""
        return f"{self.typed.rule.id}:{self.number}:{what}"

    def rules(self, fails: Expr) -> list[Rule]:
        """Equal sides; sides apart, with both values; the rule with this comparison turned."""
        rule = replace(
            self.typed.rule,
            remedy=None,
            at_stake="",
            shows_scale="",
            measured="",
            allowed="",
        )
        left, right = unparse.text(self.compare.left), unparse.text(self.compare.right)
        apart = APART[self.compare.op]
        return [
            replace(rule, id=self.id("equal"), applies="TRUE", fails=f"{left} = {right}"),
            replace(
                rule,
                id=self.id("apart"),
                applies="TRUE",
                fails=f"{left} {apart} {right}",
                measured=left,
                allowed=right,
            ),
            replace(rule, id=self.id("turned"), fails=unparse.text(fails, self.compare)),
        ]


def due(pack: Pack, rules: Mapping[str, TypedRule], places: Places) -> Iterator[Problem]:
    """Problems of rules that lack cases."""
    looked = [
        typed for typed in rules.values() if not typed.rule.derived and typed.rule.status in RUN
    ]
    for typed in looked:
        yield from _answers(typed, places)
    yield from _bounds(pack, looked, places)
    for name, relation in pack.relations.items():
        if not relation.cases:
            fix = "请给出几行数据和应得的行，两种引擎都会跑。"
            yield Problem("rule-cases", places.of("relation", name, "cases"), "关系没有案例。", fix)


def _answers(typed: TypedRule, places: Places) -> Iterator[Problem]:
    given = {expected for case in typed.rule.cases for expected in case.expect}
    wanted = [FAIL, PASS]
    if any(ref.path[0] != "review" for ref in refs(typed.applies, typed.fails)):
        wanted.append(UNKNOWN)
    lacking = [outcome for outcome in wanted if outcome not in given]
    if lacking:
        words = "、".join(f"{outcome}（{OUTCOMES[outcome]}）" for outcome in lacking)
        where = places.rule(typed.rule, "cases")
        yield Problem("rule-cases", where, f"缺少预期为 {words} 的案例。", "请补写。")


def _bounds(pack: Pack, looked: list[TypedRule], places: Places) -> Iterator[Problem]:
    """Problems of comparisons without their boundary cases, some rules of a subject at a time."""
    by_subject: dict[str, list[TypedRule]] = {}
    for typed in looked:
        if typed.rule.cases:
            by_subject.setdefault(typed.rule.subject, []).append(typed)
    for same in by_subject.values():
        for at in range(0, len(same), TOGETHER):
            yield from _bounds_of(pack, same[at : at + TOGETHER], places)


def _bounds_of(pack: Pack, looked: list[TypedRule], places: Places) -> Iterator[Problem]:
    bounds: list[Bound] = []
    made: list[Rule] = []
    for typed in looked:
        fails = unparse.plain(typed.fails)
        found = [Bound(typed, compare, at) for at, compare in enumerate(unparse.comparisons(fails))]
        if not found:
            continue
        bounds += found
        made += [rule for bound in found for rule in bound.rules(fails)]
        made.append(replace(typed.rule, remedy=None, at_stake=""))
    cases = [(typed, case) for typed in looked for case in typed.rule.cases]
    if not bounds:
        return
    seen = probe(pack, made, [case for _, case in cases], values=True)
    for bound in bounds:
        mine = [(at, case) for at, (typed, case) in enumerate(cases) if typed is bound.typed]
        lacking = _lacking(pack, bound, mine, seen)
        if lacking:
            compare = unparse.text(bound.compare)
            yield Problem(
                "rule-cases",
                places.rule(bound.typed.rule, "cases"),
                f"比较“{compare}”缺少边界案例：{'；'.join(lacking)}。",
                "请各补一个靠这一比较定结论的案例（相差不超过百分之一或一个单位）。",
            )


def _lacking(pack: Pack, bound: Bound, cases: list[tuple[int, Case]], seen: Probed) -> list[str]:
    """The boundary cases that a comparison still wants."""
    equal = near = False
    for at, case in cases:
        for key in seen.judged(at, case, bound.typed.rule, pack):
            plain = seen.outcomes[at, bound.typed.rule.id].get(key)
            turned = seen.outcomes[at, bound.id("turned")].get(key)
            if plain is None or plain == turned:
                continue
            equal = equal or seen.outcomes[at, bound.id("equal")].get(key) == FAIL
            if seen.outcomes[at, bound.id("apart")].get(key) == FAIL:
                left, right = seen.shown[at, bound.id("apart")][key]
                near = near or is_near(bound.compare, left, right)
    apart = WORDS[APART[bound.compare.op]]
    return [*(["两边相等"] * (not equal)), *([apart] * (not near))]


def is_near(compare: Compare, left: str | None, right: str | None) -> bool:
    """Whether two values shown, both known, differ by no more than a boundary case may."""
    if left is None or right is None:
        return False
    if compare.left.type.name == DATE:
        return abs((date.fromisoformat(left) - date.fromisoformat(right)).days) <= 1
    one, two = Decimal(left), Decimal(right)
    most = max(NEAR * max(abs(one), abs(two)), unit(compare.left), unit(compare.right))
    return abs(one - two) <= most


def unit(expr: Expr) -> Decimal:
    """By how much a number changes when one of its columns changes by one unit."""
    match expr:
        case Ref():
            return Decimal(1) if expr.type.money else Decimal(1).scaleb(-expr.type.scale)
        case Arithmetic() if expr.op == "*":
            factor = next(
                (side for side in (expr.left, expr.right) if isinstance(side, Literal)), None
            )
            if factor is None:
                return min(unit(expr.left), unit(expr.right))
            other = expr.right if factor is expr.left else expr.left
            return unit(other) * Decimal(str(factor.value))
        case Arithmetic():
            return max(unit(expr.left), unit(expr.right))
        case _:
            return Decimal(0)
