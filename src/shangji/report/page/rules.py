"""What the page holds of rules: formula in words, basis, counts; and every finding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shangji.compile.scope import RuleScope, typed
from shangji.domain import BASIS_KINDS
from shangji.remarks import own_column
from shangji.report.page.packed import Texts, cents, masked, packed
from shangji.report.page.quotes import shown_quotes
from shangji.report.rows import dicts
from shangji.responses import finding_id
from shangji.trace import cited, grounds, rules_came_to, standard_words
from shangji.words import in_words, remedy_words, shown_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from shangji.pack import Pack, Rule
    from shangji.report.page.quotes import Quoted
    from shangji.responses import Response
    from shangji.snapshot import Snapshot

GROUND_KINDS = {**BASIS_KINDS, "standard": "支出标准"}

Place = tuple[str, str, int]

if TYPE_CHECKING:
    Given = tuple[Snapshot, Mapping[str, int], Pack, Texts]


def rules(connection: duckdb.DuckDBPyConnection, pack: Pack) -> dict[str, dict[str, Any]]:
    """Every rule, by id; the derived ones only where they found or asked something."""
    counts = {row["rule_id"]: row for row in dicts(connection, "SELECT * FROM coverage")}
    return {
        rule.id: in_full(rule, pack, counts.get(rule.id))
        for rule in sorted(pack.rules.values(), key=lambda rule: (rule.derived, rule.id))
        if not rule.derived or _met(counts.get(rule.id))
    }


def _met(count: Mapping[str, Any] | None) -> bool:
    return count is not None and bool(count["fail"] or count["unknown"])


def in_full(rule: Rule, pack: Pack, count: Mapping[str, Any] | None) -> dict[str, Any]:
    """A rule as people read it: formula in words, basis, limits, and what it came to if known."""
    subject = pack.relation_or_table(rule.subject)
    if subject is None:
        raise KeyError(rule.subject)
    scope = RuleScope(pack, subject, rule.standards)

    def words(text: str) -> str:
        return in_words(typed(text, scope, rule.id), pack, scope) if text else ""

    column = subject.by_name.get(own_column(rule, subject))
    return {
        "title": rule.title,
        "dimension": rule.dimension,
        "severity": rule.severity,
        "status": rule.status,
        "visible": rule.visible_to,
        "subject": subject.zh,
        "parent": parent.zh if (parent := pack.tables.get(subject.parent)) else "",
        "applies": words(rule.applies),
        "fails": words(rule.fails),
        "measured": words(rule.measured),
        "allowed": words(rule.allowed),
        "field": column.zh if column else "",
        "basis": [[GROUND_KINDS[kind], name, says] for kind, name, says in cited(pack, rule)],
        "message": rule.message,
        "limits": rule.known_limits,
        "question": rule.question,
        "derived": rule.derived,
        "counts": [count[name] for name in ("rows", "applied", "fail", "unknown")]
        if count
        else None,
    }


def came_to(connection: duckdb.DuckDBPyConnection, pack: Pack) -> dict[str, Any]:
    """What each rule, and each article or standard that rules rest on, came to in yuan."""
    return {
        "rules": {
            name: [one.findings, one.unknown, one.projects, *_money(one)]
            for name, one in rules_came_to(connection).items()
        },
        "grounds": [
            {
                "kind": GROUND_KINDS[ground.kind],
                "name": ground.name,
                "says": ground.says,
                "rules": [[one.rule_id, one.findings, *_money(one)] for one in ground.rules],
                "findings": ground.findings,
                "cut": cents(ground.cut_yuan),
            }
            for ground in grounds(connection, pack)
        ],
    }


def _money(one: Any) -> tuple[int | None, int | None]:  # noqa: ANN401 - trace.Resting
    return cents(one.at_stake_yuan), cents(one.cut_yuan)


def findings(
    connection: duckdb.DuckDBPyConnection,
    given: Given,
    told: tuple[Mapping[str, Sequence[Response]], Quoted],
) -> dict[str, Any]:
    """Every finding: rule, project, figures, standards, cell, remedy, answers, quotes."""
    answers, quotes = told
    snapshot, _, _, texts = given
    places = _places(connection, snapshot)
    names = (
        *("rule", "project", "unit_code", "status", "severity", "measured", "allowed", "kind"),
        *(
            "stake",
            "standards",
            "source",
            "sheet",
            "row",
            "cell",
            "key",
            "remedy",
            "answers",
            "quotes",
        ),
    )
    plain = {"project", "stake", "row", "standards", "answers", "quotes"}
    found = (
        (
            *_finding(row, places.get((row["subject"], row["key"])), given),
            [texts.free(answer_words(item)) for item in _answers(row, answers)],
            shown_quotes(quotes.get((row["rule_id"], row["key"]), ()), texts),
        )
        for row in dicts(
            connection,
            "SELECT v.*, r.set_to FROM verdict AS v LEFT JOIN remedy AS r "
            "ON r.rule_id = v.rule_id AND r.key = v.key "
            "WHERE v.outcome = 'fail' ORDER BY v.rule_id, v.key",
        )
    )
    return packed(names, found, [name for name in names if name not in plain])


def _finding(
    row: Mapping[str, Any],
    place: Place | None,
    given: Given,
) -> tuple[Any, ...]:
    snapshot, at, pack, texts = given
    rule = pack.rules[row["rule_id"]]
    source, sheet, number = place or ("", "", 0)
    table = pack.relation_or_table(rule.subject)
    column = own_column(rule, table) if table else ""
    cell = snapshot.cell(rule.subject, source, sheet, number, column) if place and column else ""
    return (
        texts.code(rule.id),
        at.get(row["project_code"], -1),
        texts.code(row["unit_code"]),
        texts.code(row["status"]),
        texts.code(row["severity"]),
        *_values(row, texts),
        texts.code(row["value_kind"]),
        cents(row["at_stake_yuan"]),
        [texts.code(standard_words(pack, item)) for item in json.loads(row["standards"])],
        texts.free(source),
        texts.free(sheet),
        number,
        texts.code(cell),
        texts.free("" if source and row["project_code"] else row["key"]),
        texts.free(remedy_words(pack, rule, row["set_to"])),
    )


def _answers(
    row: Mapping[str, Any], answers: Mapping[str, Sequence[Response]]
) -> Sequence[Response]:
    if not answers:  # a name costs two digests
        return ()
    return answers.get(finding_id(row["rule_id"], row["subject"], row["key"]), ())


def answer_words(answer: Response) -> str:
    """A unit's answer with the round in which it came and the paper that came with it."""
    batch = f"{answer.batch}：" if answer.batch else ""
    paper = f"（附件：{answer.attachment_name}）" if answer.attachment_name else ""
    return f"{batch}{answer.answer or '没有文字说明'}{paper}"


def _values(row: Mapping[str, Any], texts: Texts) -> Iterator[int]:
    for name in ("measured", "allowed"):
        value = shown_value(row[name], row["value_kind"]) if row[name] else ""
        yield texts.code(masked(value) if row["value_kind"] == "text" else value)


def _places(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot
) -> dict[tuple[str, str], Place]:
    """Where the rows of findings stood; a relation's row is made of several and has no place."""
    found = {}
    subjects = {
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT subject FROM verdict WHERE outcome = 'fail'"
        ).fetchall()
    }
    for name in sorted(subjects & set(snapshot.tables)):
        for key, source, sheet, number in connection.execute(
            f'SELECT row_key, row_source, row_sheet, row_number FROM "given_{name}" WHERE row_key '
            "IN (SELECT key FROM verdict WHERE subject = ? AND outcome = 'fail')",
            [name],
        ).fetchall():
            found[name, key] = (source, sheet, number)
    return found
