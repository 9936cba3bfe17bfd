"""Cases of rules as a small snapshot: public for rule writers, used by `pack test` and the tests.

All cases run together, each kept to itself by a column `row_case`, so that an engine is asked once
a subject and not once a case.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from shangji.compile import plan
from shangji.compile.plan import Apart
from shangji.compile.reach import relations_read
from shangji.compile.rows import CASE_COLUMN
from shangji.compile.steps import RESULT
from shangji.domain import FAIL, NOT_APPLICABLE, PASS, UNKNOWN
from shangji.engines import engine as engine_named
from shangji.language import refs
from shangji.schema import parse
from shangji.snapshot import Collected, RunFacts, Source, keyed, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shangji.compile.scope import RuleScope
    from shangji.compile.steps import Step
    from shangji.engines import Engine
    from shangji.language import Ref
    from shangji.pack import Case, Pack, Rule
    from shangji.schema import Table

REGION = "990101"
"""The fictitious county in which cases are judged unless they say otherwise."""

FACTS = RunFacts(2027, date(2026, 11, 20), REGION)
BY_CODE = {0: NOT_APPLICABLE, 1: PASS, 2: UNKNOWN, 3: FAIL}
RELATION_FROM = 1


@dataclass(frozen=True)
class CaseResult:
    """What one case's row came to."""

    rule_id: str
    case: str
    expected: str
    found: str
    key: str

    @property
    def right(self) -> bool:
        """Whether the outcome is the one expected."""
        return self.expected == self.found


@dataclass(frozen=True)
class CaseSnapshot:
    """The rows of many cases, as an engine reads them; not a snapshot of anything real."""

    folder: Path
    tables: tuple[str, ...]
    keys: Mapping[tuple[str, str, int], str]

    def path(self, table: str) -> Path:
        """The Parquet file of a table."""
        return self.folder / f"{table}.parquet"


def run_cases(
    pack: Pack, engine: Engine | None = None, rules: Iterable[Rule] | None = None
) -> list[CaseResult]:
    """Run the cases of rules and return what each judged row came to."""
    wanted = list(pack.rules.values() if rules is None else rules)
    pairs = [(rule, case) for rule in wanted for case in rule.cases]
    return run(pack, pairs, engine)


def run(
    pack: Pack, pairs: Sequence[tuple[Rule, Case]], engine: Engine | None = None
) -> list[CaseResult]:
    """Run some cases, each with its rule; one plan for each region they are judged in."""
    results = []
    for region in sorted({case.region or REGION for _, case in pairs}):
        chosen = [pair for pair in pairs if (pair[1].region or REGION) == region]
        results += _run_in(region, pack, chosen, engine or engine_named("duckdb"))
    return results


def _run_in(
    region: str, pack: Pack, pairs: Sequence[tuple[Rule, Case]], engine: Engine
) -> list[CaseResult]:
    ids = [f"c{number}" for number in range(len(pairs))]
    rules = {
        rule.id: replace(rule, status="active") if rule.status == "draft" else rule
        for rule, _ in pairs
    }
    reduced = replace(pack, rules=rules)
    with tempfile.TemporaryDirectory(prefix="shangji-cases-") as folder:
        named = dict(zip(ids, (case for _, case in pairs), strict=True))
        snapshot = freeze_cases(reduced, named, Path(folder))
        regions = {REGION, region}
        facts = replace(FACTS, region=region)
        judged = dict(zip(ids, (rule for rule, _ in pairs), strict=True))
        apart = Apart(readers(reduced, judged))
        made = plan(reduced, snapshot.tables, facts, regions=regions, apart=apart)
        made = replace(made, steps=judging(made.steps))
        engine.run(made, snapshot, Path(folder) / "out")  # type: ignore[arg-type] # a snapshot of cases has what engines read
        outcomes = _outcomes(reduced, engine, made.steps)
    results = []
    for name, (rule, case) in zip(ids, pairs, strict=True):
        found = outcomes.get((name, rule.id), {})
        keys = _judged_keys(pack, rule, case, name, snapshot, found)
        for at, expected in enumerate(case.expect):
            key = keys[at] if at < len(keys) else ""
            label = case.name if len(case.expect) == 1 else f"{case.name}（第 {at + 1} 行）"
            results.append(CaseResult(rule.id, label, expected, found.get(key, "没有这一行"), key))
    return results


