"""SQL for a table's rows with their flags and facts: `local` is the own row, `full` adds children.

Everything is written in DuckDB's dialect from the portable part that sqlglot carries to Spark.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.compile.scope import STAND_INS, child_scope, fact_of, fact_type, typed
from shangji.language import InCodes, Literal, Ref, Type, refs, to_expression
from shangji.language.tree import FLAG
from shangji.schema import SYSTEM_COLUMNS
from shangji.schema.identity import CREDIT_ALPHABET, CREDIT_LENGTH, CREDIT_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shangji.language import Expr
    from shangji.pack import Fact, Pack
    from shangji.schema import Column, Table

Rest = tuple[str, ...]
"""What follows the alias in a reference: a column, a column and its flags, or a fact."""

CASE_COLUMN = "row_case"
"""In a test snapshot every row names its case, and every join and group stays inside the case."""


def quoted(name: str) -> str:
    """An identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def named_in(column: str, name: str) -> str:
    """Whether a `|name|name|` list contains a name; a null list contains none."""
    return f"COALESCE(STRPOS({column}, {text(f'|{name}|')}), 0) > 0"


@dataclass(frozen=True)
class Rows:
    """Writes the SQL of tables' rows; `partition` keeps the cases of a test snapshot apart."""

    pack: Pack
    partition: bool = False
    review: Mapping[str, Literal] = field(default_factory=dict)

    def spelled(self, expr: Expr) -> str:
        """An expression over a table's local columns; parameters of the review are literals."""
        from sqlglot import exp

        def column(ref: Ref) -> exp.Expression:
            if ref.path[0] == "review":
                return to_expression(self.review[ref.path[1]])
            return exp.column("__".join(ref.path[1:]), quoted=True)

        return to_expression(expr, column).sql(dialect="duckdb", copy=False)

    def table(self, name: str) -> Table:
        """The table or relation of that name."""
        found = self.pack.relation_or_table(name)
        if found is None:
            raise KeyError(name)
        return found

    def case(self, *aliases: str) -> list[str]:
        """The conditions that keep joined rows inside one case; none outside tests."""
        if not self.partition:
            return []
        first = quoted(aliases[0])
        return [f"{quoted(other)}.{CASE_COLUMN} = {first}.{CASE_COLUMN}" for other in aliases[1:]]

    def system(self, table: str) -> list[str]:
        """The system columns of a table; a relation has only a key made of its columns."""
        if table not in self.pack.relations:
            return [f'"{name}"' for name in SYSTEM_COLUMNS] + [CASE_COLUMN] * self.partition
        key = " || '|' || ".join(
            f"COALESCE(CAST({quoted(name)} AS VARCHAR), '')" for name in self.table(table).key
        )
        nulls = [f"CAST(NULL AS VARCHAR) AS {name}" for name in SYSTEM_COLUMNS if name != "row_key"]
        return [f"{key} AS row_key", *nulls] + [CASE_COLUMN] * self.partition

    def local(self, name: str, rests: Iterable[Rest]) -> str:
        """SELECT of a table's own columns, flags and date facts, named by their path."""
        table = self.table(name)
        shown = [f"{self._local(table, rest)} AS {quoted('__'.join(rest))}" for rest in rests]
        return f"SELECT {', '.join(shown + self.system(name))} FROM {quoted(name)}"

    def _local(self, table: Table, rest: Rest) -> str:
        column = table.by_name.get(rest[0])
        if column is None:
            fact = fact_of(self.pack, table.name, rest[0])
            if fact is None:
                raise KeyError(rest)
            return self._date_fact(fact)
        plain = quoted(column.name)
        if len(rest) == 1:
            return plain
        if rest[1] == "missing":
            return self._missing(table, column)
        if rest[1] in STAND_INS:
            empty = f"WHEN {self._missing(table, column)} THEN {STAND_INS[rest[1]]}"
            return f"CASE WHEN {plain} IS NOT NULL THEN {plain} {empty} END"
        if rest[1] == "valid":
            return _valid(column)
        return self._marked(column, rest[2])

    def _missing(self, table: Table, column: Column) -> str:
        given = f"WHEN {quoted(column.name)} IS NOT NULL THEN FALSE"
        if table.name in self.pack.relations:
            return f"CASE {given} END"
        return (
            f"CASE {given} WHEN {named_in('row_unreadable', column.name)} THEN NULL "
            f"WHEN {named_in('row_unsupplied', column.name)} THEN NULL ELSE TRUE END"
        )

    def _marked(self, column: Column, name: str) -> str:
        words = self.pack.words[name]
        plain = quoted(column.name)
        stands = " OR ".join(f"STRPOS({plain}, {text(word)}) > 0" for word in words.any)
        if not words.unless:
            return f"({stands})"
        spared = " OR ".join(f"STRPOS({plain}, {text(word)}) > 0" for word in words.unless)
        return f"(({stands}) AND NOT ({spared}))"

    def _date_fact(self, fact: Fact) -> str:
        scope = child_scope(self.pack, fact)

        def side(source: str) -> str:
            return self.spelled(typed(source, scope, fact.name))

        if fact.kind == "years_after":
            start = side(fact.argument)
            return f"CAST({start} + INTERVAL {int(fact.second)} YEAR AS DATE)"
        first, last = side(fact.argument), side(fact.second)
        after = f"CAST({last} + INTERVAL 1 DAY AS DATE)"
        return (
            f"(EXTRACT(YEAR FROM {after}) - EXTRACT(YEAR FROM {first})) * 12"
            f" + EXTRACT(MONTH FROM {after}) - EXTRACT(MONTH FROM {first})"
            f" - CASE WHEN EXTRACT(DAY FROM {after}) < EXTRACT(DAY FROM {first}) THEN 1 ELSE 0 END"
        )

    def full(self, name: str, rests: Iterable[Rest]) -> str:
        """SELECT of a table's rows with own columns and the aggregates over their children."""
        wanted = list(dict.fromkeys(rests))
        groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[Fact]] = {}
        mine = []
        for rest in wanted:
            fact = self._aggregate(name, rest)
            if fact is None:
                mine.append(rest)
                continue
            on = tuple(self.link(fact).items())
            facts = groups.setdefault((fact.child, on), [])
            if fact not in facts:
                facts.append(fact)
        for _, on in groups:
            mine.extend((column,) for _, column in on if (column,) not in mine)
        inner = self.local(name, mine)
        if not groups:
            return inner
        shown = [f"o.{quoted('__'.join(rest))}" for rest in mine]
        shown += [f"o.{column}" for column in self._system_names()]
        joins = []
        for number, ((child, on), facts) in enumerate(groups.items()):
            alias = f"a{number}"
            joins.append(self._join(child, on, facts, alias))
            for fact in facts:
                shown.extend(self._joined(fact, alias))
        return f"SELECT {', '.join(shown)} FROM ({inner}) AS o {' '.join(joins)}"

    def aggregates(self, name: str, rests: Iterable[Rest]) -> bool:
        """Whether some of the columns are aggregates over children."""
        return any(self._aggregate(name, rest) is not None for rest in rests)

    def _system_names(self) -> list[str]:
        return [*SYSTEM_COLUMNS, *([CASE_COLUMN] * self.partition)]

    def _aggregate(self, name: str, rest: Rest) -> Fact | None:
        if rest[0] in self.table(name).by_name:
            return None
        fact = fact_of(self.pack, name, rest[0])
        return fact if fact is not None and fact.child else None

    def link(self, fact: Fact) -> Mapping[str, str]:
        """Child column → column of the fact's own table."""
        if fact.via:
            return {child: path.split(".")[-1] for child, path in fact.via.items()}
        return self.table(fact.child).parent_on

    def _join(
        self, child: str, on: tuple[tuple[str, str], ...], facts: list[Fact], alias: str
    ) -> str:
        """LEFT JOIN of one child table's aggregates, one row a link."""
        needed: dict[Rest, None] = {(column,): None for column, _ in on}
        shown = [quoted(column) for column, _ in on] + [CASE_COLUMN] * self.partition
        for fact in facts:
            for ref in refs(*self.expressions(fact)):
                if ref.path[0] != "review":
                    needed[ref.path[1:]] = None
            shown.extend(self._aggregated(fact))
        groups = ", ".join([quoted(column) for column, _ in on] + [CASE_COLUMN] * self.partition)
        inner = self.local(child, needed)
        match = [f"{alias}.{quoted(column)} = o.{quoted(mine)}" for column, mine in on]
        match += [f"{alias}.{CASE_COLUMN} = o.{CASE_COLUMN}"] * self.partition
        return (
            f"LEFT JOIN (SELECT {', '.join(shown)} FROM ({inner}) AS c GROUP BY {groups}) "
            f"AS {alias} ON {' AND '.join(match)}"
        )

    def expressions(self, fact: Fact) -> tuple[Expr, Expr]:
        """The argument and the condition of an aggregate, typed; TRUE where absent."""
        scope = child_scope(self.pack, fact)
        always = Literal(value=True, type=Type(FLAG))
        argument = always if fact.kind == "count" else typed(fact.argument, scope, fact.name)
        return argument, typed(fact.where, scope, fact.name) if fact.where else always

    def _aggregated(self, fact: Fact) -> list[str]:
        """The aggregate, unknown where a missing value could change it, and who owes that value."""
        argument, where = self.expressions(fact)
        value, condition = self.spelled(argument), self.spelled(where)
        if fact.kind in {"any", "all"}:
            each = (
                f"(({condition}) AND ({value}))"
                if fact.kind == "any"
                else (f"(NOT ({condition}) OR ({value}))")
            )
            hit = "TRUE" if fact.kind == "any" else "FALSE"
            missed = "FALSE" if fact.kind == "any" else "TRUE"
            decides = each if fact.kind == "any" else f"NOT {each}"
            doubtful = f"{each} IS NULL"
            made = (
                f"CASE WHEN MAX(CASE WHEN {decides} THEN 1 ELSE 0 END) = 1 THEN {hit} "
                f"WHEN MAX(CASE WHEN {doubtful} THEN 1 ELSE 0 END) = 1 THEN NULL "
                f"ELSE {missed} END"
            )
        else:
            doubtful = f"({condition}) IS NULL"
            if fact.kind != "count":
                doubtful = f"(({condition}) IS NULL OR (({condition}) AND ({value}) IS NULL))"
            made = (
                f"CASE WHEN MAX(CASE WHEN {doubtful} THEN 1 ELSE 0 END) = 1 THEN NULL "
                f"ELSE {self._total(fact, value, condition)} END"
            )
        used = [ref.column for ref in refs(argument, where) if ref.column is not None]
        absent = " OR ".join(named_in("row_unsupplied", column.name) for column in used) or "FALSE"
        owner = min((column.supplied_by for column in used), key=_strength, default="unit")
        if not used:
            owner = self.table(fact.child).supplied_by
        owed = (
            f"CASE WHEN MAX(CASE WHEN ({doubtful}) AND ({absent}) THEN 1 ELSE 0 END) = 1 "
            f"THEN 'bureau' ELSE {text(owner)} END"
        )
        name = fact.name
        return [f"{made} AS {quoted(name)}", f"{owed} AS {quoted(name + '__owed')}"]

    def _total(self, fact: Fact, value: str, condition: str) -> str:
        if fact.kind == "count":
            return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"
        if fact.kind == "sum":
            scale = fact_type(self.pack, fact).scale
            return (
                f"CAST(SUM(CASE WHEN {condition} THEN {value} ELSE 0 END) AS DECIMAL(18,{scale}))"
            )
        return f"{fact.kind.upper()}(CASE WHEN {condition} THEN {value} END)"

    def _joined(self, fact: Fact, alias: str) -> list[str]:
        """The fact on the row: no child rows is an answer only where the table was supplied."""
        name = quoted(fact.name)
        empty = {"any": "FALSE", "all": "TRUE", "count": "0", "sum": "0"}.get(fact.kind, "NULL")
        link = quoted(next(iter(self.link(fact))))
        supplied = self.supplied("o.row_tables", fact.child)
        table = self.table(fact.child)
        lacking = "external" if table.supplied_by == "external" else "bureau"
        return [
            (
                f"CASE WHEN {alias}.{link} IS NOT NULL THEN {alias}.{name} "
                f"WHEN {supplied} THEN {empty} END AS {name}"
            ),
            (
                f"COALESCE({alias}.{quoted(fact.name + '__owed')}, CASE WHEN {supplied} "
                f"THEN {text(table.supplied_by)} ELSE {text(lacking)} END) "
                f"AS {quoted(fact.name + '__owed')}"
            ),
        ]

    def supplied(self, row_tables: str, name: str) -> str:
        """Whether a table (or every table a relation reads) was supplied for a row."""
        relation = self.pack.relations.get(name)
        names = self._read(name) if relation else {name}
        return " AND ".join(named_in(row_tables, table) for table in sorted(names)) or "TRUE"

    def _read(self, name: str) -> set[str]:
        """The tables under a relation, relations on relations unfolded."""
        relation = self.pack.relations.get(name)
        if relation is None:
            return {name}
        return (
            set().union(*(self._read(read) for read in relation.reads)) if relation.reads else set()
        )


