"""What the public and what congress and audit may read: nothing but what was let out."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum

from shangji_web.filings.models import Filing
from shangji_web.publicity.models import PublicNotice
from shangji_web.rights.scope import published
from shangji_web.seasons.models import Season

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shangji_web.projects.models import Project

TARGETS = ("level1", "level2", "level3", "value_text", "measure_unit")
"""The columns of a performance target that are published."""


def open_seasons() -> QuerySet[Season]:
    """The budget years that were published."""
    return Season.objects.filter(published_at__isnull=False).order_by("-year")


def open_departments(season: Season) -> list[dict[str, Any]]:
    """The issued budget of each department."""
    rows = published().filter(season=season).values("department_code", "department_name")
    return list(
        rows.annotate(projects=Count("pk"), issued=Sum("issued_yuan")).order_by("department_code")
    )


def open_projects(season: Season, department: str) -> QuerySet[Project]:
    """The issued projects of a department."""
    return (
        published()
        .filter(season=season, department_code=department)
        .order_by("unit_code", "-issued_yuan", "code")
    )


def targets(project: Project) -> list[dict[str, str]]:
    """The performance targets of a project as it was last filed."""
    text = (
        Filing.objects.filter(project=project)
        .order_by("-version")
        .values_list("content", flat=True)
        .first()
    )
    rows = json.loads(text)["rows"].get("target", []) if text else []
    return [{name: row.get(name, "") for name in TARGETS} for row in rows]


def notices(season: Season | None = None) -> QuerySet[PublicNotice]:
    """The notices that stand in the public area."""
    found = PublicNotice.objects.filter(withdrawn_at__isnull=True).select_related("season")
    return found.filter(season=season) if season else found


def sums(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The sums of frozen rows by department, and of all."""
    made: dict[str, dict[str, Any]] = {}
    for row in rows:
        held = made.setdefault(
            row["department_code"],
            {"name": row["department_name"], "projects": 0, "asked": Decimal(0)}
            | {"decided": Decimal(0), "issued": Decimal(0)},
        )
        held["projects"] += 1
        for name in ("asked", "decided", "issued"):
            held[name] += row[f"{name}_yuan"] or Decimal(0)
    every = list(made.values())
    total = {
        name: sum((row[name] for row in every), Decimal(0))
        for name in ("asked", "decided", "issued")
    }
    return {"rows": every, "total": {**total, "projects": len(rows)}}
