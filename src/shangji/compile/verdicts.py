"""SQL of outcomes, findings and coverage, from a subject's wide relation.

A verdict is Kleene `applies AND fails`; `applies` is never a WHERE. Findings are written for fail
and unknown only; pass and not applicable are counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.compile.rows import quoted, text
from shangji.language import Literal, Ref, refs
from shangji.language.tree import NUMBER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.compile.subject import Judged, Subject
    from shangji.language import Expr

NOT_APPLICABLE, PASSED, UNKNOWN, FAILED = 0, 1, 2, 3
"""Outcomes inside an engine, in this order."""

AT_ONCE = 8
"""Rules judged in one SELECT: an engine's planning grows with the square of their number."""

AMOUNT = "amount_yuan"
STATUS_ORDER = ("draft", "trial", "active")


def judged_sql(subject: Subject, rules: Sequence[Judged], *, whole: bool = True) -> str:
    """SELECT of the wide relation with one small number a rule: its outcome on the row.

    Args:
        subject: the judged rows.
        rules: the rules that judge them.
        whole: every row; else only those on which a rule fails or is unknown.
    """
    outcomes = [f"{outcome(subject, rule)} AS {quoted(rule.rule.id)}" for rule in rules]
    every = f"SELECT w.*, 0 AS none FROM wide_{subject.table.name} AS w"
    source = f"wide_{subject.table.name}"
    for at in range(0, len(outcomes), AT_ONCE):
        every = f"SELECT w.*, {', '.join(outcomes[at : at + AT_ONCE])} FROM {source} AS w"
        source = f"({every})"
    if whole:
        return every
    any_of = " OR ".join(f"{quoted(rule.rule.id)} >= {UNKNOWN}" for rule in rules)
    return f"SELECT * FROM ({every}) AS j WHERE {any_of}"


def outcome(subject: Subject, judged: Judged) -> str:
    """The outcome of a rule on a row, each predicate written once."""
    applies = subject.sql(judged.applies, judged.rule)
    fails = subject.sql(judged.fails, judged.rule)
    passed = f"WHEN NOT ({fails}) THEN {PASSED} "
    if isinstance(judged.applies, Literal) and judged.applies.value is True:
        code = f"CASE {passed}WHEN ({fails}) THEN {FAILED} ELSE {UNKNOWN} END"
    else:
        code = (
            f"CASE WHEN NOT ({applies}) THEN {NOT_APPLICABLE} {passed}"
            f"WHEN ({applies}) AND ({fails}) THEN {FAILED} ELSE {UNKNOWN} END"
        )
    return f"CAST({code} AS TINYINT)"


def findings_sql(subject: Subject, judged: Judged) -> str:
    """SELECT of one rule's findings with values, money at stake, and what was missing."""
    rule = judged.rule
    inputs = subject.inputs(judged.applies, judged.fails, uses=rule.standards)
    mark = quoted(rule.id)
    columns = {
        "rule_id": text(rule.id),
        "rule_digest": text(rule.digest),
        "subject": text(rule.subject),
        "key": "row_key",
        "project_code": "row_project",
        "unit_code": "row_unit",
        "outcome": f"CASE WHEN {mark} = {FAILED} THEN 'fail' ELSE 'unknown' END",
        "status": status(subject, judged),
        "severity": severity(subject, judged),
        "measured": shown(subject, judged, judged.measured),
        "allowed": shown(subject, judged, judged.allowed),
        "value_kind": text(value_kind(judged)),
        "at_stake_yuan": _at_stake(subject, judged),
        "owed_by": f"CASE WHEN {mark} = {UNKNOWN} THEN {_owed(subject, judged, inputs)} END",
        "members_unknown": _members(subject, judged),
        "standards": _standards(subject, judged),
        "evidence": "'[]'",
        "missing": f"CASE WHEN {mark} = {UNKNOWN} THEN {_missing(subject, judged, inputs)} "
        "ELSE '[]' END",
    }
    shown_columns = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    if subject.rows.partition:
        shown_columns += ", row_case"
    return f"SELECT {shown_columns} FROM judged_{subject.table.name} WHERE {mark} >= {UNKNOWN}"


def _used(subject: Subject, judged: Judged) -> list[str]:
    """The standards a rule joined, by the alias of their join."""
    return [subject.standard_name(use) for use in judged.rule.standards]


