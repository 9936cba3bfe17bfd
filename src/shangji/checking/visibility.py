"""A unit never reads about other units' projects: what a rule that it may see must not touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.compile.scope import fact_of
from shangji.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shangji.checking.expressions import TypedRule
    from shangji.checking.places import Places
    from shangji.pack import Fact, Pack

FIX = "请把 visible_to 改为 bureau，或改用只读本单位数据的列。"


def visible(pack: Pack, rules: Mapping[str, TypedRule], places: Places) -> Iterator[Problem]:
    """Problems of rules that a unit may see and that read other units' rows."""
    for typed in rules.values():
        if typed.rule.visible_to != "unit":
            continue
        read = across(pack, typed)
        if read:
            says = f"单位看得到这条规则，而“{read}”里有别的单位的数据。"
            yield Problem("rule-visible", places.rule(typed.rule, "visible_to"), says, FIX)


def across(pack: Pack, typed: TypedRule) -> str:
    """The first thing that a rule reads of other units' rows, or nothing."""
    if shows_others(pack, typed.rule.subject):
        return typed.rule.subject
    for ref in typed.refs:
        table = typed.scope.aliases.get(ref.path[0])
        if table is None:
            continue
        if shows_others(pack, table.name):
            return ref.path[0]
        fact = None if ref.path[1] in table.by_name else fact_of(pack, table.name, ref.path[1])
        if fact is not None and fact.child and gathers_others(pack, fact):
            return ref.text
    return ""


def shows_others(pack: Pack, name: str) -> bool:
    """Whether the rows of a relation may show what other units filed."""
    relation = pack.relations.get(name)
    return relation is not None and relation.across_units


def gathers_others(pack: Pack, fact: Fact) -> bool:
    """Whether a fact gathers rows of several units.

    Children belong to their parent. Rows joined by `via` are the own unit's where the link holds
    their project or unit to the own one; tables that name neither are registers, not filings.
    """
    if shows_others(pack, fact.child):
        return True
    child, own = pack.relation_or_table(fact.child), pack.relation_or_table(fact.of)
    if not fact.via or child is None or own is None:
        return False
    if not (child.project or child.unit):
        return False
    ties = {there: path.rpartition(".")[2] for there, path in fact.via.items()}
    by_project = bool(child.project and own.project) and ties.get(child.project) == own.project
    by_unit = bool(child.unit and own.unit) and ties.get(child.unit) == own.unit
    return not (by_project or by_unit)
