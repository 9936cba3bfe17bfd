"""What a rule reads, followed through lookups, facts and relations down to tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.compile.scope import RuleScope, child_scope, fact_of
from shangji.errors import Problem
from shangji.language import parse, refs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shangji.language import Expr, Scope
    from shangji.pack import Fact, Pack, Relation, Rule


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


def reached(pack: Pack, rules: Iterable[Rule]) -> dict[str, Relation]:
    """The relations that some rules can reach, those under them included, in the pack's order."""
    needed = set().union(*(relations_read(pack, rule) for rule in rules))
    return {name: made for name, made in pack.relations.items() if name in needed}


def columns_read(pack: Pack, rule: Rule) -> set[tuple[str, str]]:
    """Table and column of all that a rule's answer can hang on.

    Of a table under a relation that is every column, told as `*`.
    """
    found: set[tuple[str, str]] = set()

    def take(name: str, *columns: str) -> None:
        if name in pack.relations:
            found.update((table, "*") for table in tables_under(pack, name))
        else:
            found.update((name, column) for column in columns)

    take(rule.subject)
    for table, name, fact in _read(pack, rule):
        if fact is None:
            take(table, name)
            continue
        own = fact.child or table
        scope = child_scope(pack, fact)
        inner = refs(*_parsed([fact.argument, fact.where, fact.second], scope))
        made = pack.relation_or_table(own)
        link = fact.via or (made.parent_on if made is not None and fact.child else {})
        take(own, *link, *(ref.path[1] for ref in inner if ref.path[0] != "review"))
        take(table, *(path.rpartition(".")[2] for path in link.values()))
    return found


def tables_under(pack: Pack, relation: str) -> set[str]:
    """The tables that a relation is made of, relations on relations unfolded."""
    found = pack.relations.get(relation)
    if found is None:
        return {relation}
    return (
        set().union(*(tables_under(pack, name) for name in found.reads)) if found.reads else set()
    )


def _sources(pack: Pack, rule: Rule) -> set[str]:
    """Tables and relations that a rule names, through its aliases and facts."""
    found = {rule.subject}
    for table, _, fact in _read(pack, rule):
        found.add(table)
        if fact is not None and fact.child:
            found.add(fact.child)
    return found


def _read(  # noqa: C901 - one walk over what names name
    pack: Pack, rule: Rule
) -> Iterator[tuple[str, str, Fact | None]]:
    """What a rule names: table, column or fact; the keys behind lookups and parents too."""
    subject = pack.relation_or_table(rule.subject)
    if subject is None:
        return
    scope = RuleScope(pack, subject, rule.standards)
    plain = RuleScope(pack, subject)
    texts = [rule.applies, rule.fails, rule.measured, rule.allowed, rule.at_stake]
    if rule.remedy:
        texts += [rule.remedy.set, rule.remedy.to]
    exprs = list(_parsed(texts, scope))
    for use in rule.standards:
        exprs += _parsed([*use.by.values(), use.band, use.region], plain)
    aliases: set[str] = {rule.subject}
    while exprs:
        for ref in refs(exprs.pop()):
            alias, name = ref.path[:2]
            table = scope.aliases.get(alias)
            if table is None:
                continue
            yield (
                table.name,
                name,
                None if name in table.by_name else fact_of(pack, table.name, name),
            )
            if alias not in aliases:
                aliases.add(alias)
                lookups = [one for one in pack.lookups if one.name == alias]
                for lookup in lookups:
                    if lookup.of in scope.aliases:
                        exprs += _parsed(lookup.on.values(), plain)
                        yield from ((table.name, there, None) for there in lookup.on)
                if not lookups:
                    links = subject.parent_on if alias == subject.parent else {}
                    yield from ((subject.name, here, None) for here in links)


def _parsed(texts: Iterable[str], scope: Scope) -> Iterable[Expr]:
    for text in texts:
        found = parse(text, scope) if text else None
        if found is not None and not isinstance(found, Problem):
            yield found