def judging(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps up to the outcomes: counts and findings are not what a case is about."""
    return tuple(
        step for step in steps if step.kind != RESULT and not step.name.startswith("counted_")
    )


def readers(pack: Pack, judged: Mapping[str, Rule]) -> dict[str, list[str]]:
    """By relation, the cases whose rule reads it: subject, lookup, fact, or under another."""
    found: dict[str, list[str]] = {name: [] for name in pack.relations}
    for case, rule in judged.items():
        for name in sorted(relations_read(pack, rule)):
            found[name].append(case)
    return found


def _judged_keys(
    pack: Pack,
    rule: Rule,
    case: Case,
    name: str,
    snapshot: CaseSnapshot,
    found: Mapping[str, str],
) -> list[str]:
    """Keys of the subject's rows: as given for a table, in key order for a relation."""
    if rule.subject in pack.relations:
        return sorted(found)
    rows = range(1, len(case.given.get(rule.subject, ())) + 1)
    return [snapshot.keys[name, rule.subject, row] for row in rows]


def _outcomes(
    pack: Pack, engine: Engine, steps: Iterable[object]
) -> dict[tuple[str, str], dict[str, str]]:
    """Outcome by case and rule, then by key."""
    made = {getattr(step, "name", "") for step in steps}
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    by_subject: dict[str, list[str]] = defaultdict(list)
    for rule in pack.rules.values():
        by_subject[rule.subject].append(rule.id)
    for subject, ids in by_subject.items():
        if f"judged_{subject}" not in made:
            continue
        columns = ", ".join(f'"{name}"' for name in ids)
        sql = f"SELECT {CASE_COLUMN}, row_key, {columns} FROM judged_{subject}"
        for case, key, *codes in engine.query(sql):
            for name, code in zip(ids, codes, strict=True):
                found[case, name][key] = BY_CODE[code]
    return found


def freeze_cases(pack: Pack, cases: Mapping[str, Case], folder: Path) -> CaseSnapshot:
    """Write the rows of many cases, each row with its case, as one Parquet file a table."""
    import duckdb

    rows: dict[str, list[dict[str, object]]] = defaultdict(list)
    keys: dict[tuple[str, str, int], str] = {}
    for name, case in cases.items():
        collected = collect(pack, case)
        for table in collected.rows:
            for row in keyed(collected, pack.tables[table])[0]:
                keys[name, table, row["row_number"]] = row["row_key"]
                rows[table].append({**row, CASE_COLUMN: name})
            rows[table] += []
    with duckdb.connect() as connection:
        for table, given in rows.items():
            types = {**pack.tables[table].stored(), CASE_COLUMN: "VARCHAR"}
            write_table(connection, table, types, given, folder)
    return CaseSnapshot(folder, tuple(sorted(rows)), keys)


def collect(pack: Pack, case: Case) -> Collected:
    """The rows of one case through the one door; what a table's columns are, the table says."""
    rows: dict[str, list[dict[str, object]]] = {}
    supplied = {}
    for name, given in case.given.items():
        table = pack.tables[name]
        absent = case.unsupplied.get(name, ())
        supplied[name] = tuple(c.name for c in table.columns if c.name not in absent)
        rows[name] = [_row(table, cells, at) for at, cells in enumerate(given, start=1)]
    source = Source("case", "case", "bureau", "", supplied)
    return Collected(rows, [source])


def _row(table: Table, cells: Mapping[str, str], number: int) -> dict[str, object]:
    unknown = set(cells) - set(table.by_name)
    if unknown:
        raise KeyError(f"{table.name}: {', '.join(sorted(unknown))}")
    row, _ = parse(table, cells)
    return {**row, "row_source": "case", "row_sheet": "", "row_number": number}


def nulled(pack: Pack, rule: Rule, case: Case) -> Iterator[tuple[Case, str]]:
    """Variants of a case with one given cell of the judged row or of its children left empty.

    Cells that link a child to its parent are kept: a row without them belongs to nobody and is
    reported under 未归属. Columns whose absence the rule's `applies` asks about are kept too: the
    checker holds that another rule fails on them, or that the table says why they may be empty.
    """
    tables = {rule.subject, *(child.name for child in pack.children(rule.subject))}
    spared = asked_missing(pack, rule)
    for name in sorted(tables & set(case.given)):
        table = pack.tables.get(name)
        if table is None:
            continue
        links = set(table.parent_on) | set(table.key)
        judged = case.given[name] if name != rule.subject else case.given[name][:1]
        for at, row in enumerate(judged):
            for column, text in row.items():
                if not text or column in links or (name, column) in spared:
                    continue
                changed = list(case.given[name])
                changed[at] = {**row, column: ""}
                given = {**case.given, name: tuple(changed)}
                yield replace(case, given=given, expect=case.expect[:1]), f"{name}[{at}].{column}"


def asked_missing(pack: Pack, rule: Rule) -> set[tuple[str, str]]:
    """Columns that a rule spares: their `.missing` is asked in `applies`, or empty is a number."""
    from shangji.compile.scope import STAND_INS, RuleScope, typed

    subject = pack.relation_or_table(rule.subject)
    if subject is None:
        return set()
    scope = RuleScope(pack, subject, rule.standards)
    found = set()
    for text, words in ((rule.applies, {"missing", *STAND_INS}), (rule.fails, set(STAND_INS))):
        for ref in refs(typed(text, scope, rule.id)):
            read = _read(pack, scope, ref)
            found |= {(table, path[1]) for table, path in read if path[-1] in words}
    return found


def _read(pack: Pack, scope: RuleScope, ref: Ref) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a reference reads, with the table it stands in: itself, or what its fact gathers."""
    from shangji.compile.scope import child_scope, fact_of, typed

    table = scope.aliases.get(ref.path[0])
    fact = fact_of(pack, table.name, ref.path[1]) if table else None
    if fact is None or not fact.child:
        yield (table.name if table else "", ref.path)
        return
    for text in (fact.argument if fact.kind != "count" else "", fact.where):
        for one in refs(typed(text, child_scope(pack, fact), fact.name)) if text else ():
            yield fact.child, one.path
