"""What the page holds of rules: formula in words, basis, remedy, counts; and every finding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shangji.compile.scope import RuleScope, typed
from shangji.domain import BASIS_KINDS
from shangji.explain import standard_words
from shangji.language import Ref
from shangji.report.page.packed import Texts, cents, packed
from shangji.report.rows import dicts
from shangji.words import field_words, in_words, shown_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

    from shangji.pack import Pack, Rule
    from shangji.snapshot import Snapshot


def rules(connection: duckdb.DuckDBPyConnection, pack: Pack) -> dict[str, dict[str, Any]]:
    """Every rule that ran, by id; the derived ones only where they found or asked something."""
    counts = {row["rule_id"]: row for row in dicts(connection, "SELECT * FROM coverage")}
    shown = {
        row[0]
        for row in connection.execute(
            "SELECT rule_id FROM verdict UNION SELECT cause_id FROM reduction "
            "WHERE cause_kind = 'rule'"
        ).fetchall()
    }
    return {
        rule.id: _rule(rule, pack, counts.get(rule.id))
        for rule in sorted(pack.rules.values(), key=lambda rule: (rule.derived, rule.id))
        if rule.id in shown or not rule.derived
    }


def _rule(rule: Rule, pack: Pack, count: Mapping[str, Any] | None) -> dict[str, Any]:
    subject = pack.relation_or_table(rule.subject)
    if subject is None:
        raise KeyError(rule.subject)
    scope = RuleScope(pack, subject, rule.standards)

    def words(text: str) -> str:
        return in_words(typed(text, scope, rule.id), pack, scope) if text else ""

    measured = typed(rule.measured, scope, rule.id) if rule.measured else None
    return {
        "title": rule.title,
        "dimension": rule.dimension,
        "severity": rule.severity,
        "status": rule.status,
        "visible": rule.visible_to,
        "subject": subject.zh,
        "applies": words(rule.applies),
        "fails": words(rule.fails),
        "measured": words(rule.measured),
        "allowed": words(rule.allowed),
        "field": words(rule.measured) if isinstance(measured, Ref) else "",
        "basis": [
            [basis.kind, BASIS_KINDS[basis.kind], str(basis), basis.note] for basis in rule.basis
        ],
        "message": rule.message,
        "limits": rule.known_limits,
        "question": rule.question,
        "remedy": remedy_words(rule, pack, scope),
        "derived": rule.derived,
        "counts": [count[name] for name in ("rows", "applied", "fail", "unknown")]
        if count
        else None,
    }


def remedy_words(rule: Rule, pack: Pack, scope: RuleScope) -> str:
    """What would mend a finding, in words; `{allowed}` is the finding's own figure."""
    remedy = rule.remedy
    if remedy is None:
        return ""
    if remedy.supply:
        return f"补充{field_words(pack, remedy.supply)}"
    what = in_words(typed(remedy.set, scope, rule.id), pack, scope)
    value = in_words(typed(remedy.to, scope, rule.id), pack, scope)
    shown = f"{{allowed}}（{value}）" if remedy.to == rule.allowed else value
    return f"把“{what}”改为 {shown}"


def findings(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    at: Mapping[str, int],
    pack: Pack,
    texts: Texts,
) -> dict[str, Any]:
    """Every finding: rule, project, figures, money at stake, standards used, place."""
    places = _places(connection, snapshot)
    names = (
        *("rule", "project", "unit_code", "status", "severity", "measured", "allowed", "kind"),
        *("stake", "standards", "source", "sheet", "row", "key"),
    )
    plain = {"project", "stake", "row"}
    return packed(
        names,
        _findings(connection, places, at, pack, texts),
        [name for name in names if name not in plain],
    )


def _findings(
    connection: duckdb.DuckDBPyConnection,
    places: Mapping[tuple[str, str], tuple[str, str, int]],
    at: Mapping[str, int],
    pack: Pack,
    texts: Texts,
) -> Iterator[tuple[Any, ...]]:
    for row in dicts(
        connection, "SELECT * FROM verdict WHERE outcome = 'fail' ORDER BY rule_id, key"
    ):
        source, sheet, number = places.get((row["subject"], row["key"]), ("", "", 0))
        shown = [
            texts.free(shown_value(row[name], row["value_kind"]) if row[name] else "")
            for name in ("measured", "allowed")
        ]
        used = [standard_words(pack, item) for item in json.loads(row["standards"])]
        yield (
            texts.code(row["rule_id"]),
            at.get(row["project_code"], -1),
            texts.code(row["unit_code"]),
            texts.code(row["status"]),
            texts.code(row["severity"]),
            *shown,
            texts.code(row["value_kind"]),
            cents(row["at_stake_yuan"]),
            texts.code("；".join(used)),
            texts.free(source),
            texts.free(sheet),
            number,
            texts.free("" if source else row["key"]),
        )


def _places(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot
) -> dict[tuple[str, str], tuple[str, str, int]]:
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