def _strength(supplier: str) -> int:
    return ("unit", "bureau", "external").index(supplier)


def _valid(column: Column) -> str:
    plain = quoted(column.name)
    if column.kind == "id_no":
        return quoted(f"{column.name}_valid")
    if column.kind == "credit_code":
        return _credit_valid(plain)
    if column.codes:
        ref = Ref((column.name,), Type("text"), column)
        return to_expression(InCodes(ref, column.codes)).sql(dialect="duckdb")
    return f"REGEXP_MATCHES({plain}, {text(column.pattern)})"


def _credit_valid(plain: str) -> str:
    """The check character of GB 32100-2015 in SQL: 31 minus the weighted sum modulo 31."""

    def digit(position: int) -> str:
        return f"(STRPOS({text(CREDIT_ALPHABET)}, SUBSTR({plain}, {position}, 1)) - 1)"

    total = " + ".join(
        f"{digit(at)} * {weight}" for at, weight in enumerate(CREDIT_WEIGHTS, start=1)
    )
    known = " AND ".join(f"{digit(at)} >= 0" for at in range(1, CREDIT_LENGTH + 1))
    check = f"(31 - ({total}) % 31) % 31 = {digit(CREDIT_LENGTH)}"
    return (
        f"CASE WHEN {plain} IS NULL THEN NULL WHEN LENGTH({plain}) <> {CREDIT_LENGTH} THEN FALSE "
        f"WHEN NOT ({known}) THEN FALSE ELSE {check} END"
    )
