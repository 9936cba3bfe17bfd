"""What a pack's own cases show: outcomes, relations on two engines, and empty cells that help."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from shangji.checking.guards import spared
from shangji.checking.probe import probe
from shangji.compile.reach import relations_read, tables_under
from shangji.domain import FAIL, NOT_APPLICABLE, OUTCOMES, PASS, UNKNOWN
from shangji.errors import Problem, ShangjiError
from shangji.schema import parse
from shangji.testing import FACTS, nulled, run_cases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shangji.checking.expressions import TypedRule
    from shangji.checking.places import Places
    from shangji.engines import Engine
    from shangji.pack import Case, Pack, Relation, Rule
    from shangji.pack.model import RelationCase
    from shangji.schema import Column, Table

HELPS = {(FAIL, PASS), (FAIL, NOT_APPLICABLE), (UNKNOWN, PASS), (UNKNOWN, NOT_APPLICABLE)}
"""From → to that leaving a cell empty must never do."""

SHOWN = 3
Row = tuple[str, ...]
Rows = list[Row]


def outcomes(pack: Pack, places: Places, engine: Engine | None = None) -> Iterator[Problem]:
    """Problems of cases whose rows come to another outcome than expected."""
    for result in run_cases(pack, engine):
        if result.right:
            continue
        rule = pack.rules[result.rule_id]
        at = next(
            (at for at, case in enumerate(rule.cases) if result.case.startswith(case.name)), 0
        )
        expected = f"{result.expected}（{OUTCOMES.get(result.expected, '')}）"
        found = f"{result.found}（{OUTCOMES.get(result.found, '没有这一行')}）"
        yield Problem(
            "case-wrong",
            places.rule(rule, "cases", at),
            f"{result.rule_id} 案例“{result.case}”预期 {expected}，实得 {found}。",
            "请核对规则条件和案例数据，改正其中错的一个。",
        )


def relations(pack: Pack, places: Places) -> Iterator[Problem]:
    """Problems of relations whose rows are not those expected, or differ between two engines."""
    for name, relation in pack.relations.items():
        for at, case in enumerate(relation.cases):
            where = places.of("relation", name, "cases", at)
            try:
                duck = duckdb_rows(pack, relation, case)
                lite = sqlite_rows(pack, relation, case)
            except (sqlite3.Error, ShangjiError, ArithmeticError) as error:
                says = f"SQLite 跑不了：{error}"
                yield Problem("relation-rows", where, says, "请改用两种引擎都有的写法。")
                continue
            columns = relation.table.columns
            wanted = sorted(_canonical(columns, parse(relation.table, row)[0]) for row in case.rows)
            if duck != wanted:
                says = f"“{name}”的行与案例所写不同：{_difference(duck, wanted)}。"
                yield Problem("case-wrong", where, says, "请核对 SQL 和案例。")
            if lite != duck:
                says = f"“{name}”在 SQLite 上不同：{_difference(lite, duck)}。"
                yield Problem("relation-rows", where, says, "请改用两种引擎结果相同的写法。")


def _difference(found: Rows, wanted: Rows) -> str:
    words = [
        f"实得 {_words(one)}，应得 {_words(two)}"
        for one, two in zip_longest(found, wanted)
        if one != two
    ]
    return "；".join(words[:SHOWN])


def _words(row: Row | None) -> str:
    return "（没有）" if row is None else f"（{'、'.join(row)}）"


def _canonical(columns: Sequence[Column], row: Mapping[str, Any]) -> Row:
    """A row as texts: decimals with their places, empty where null."""
    return tuple(_text(column, row[column.name]) for column in columns)


def _text(column: Column, value: Any) -> str:  # noqa: ANN401 - any cell value
    if value is None:
        return ""
    if column.kind == "flag":
        return "是" if value else "否"
    if column.numeric:
        return f"{Decimal(value).quantize(Decimal(1).scaleb(-column.scale)):f}"
    return str(value)


def _made(pack: Pack, relation: Relation) -> list[Relation]:
    """The relations under one, in the pack's order, and it last."""
    under = {name for read in relation.reads for name in _down(pack, read)}
    return [found for name, found in pack.relations.items() if name in under] + [relation]


