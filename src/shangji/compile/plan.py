"""The plan of a run: which tables are made by which SQL, in which order; no engine is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from shangji.compile import frameworks, norms, verdicts
from shangji.compile.apart import kept_apart
from shangji.compile.measured import Measured
from shangji.compile.reductions import Reducing, remedies
from shangji.compile.rows import CASE_COLUMN, Rows, quoted
from shangji.compile.sections import Showing
from shangji.compile.standard_now import resolve
from shangji.compile.steps import CHECK, RESULT, TABLE, VIEW, Input, Part, Plan, Step, empty
from shangji.compile.subject import Subject
from shangji.language import Literal, Ref, Type
from shangji.language.tree import DATE, NUMBER, TEXT
from shangji.results import RESULTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from shangji.compile.rows import Rest
    from shangji.compile.subject import Judged
    from shangji.pack import Pack, Relation, Rule
    from shangji.snapshot import RunFacts

JOINS_IN_A_VIEW = 16
"""Beyond so many joins the wide relation is made once, as a table, before the rules are planned."""


@dataclass(frozen=True)
class Apart:
    """Cases that run together and must not see one another: by relation, the cases that read it."""

    readers: Mapping[str, Collection[str]]


def review_literals(facts: RunFacts) -> dict[str, Literal]:
    """The parameters of the review as literals of the rule language."""
    year = facts.budget_year
    return {
        "budget_year": Literal(year, Type(NUMBER, 4)),
        "as_of": Literal(facts.as_of, Type(DATE)),
        "year_start": Literal(date(year, 1, 1), Type(DATE)),
        "year_end": Literal(date(year, 12, 31), Type(DATE)),
        "region": Literal(facts.region, Type(TEXT)),
    }


def in_force(rule: Rule, day: date) -> bool:
    """Whether a rule is run: trial or active, and effective on the day."""
    start, end = rule.effective_from, rule.effective_to
    return (
        rule.status in {"trial", "active"}
        and (not start or date.fromisoformat(start) <= day)
        and (not end or date.fromisoformat(end) >= day)
    )


def _askable(pack: Pack, rule: Rule, supplied: Mapping[str, Collection[str]]) -> bool:
    """Whether a rule derived from a table has something to ask: see `plan`."""
    if not rule.derived:
        return True
    kind, _, name = rule.id.partition("-")
    column = pack.tables[rule.subject].column(name.partition(".")[2])
    brought = column.name in supplied.get(rule.subject, ())
    return brought or (kind == "C" and column.supplied_by == "unit")


def asked(
    pack: Pack,
    facts: RunFacts,
    *,
    subjects: Iterable[str] | None = None,
    supplied: Mapping[str, Collection[str]] | None = None,
) -> list[Rule]:
    """The rules that a plan runs; see `plan`."""
    day = date(facts.budget_year, 1, 1)
    return [
        rule
        for rule in pack.rules.values()
        if in_force(rule, day)
        and (subjects is None or rule.subject in set(subjects))
        and (supplied is None or _askable(pack, rule, supplied))
    ]


def plan(  # noqa: PLR0913 - each is named where it is called
    pack: Pack,
    tables: Iterable[str],
    facts: RunFacts,
    *,
    regions: Iterable[str] = (),
    subjects: Iterable[str] | None = None,
    supplied: Mapping[str, Collection[str]] | None = None,
    apart: Apart | None = None,
    kept: bool = False,
) -> Plan:
    """Compile a pack for a snapshot that has some tables.

    Args:
        pack: the pack, checked.
        tables: names of the tables that the snapshot holds.
        facts: budget year, data day and region of the review.
        regions: regions of the rows, for which standards are resolved too.
        subjects: only these subjects; all of them where None.
        supplied: by table, the columns that some file brought; what the tables themselves ask of a
            column that nobody brought, and that the unit does not owe, is not asked.
        apart: the cases of a test snapshot, to be kept apart from one another.
        kept: keep every judged row, also of child tables of which most rows have no finding.

    Returns:
        The steps in order, with the rows of `standard_now` and of the frameworks' deductions.
    """
    held = set(tables)
    rows = Rows(pack, apart is not None, review_literals(facts))
    chosen = asked(pack, facts, subjects=subjects, supplied=supplied)
    standards = _standards(pack, sorted({facts.region, *regions}), facts)
    made = _Making(rows, held, chosen, standards, kept=kept)
    steps = [*_relations(pack, apart), *made.steps()]
    if apart is None:
        steps += made.scored()
    inputs = {
        "standard_now": standards,
        "review": _review(facts),
        **made.inputs,
    }
    types = {name: pack.tables[name].stored() for name in sorted(pack.tables)}
    if apart is not None:
        types = {name: {**columns, CASE_COLUMN: "VARCHAR"} for name, columns in types.items()}
    return Plan(types, inputs, tuple(steps), {"region": facts.region})


def _standards(pack: Pack, regions: Iterable[str], facts: RunFacts) -> Input:
    columns = {
        "code": "VARCHAR",
        "region": "VARCHAR",
        "key_1": "VARCHAR",
        "key_2": "VARCHAR",
        "key_3": "VARCHAR",
        "key_4": "VARCHAR",
        "band_from": "DECIMAL(18,4)",
        "band_to": "DECIMAL(18,4)",
        "value": "DECIMAL(18,4)",
        "binding": "BOOLEAN",
        "status": "VARCHAR",
        "id": "VARCHAR",
    }
    found = [row for region in regions for row in resolve(pack, region, facts)]
    return Input(columns, tuple(found))


def _review(facts: RunFacts) -> Input:
    """The one row of `review`, for relations that need the year."""
    year = facts.budget_year
    columns = {
        "budget_year": "BIGINT",
        "as_of": "DATE",
        "year_start": "DATE",
        "year_end": "DATE",
        "region": "VARCHAR",
    }
    row = (year, facts.as_of, date(year, 1, 1), date(year, 12, 31), facts.region)
    return Input(columns, (row,))


def _relations(pack: Pack, apart: Apart | None) -> list[Step]:
    """Steps that make the relations, each after those it reads."""
    steps: list[Step] = []
    done: set[str] = set()

    def make(relation: Relation) -> None:
        name = relation.table.name
        if name in done:
            return
        done.add(name)
        for read in relation.reads:
            if read in pack.relations:
                make(pack.relations[read])
        sql = relation.sql
        if apart is not None:
            sql = kept_apart(relation, apart.readers.get(name, ()))
        shown = ", ".join(
            f"CAST({quoted(column.name)} AS {column.sql_type}) AS {quoted(column.name)}"
            for column in relation.table.columns
        ) + (f", {CASE_COLUMN}" if apart is not None else "")
        steps.append(Step(name, f"SELECT {shown} FROM ({sql}) AS r"))
        keys = ", ".join(quoted(column) for column in relation.table.key)
        if apart is None:
            steps.append(
                Step(
                    f"{name}:key",
                    (f"SELECT {keys} FROM {quoted(name)} GROUP BY {keys} HAVING COUNT(*) > 1"),
                    kind=CHECK,
                )
            )

    for relation in pack.relations.values():
        make(relation)
    return steps


class _Making:
    """Makes the steps of every subject that has rules, measures, sections or frameworks."""

    def __init__(
        self,
        rows: Rows,
        held: set[str],
        rules: list[Rule],
        standards: Input,
        *,
        kept: bool = False,
    ) -> None:
        self.rows, self.held, self.kept, self.standards = rows, held, kept, standards
        self.inputs: dict[str, Input] = {}
        self.judged: dict[str, list[Judged]] = {}
        self.subjects: dict[str, Subject] = {}
        pack = rows.pack
        for rule in rules:
            if self.present(rule.subject):
                judged = self.subject(rule.subject).judge(rule)
                self.judged.setdefault(rule.subject, []).append(judged)
        for name, found in self.judged.items():
            subject = self.subjects[name]
            for judged in found:
                for alias in verdicts.relation_aliases(subject, judged):
                    path = (alias, "members_unknown")
                    subject.ask(Ref(path, Type(NUMBER, 9)))
                if verdicts.amount_remedy(judged):
                    subject.ask(judged.target)
        self.reducing = Reducing(pack, self.subjects, self.judged)
        self.frameworks = [
            frameworks.Scored(item, self.subject(item.subject), pack)
            for item in pack.frameworks.values()
            if self.present(item.subject) and not rows.partition
        ]
        self.measures = [
            Measured(item, self.subject(item.subject))
            for item in pack.measures.values()
            if self.present(item.subject) and not rows.partition
        ]
        self.sections = [
            Showing(item, self.subject(item.subject))
            for item in pack.sections.values()
            if self.present(item.subject) and not rows.partition
        ]

    def present(self, name: str) -> bool:
        """Whether the snapshot holds a subject: the table, or every table a relation reads."""
        relation = self.rows.pack.relations.get(name)
        if relation is None:
            return name in self.held
        return all(self.present(read) for read in relation.reads)

    def subject(self, name: str) -> Subject:
        """The collector of a subject."""
        if name not in self.subjects:
            self.subjects[name] = Subject(self.rows, self.rows.table(name))
        return self.subjects[name]

    def steps(self) -> list[Step]:
        """Wide relation, outcomes, counts and findings of every subject; then all findings."""
        wides = {name: subject.wide() for name, subject in sorted(self.subjects.items())}
        steps = self.full()
        found: list[Part] = []
        counted: list[str] = []
        places: list[tuple[str, str, str, int]] = []
        for name, wide in wides.items():
            subject = self.subjects[name]
            self.inputs.update(norms.inputs(subject, self.standards.rows))
            steps += self.fanout(subject)
            rules = self.judged.get(name, [])
            *before, last = (Step(made, sql, kind=VIEW) for made, sql in wide.items())
            joins = sum(sql.count("LEFT JOIN") for sql in wide.values())
            kind = TABLE if joins > JOINS_IN_A_VIEW else VIEW
            steps += [*before, replace(last, kind=kind)]
            whole = self.whole(subject)
            judged = verdicts.judged_sql(subject, rules, whole=whole)
            steps.append(Step(f"judged_{name}", judged))
            if not rules:
                continue
            counts, unfolded = verdicts.coverage_sql(subject, rules, whole=whole)
            steps.append(Step(f"counted_{name}", counts))
            counted.append(unfolded)
            found += [
                Part(f"counted_{name}", (f"f{at}", f"u{at}"), verdicts.findings_sql(subject, rule))
                for at, rule in enumerate(rules)
            ]
            places += [(r.rule.id, name, r.rule.dimension, at) for at, r in enumerate(rules)]
        columns = {
            "rule_id": "VARCHAR",
            "subject": "VARCHAR",
            "dimension": "VARCHAR",
            "place": "BIGINT",
        }
        self.inputs["rules_run"] = Input(columns, tuple(places))
        none = empty("verdict", *([CASE_COLUMN] * self.rows.partition))
        steps.append(
            Step(
                "verdict",
                none,
                key=RESULTS["verdict"].key,
                kind=RESULT,
                parts=tuple(found),
            )
        )
        steps.append(
            Step(
                "coverage",
                " UNION ALL ".join(counted) or empty("coverage"),
                key=RESULTS["coverage"].key,
                kind=RESULT,
            )
        )
        return steps

    def full(self) -> list[Step]:
        """Each table with its flags and facts, made once for all subjects that read it."""
        reads: dict[tuple[str, str], dict[Rest, None]] = {}
        readers: dict[tuple[str, str], int] = {}
        for subject in self.subjects.values():
            for made, rests in subject.reads.items():
                reads.setdefault(made, {}).update(rests)
                readers[made] = readers.get(made, 0) + 1
        return [
            Step(
                made,
                self.rows.full(name, rests),
                kind=TABLE if readers[made, name] > 1 and made.startswith("full_") else VIEW,
            )
            for (made, name), rests in sorted(reads.items())
        ]

    def whole(self, subject: Subject) -> bool:
        """Whether all judged rows are kept: most rows of a child table have no finding.

        What is scored or measured is kept whole, and so are the cases of a test.
        """
        name = subject.table.name
        used = {item.framework.subject for item in self.frameworks}
        used |= {item.measure.subject for item in self.measures}
        used |= {item.section.subject for item in self.sections}
        clean = subject.table.parent and self.judged.get(name) and name not in used
        return self.kept or not clean or self.rows.partition

    def fanout(self, subject: Subject) -> list[Step]:
        """Checks that every table joined to a subject has at most one row a key."""
        steps = []
        used = {path[0] for path in subject.needed}
        for alias, table in subject.scope.aliases.items():
            if alias == subject.table.name or alias not in used or self.rows.partition:
                continue
            columns = [quoted(there) for there, _ in subject.joined_on(alias, table)]
            keys = ", ".join(columns)
            given = " AND ".join(f"{column} IS NOT NULL" for column in columns)
            steps.append(
                Step(
                    f"{table.name}:{keys}",
                    f"SELECT {keys} FROM {quoted(table.name)} WHERE {given} "
                    f"GROUP BY {keys} HAVING COUNT(*) > 1",
                    kind=CHECK,
                )
            )
        return steps

    def scored(self) -> list[Step]:
        """Scores, gates, grades of the frameworks; measures; sections; reductions; remedies."""
        steps: list[Step] = []
        for scored in self.frameworks:
            steps += scored.steps()
            self.inputs.update(scored.inputs())
        for name, parts in (
            ("score", [item.score_sql() for item in self.frameworks]),
            ("gate", [item.gate_sql() for item in self.frameworks if item.framework.gate]),
            ("grade", [item.grade_sql() for item in self.frameworks if item.framework.x]),
            ("measure", [item.sql() for item in self.measures]),
            ("shown", [item.sql() for item in self.sections]),
        ):
            steps.append(
                Step(
                    name,
                    " UNION ALL ".join(parts) or empty(name),
                    key=RESULTS[name].key,
                    kind=RESULT,
                )
            )
        return [*steps, *self.reducing.steps(), remedies(self.subjects, self.judged)]
