"""The list of projects behind a figure of the leader's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q

from shangji.report.reviewed import NO_GRADE, RIGID, SPREAD
from shangji.review import open_report
from shangji.words import RULE
from shangji_web import place
from shangji_web.reviews.models import Outcome
from shangji_web.rights.scope import projects_seen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from shangji_web.people.models import Post
    from shangji_web.reviews.models import Run


def outcomes_seen(post: Post, run: Run) -> QuerySet[Outcome]:
    """The outcomes of a run for the projects that a post sees."""
    seen = projects_seen(post).filter(season=run.season)
    return Outcome.objects.filter(run=run, project__in=seen).select_related("project")


def listed(post: Post, run: Run, show: Mapping[str, str]) -> QuerySet[Outcome]:
    """The outcomes that a figure counts.

    Args:
        post: who asks.
        run: the review.
        show: gate, grade, department, codes, cause with name, arranged, as the links have them.
    """
    found = outcomes_seen(post, run)
    if show.get("gate"):
        found = found.filter(gate=show["gate"])
    if show.get("grade"):
        found = found.filter(_grade(show["grade"]))
    if show.get("department"):
        found = found.filter(project__department_code=show["department"])
    if show.get("codes"):
        found = found.filter(project__code__in=show["codes"].split(","))
    if show.get("arranged") == "yes":
        found = found.filter(arranged_yuan__gt=0)
    if show.get("q"):
        words = show["q"].strip()
        name = Q(project__name__icontains=words) | Q(project__unit_name__icontains=words)
        found = found.filter(name | Q(project__code=words))
    if show.get("cause"):
        codes = codes_of_cause(run, show["cause"], show.get("name", ""))
        found = found.filter(project__code__in=codes)
    return found


def _grade(name: str) -> Q:
    """Under which heading the report counts a project."""
    rigid = Q(project__lane="rigid")
    if name == NO_GRADE:
        return Q(low_grade="") & ~rigid
    if name == RIGID:
        return Q(low_grade="") & rigid
    if name == SPREAD:
        return ~Q(low_grade="") & ~Q(low_grade=F("high_grade"))
    return Q(low_grade=name, high_grade=name)


def codes_of_cause(run: Run, kind: str, name: str) -> set[str]:
    """The codes of projects from which a cause took something, by the run's own tables."""
    import duckdb

    try:
        _, results, _, _ = open_report(place.folder(place.RUNS) / run.folder)
    except FileNotFoundError:
        return set()
    table = "plan_cause" if "plan_cause" in results.rows else "reduction"
    sql = "SELECT DISTINCT project_code FROM read_parquet(?) WHERE cause_kind = ?"
    given = [str(results.path(table)), kind]
    if kind in {RULE, "gate"}:
        sql, given = f"{sql} AND cause_id = ?", [*given, name]
    with duckdb.connect() as connection:
        return {row[0] for row in connection.execute(sql, given).fetchall()}
