"""Both ways: from an article or a standard to every finding and yuan on it; from a yuan back.

A cut yuan belongs to one rule (table `reduction`), a rule rests on articles and standard rows. So
an article's yuan are those of its rules; a rule that rests on two articles counts under each, and
totals count every yuan once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.checking.basis import ARTICLE, act_of, plain
from shangji.domain import BASIS_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

    from shangji.pack import Basis, Pack, Rule, StandardRow


@dataclass(frozen=True)
class Resting:
    """What one rule came to in a review: findings, unknowns, projects, yuan at stake, yuan cut."""

    rule_id: str
    findings: int
    unknown: int
    projects: int
    at_stake_yuan: Decimal
    cut_yuan: Decimal


@dataclass(frozen=True)
class Ground:
    """Something that rules rest on: an article, a document, a standard row, or plain arithmetic.

    `name` is how people cite it, `says` our line on it where the policy index has one.
    """

    kind: str
    name: str
    says: str
    rules: tuple[Resting, ...]

    @property
    def findings(self) -> int:
        """Findings of all its rules."""
        return sum(rule.findings for rule in self.rules)

    @property
    def cut_yuan(self) -> Decimal:
        """Yuan cut by all its rules."""
        return sum((rule.cut_yuan for rule in self.rules), Decimal(0))


def rules_came_to(connection: duckdb.DuckDBPyConnection) -> dict[str, Resting]:
    """What each rule with a finding, an unknown or a cut came to; views as `explain.register`."""
    rows = connection.execute(
        """
        WITH found AS (
          SELECT rule_id, count(*) FILTER (outcome = 'fail') AS findings,
            count(*) FILTER (outcome = 'unknown') AS unknowns,
            count(DISTINCT project_code) FILTER (outcome = 'fail') AS projects,
            coalesce(sum(at_stake_yuan) FILTER (outcome = 'fail'), 0)::DECIMAL(18,2) AS stake
          FROM verdict GROUP BY rule_id
        ), cut AS (
          SELECT cause_id, sum(asked_yuan - approved_yuan)::DECIMAL(18,2) AS cut
          FROM reduction GROUP BY cause_id
        )
        SELECT coalesce(rule_id, cause_id), coalesce(findings, 0), coalesce(unknowns, 0),
          coalesce(projects, 0), coalesce(stake, 0)::DECIMAL(18,2),
          coalesce(cut, 0)::DECIMAL(18,2)
        FROM found FULL JOIN cut ON rule_id = cause_id ORDER BY 1
        """
    ).fetchall()
    return {row[0]: Resting(*row) for row in rows}


def grounds(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[Ground]:
    """Every ground that some rule with a finding, an unknown or a cut rests on, most yuan first."""
    came_to = rules_came_to(connection)
    resting: dict[tuple[str, str], list[Resting]] = {}
    says: dict[tuple[str, str], str] = {}
    for rule in pack.rules.values():
        found = came_to.get(rule.id)
        if found is None:
            continue
        for kind, name, line in cited(pack, rule):
            held = resting.setdefault((kind, name), [])
            if found not in held:
                held.append(found)
            says[kind, name] = line
    for row_id, found_by in _standards(connection, came_to).items():
        row = standard_row(pack, row_id)
        if row:
            key = ("standard", standard_words(pack, row_id))
            resting[key] = found_by
            says[key] = str(row.basis)
    made = [
        Ground(kind, name, says[kind, name], tuple(sorted(found, key=lambda one: one.rule_id)))
        for (kind, name), found in resting.items()
    ]
    return sorted(made, key=lambda one: (-one.cut_yuan, -one.findings, one.kind, one.name))


def cited(pack: Pack, rule: Rule) -> Iterator[tuple[str, str, str]]:
    """What a rule cites, an article at a time, with our line on it."""
    for basis in rule.basis:
        act = act_of(pack, basis)
        articles = ARTICLE.findall(basis.article)
        if basis.kind in {"law", "act"} and articles:
            for article in articles:
                line = act.articles.get(article, "") if act else ""
                yield basis.kind, f"{_whole(basis)}{article}", line
        else:
            name = str(basis) if basis.kind != "arithmetic" else BASIS_KINDS["arithmetic"]
            yield basis.kind, name, act.note if act else ""


def rules_citing(pack: Pack, doc_no: str, title: str) -> list[tuple[str, tuple[str, ...]]]:
    """The rules that rest on a document, an article at a time; an empty article is the whole."""
    found: dict[str, list[str]] = {}
    for rule in pack.rules.values():
        for basis in rule.basis:
            same = doc_no and plain(basis.doc_no) == plain(doc_no)
            if not same and not (basis.title and plain(basis.title) == plain(title)):
                continue
            for article in ARTICLE.findall(basis.article) or [""]:
                held = found.setdefault(article, [])
                if rule.id not in held:
                    held.append(rule.id)
    return [(article, tuple(rules)) for article, rules in found.items()]


def _whole(basis: Basis) -> str:
    name = f"《{basis.title}》" if basis.title else ""
    return f"{name}（{basis.doc_no}）" if name and basis.doc_no else name or basis.doc_no


def _standards(
    connection: duckdb.DuckDBPyConnection, came_to: Mapping[str, Resting]
) -> dict[str, list[Resting]]:
    """What the rules came to on the rows that used each standard row."""
    rows = connection.execute(
        """
        WITH used AS (
          SELECT unnest(from_json(standards, '["VARCHAR"]')) AS standard, rule_id, key,
            project_code, outcome, at_stake_yuan FROM verdict
        ), cut AS (
          SELECT cause_id, project_code, line_key,
            sum(asked_yuan - approved_yuan) AS cut FROM reduction GROUP BY ALL
        )
        SELECT standard, rule_id, count(*) FILTER (outcome = 'fail'),
          count(*) FILTER (outcome = 'unknown'),
          count(DISTINCT used.project_code) FILTER (outcome = 'fail'),
          coalesce(sum(at_stake_yuan) FILTER (outcome = 'fail'), 0)::DECIMAL(18,2),
          coalesce(sum(cut), 0)::DECIMAL(18,2)
        FROM used LEFT JOIN cut ON cause_id = rule_id AND cut.project_code = used.project_code
          AND line_key = key
        GROUP BY standard, rule_id ORDER BY standard, rule_id
        """
    ).fetchall()
    found: dict[str, list[Resting]] = {}
    for standard, *row in rows:
        if row[0] in came_to:
            found.setdefault(standard, []).append(Resting(*row))
    return found


def standard_row(pack: Pack, row_id: str) -> StandardRow | None:
    """The standard row that an id in a verdict names."""
    standard = pack.standards.get(row_id.partition("[")[0].partition("@")[0])
    rows = standard.rows if standard else ()
    return next((row for row in rows if row.id == row_id), None)


def standard_words(pack: Pack, row_id: str) -> str:
    """A standard row in words: name, value, unit, from when."""
    code = row_id.partition("[")[0].partition("@")[0]
    row = standard_row(pack, row_id)
    if row is None:
        return row_id
    standard = pack.standards[code]
    keys = "、".join(row.keys)
    named = f"{standard.zh}（{keys}）" if keys else standard.zh
    return f"{named} {row.value:f} {standard.unit}，{row.effective_from} 起"


def matching(found: list[Ground], pack: Pack, asked: str) -> list[Ground]:
    """The grounds that a person means by a title, a number, an article or a standard's code."""
    wanted = plain(asked).replace("《", "").replace("》", "")
    standard = pack.standards.get(asked)
    return [
        one
        for one in found
        if wanted in plain(one.name).replace("《", "").replace("》", "")
        or (standard and one.kind == "standard" and one.name.startswith(standard.zh))
    ]


