"""Versions frozen for a meeting (V3 党组会稿), and what changed from one to another."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from shangji import digest
from shangji.errors import Problem, Refused, Where
from shangji_web.ledgered.services import log
from shangji_web.meetings.models import FrozenVersion
from shangji_web.projects.models import Project
from shangji_web.projects.services import refuse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from shangji_web.people.models import Post
    from shangji_web.seasons.models import Season

AMOUNTS = ("asked_yuan", "suggested_yuan", "decided_yuan", "issued_yuan")
TEXTS = ("code", "name", "unit_code", "unit_name", "department_code", "department_name")
MORE = ("lane", "category", "step", "grade")


@dataclass(frozen=True)
class Change:
    """A project that differs between two versions; None where a version has not the project."""

    row: Mapping[str, Any]
    before_yuan: Decimal | None
    after_yuan: Decimal | None
    new: bool
    gone: bool

    @property
    def by_yuan(self) -> Decimal:
        """After less before."""
        return (self.after_yuan or Decimal(0)) - (self.before_yuan or Decimal(0))


def freeze(season: Season, post: Post, name: str, leave_out: Collection[str] = ()) -> FrozenVersion:
    """Freeze the amounts of every submitted project under a number and a name.

    Args:
        season: the budget year.
        post: who freezes.
        name: what the version is for.
        leave_out: amounts that whoever reads this version may not see.

    Raises:
        Refused: there is nothing to freeze.
    """
    with transaction.atomic():
        rows = [
            {
                **{key: getattr(project, key) for key in (*TEXTS, *MORE)},
                **{
                    key: None if key in leave_out else _text(getattr(project, key))
                    for key in AMOUNTS
                },
                "round": project.round,
                "version": project.version,
                "reason": reason(project),
            }
            for project in Project.objects.filter(season=season, submitted_at__isnull=False)
            .prefetch_related("decisions")
            .order_by("code")
        ]
        if not rows:
            says = "还没有送审的项目。"
            refuse([Problem("version-empty", Where(field=name), says, "有项目送审后再冻结。")])
        text = digest.canonical({"year": season.year, "rows": rows})
        number = season.frozen_versions.count() + 1
        made: FrozenVersion = FrozenVersion.objects.create(
            season=season,
            name=f"V{number} {name}".strip(),
            content=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            by=post.person,
        )
        told = {"version": made.name, "sha256": made.sha256, "projects": len(rows)}
        log("decision", post, {"act": "freeze", "year": season.year, **told})
    return made


def reason(project: Project) -> str:
    """The reason of the decision that counts, from decisions that were fetched before."""
    held = [made for made in project.decisions.all() if made.undone_at is None]
    return held[-1].reason if held else ""


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def rows_of(version: FrozenVersion) -> list[dict[str, Any]]:
    """The rows of a frozen version, amounts as Decimal.

    Raises:
        Refused: its text is no longer what was frozen.
    """
    if hashlib.sha256(version.content.encode()).hexdigest() != version.sha256:
        says = f"“{version.name}”的内容和冻结时的摘要不一致。"
        where = Where(field=version.name)
        raise Refused([Problem("version-damaged", where, says, "请从备份恢复数据库后再查。")])
    rows: list[dict[str, Any]] = json.loads(version.content)["rows"]
    for row in rows:
        for name in AMOUNTS:
            row[name] = None if row[name] is None else Decimal(row[name])
    return rows


def differences(old: FrozenVersion, new: FrozenVersion) -> list[Change]:
    """Projects whose decided amount differs, or that only one of the two versions has."""
    before = {row["code"]: row for row in rows_of(old)}
    after = {row["code"]: row for row in rows_of(new)}
    found = []
    for code in sorted(before.keys() | after.keys()):
        was, now = before.get(code), after.get(code)
        made = Change(
            now or was or {},
            was["decided_yuan"] if was else None,
            now["decided_yuan"] if now else None,
            new=was is None,
            gone=now is None,
        )
        if made.new or made.gone or made.before_yuan != made.after_yuan:
            found.append(made)
    return found
