"""What a finished review says, taken into the site's tables for lists and rights.

The report's folder is the proof; these rows are its words. Nothing is computed here that the
library has computed: the words of a finding, cuts and grades are read as the report shows them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from shangji.domain import FAIL, SEVERITIES, UNKNOWN
from shangji.remarks import BLOCKS, told
from shangji.report.page.quotes import quoted_findings
from shangji.report.reviewed import open_reviewed
from shangji.report.rows import dicts
from shangji.responses import finding_id
from shangji.review import open_report
from shangji.selfcheck import may_try
from shangji.words import cause_words, field_words
from shangji_web.ledgered.services import log
from shangji_web.projects.models import Project
from shangji_web.reviews.models import Finding, Outcome, Run

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from shangji.pack import Pack
    from shangji.remarks import Remark
    from shangji.report.page.quotes import Quoted
    from shangji_web.seasons.models import Season

WORST = list(SEVERITIES)
BATCH = 500
UNKNOWN_WORDS = "还缺：{fields}。补齐后才能判断。"


@dataclass(frozen=True)
class Said:
    """What a report says, read and checked, before anything of it is kept."""

    run: Run
    findings: list[Finding]
    outcomes: list[Outcome]


def read_report(season: Season, folder: Path, pack: Pack) -> Said:
    """Read the report at `folder`; nothing is written.

    Raises:
        Refused: the report does not fit its own digests.
    """
    import duckdb

    snapshot, results, result, _ = open_report(folder)
    remarks = {item.id: item for item in told(snapshot, results, pack, lambda _: True).remarks}
    with duckdb.connect() as connection:
        open_reviewed(connection, snapshot, results, pack)
        quotes = quoted_findings(connection, pack, None)
        verdicts = dicts(connection, "SELECT * FROM verdict WHERE outcome IN ('fail', 'unknown')")
        reviewed = dicts(connection, "SELECT * FROM reviewed WHERE project_code IS NOT NULL")
        scores = _scores(connection)
        cuts = _reductions(connection, pack)
        arranged = _arranged(connection)
    held = {item.code: item for item in Project.objects.filter(season=season)}
    filed = {source["id"]: source["sha256"] for source in snapshot.sources}
    run = Run(
        season=season,
        folder=folder.name,
        result_digest=result["digest"],
        snapshot_digest=result["snapshot"],
        pack_digest=result["pack"]["digest"],
        projects_count=len(reviewed),
        summary=result["summary"],
    )
    findings = [
        _finding(run, held[row["project_code"]], row, pack, remarks, quotes)
        for row in verdicts
        if row["project_code"] in held
    ]
    outcomes = [
        _outcome(
            run,
            held[code],
            {**row, **arranged.get(code, {}), "filing_sha256": filed.get(code, "")},
            scores,
            cuts,
        )
        for row in reviewed
        if (code := row["project_code"]) in held
    ]
    return Said(run, findings, outcomes)


def keep(season: Season, said: Said) -> Run:
    """Keep what a report says as a new run, and each project's figures with it."""
    with transaction.atomic():
        said.run.save()
        for finding in said.findings:
            finding.run = said.run  # again: only now has it a key
        for outcome in said.outcomes:
            outcome.run = said.run
        Finding.objects.bulk_create(said.findings, BATCH)
        Outcome.objects.bulk_create(said.outcomes, BATCH)
        _hot(said.findings, said.outcomes)
        log("result", None, _entry(season, said.run))
    return said.run


def _entry(season: Season, run: Run) -> dict[str, Any]:
    return {
        "year": season.year,
        "result": run.result_digest,
        "snapshot": run.snapshot_digest,
        "pack": run.pack_digest,
        "projects": run.projects_count,
    }


def _money(value: Any) -> Decimal | None:  # noqa: ANN401 - Decimal or its text
    return None if value is None else Decimal(value)