@dataclass(frozen=True)
class Step:
    """One cut on the way from the asked yuan: where, how much, by which rule, resting on what."""

    line_key: str
    fund_source: str
    asked_yuan: Decimal
    approved_yuan: Decimal
    rule_id: str
    measured: str
    allowed: str
    value_kind: str
    grounds: tuple[str, ...]
    standards: tuple[str, ...]


def back(connection: duckdb.DuckDBPyConnection, pack: Pack, project_code: str) -> list[Step]:
    """From a project's cut yuan back: each cut with its rule, figures, articles and standards."""
    rows = connection.execute(
        """
        SELECT r.line_key, r.fund_source, r.asked_yuan, r.approved_yuan, r.cause_id,
          v.measured, v.allowed, v.value_kind, v.standards
        FROM reduction AS r LEFT JOIN verdict AS v ON v.rule_id = r.cause_id
          AND v.project_code = r.project_code AND v.outcome = 'fail'
          AND (v.key = r.line_key OR r.line_key = '')
        WHERE r.project_code = ?
        QUALIFY row_number() OVER (
          PARTITION BY r.line_key, r.fund_source, r.step ORDER BY v.key) = 1
        ORDER BY r.line_key, r.fund_source, r.step
        """,
        [project_code],
    ).fetchall()
    return [_step(pack, *row) for row in rows]


def _step(pack: Pack, *row: Any) -> Step:  # noqa: ANN401 - a row of the query above
    line, fund, asked, approved, rule_id, measured, allowed, kind, standards = row
    rule = pack.rules.get(rule_id)
    return Step(
        line_key=line,
        fund_source=fund,
        asked_yuan=asked,
        approved_yuan=approved,
        rule_id=rule_id,
        measured=measured or "",
        allowed=allowed or "",
        value_kind=kind or "",
        grounds=tuple(name for _, name, _ in cited(pack, rule)) if rule else (),
        standards=tuple(standard_words(pack, name) for name in json.loads(standards or "[]")),
    )
