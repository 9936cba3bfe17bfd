"""What names mean in a predicate: the judged row, its project, parent, lookups, standards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.errors import Problem, Refused, Where
from shangji.language import Expr, Ref, Type, parse
from shangji.language.tree import DATE, FLAG, NUMBER, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji.pack import Fact, Pack, Use
    from shangji.schema import CodeList, Column, Table

REVIEW = {
    "budget_year": Type(NUMBER, 4),
    "as_of": Type(DATE),
    "year_start": Type(DATE),
    "year_end": Type(DATE),
    "region": Type(TEXT),
}
"""Parameters of the review that a predicate may use."""

STAND_INS = {"or_zero": 0, "or_one": 1}
"""What a numeric cell left empty counts as, where its table says why it may be empty."""

COUNT_TYPE = Type(NUMBER, 9)
MONTHS_TYPE = Type(NUMBER, 5)
SUM_WIDTH = 18


def column_type(column: Column) -> Type:
    """The type of a declared column."""
    if column.numeric:
        return Type(NUMBER, column.digits, column.scale, column.kind == "money")
    return Type({"date": DATE, "flag": FLAG}.get(column.kind, TEXT))


@dataclass(frozen=True)
class TableScope:
    """Names for expressions on one table's own row: its columns, flags and date facts, `review`."""

    pack: Pack
    table: Table
    facts: bool = True

    def resolve(self, path: tuple[str, ...]) -> Ref | str:
        """Return the reference, or why there is none."""
        if path[0] == "review":
            return _review(path)
        if path[0] != self.table.name:
            return f"这里只能用“{self.table.name}.”开头的列。"
        return own(self.pack, self.table, path, facts=self.facts)

    def code_list(self, name: str) -> CodeList | None:
        """Return the code list of that name."""
        return self.pack.codes.get(name)


@dataclass(frozen=True)
class RuleScope:
    """Names for rules, measures and framework leaves on a subject."""

    pack: Pack
    subject: Table
    uses: tuple[Use, ...] = ()
    aliases: dict[str, Table] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Gather the aliases: the subject, its parent, its project, its lookups."""
        self.aliases.update(aliases(self.pack, self.subject))

    def resolve(self, path: tuple[str, ...]) -> Ref | str:
        """Return the reference, or why there is none."""
        alias = path[0]
        if alias == "review":
            return _review(path)
        use = next((use for use in self.uses if use.name == alias), None)
        if use:
            standard = self.pack.standards[use.code]
            if path[1:] == ("value",):
                return Ref(path, column_type(standard.value), standard.value)
            return Ref(path, Type(FLAG)) if path[1:] == ("found",) else "标准只有 value 和 found。"
        table = self.aliases.get(alias)
        if table is None:
            names = "、".join((*self.aliases, *(use.name for use in self.uses), "review"))
            return f"这里没有“{alias}”；可用的有 {names}。"
        if path[1:] == ("found",) and alias != self.subject.name:
            return Ref(path, Type(FLAG))
        return own(self.pack, table, path)

    def code_list(self, name: str) -> CodeList | None:
        """Return the code list of that name."""
        return self.pack.codes.get(name)


def aliases(pack: Pack, subject: Table) -> dict[str, Table]:
    """Alias → table for a subject, in the order in which they are joined."""
    found = {subject.name: subject}
    for name in (subject.parent, "project" if subject.project else ""):
        table = pack.tables.get(name)
        if table and name not in found:
            found[name] = table
    changed = True
    while changed:
        changed = False
        for lookup in pack.lookups:
            source = pack.relation_or_table(lookup.source)
            if lookup.of in found and lookup.name not in found and source:
                found[lookup.name] = source
                changed = True
    return found


def own(  # noqa: PLR0911 - one branch for each form of a name
    pack: Pack, table: Table, path: tuple[str, ...], *, facts: bool = True
) -> Ref | str:
    """Resolve `alias.column`, its flags, or a fact, on a table."""
    name, flags = path[1], path[2:]
    column = table.by_name.get(name)
    if column is None:
        found = fact_of(pack, table.name, name)
        if found is None or flags or (not facts and found.child):
            return f"“{table.zh}”没有列“{name}”。"
        return Ref(path, fact_type(pack, found))
    if not flags:
        return Ref(path, column_type(column), column)
    if flags == ("missing",) or (flags == ("valid",) and column.judged_valid):
        return Ref(path, Type(FLAG), column)
    if flags[0] in STAND_INS and len(flags) == 1:
        if column.numeric and column.optional_because:
            return Ref(path, column_type(column), column)
        return f"“{name}”不是可以留空的数字列，不能用 {flags[0]}。"
    if flags[0] == "marks" and len(flags) == 2 and flags[1] in pack.words:  # noqa: PLR2004
        if column.kind != "text":
            return f"“{name}”不是文本列，没有词表标记。"
        return Ref(path, Type(FLAG), column)
    return f"“{'.'.join(path)}”不存在。"


def fact_of(pack: Pack, table: str, name: str) -> Fact | None:
    """The fact of a table by name."""
    return next((fact for fact in pack.facts if fact.of == table and fact.name == name), None)


def fact_type(pack: Pack, fact: Fact) -> Type:
    """The type of a fact."""
    if fact.kind in {"any", "all"}:
        return Type(FLAG)
    if fact.kind in {"count", "months"}:
        return COUNT_TYPE if fact.kind == "count" else MONTHS_TYPE
    if fact.kind == "years_after":
        return Type(DATE)
    argument = typed(fact.argument, child_scope(pack, fact), fact.name).type
    if fact.kind == "sum":
        return Type(NUMBER, SUM_WIDTH - argument.scale, argument.scale, argument.money)
    return argument


def child_scope(pack: Pack, fact: Fact) -> TableScope:
    """The scope of a fact's expressions: the child's own row."""
    table = pack.relation_or_table(fact.child or fact.of)
    if table is None:  # the loader refuses such a pack
        raise KeyError(fact.child)
    return TableScope(pack, table, facts=False)


def _review(path: tuple[str, ...]) -> Ref | str:
    found = REVIEW.get(path[1]) if len(path) == 2 else None  # noqa: PLR2004
    return Ref(path, found) if found else f"review 只有 {'、'.join(REVIEW)}。"


def typed(text: str, scope: TableScope | RuleScope, place: str) -> Expr:
    """Parse in a scope; a pack that was checked has no problem, any other run is refused."""
    found = parse(text, scope, Where(field=place))
    if isinstance(found, Problem):
        raise Refused([found])
    return found


def predicates(texts: Iterable[str], scope: RuleScope, place: str) -> list[Expr]:
    """Parse several texts, the empty ones left out."""
    return [typed(text, scope, place) for text in texts if text]
