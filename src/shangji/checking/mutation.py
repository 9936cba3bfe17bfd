"""Small changes to rules that their own cases must notice: what survives was never tested.

Each mutant is a whole rule with one node of `applies` or `fails` replaced: another operator, a
constant moved, another column of the same table, a part of a conjunction left out. It is killed
when some case of its rule comes to another outcome than the rule expects.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.checking import unparse
from shangji.checking.expressions import Typing
from shangji.checking.places import Places
from shangji.checking.probe import probe
from shangji.compile.scope import typed
from shangji.errors import Refused
from shangji.language import And, Arithmetic, Between, Compare, Expr, In, Literal, Not, Or, Ref
from shangji.language.tree import FLAG

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shangji.checking.expressions import TypedRule
    from shangji.checking.probe import Probed
    from shangji.compile.scope import RuleScope
    from shangji.pack import Case, Pack, Rule

OPERATORS = {
    ">": (">=", "<"),
    ">=": (">", "<"),
    "<": ("<=", ">"),
    "<=": ("<", ">"),
    "=": ("<>",),
    "<>": ("=",),
    "+": ("-",),
    "-": ("+",),
    "*": ("+",),
}
KINDS = {
    "operator": "运算符",
    "constant": "常数",
    "member": "清单成员",
    "column": "列",
    "conjunct": "条件缺一项",
}
RUN = frozenset({"trial", "active"})
TOGETHER = 12
"""Rules tried in one run: enough to share the cost of a plan, few enough for one statement."""


@dataclass(frozen=True)
class Mutant:
    """A rule with one change: what kind, in words, and whether a case noticed."""

    rule: Rule
    of: str
    kind: str
    says: str
    killed: bool = False


@dataclass(frozen=True)
class Tally:
    """Mutants made and killed."""

    made: int
    killed: int

    @property
    def percent(self) -> Decimal:
        """Killed of a hundred, rounded down to one decimal; 100 where none was made."""
        return Decimal(self.killed * 1000 // self.made) / 10 if self.made else Decimal(100)


def mutate(pack: Pack, ids: Sequence[str] = ()) -> list[Mutant]:
    """Make and try every mutant of a pack's written rules, or of those named.

    Raises:
        Refused: a rule does not type; `check` says why.
    """
    typing = Typing(pack, Places(pack))
    rules = [
        one
        for one in typing.rules().values()
        if not one.rule.derived and one.rule.status in RUN and (not ids or one.rule.id in ids)
    ]
    if typing.problems:
        raise Refused(typing.problems)
    found: list[Mutant] = []
    by_subject: dict[str, list[TypedRule]] = defaultdict(list)
    for one in rules:
        by_subject[one.rule.subject].append(one)
    for same in by_subject.values():
        for at in range(0, len(same), TOGETHER):
            found += _tried(pack, same[at : at + TOGETHER])
    return sorted(found, key=lambda mutant: mutant.rule.id)


def tallies(mutants: Sequence[Mutant]) -> dict[str, Tally]:
    """Counts by kind of change, and of all under an empty name."""
    made = Counter(mutant.kind for mutant in mutants)
    killed = Counter(mutant.kind for mutant in mutants if mutant.killed)
    kinds = {kind: Tally(made[kind], killed[kind]) for kind in KINDS if made[kind]}
    return {"": Tally(made.total(), killed.total()), **kinds}


def _tried(pack: Pack, rules: Sequence[TypedRule]) -> list[Mutant]:
    made = [mutant for one in rules for mutant in mutants_of(one)]
    owners = {one.rule.id: one.rule for one in rules}
    cases = [(one.rule, case) for one in rules for case in one.rule.cases]
    seen = probe(pack, [mutant.rule for mutant in made], [case for _, case in cases])
    return [
        replace(mutant, killed=_noticed(pack, seen, mutant, owners[mutant.of], cases))
        for mutant in made
    ]


def _noticed(
    pack: Pack,
    seen: Probed,
    mutant: Mutant,
    owner: Rule,
    cases: Sequence[tuple[Rule, Case]],
) -> bool:
    for at, (rule, case) in enumerate(cases):
        if rule is not owner:
            continue
        keys = seen.judged(at, case, mutant.rule, pack)
        found = [seen.outcomes[at, mutant.rule.id].get(key, "") for key in keys]
        if found != list(case.expect[: len(found)]):
            return True
    return False


def mutants_of(one: TypedRule) -> Iterator[Mutant]:
    """Every mutant of a rule that types, none of them twice."""
    bare = replace(
        one.rule, remedy=None, at_stake="", shows_scale="", measured="", allowed="", cases=()
    )
    seen = {(unparse.text(one.applies), unparse.text(one.fails))}
    for place, tree in (("applies", one.applies), ("fails", one.fails)):
        for kind, says, changed in changes(tree, one.scope):
            text = unparse.text(changed)
            applies = text if place == "applies" else unparse.text(one.applies)
            fails = text if place == "fails" else unparse.text(one.fails)
            if (applies, fails) in seen or not _types(text, one.scope):
                continue
            seen.add((applies, fails))
            name = f"{one.rule.id}:{len(seen):03}"
            made = replace(bare, id=name, applies=applies, fails=fails)
            yield Mutant(made, one.rule.id, kind, f"{place}：{says}")


def _types(text: str, scope: RuleScope) -> bool:
    """Whether a changed predicate is still one: a column swapped in may have another type."""
    try:
        return typed(text, scope, "mutant").type.name == FLAG
    except Refused:
        return False


def changes(tree: Expr, scope: RuleScope) -> Iterator[tuple[str, str, Expr]]:
    """Every one-node change of a tree: its kind, in words, and the changed tree."""
    for kind, says, new in _here(tree, scope):
        yield kind, says, new
    for part, rebuilt in _parts(tree):
        for kind, says, new in changes(part, scope):
            yield kind, says, rebuilt(new)


def _here(node: Expr, scope: RuleScope) -> Iterator[tuple[str, str, Expr]]:
    match node:
        case Compare() | Arithmetic():
            for op in OPERATORS[node.op]:
                yield "operator", f"{node.op} 改为 {op}", replace(node, op=op)
        case And() | Or():
            for at in range(len(node.items)):
                left = node.items[:at] + node.items[at + 1 :]
                kept = left[0] if len(left) == 1 else replace(node, items=left)
                yield "conjunct", f"去掉 {unparse.text(node.items[at])}", kept
        case Not():
            yield "operator", "去掉 NOT", node.item
        case In():
            for at in range(len(node.items)) if len(node.items) > 1 else ():
                kept_items = node.items[:at] + node.items[at + 1 :]
                says = f"清单去掉 {unparse.text(node.items[at])}"
                yield "member", says, replace(node, items=kept_items)
        case Literal() | Ref():
            yield from _leaf(node, scope)
        case _:
            return


def _leaf(node: Literal | Ref, scope: RuleScope) -> Iterator[tuple[str, str, Expr]]:
    if isinstance(node, Literal):
        for value in _moved(node.value):
            says = f"{unparse.text(node)} 改为 {value}"
            yield "constant", says, replace(node, value=value)
        return
    if node.type.name == FLAG:
        yield "operator", f"{node.text} 取反", Not(node)
    other = _other(node, scope)
    if other:
        yield "column", f"{node.text} 换成 {other.text}", other


def _moved(value: str | int | Decimal | date | bool) -> Iterator[str | int | Decimal | date | bool]:  # noqa: FBT001 - a literal of the language may be a flag
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, Decimal):
        yield value + Decimal(1).scaleb(int(value.as_tuple().exponent))
    elif isinstance(value, date):
        yield value + timedelta(days=1)
    else:
        yield f"{value}~"


def _other(ref: Ref, scope: RuleScope) -> Ref | None:
    """The next column of the same table and kind, the first after the last."""
    table = scope.aliases.get(ref.path[0])
    if table is None or ref.column is None or len(ref.path) != len(("alias", "column")):
        return None
    same = [column for column in table.columns if column.kind == ref.column.kind]
    if ref.column not in same or len(same) == 1:
        return None
    column = same[(same.index(ref.column) + 1) % len(same)]
    found = scope.resolve((ref.path[0], column.name))
    return found if isinstance(found, Ref) else None


def _parts(node: Expr) -> Iterator[tuple[Expr, _Rebuilt]]:
    """The parts of a node that may change, each with what puts a new part in its place."""
    names: tuple[str, ...] = ()
    match node:
        case Compare() | Arithmetic():
            names = ("left", "right")
        case Between():
            names = ("value", "low", "high")
        case In():
            names = ("value",)
        case Not():
            names = ("item",)
        case And() | Or():
            for at, item in enumerate(node.items):
                yield item, _Rebuilt(node, "items", at)
        case _:
            return
    for name in names:
        yield getattr(node, name), _Rebuilt(node, name)


@dataclass(frozen=True)
class _Rebuilt:
    """A node with one part to be put in."""

    node: Expr
    name: str
    at: int = -1

    def __call__(self, part: Expr) -> Expr:
        if self.at < 0:
            return replace(self.node, **{self.name: part})  # type: ignore[type-var] # every node with parts is a dataclass
        items = list(getattr(self.node, self.name))
        items[self.at] = part
        return replace(self.node, items=tuple(items))  # type: ignore[type-var] # as above


def survivors(mutants: Sequence[Mutant]) -> list[Mutant]:
    """Mutants that no case noticed, in the order of their rules."""
    return [mutant for mutant in mutants if not mutant.killed]