def status(subject: Subject, judged: Judged) -> str:
    """The weaker of the rule's status and of each standard row it used."""
    status = judged.rule.status
    weaker = [
        name for name in STATUS_ORDER if STATUS_ORDER.index(name) < STATUS_ORDER.index(status)
    ]
    lines = []
    for name in weaker:
        any_of = " OR ".join(f"{alias}__status = {text(name)}" for alias in _used(subject, judged))
        if any_of:
            lines.append(f"WHEN {any_of} THEN {text(name)}")
    return f"CASE {' '.join(lines)} ELSE {text(status)} END" if lines else text(status)


def severity(subject: Subject, judged: Judged) -> str:
    """A standard that does not bind the region is a reference: a hint, no more."""
    severity = text(judged.rule.severity)
    loose = " OR ".join(f"{alias}__binding = FALSE" for alias in _used(subject, judged))
    return f"CASE WHEN {loose} THEN 'hint' ELSE {severity} END" if loose else severity


def value_kind(judged: Judged) -> str:
    """The kind of the values shown: money, number, count, date, text or flag."""
    expr = judged.measured or judged.allowed
    if expr is None:
        return "text"
    if judged.rule.shows_scale and not expr.type.money:
        return "number"
    return kind_of(expr)


def kind_of(expr: Expr) -> str:
    """The kind of an expression's values."""
    if expr.type.name == NUMBER:
        return "money" if expr.type.money else ("number" if expr.type.scale else "count")
    return expr.type.name


def shown(subject: Subject, judged: Judged, expr: Expr | None) -> str:
    """A value as canonical text: decimals with their places, dates in ISO form."""
    if expr is None:
        return "CAST(NULL AS VARCHAR)"
    sql = subject.sql(expr, judged.rule)
    if expr.type.name == NUMBER and judged.rule.shows_scale:
        sql = f"CAST({sql} AS DECIMAL(38,{expr.type.scale})) * {judged.rule.shows_scale}"
        return f"CAST(CAST({sql} AS DECIMAL(38,2)) AS VARCHAR)"
    return canonical(expr, sql)


def canonical(expr: Expr, sql: str) -> str:
    """The canonical text of a value: decimals with their places, dates in ISO form."""
    if expr.type.name == NUMBER:
        scale = 2 if expr.type.money else expr.type.scale
        sql = f"CAST({sql} AS DECIMAL(38,{scale}))"
    return f"CAST({sql} AS VARCHAR)"


def amount_remedy(judged: Judged) -> bool:
    """Whether a rule's remedy sets the amount of the judged row itself."""
    target = judged.target
    return (
        isinstance(target, Ref)
        and target.path == (judged.rule.subject, AMOUNT)
        and judged.to is not None
    )


def set_value(subject: Subject, judged: Judged) -> str:
    """What a rule's remedy would set."""
    if judged.to is None:
        raise TypeError(judged.rule.id)
    return subject.sql(judged.to, judged.rule)


def _at_stake(subject: Subject, judged: Judged) -> str:
    if amount_remedy(judged) and judged.target is not None and judged.to is not None:
        asked = subject.sql(judged.target)
        to = f"CAST({set_value(subject, judged)} AS DECIMAL(18,2))"
        stake = (
            f"CASE WHEN {to} >= {asked} THEN 0 WHEN {to} < 0 THEN {asked} ELSE {asked} - {to} END"
        )
    elif judged.at_stake is not None:
        stake = subject.sql(judged.at_stake, judged.rule)
    else:
        return "CAST(NULL AS DECIMAL(18,2))"
    return f"CAST({stake} AS DECIMAL(18,2))"


def _owed(subject: Subject, judged: Judged, inputs: tuple[Ref, ...]) -> str:
    """The strongest supplier among the unknown inputs: a unit's omission comes first."""
    lines = []
    for supplier in ("unit", "bureau"):
        owing = [
            f"({subject.column(judged.rule, ref)} IS NULL AND {owner} = {text(supplier)})"
            for ref in inputs
            if (owner := subject.owed(ref, judged.rule)) == text(supplier)
            or not owner.startswith("'")
        ]
        if owing:
            lines.append(f"WHEN {' OR '.join(owing)} THEN {text(supplier)}")
    return f"CASE {' '.join(lines)} ELSE 'external' END" if lines else "'external'"


