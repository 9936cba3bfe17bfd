"""The columns of the input tables that a rule's answer rests on.

Followed from the rule's two predicates and its standards through lookups, facts and relations down
to declared columns. A relation counts with every column that its SQL names, for a row of it exists
or not by all of them. A count of rows that names none of their columns rests on all: `table.*`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.compile.scope import RuleScope, TableScope, aliases, child_scope, fact_of
from shangji.errors import Problem
from shangji.language import parse, refs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shangji.language import Expr
    from shangji.pack import Fact, Lookup, Pack, Rule
    from shangji.schema import Table

EVERY = "*"


def columns_read(pack: Pack, rule: Rule) -> frozenset[str]:
    """`table.column` of every input column that the rule rests on."""
    return frozenset(_Reach(pack, rule).found)


def touches(read: frozenset[str], tampered: Iterable[str]) -> bool:
    """Whether a rule that rests on `read` rests on one of the columns tampered with."""
    return any(name in read or f"{name.partition('.')[0]}.{EVERY}" in read for name in tampered)


class _Reach:
    """One walk over what a rule names and what those names rest on."""

    def __init__(self, pack: Pack, rule: Rule) -> None:
        self.pack = pack
        self.found: set[str] = set()
        self.known: set[str] = set()
        subject = pack.relation_or_table(rule.subject)
        if subject is None:
            return
        self.aliases = aliases(pack, subject)
        scope = RuleScope(pack, subject, rule.standards)
        plain = RuleScope(pack, subject)
        if subject.name in pack.relations:
            self._relation(subject.name)
        self._take([rule.applies, rule.fails], scope, self.aliases)
        for use in rule.standards:
            self._take([*use.by.values(), use.band, use.region], plain, self.aliases)

    def _take(
        self,
        texts: Iterable[str],
        scope: RuleScope | TableScope,
        tables: dict[str, Table],
    ) -> None:
        for expr in _parsed(texts, scope):
            for ref in refs(expr):
                table = tables.get(ref.path[0])
                if table is not None:
                    self._column(table, ref.path[1], ref.path[0])

    def _column(self, table: Table, name: str, alias: str) -> None:
        for lookup in self.pack.lookups:
            if lookup.name == alias and lookup.of in self.aliases:
                self._lookup(lookup)
        if table.name in self.pack.relations:
            self._relation(table.name)
            return
        if name in table.by_name:
            self.found.add(f"{table.name}.{name}")
            return
        fact = fact_of(self.pack, table.name, name)
        if fact is not None:
            self._fact(fact, table)

    def _lookup(self, lookup: Lookup) -> None:
        if f"lookup {lookup.name}" in self.known:
            return
        self.known.add(f"lookup {lookup.name}")
        of = self.pack.relation_or_table(lookup.of)
        if of is None:
            return
        if lookup.source not in self.pack.relations:
            self.found.update(f"{lookup.source}.{column}" for column in lookup.on)
        self._take(lookup.on.values(), RuleScope(self.pack, of), aliases(self.pack, of))

    def _fact(self, fact: Fact, table: Table) -> None:
        if f"fact {fact.of}.{fact.name}" in self.known:
            return
        self.known.add(f"fact {fact.of}.{fact.name}")
        child = self.pack.relation_or_table(fact.child) if fact.child else table
        if child is None:
            return
        scope, tables = child_scope(self.pack, fact), {child.name: child}
        before = len(self.found)
        self._take([fact.argument, fact.where, fact.second], scope, tables)
        if fact.child and fact.child in self.pack.relations:
            self._relation(fact.child)
        elif fact.child and len(self.found) == before:
            self.found.add(f"{fact.child}.{EVERY}")
        if fact.via:
            if fact.child not in self.pack.relations:
                self.found.update(f"{fact.child}.{column}" for column in fact.via)
            self._take(fact.via.values(), TableScope(self.pack, table), {table.name: table})

    def _relation(self, name: str) -> None:
        if f"relation {name}" in self.known:
            return
        self.known.add(f"relation {name}")
        relation = self.pack.relations[name]
        for read in relation.reads:
            if read in self.pack.relations:
                self._relation(read)
        self.found.update(_sql_columns(self.pack, relation.sql, relation.reads))


def _parsed(texts: Iterable[str], scope: RuleScope | TableScope) -> Iterator[Expr]:
    for text in texts:
        made = parse(text, scope) if text else None
        if made is not None and not isinstance(made, Problem):
            yield made


def _sql_columns(pack: Pack, sql: str, reads: Iterable[str]) -> set[str]:
    """The columns of input tables that SQL names, each of the table that its alias stands for."""
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(sql, read="duckdb")
    tables = {name: pack.tables[name] for name in reads if name in pack.tables}
    stands: dict[str, set[str]] = {}
    for source in tree.find_all(exp.Table):
        stands.setdefault(source.alias_or_name, set()).add(source.name)
    found = set()
    for column in tree.find_all(exp.Column):
        for name, table in tables.items():
            meant = stands.get(column.table)
            if column.name in table.by_name and (meant is None or name in meant):
                found.add(f"{name}.{column.name}")
    return found