def _down(pack: Pack, name: str) -> set[str]:
    found = pack.relations.get(name)
    if found is None:
        return set()
    return {name}.union(*(_down(pack, read) for read in found.reads))


def _review() -> dict[str, Any]:
    year = FACTS.budget_year
    return {
        "budget_year": year,
        "as_of": FACTS.as_of,
        "year_start": date(year, 1, 1),
        "year_end": date(year, 12, 31),
        "region": FACTS.region,
    }


def _tables(pack: Pack, made: Sequence[Relation]) -> list[Table]:
    names = set().union(*(tables_under(pack, relation.table.name) for relation in made))
    return [table for name, table in pack.tables.items() if name in names]


def duckdb_rows(pack: Pack, relation: Relation, case: RelationCase) -> Rows:
    """The rows of a relation over a case's rows on DuckDB, as texts in order."""
    import duckdb

    types = {"budget_year": "BIGINT", "region": "VARCHAR"}
    made = _made(pack, relation)
    with duckdb.connect(config={"threads": 1}) as connection:
        for table in _tables(pack, made):
            spelled = ", ".join(f'"{column.name}" {column.sql_type}' for column in table.columns)
            connection.execute(f'CREATE TABLE "{table.name}" ({spelled})')
            marks = ", ".join("?" * len(table.columns))
            for cells in case.given.get(table.name, ()):
                row = parse(table, cells)[0]
                values = [row[column.name] for column in table.columns]
                connection.execute(f'INSERT INTO "{table.name}" VALUES ({marks})', values)
        review = _review()
        spelled = ", ".join(f"{name} {types.get(name, 'DATE')}" for name in review)
        connection.execute(f"CREATE TABLE review ({spelled})")
        connection.execute("INSERT INTO review VALUES (?, ?, ?, ?, ?)", list(review.values()))
        for one in made:
            shown = ", ".join(
                f'CAST("{column.name}" AS {column.sql_type}) AS "{column.name}"'
                for column in one.table.columns
            )
            name = one.table.name
            connection.execute(f'CREATE TABLE "{name}" AS SELECT {shown} FROM ({one.sql}) AS r')
        found = connection.execute(f'SELECT * FROM "{relation.table.name}"').fetchall()
    return _sorted(relation.table, found)


def _sorted(table: Table, found: Sequence[Sequence[Any]]) -> Rows:
    names = [column.name for column in table.columns]
    return sorted(_canonical(table.columns, dict(zip(names, row, strict=True))) for row in found)


def sqlite_rows(pack: Pack, relation: Relation, case: RelationCase) -> Rows:
    """The same rows on stdlib sqlite3, with decimals as whole numbers."""
    from shangji.checking.sqlite import scale_of, transpiled

    made = _made(pack, relation)
    connection = sqlite3.connect(":memory:")
    try:
        for table in _tables(pack, made):
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            connection.execute(f'CREATE TABLE "{table.name}" ({names})')
            marks = ", ".join("?" * len(table.columns))
            for cells in case.given.get(table.name, ()):
                row = parse(table, cells)[0]
                values = [_stored(row[column.name], scale_of(column)) for column in table.columns]
                connection.execute(f'INSERT INTO "{table.name}" VALUES ({marks})', values)
        review = _review()
        connection.execute(f"CREATE TABLE review ({', '.join(review)})")
        values = [_stored(value, 0) for value in review.values()]
        connection.execute("INSERT INTO review VALUES (?, ?, ?, ?, ?)", values)
        for one in made:
            sql, scales = transpiled(pack, one.table.name)
            shown = ", ".join(f'"{column.name}"' for column in one.table.columns)
            found = connection.execute(f"SELECT {shown} FROM ({sql}) AS r").fetchall()
            rows = [_scaled(one.table, row, scales) for row in found]
            connection.execute(f'CREATE TABLE "{one.table.name}" ({shown})')
            marks = ", ".join("?" * len(one.table.columns))
            connection.executemany(f'INSERT INTO "{one.table.name}" VALUES ({marks})', rows)
    finally:
        connection.close()
    columns = relation.table.columns
    unscaled = [
        [_unstored(value, column) for value, column in zip(row, columns, strict=True)]
        for row in rows
    ]
    return _sorted(relation.table, unscaled)