def _missing(subject: Subject, judged: Judged, inputs: tuple[Ref, ...]) -> str:
    """Canonical JSON of the inputs that were unknown, in reading order."""
    labels: dict[str, list[str]] = {}
    for ref in inputs:
        use = next((use for use in judged.rule.standards if use.name == ref.path[0]), None)
        label = f"standard:{use.code}" if use else ".".join(ref.path[:2])
        lacking = f"{subject.column(judged.rule, ref)} IS NULL"
        if use:  # no row for known keys; unknown keys are inputs of their own
            lacking = f"{subject.standard_name(use)}__found = FALSE"
        labels.setdefault(label, []).append(lacking)
    parts = [
        "CASE WHEN {} THEN {} END".format(" OR ".join(nulls), text(f'"{label}"'))
        for label, nulls in labels.items()
        if not label.startswith("review.")
    ]
    return f"'[' || CONCAT_WS(',', {', '.join(parts)}) || ']'" if parts else "'[]'"


def _members(subject: Subject, judged: Judged) -> str:
    """How many members of a group could not take part, where the rule reads such a relation."""
    parts = [
        f"COALESCE({quoted(f'{alias}__members_unknown')}, 0)"
        for alias in relation_aliases(subject, judged)
    ]
    return f"CAST({' + '.join(parts)} AS BIGINT)" if parts else "CAST(0 AS BIGINT)"


def relation_aliases(subject: Subject, judged: Judged) -> list[str]:
    """The aliases a rule reads that are relations counting members unknown."""
    relations = subject.rows.pack.relations
    found = dict.fromkeys(ref.path[0] for ref in refs(*judged.all))
    return [
        alias
        for alias in found
        if alias in subject.scope.aliases
        and subject.scope.aliases[alias].name in relations
        and "members_unknown" in subject.scope.aliases[alias].by_name
    ]


def _standards(subject: Subject, judged: Judged) -> str:
    """Canonical JSON of the ids of the standard rows used."""
    aliases = _used(subject, judged)
    if not aliases:
        return "'[]'"
    parts = [
        f"CASE WHEN {alias}__id IS NOT NULL THEN '\"' || {alias}__id || '\"' END"
        for alias in aliases
    ]
    return f"'[' || CONCAT_WS(',', {', '.join(parts)}) || ']'"


def coverage_sql(
    subject: Subject, rules: Sequence[Judged], *, whole: bool = True
) -> tuple[str, str]:
    """The counts of a subject: one row of sums, and the same unfolded to one row a rule.

    Where not every row was judged, the rows and those to which a rule does not apply are counted
    in the wide relation.
    """
    name = subject.table.name
    sums, away = [], ["COUNT(*) AS n"]
    for at, judged in enumerate(rules):
        mark = quoted(judged.rule.id)
        never = f"{mark} = {NOT_APPLICABLE}" if whole else _not_applicable(subject, judged)
        away.append(f"COALESCE(SUM(CASE WHEN {never} THEN 1 ELSE 0 END), 0) AS a{at}")
        for code, short in ((FAILED, "f"), (UNKNOWN, "u")):
            sums.append(
                f"COALESCE(SUM(CASE WHEN {mark} = {code} THEN 1 ELSE 0 END), 0) AS {short}{at}"
            )
    if whole:
        counts = f"SELECT {', '.join(away + sums)} FROM judged_{name}"
    else:
        counts = (
            f"SELECT * FROM (SELECT {', '.join(away)} FROM wide_{name}) AS a "
            f"CROSS JOIN (SELECT {', '.join(sums)} FROM judged_{name}) AS b"
        )
    return counts, _unfolded(name, len(rules))


def _unfolded(name: str, rules: int) -> str:
    """One row a rule out of the one row of counts, by the rule's place among the subject's."""

    def placed(short: str) -> str:
        lines = " ".join(f"WHEN {at} THEN c.{short}{at}" for at in range(rules))
        return f"CAST(CASE r.place {lines} END AS BIGINT)"

    away = placed("a")
    return (
        f"SELECT r.rule_id, r.subject, c.n AS rows, {away} AS not_applicable, "
        f"c.n - {away} AS applied, {placed('f')} AS fail, {placed('u')} AS unknown "
        f"FROM counted_{name} AS c JOIN rules_run AS r ON r.subject = {text(name)}"
    )


def _not_applicable(subject: Subject, judged: Judged) -> str:
    if isinstance(judged.applies, Literal) and judged.applies.value is True:
        return "FALSE"
    return f"NOT ({subject.sql(judged.applies, judged.rule)})"
