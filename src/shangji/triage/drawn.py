"""What is laid before a person: every finding, or a blinded draw over all that rules judged."""

from __future__ import annotations

import hashlib
import heapq
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji import compile as compiler
from shangji.compile.reach import columns_read
from shangji.domain import FAIL, PASS, UNKNOWN
from shangji.engines import engine as engine_named
from shangji.responses import finding_id
from shangji.testing import BY_CODE, judging
from shangji.words import message, shown_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shangji.pack import Pack, Rule
    from shangji.results import Results
    from shangji.snapshot import Snapshot

ANSWERS = (FAIL, PASS, UNKNOWN)
"""What the system may have answered where a rule applied."""

FACTS_MOST = 12


@dataclass(frozen=True, slots=True)
class Item:
    """One rule on one row, as a person is asked about it."""

    rule: Rule
    key: str
    project_code: str
    project_name: str
    place: str
    says: str

    @property
    def id(self) -> str:
        """The name of the finding, the same for one that was not found."""
        return finding_id(self.rule.id, self.rule.subject, self.key)


def found(snapshot: Snapshot, results: Results, pack: Pack) -> list[Item]:
    """Every failing finding of a rule on trial or in force, with what the system says of it."""
    import duckdb

    with duckdb.connect() as connection:
        cursor = connection.execute(
            "SELECT * FROM read_parquet(?) WHERE outcome = 'fail' ORDER BY rule_id, key",
            [str(results.path("verdict"))],
        )
        names = [column[0] for column in cursor.description or ()]
        verdicts = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    rows = _Rows(snapshot, pack)
    made = []
    for verdict in verdicts:
        rule = pack.rules[verdict["rule_id"]]
        made.append(rows.item(rule, verdict["key"], message(rule, verdict)))
    return made


def drawn(snapshot: Snapshot, pack: Pack, number: int, seed: int) -> list[Item]:
    """A seeded draw over all rows to which a written rule applied, the verdict not told.

    What failed, what passed and what stayed unknown each get a third of the places as far as
    there are so many, so that no answer of the system is missing; order tells nothing either.
    """
    by_answer: dict[str, list[tuple[str, str, str]]] = {answer: [] for answer in ANSWERS}
    for rule_id, key, answer in outcomes(snapshot, pack):
        if answer in by_answer:
            by_answer[answer].append((_lot(seed, rule_id, key), rule_id, key))
    chosen: list[tuple[str, str, str]] = []
    left, open_ = number, sorted(by_answer, key=lambda answer: len(by_answer[answer]))
    for at, answer in enumerate(open_):
        share = -(-left // (len(open_) - at))
        taken = heapq.nsmallest(share, by_answer[answer])
        chosen += taken
        left -= len(taken)
    rows = _Rows(snapshot, pack)
    return [
        rows.item(pack.rules[rule_id], key, rows.facts(pack.rules[rule_id], key))
        for _, rule_id, key in sorted(chosen)
    ]


def outcomes(snapshot: Snapshot, pack: Pack) -> Iterator[tuple[str, str, str]]:
    """Yield rule, row and answer of every written rule on every row, as the rules run again."""
    rules = {name: rule for name, rule in pack.rules.items() if not rule.derived}
    small = replace(pack, rules=rules, frameworks={}, measures={}, sections={}, reduction=None)
    plan = compiler.plan(
        small,
        snapshot.tables,
        snapshot.facts,
        regions=snapshot.regions,
        supplied=snapshot.supplied,
        kept=True,
    )
    plan = replace(plan, steps=judging(plan.steps))
    made = {step.name for step in plan.steps}
    engine = engine_named("duckdb", threads=1)
    with tempfile.TemporaryDirectory(prefix="shangji-") as folder:
        engine.run(plan, snapshot, Path(folder) / "out")
        subjects: dict[str, list[str]] = {}
        for rule in rules.values():
            if rule.status in {"trial", "active"}:
                subjects.setdefault(rule.subject, []).append(rule.id)
        for subject, names in sorted(subjects.items()):
            if f"judged_{subject}" not in made:
                continue
            held = _judged(engine, subject)
            ids = [name for name in names if name in held]
            columns = "".join(f', "{name}"' for name in ids)
            for key, *codes in engine.query(f'SELECT row_key{columns} FROM "judged_{subject}"'):
                for name, code in zip(ids, codes, strict=True):
                    yield name, key, BY_CODE[code]


def _judged(engine: Any, subject: str) -> set[str]:  # noqa: ANN401 - an engine
    """The rules that ran on a subject: those out of force have no column."""
    rows = engine.query(f"SELECT column_name FROM (DESCRIBE judged_{subject})")
    return {name for (name,) in rows}


def _lot(seed: int, rule_id: str, key: str) -> str:
    return hashlib.sha256(f"{seed}\x1f{rule_id}\x1f{key}".encode()).hexdigest()


class _Rows:
    """The judged rows with their projects and places, tables read once."""

    def __init__(self, snapshot: Snapshot, pack: Pack) -> None:
        self.snapshot, self.pack = snapshot, pack
        self.held: dict[str, dict[str, dict[str, Any]]] = {}
        self.names = {
            row["project_code"]: str(row["project_name"] or "")
            for row in self.table("project").values()
        }

    def table(self, name: str) -> Mapping[str, dict[str, Any]]:
        """The rows of a table by key; nothing for a relation."""
        if name not in self.held:
            self.held[name] = {}
            if name in self.snapshot.tables:
                self.held[name] = {str(row["row_key"]): row for row in rows_of(self.snapshot, name)}
        return self.held[name]

    def item(self, rule: Rule, key: str, says: str) -> Item:
        """What a person is asked."""
        row = self.table(rule.subject).get(key)
        made = self.pack.relation_or_table(rule.subject)
        code = str(row[made.project] or "") if row and made and made.project else ""
        place = f"{row['row_source']} {row['row_sheet']} 第 {row['row_number']} 行" if row else key
        return Item(rule, key, code, self.names.get(code, ""), place, says)

    def facts(self, rule: Rule, key: str) -> str:
        """What stands in the columns that the rule reads, and not what came of them."""
        row = self.table(rule.subject).get(key)
        table = self.pack.tables.get(rule.subject)
        if row is None or table is None:
            return "由多行汇总，请对照原表核对。"
        read = {name for of, name in columns_read(self.pack, rule) if of == rule.subject}
        parts = [
            f"{column.zh}：{_cell(row[column.name], column)}"
            for column in table.columns
            if column.name in read and column.name in row and not column.hidden
        ]
        return "；".join(parts[:FACTS_MOST])


def _cell(value: Any, column: Any) -> str:  # noqa: ANN401 - any cell, a column
    if value is None:
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.codes:
        return str(column.codes.codes.get(value, value))
    return shown_value(str(value), column.kind)


def rows_of(snapshot: Snapshot, name: str) -> Iterable[dict[str, Any]]:
    """The rows of a table of a snapshot, in key order."""
    import duckdb

    with duckdb.connect() as connection:
        cursor = connection.execute(
            "SELECT * FROM read_parquet(?) ORDER BY row_key", [str(snapshot.path(name))]
        )
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