def _stored(value: Any, scale: int) -> Any:  # noqa: ANN401 - any cell value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return int(value.scaleb(scale))
    return value.isoformat() if isinstance(value, date) else value


def _scaled(table: Table, row: Sequence[Any], scales: Mapping[str, int]) -> list[Any]:
    """Bring what a SELECT gave to the scale of the declared columns."""
    made = []
    for value, column in zip(row, table.columns, strict=True):
        if column.numeric and isinstance(value, int):
            exact = Decimal(value).scaleb(column.scale - scales[column.name])
            if exact != int(exact):
                raise ShangjiError(f"“{column.name}”比声明的小数位多")
            made.append(int(exact))
        else:
            made.append(value)
    return made


def _unstored(value: Any, column: Column) -> Any:  # noqa: ANN401 - any cell value
    return Decimal(value).scaleb(-column.scale) if column.numeric and value is not None else value


def emptied(pack: Pack, rules: Mapping[str, TypedRule], places: Places) -> Iterator[Problem]:
    """Problems of rules that an empty cell of the judged row or of its children would help.

    Every given cell of every case is left empty, one at a time, all variants in one run. Rules that
    read relations made of those very rows are left out: there `members_unknown` speaks.
    """
    variants: list[tuple[TypedRule, Case, str, int]] = []
    given: dict[tuple[str, int], Case] = {}
    for typed in rules.values():
        rule = typed.rule
        if rule.subject in pack.relations or not rule.cases or _self_read(pack, typed):
            continue
        allowed = spared(pack, typed, rules)
        for at, case in enumerate(rule.cases):
            if case.copied:  # its original is tried
                continue
            given[rule.id, at] = replace(case, expect=case.expect[:1])
            for variant, label in nulled(pack, rule, case):
                table, _, column = label.partition("[")[0], "", label.rpartition(".")[2]
                if (table, column) not in allowed or not _asks(pack, typed, table, column):
                    variants.append((typed, variant, label, at))
    chosen = list({typed.rule.id: typed.rule for typed, *_ in variants}.values())
    whole = {place: number for number, place in enumerate(given, start=len(variants))}
    cases = [*(variant for _, variant, _, _ in variants), *given.values()]
    seen = probe(pack, chosen, cases)

    def outcome(number: int, rule: Rule) -> str:
        keys = seen.judged(number, cases[number], rule, pack)
        return seen.outcomes[number, rule.id].get(keys[0], "") if keys else ""

    for number, (typed, variant, label, at) in enumerate(variants):
        before = outcome(whole[typed.rule.id, at], typed.rule)
        found = outcome(number, typed.rule)
        if (before, found) in HELPS:
            yield Problem(
                "rule-guard",
                places.rule(typed.rule, "cases", at),
                f"{typed.rule.id} 案例“{variant.name}”把 {label} 留空后，"
                f"由“{OUTCOMES[before]}”变成“{OUTCOMES[found]}”。",
                "留空不能得益：请改写条件，或用 guarded_by 指明管留空的规则。",
            )


def _self_read(pack: Pack, typed: TypedRule) -> bool:
    """Whether a rule reads a relation made of its own rows or of their children."""
    own = {typed.rule.subject, *(child.name for child in pack.children(typed.rule.subject))}
    return any(own & tables_under(pack, name) for name in relations_read(pack, typed.rule))


def _asks(pack: Pack, typed: TypedRule, table: str, column: str) -> bool:
    """Whether a rule's `applies` asks if this very column is missing, directly or in a fact."""
    from shangji.checking.guards import Polarity

    asked = Polarity(pack, typed.scope).walk(typed.applies)
    return any((one.table, one.column) == (table, column) for one in asked)
