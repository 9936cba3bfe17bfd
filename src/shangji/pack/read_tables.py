"""Documents to tables, code lists, word lists, lookups, facts and relations."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.domain import ACT_KNOWN, ACT_LEVELS, ACT_STATES, SUPPLIERS
from shangji.errors import Problem, Where
from shangji.pack.acts import Act, Anonymous, Repealed
from shangji.pack.model import Fact, Lookup, Relation, RelationCase, Words
from shangji.schema import KINDS, CodeList, Column, Spread, Table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shangji.pack.reader import Reader

AGGREGATES = ("any", "all", "count", "sum", "min", "max")
SCALE_MOST = 4
ALIAS = re.compile(r"\b(?!review\.)([a-z_]\w*)\.")
"""The first alias of an expression."""


def column(reader: Reader, codes: Mapping[str, CodeList], supplied_by: str) -> Column:
    """Return one column; its code list must exist."""
    kind = reader.choice("kind", KINDS)
    base = KINDS.get(kind, KINDS["text"])
    code_list = reader.text("codes")
    if code_list and code_list not in codes:
        reader.trouble("pack-reference", "没有这个代码表。", "codes", code_list)
    scale = reader.integer("scale", base.scale)
    if kind == "number" and not 0 <= scale <= SCALE_MOST:
        reader.trouble("pack-value", f"小数位数应在 0 到 {SCALE_MOST} 之间。", "scale")
    at_least = reader.number("at_least") or Decimal(1900 if kind == "year" else 0)
    made = Column(
        name=reader.text("name", need=True),
        zh=reader.text("zh", need=True),
        kind=kind,
        scale=scale if kind == "number" else base.scale,
        at_most=reader.number("at_most") or base.at_most,
        at_least=at_least,
        max_len=reader.integer("max_len"),
        unit=reader.text("unit"),
        codes=codes.get(code_list),
        pattern=reader.text("pattern"),
        supplied_by=reader.choice("supplied_by", SUPPLIERS, supplied_by),
        required_when=reader.text("required_when"),
        optional_because=reader.text("optional_because"),
        aka=reader.texts("aka"),
        field=reader.text("field"),
        note=reader.text("note"),
        rounds=reader.text("rounds"),
        hidden=reader.flag("hidden", default=False),
    )
    reader.done()
    return made


def table(reader: Reader, codes: Mapping[str, CodeList], name_key: str = "table") -> Table:
    """Return a table; `extends` is taken by the loader."""
    supplied_by = reader.choice("supplied_by", SUPPLIERS, "unit")
    columns = tuple(column(item, codes, supplied_by) for item in reader.each("columns", need=True))
    seen: set[str] = set()
    for item in columns:
        if item.name in seen:
            reader.trouble("pack-duplicate", "列名重复。", "columns", item.name)
        seen.add(item.name)
    money = {item.name for item in columns if item.kind == "money" and not item.rounds}
    for item in columns:
        if item.rounds and (item.kind != "money" or item.rounds not in money):
            reader.trouble(
                "pack-reference",
                "rounds 要写在金额列上，并指明本表的一个金额列。",
                "columns",
                item.name,
            )
    made = Table(
        name=reader.text(name_key) or reader.text("extends"),
        zh=reader.text("zh"),
        key=reader.texts("key"),
        columns=columns,
        project=reader.text("project"),
        unit=reader.text("unit"),
        parent=reader.text("parent"),
        parent_on=reader.pairs("parent_on"),
        supplied_by=supplied_by,
        sheets=reader.texts("sheets"),
        note=reader.text("note"),
        spread=_spread(reader, money),
        hints_only=reader.flag("hints_only", default=False),
    )
    reader.taken.add("extends")
    if not reader.doc.get("extends"):
        for name in (*made.key, made.project, made.unit, *made.parent_on):
            if name and name not in seen:
                reader.trouble("pack-reference", "键用了表里没有的列。", "key", name)
    return made


def _spread(reader: Reader, money: set[str]) -> Spread | None:
    """Return how a row may stand over several rows; what adds up must be money of the table."""
    below = reader.below("spread")
    if below is None:
        return None
    made = Spread(
        below.text("into", need=True), below.texts("by"), below.texts("sum"), below.texts("own")
    )
    if not made.sum or not set(made.sum) <= money:
        below.trouble("pack-reference", "sum 要写本表的金额列，申报金额在前。", "sum")
    below.done()
    return made


def code_list(reader: Reader, folder: Path) -> CodeList:
    """Return a code list from its rows or from the CSV file beside it."""
    codes: dict[str, str] = {}
    parents: dict[str, str] = {}
    aka: dict[str, tuple[str, ...]] = {}

    def add(code: str, zh: str, parent: str) -> None:
        if code in codes:
            reader.trouble("pack-duplicate", "代码重复。", "rows", code)
        codes[code] = zh
        if parent:
            parents[code] = parent

    for row in reader.each("rows"):
        add(row.text("code", need=True), row.text("zh", need=True), row.text("parent"))
        names = row.texts("aka")
        if names:
            aka[row.text("code")] = names
        row.taken.update({"level", "note"})
        row.done()
    name = reader.text("file")
    if name:
        path = folder / name
        if path.is_file() and path.parent == folder:
            with path.open(encoding="utf-8-sig", newline="") as file:
                for line in csv.DictReader(file):
                    add(line["code"], line["zh"], line.get("parent") or "")
        else:
            reader.trouble("pack-reference", "找不到代码文件。", "file", name)
    basis = reader.below("basis")
    made = CodeList(
        name=reader.text("codes", need=True),
        zh=reader.text("zh", need=True),
        codes=codes,
        complete=reader.flag("complete", default=True),
        parents=parents,
        aka=aka,
        source=basis.text("title") if basis else "",
    )
    reader.taken.add("note")
    reader.done()
    return made


def words(reader: Reader) -> Words:
    """Return a word list."""
    made = Words(
        reader.text("words", need=True),
        reader.text("zh", need=True),
        reader.texts("any"),
        reader.texts("except"),
    )
    if not made.any:
        reader.trouble("pack-key-absent", "词表是空的。", "any")
    reader.taken.add("note")
    reader.done()
    return made


def acts(reader: Reader) -> list[Act]:
    """Return the entries of a policy index."""
    found = []
    for item in reader.each("acts", need=True):
        title, doc_no = item.text("title"), item.text("doc_no")
        if not title and not doc_no:
            item.trouble("pack-key-absent", "要写名称或文号。")
        found.append(
            Act(
                title=title,
                doc_no=doc_no,
                issuer=item.text("issuer", need=True),
                level=item.choice("level", ACT_LEVELS),
                state=item.choice("state", ACT_STATES),
                known=item.choice("known", ACT_KNOWN),
                issued=item.day("issued"),
                effective_from=item.day("effective_from"),
                replaced_by=item.text("replaced_by"),
                note=item.text("note"),
                articles=item.pairs("articles"),
            )
        )
        item.done()
    reader.done()
    return found


def anonymous(reader: Reader) -> Anonymous | None:
    """Return how a snapshot is made anonymous."""
    item = reader.below("anonymous")
    reader.done()
    if item is None:
        return None
    made = Anonymous(
        subject=item.text("subject", need=True),
        at_least=item.integer("at_least", 5),
        most_left_out=item.integer("most_left_out", 10),
        alike=item.texts("alike"),
        coarse=_numbers(item, "coarse"),
        rough=_numbers(item, "rough"),
    )
    steps = [made]
    for step in item.each("steps"):
        last = steps[-1]
        coarser = replace(
            last,
            coarse={**last.coarse, **_numbers(step, "coarse")},
            rough={**last.rough, **_numbers(step, "rough")},
            drop=(*last.drop, *step.texts("drop")),
        )
        step.done()
        steps.append(coarser)
    item.done()
    return replace(made, steps=tuple(steps[1:]) or (made,))


def _numbers(reader: Reader, key: str) -> dict[str, int]:
    below = reader.below(key)
    return {name: below.integer(name) for name in below.doc} if below else {}


def repealed(reader: Reader) -> list[Repealed]:
    """Return the documents that no rule may rest on."""
    made = []
    for item in reader.each("repealed", need=True):
        says = item.text("says", need=True)
        made.append(Repealed(item.text("doc_no", need=True), item.text("title"), says))
        item.done()
    reader.done()
    return made


def lookup(reader: Reader) -> Lookup:
    """Return a lookup."""
    made = Lookup(
        reader.text("name", need=True),
        reader.text("zh", need=True),
        reader.text("of", need=True),
        reader.text("from", need=True),
        reader.pairs("on"),
    )
    reader.taken.add("note")
    reader.done()
    return made


def fact(reader: Reader) -> Fact | None:
    """Return a fact; exactly one of the aggregates or date functions says what it is."""
    kinds = [key for key in (*AGGREGATES, "months", "years_after") if key in reader.doc]
    if len(kinds) != 1:
        reader.trouble(
            "pack-value", f"要且只要 {'、'.join(AGGREGATES)}、months、years_after 之一。"
        )
        return None
    kind = kinds[0]
    arguments = reader.texts(kind)
    child, where = "", reader.text("where")
    if kind == "count":
        child = arguments[0] if arguments else ""
    elif kind in AGGREGATES:
        alias = ALIAS.search(arguments[0]) if arguments else None
        child = reader.text("over") or (alias[1] if alias else "")
    made = Fact(
        name=reader.text("name", need=True),
        zh=reader.text("zh", need=True),
        of=reader.text("of", need=True),
        kind=kind,
        argument=arguments[0] if arguments else "",
        child=child,
        where=where,
        second=arguments[1] if len(arguments) > 1 else "",
        via=reader.pairs("via"),
    )
    reader.taken.add("note")
    reader.done()
    return made


def relation(reader: Reader, codes: Mapping[str, CodeList], names: set[str]) -> Relation:
    """Return a relation; the tables it reads are the known names standing in its SQL."""
    sql = reader.text("sql", need=True)
    cases = tuple(
        RelationCase(given(item, "given"), rows(item, "rows")) for item in reader.each("cases")
    )
    made = table(reader, codes, "relation")
    across = reader.choice("across_units", ("true", "false"))
    reader.done()
    return Relation(made, sql, tables_named(sql, names), cases, across == "true")


def tables_named(sql: str, names: set[str]) -> tuple[str, ...]:
    """The known tables that a text of SQL reads, `review` left out, in name order."""
    import sqlglot
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except sqlglot.errors.SqlglotError:
        return ()
    found = {node.name for node in tree.find_all(exp.Table)}
    return tuple(sorted(found & names))


def rows(reader: Reader, key: str) -> tuple[Mapping[str, str], ...]:
    """Return a list of rows of text."""
    found = reader.raw(key)
    if found in (None, ""):
        return ()
    if isinstance(found, list) and all(
        isinstance(row, dict) and all(isinstance(cell, str) for cell in row.values())
        for row in found
    ):
        return tuple(dict(row) for row in found)
    reader.trouble("pack-value", "这里应当是一列行，每行是“列: 值”。", key)
    return ()


def given(reader: Reader, key: str) -> dict[str, tuple[Mapping[str, str], ...]]:
    """Return rows of text by table."""
    below = reader.below(key)
    if below is None:
        return {}
    return {name: rows(below, name) for name in below.doc}


def absent_parent(made: Table, tables: Mapping[str, Table], shown: str) -> Problem | None:
    """The problem of a parent that is not there or is joined on columns that are not there."""
    if not made.parent:
        return None
    parent = tables.get(made.parent)
    known = parent is not None and all(name in parent.by_name for name in made.parent_on.values())
    if known and made.parent_on:
        return None
    return Problem(
        "pack-reference",
        Where(shown, field="parent"),
        f"“{made.name}”的上级表“{made.parent}”不存在或连接列不存在。",
        "请补写 parent_on 或改正表名。",
    )