def _finding(
    run: Run,
    project: Project,
    row: dict[str, Any],
    pack: Pack,
    remarks: dict[str, Remark],
    quotes: Quoted,
) -> Finding:
    rule = pack.rules[row["rule_id"]]
    name = finding_id(row["rule_id"], row["subject"], row["key"])
    remark = remarks.get(name)
    missing = "、".join(field_words(pack, field) for field in json.loads(row["missing"] or "[]"))
    return Finding(
        run=run,
        project=project,
        finding_id=name,
        rule_id=rule.id,
        subject=row["subject"],
        key=row["key"],
        outcome=row["outcome"],
        status=row["status"],
        severity=row["severity"],
        dimension=rule.dimension,
        to_unit=rule.visible_to == "unit",
        before=may_try(rule),
        blocks=remark is not None and remark.kind == BLOCKS,
        title=rule.title,
        says=remark.says if remark else UNKNOWN_WORDS.format(fields=missing),
        why="；".join(map(str, rule.basis)),
        fix=remark.fix if remark else "",
        limits=rule.known_limits,
        place=str(remark.place) if remark else "",
        measured=row["measured"] or "",
        allowed=row["allowed"] or "",
        at_stake_yuan=_money(row["at_stake_yuan"]),
        owed_by=row["owed_by"] or "",
        evidence=[
            {
                "quote": one.quote,
                "place": one.place,
                "document": one.document,
                "page": one.page,
                "box": one.box,
                "confidence": str(one.confidence),
            }
            for one, _ in quotes.get((row["rule_id"], row["key"]), ())
        ],
    )


def _outcome(
    run: Run,
    project: Project,
    row: dict[str, Any],
    scores: dict[str, dict[str, list[str]]],
    cuts: dict[str, list[dict[str, str]]],
) -> Outcome:
    return Outcome(
        run=run,
        project=project,
        filing_sha256=row["filing_sha256"],
        gate=row["gate"] or "",
        low_grade=row["low_grade"] or "",
        high_grade=row["high_grade"] or "",
        scores=scores.get(row["row_key"], {}),
        asked_yuan=_money(row["asked_yuan"]),
        approved_yuan=_money(row["approved_yuan"]),
        arranged_yuan=_money(row.get("arranged_yuan")),
        reductions=cuts.get(row["project_code"], []),
    )


def _scores(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, list[str]]]:
    made: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in dicts(connection, "SELECT * FROM score WHERE subject = 'project'"):
        figures = [row[name] for name in ("low", "high", "known", "full")]
        made[row["key"]][row["node"]] = ["" if item is None else str(item) for item in figures]
    return made


def _reductions(
    connection: duckdb.DuckDBPyConnection, pack: Pack
) -> dict[str, list[dict[str, str]]]:
    made: dict[str, list[dict[str, str]]] = defaultdict(list)
    sql = (
        "SELECT project_code, cause_kind, cause_id, sum(asked_yuan - approved_yuan) AS yuan "
        "FROM reduction GROUP BY ALL HAVING yuan <> 0 ORDER BY project_code, min(step), cause_id"
    )
    for row in dicts(connection, sql):
        made[row["project_code"]].append(
            {
                "kind": row["cause_kind"],
                "id": row["cause_id"],
                "words": cause_words(pack, row["cause_kind"], row["cause_id"]),
                "yuan": str(row["yuan"]),
            }
        )
    return made


def _arranged(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """What the plan of the budget year arranges for each project; nothing where none was drawn."""
    if ("plan",) not in connection.execute("SHOW TABLES").fetchall():
        return {}
    sql = (
        "SELECT project_code, sum(amount_yuan) AS arranged_yuan FROM plan "
        "WHERE year = (SELECT min(year) FROM plan) GROUP BY ALL"
    )
    return {row["project_code"]: row for row in dicts(connection, sql)}


def _hot(findings: list[Finding], outcomes: list[Outcome]) -> None:
    """Write what lists sort and filter by onto the projects."""
    by_project: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_project[finding.project_id].append(finding)
    projects = []
    for outcome in outcomes:
        project, found = outcome.project, by_project[outcome.project_id]
        failed = [item for item in found if item.outcome == FAIL and item.status == "active"]
        unknown = [item for item in found if item.outcome == UNKNOWN and item.status == "active"]
        stakes = [item.at_stake_yuan for item in failed if item.at_stake_yuan is not None]
        project.finding_count, project.unknown_count = len(failed), len(unknown)
        project.at_stake_yuan = sum(stakes) if stakes else None
        project.worst = min((item.severity for item in failed), key=WORST.index, default="")
        project.grade, project.grade_high = outcome.low_grade, outcome.high_grade
        project.suggested_yuan = project.suggested_yuan or outcome.approved_yuan
        projects.append(project)
    names = [
        *("finding_count", "unknown_count", "at_stake_yuan", "worst"),
        *("grade", "grade_high", "suggested_yuan"),
    ]
    Project.objects.bulk_update(projects, names, BATCH)
