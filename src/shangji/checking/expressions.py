"""Every expression of a pack parses and types in its scope, and predicates are yes or no."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.compile.scope import RuleScope, child_scope
from shangji.errors import Problem, Refused, Where
from shangji.language import Expr, Ref, parse, refs
from shangji.language.tree import DATE, FLAG, NUMBER, TEXT, TYPE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.checking.places import Places
    from shangji.language import Scope
    from shangji.pack import Fact, Lookup, Pack, Rule, Use

ASK = "请对照“规则包格式”一页改正。"
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
SCALES = {f"0.{'0' * zeros}1" for zeros in range(4)}


@dataclass(frozen=True)
class TypedRule:
    """A rule whose expressions all type, with their trees."""

    rule: Rule
    scope: RuleScope
    applies: Expr
    fails: Expr
    others: tuple[Expr, ...]

    @property
    def refs(self) -> tuple[Ref, ...]:
        """Everything that the rule reads, its use of standards included."""
        return refs(self.applies, self.fails, *self.others)


@dataclass
class Typing:
    """Types the expressions of a pack and keeps the problems met."""

    pack: Pack
    places: Places
    problems: list[Problem] = field(default_factory=list)

    def trouble(self, code: str, where: Where, says: str, fix: str = ASK, value: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(code, where, says, fix, value=value))

    def read(self, text: str, scope: Scope, where: Where, *wanted: str) -> Expr | None:
        """The tree of a text whose type is one of those wanted (any, where none is named)."""
        try:
            found = parse(text, scope, where)
        except Refused:
            return None  # a fact that it reads is wrong, and that is said at the fact
        if isinstance(found, Problem):
            self.problems.append(found)
            return None
        if wanted and found.type.name not in wanted:
            names = "或".join(TYPE_NAMES[name] for name in wanted)
            says = f"这里要“{names}”，给的是“{TYPE_NAMES[found.type.name]}”。"
            self.trouble("rule-type", where, says, value=text)
            return None
        return found

    def facts(self) -> None:
        """Facts: arguments, conditions, links to the rows they count."""
        for fact in self.pack.facts:
            name = f"{fact.of}.{fact.name}"
            scope = child_scope(self.pack, fact)

            def at(key: str, name: str = name) -> Where:
                return self.places.of("facts", name, key)

            if fact.kind in {"months", "years_after"}:
                self._date_fact(fact, scope, at(fact.kind))
                continue
            if fact.kind != "count":
                wanted = {"any": (FLAG,), "all": (FLAG,), "sum": (NUMBER,)}
                kinds = wanted.get(fact.kind, (NUMBER, DATE))
                self.read(fact.argument, scope, at(fact.kind), *kinds)
            if fact.where:
                self.read(fact.where, scope, at("where"), FLAG)
            self._link(fact, at("via" if fact.via else fact.kind))

    def _date_fact(self, fact: Fact, scope: Scope, where: Where) -> None:
        if fact.kind == "years_after":
            texts = [fact.argument]
            if not fact.second.isdigit():
                self.trouble("pack-value", where, "第二项应是整数年数。", value=fact.second)
        else:
            texts = [fact.argument, fact.second]
        for text in texts:
            found = self.read(text, scope, where, DATE)
            for ref in refs(found):
                if ref.path[0] != "review" and ref.column is None:
                    says = f"“{ref.text}”是事实；日期事实只能用表里的列。"
                    self.trouble("rule-column", where, says)

    def _link(self, fact: Fact, where: Where) -> None:
        child = self.pack.relation_or_table(fact.child)
        own = self.pack.relation_or_table(fact.of)
        if child is None or own is None:
            return  # the loader refuses such a pack
        if not fact.via:
            if child.parent != fact.of or not child.parent_on:
                says = f"“{child.name}”不是“{fact.of}”的下级表。"
                self.trouble("pack-reference", where, says, "请写 via，说明按哪些列对应。")
            return
        for there, path in fact.via.items():
            alias, _, here = path.partition(".")
            if there not in child.by_name:
                self.trouble("pack-reference", where, f"“{child.name}”没有列“{there}”。")
            elif alias != fact.of or here not in own.by_name:
                says = f"对应列要写成“{fact.of}.列名”。"
                self.trouble("pack-reference", where, says, value=path)
            elif child.by_name[there].sql_type != own.by_name[here].sql_type:
                self.trouble("rule-type", where, f"“{there}”与“{path}”类型不同。")

    def lookups(self) -> None:
        """Lookups: known columns of the source, matched by expressions of the same type."""
        for lookup in self.pack.lookups:
            self._lookup(lookup)

    def _lookup(self, lookup: Lookup) -> None:
        own = self.pack.relation_or_table(lookup.of)
        source = self.pack.relation_or_table(lookup.source)
        if own is None or source is None:
            return  # the loader refuses such a pack
        where = self.places.of("lookups", f"{lookup.of}.{lookup.name}", "on")
        scope = RuleScope(self.pack, own)
        if not lookup.on:
            self.trouble("pack-key-absent", where, "缺少“on”。")
        for there, text in lookup.on.items():
            column = source.by_name.get(there)
            if column is None:
                self.trouble("pack-reference", where, f"“{source.name}”没有列“{there}”。")
                continue
            kind = NUMBER if column.numeric else {"date": DATE, "flag": FLAG}.get(column.kind, TEXT)
            found = self.read(text, scope, where, kind)
            for ref in refs(found):
                if ref.path[0] == lookup.name:
                    self.trouble("rule-column", where, "查找不能用自己查到的列。", value=ref.text)

    def measures(self) -> None:
        """Measures: numerator and denominator are numbers on their subject."""
        for measure in self.pack.measures.values():
            subject = self.pack.relation_or_table(measure.subject)
            if subject is None:
                where = self.places.of("measure", measure.name, "subject")
                self.trouble("pack-reference", where, f"没有表“{measure.subject}”。")
                continue
            scope = RuleScope(self.pack, subject)
            for key in ("numerator", "denominator"):
                text = getattr(measure, key)
                if text:
                    self.read(text, scope, self.places.of("measure", measure.name, key), NUMBER)

    def floors(self) -> None:
        """Floors of cuts are money on their subject; the order of funds names known funds."""
        stated = self.pack.reduction
        if stated is None:
            return
        where = self.places.of("reduction", stated.name, "fund_order")
        known = self.pack.codes["fund_source"].codes if "fund_source" in self.pack.codes else {}
        for name in stated.fund_order:
            if known and name not in known:
                says = f"资金来源代码表里没有“{name}”。"
                self.trouble("pack-reference", where, says, value=name)
        for at, floor in enumerate(stated.floors):
            subject = self.pack.relation_or_table(floor.subject)
            where = self.places.of("reduction", stated.name, "floors", at)
            if subject is None:
                self.trouble("pack-reference", where, f"没有表“{floor.subject}”。")
                continue
            scope = RuleScope(self.pack, subject)
            self.read(floor.at_least, scope, where, NUMBER)
            self.read(floor.applies, scope, where, FLAG)

    def frameworks(self) -> None:
        """Frameworks: predicates of leaves, and measures read on the framework's own subject."""
        for framework in self.pack.frameworks.values():
            name = framework.name
            subject = self.pack.relation_or_table(framework.subject)
            if subject is None:
                where = self.places.of("framework", name, "subject")
                self.trouble("pack-reference", where, f"没有表“{framework.subject}”。")
                continue
            scope = RuleScope(self.pack, subject)
            where = self.places.of("framework", name, "applies")
            self.read(framework.applies, scope, where, FLAG)
            for at, node in enumerate(framework.nodes):
                for number, step in enumerate(node.steps):
                    where = self.places.of("framework", name, "nodes", at, "steps", number, "when")
                    if step.when:
                        self.read(step.when, scope, where, FLAG)
                measure = self.pack.measures.get(node.measure)
                if measure:
                    where = self.places.of("framework", name, "nodes", at, "scale")
                    self.read(measure.numerator, scope, where, NUMBER)
                    if measure.denominator:
                        self.read(measure.denominator, scope, where, NUMBER)

    def sections(self) -> None:
        """Sections: a predicate, and columns that are numbers where they are divided."""
        for section in self.pack.sections.values():
            subject = self.pack.relation_or_table(section.subject)
            if subject is None:
                continue  # the loader refuses such a pack
            place = self.places.of("section", section.name, "columns")
            for use in section.standards:
                self._use(use, RuleScope(self.pack, subject), place)
            scope = RuleScope(self.pack, subject, section.standards)
            where = self.places.of("section", section.name, "applies")
            self.read(section.applies, scope, where, FLAG)
            for at, column in enumerate(section.columns):
                where = self.places.of("section", section.name, "columns", at)
                kinds = (NUMBER,) if column.over else ()
                for text in column.expressions:
                    self.read(text, scope, where, *kinds)

    def rules(self) -> Mapping[str, TypedRule]:
        """Rules: every expression in it; returns those that type whole."""
        typed = {}
        for rule in self.pack.rules.values():
            before = len(self.problems)
            made = self._rule(rule)
            if made and len(self.problems) == before:
                typed[rule.id] = made
        return typed

    def _rule(self, rule: Rule) -> TypedRule | None:
        subject = self.pack.relation_or_table(rule.subject)
        if subject is None:
            return None  # the loader refuses such a pack
        scope = RuleScope(self.pack, subject, rule.standards)

        def at(*path: str) -> Where:
            return self.places.rule(rule, *path)

        others: list[Expr | None] = []
        for use in rule.standards:
            others += self._use(use, RuleScope(self.pack, subject), at("standards", use.name))
        applies = self.read(rule.applies, scope, at("applies"), FLAG)
        fails = self.read(rule.fails, scope, at("fails"), FLAG)
        for key in ("measured", "allowed"):
            if text := getattr(rule, key):
                others.append(self.read(text, scope, at("shows", key)))
        if rule.at_stake:
            others.append(self.read(rule.at_stake, scope, at("at_stake"), NUMBER))
        others += self._remedy(rule, scope)
        self._shown(rule)
        if applies is None or fails is None:
            return None
        return TypedRule(rule, scope, applies, fails, tuple(e for e in others if e is not None))

    def _use(self, use: Use, scope: RuleScope, where: Where) -> list[Expr | None]:
        """A use of a standard gives every key, and a band exactly where one is declared."""
        standard = self.pack.standards[use.code]
        names = [name for name, _ in standard.keys]
        if use.name in scope.aliases or use.name == "review":
            self.trouble("pack-duplicate", where, f"“{use.name}”与表或查找同名，请换一个名称。")
        if sorted(use.by) != sorted(names):
            wanted = "、".join(names) or "（没有键）"
            given = "、".join(use.by) or "（没有给）"
            says = f"标准“{use.code}”的键是 {wanted}，这里给了 {given}。"
            self.trouble("pack-reference", where, says)
        if bool(use.band) != bool(standard.band):
            says = "要写 band。" if standard.band else "不分档，不能写 band。"
            self.trouble("pack-reference", where, f"标准“{use.code}”{says}")
        found = [self.read(text, scope, where, TEXT) for text in use.by.values()]
        if use.band:
            found.append(self.read(use.band, scope, where, NUMBER))
        if use.region:
            found.append(self.read(use.region, scope, where, TEXT))
        return found

    def _remedy(self, rule: Rule, scope: RuleScope) -> list[Expr | None]:
        remedy = rule.remedy
        if remedy is None:
            return []
        where = self.places.rule(rule, "remedy")
        if remedy.supply:
            table, _, column = remedy.supply.rpartition(".")
            known = self.pack.relation_or_table(table)
            if known is None or (column and column not in known.by_name):
                says = "要补的材料应写成“表.列”。"
                self.trouble("pack-reference", where, says, value=remedy.supply)
            return []
        target = self.read(remedy.set, scope, where)
        if target is not None and not (isinstance(target, Ref) and target.column):
            self.trouble("rule-column", where, "set 只能是表里的一列。", value=remedy.set)
        wanted = (target.type.name,) if target is not None else ()
        return [target, self.read(remedy.to, scope, where, *wanted)]

    def _shown(self, rule: Rule) -> None:
        """The message names only figures that the rule shows."""
        where = self.places.rule(rule, "message")
        for name in PLACEHOLDER.findall(rule.message):
            if name not in {"measured", "allowed"} or not getattr(rule, name):
                says = "只能用 shows 里写了的 {measured}、{allowed}。"
                self.trouble("pack-value", where, says, value=f"{{{name}}}")
        if rule.shows_scale and rule.shows_scale not in SCALES | {"1"}:
            where = self.places.rule(rule, "shows", "scale")
            self.trouble(
                "pack-value",
                where,
                "scale 只能是 0.1、0.01、0.001 或 0.0001。",
                value=rule.shows_scale,
            )


def smallest(scale: int) -> Decimal:
    """The smallest step of a number with so many decimals."""
    return Decimal(1).scaleb(-scale)
