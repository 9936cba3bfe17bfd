"""What a rule reads, followed through lookups, facts and relations down to tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.compile.scope import RuleScope, fact_of
from shangji.errors import Problem
from shangji.language import parse, refs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji.language import Expr, Scope
    from shangji.pack import Pack, Rule


def relations_read(pack: Pack, rule: Rule) -> set[str]:
    """The relations that a rule's subject, aliases and facts rest on, relations under them too."""
    found: set[str] = set()

    def take(name: str) -> None:
        relation = pack.relations.get(name)
        if relation is not None and name not in found:
            found.add(name)
            for read in relation.reads:
                take(read)

    for name in _sources(pack, rule):
        take(name)
    return found


def tables_under(pack: Pack, relation: str) -> set[str]:
    """The tables that a relation is made of, relations on relations unfolded."""
    found = pack.relations.get(relation)
    if found is None:
        return {relation}
    return (
        set().union(*(tables_under(pack, name) for name in found.reads)) if found.reads else set()
    )


def _sources(pack: Pack, rule: Rule) -> set[str]:  # noqa: C901 - one walk over what names name
    """Tables and relations that a rule names, through its aliases and facts."""
    subject = pack.relation_or_table(rule.subject)
    if subject is None:
        return set()
    scope = RuleScope(pack, subject, rule.standards)
    plain = RuleScope(pack, subject)
    texts = [rule.applies, rule.fails, rule.measured, rule.allowed, rule.at_stake]
    if rule.remedy:
        texts += [rule.remedy.set, rule.remedy.to]
    exprs = list(_parsed(texts, scope))
    for use in rule.standards:
        exprs += _parsed([*use.by.values(), use.band, use.region], plain)
    found = {rule.subject}
    aliases: set[str] = set()
    while exprs:
        for ref in refs(exprs.pop()):
            table = scope.aliases.get(ref.path[0])
            if table is None:
                continue
            found.add(table.name)
            fact = None if ref.path[1] in table.by_name else fact_of(pack, table.name, ref.path[1])
            if fact is not None and fact.child:
                found.add(fact.child)
            if ref.path[0] not in aliases:
                aliases.add(ref.path[0])
                for lookup in pack.lookups:
                    if lookup.name == ref.path[0] and lookup.of in scope.aliases:
                        exprs += _parsed(lookup.on.values(), plain)
    return found


def _parsed(texts: Iterable[str], scope: Scope) -> Iterable[Expr]:
    for text in texts:
        found = parse(text, scope) if text else None
        if found is not None and not isinstance(found, Problem):
            yield found
