"""One cut over many projects as one act, seen before it is done, and taken back to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from shangji import digest
from shangji.allocate.money import yuan
from shangji.errors import Problem, Where
from shangji_web.ledgered.services import log
from shangji_web.meetings.balance import FREE, asked_shares, pots, split
from shangji_web.meetings.models import Batch, Decision
from shangji_web.meetings.services import Choice, decide_all
from shangji_web.projects.models import Project
from shangji_web.projects.services import Way, act_all, refuse
from shangji_web.typed import CENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji_web.meetings.models import Meeting
    from shangji_web.people.models import Post
    from shangji_web.seasons.models import Season

PERCENT = Decimal("0.01")
RIGID = "rigid"


@dataclass(frozen=True)
class Rule:
    """A cut: per cent of what free money pays of each decided project that the filters leave."""

    percent: Decimal
    departments: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    least_yuan: Decimal | None = None
    with_rigid: bool = False
    excluded: tuple[str, ...] = ()

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Rule:
        """The rule of a record."""
        least = record["least_yuan"]
        return cls(
            Decimal(record["percent"]),
            tuple(record["departments"]),
            tuple(record["categories"]),
            tuple(record["grades"]),
            None if least is None else Decimal(least),
            record["with_rigid"],
            tuple(record["excluded"]),
        )

    def record(self) -> dict[str, Any]:
        """As it stands in the records and in the ledger."""
        return {
            "percent": str(self.percent),
            "departments": list(self.departments),
            "categories": list(self.categories),
            "grades": list(self.grades),
            "least_yuan": None if self.least_yuan is None else str(self.least_yuan),
            "with_rigid": self.with_rigid,
            "excluded": sorted(self.excluded),
        }


@dataclass(frozen=True)
class Line:
    """What a cut would do to one project."""

    project: Project
    before_yuan: Decimal
    free_yuan: Decimal
    cut_yuan: Decimal

    @property
    def after_yuan(self) -> Decimal:
        """What would be left."""
        return self.before_yuan - self.cut_yuan


@dataclass(frozen=True)
class Preview:
    """What a cut would do, project by project; `seal` stands for exactly this."""

    rule: Rule
    lines: Sequence[Line]

    @property
    def before_yuan(self) -> Decimal:
        """Decided before."""
        return sum((line.before_yuan for line in self.lines), Decimal(0))

    @property
    def cut_yuan(self) -> Decimal:
        """Taken in all."""
        return sum((line.cut_yuan for line in self.lines), Decimal(0))

    @property
    def after_yuan(self) -> Decimal:
        """Decided after."""
        return self.before_yuan - self.cut_yuan

    @property
    def seal(self) -> str:
        """A digest of the rule and of every project's count of acts and amounts."""
        rows = [
            [line.project.code, line.project.lock, str(line.before_yuan), str(line.cut_yuan)]
            for line in self.lines
        ]
        return digest.of_json({"rule": self.rule.record(), "rows": rows})


def preview(season: Season, rule: Rule) -> Preview:
    """What a cut would do now; only decided projects that have not been told are touched."""
    rows = Project.objects.filter(
        season=season, step="decided", round=1, decided_yuan__isnull=False
    ).order_by("code")
    for name, wanted in (
        ("department_code", rule.departments),
        ("category", rule.categories),
        ("grade", rule.grades),
    ):
        rows = rows.filter(**{f"{name}__in": wanted}) if wanted else rows
    if not rule.with_rigid:
        rows = rows.exclude(lane=RIGID)
    if rule.least_yuan is not None:
        rows = rows.filter(decided_yuan__gte=rule.least_yuan)
    projects = list(rows.exclude(code__in=rule.excluded))
    shares, (_, earmarked) = asked_shares(projects), pots(season)
    lines = []
    for project in projects:
        parts = split(project.decided_yuan, shares[project.pk], earmarked)
        free = yuan(parts.get(FREE, 0))
        cut = (free * rule.percent * PERCENT).quantize(CENT, ROUND_HALF_UP)
        if cut:
            lines.append(Line(project, project.decided_yuan, free, cut))
    return Preview(rule, lines)


def cut(post: Post, meeting: Meeting, name: str, rule: Rule, seal: str) -> Batch:
    """Do a cut that was previewed, whole or not at all.

    Args:
        post: who decides.
        meeting: by which meeting.
        name: what the cut is called, as “一般性支出压减 10%”; it is each project's reason.
        rule: the cut.
        seal: of the preview that the person saw.

    Raises:
        Refused: something changed since the preview, or there is nothing to cut.
    """
    with transaction.atomic():
        seen = preview(meeting.season, rule)
        where = Where(field=name)
        if not seen.lines:
            says = "没有符合条件的项目可压减。"
            refuse([Problem("batch-empty", where, says, "只压减已经定数、还没有一下的项目。")])
        if seen.seal != seal:
            says = "预览之后有项目变动，没有压减。"
            refuse([Problem("batch-stale", where, says, "请重新预览，核对后再确认。")])
        batch: Batch = Batch.objects.create(
            season=meeting.season, meeting=meeting, name=name, rule=rule.record(), by=post.person
        )
        choices = [
            Choice(line.project, line.project.lock, line.after_yuan, name) for line in seen.lines
        ]
        decide_all(post, meeting, choices, batch, whole=True)
        told = {"projects": len(seen.lines), "cut_yuan": str(seen.cut_yuan), "seal": seal}
        log("decision", post, {"act": "batch_cut", "batch": batch.pk, **batch.rule, **told})
    return batch


@dataclass(frozen=True)
class Undone:
    """What taking a cut back came to: restored decisions, and those that others changed since."""

    restored: Sequence[Decision]
    kept: Sequence[Decision]


def undo(post: Post, batch: Batch, reason: str) -> Undone:
    """Take a cut back: every project gets the amount that it had, unless changed since.

    Raises:
        Refused: it was taken back already, there is no reason, or nothing is left to restore.
    """
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        where = Where(field=batch.name)
        if batch.undone_at is not None:
            says = f"这次压减已在 {timezone.localtime(batch.undone_at):%Y-%m-%d %H:%M} 撤销。"
            refuse([Problem("batch-undone", where, says, "请刷新页面。")])
        restored, kept = _sorted(batch)
        if not restored:
            says = "这次压减的项目后来都另行定数或已一下，没有可恢复的。"
            refuse([Problem("batch-kept", where, says, "请逐个项目重新定数。")])
        now = timezone.now()
        words = f"撤销“{batch.name}”：{reason}"
        act_all(post, "decide", [_back(made, words, batch) for made in restored])
        batch.decisions.filter(pk__in=[made.pk for made in restored]).update(undone_at=now)
        batch.undone_at, batch.undone_by = now, post.person
        batch.save(update_fields=["undone_at", "undone_by"])
        told = {"restored": len(restored), "kept": [made.project.code for made in kept]}
        log("decision", post, {"act": "batch_undo", "batch": batch.pk, "words": reason, **told})
    return Undone(restored, kept)


def _back(made: Decision, words: str, batch: Batch) -> Way:
    """The way back from a decision to the amount before it."""
    detail = {
        "batch": batch.pk,
        "undo": True,
        "before_yuan": str(made.decided_yuan),
        "decided_yuan": str(made.before_yuan),
    }
    hot = {"decided_yuan": made.before_yuan}
    return Way(made.project, made.project.lock, words, detail=detail, hot=hot)


def _sorted(batch: Batch) -> tuple[list[Decision], list[Decision]]:
    """The decisions of a cut that are still the last word and not told, and the others."""
    made = list(batch.decisions.select_related("project", "meeting").order_by("pk"))
    later = Decision.objects.filter(
        project__season=batch.season_id, undone_at__isnull=True
    ).order_by("pk")
    last = dict(later.values_list("project_id", "pk"))
    parts: tuple[list[Decision], list[Decision]] = ([], [])
    for one in made:
        project = one.project
        same = last.get(project.pk) == one.pk and project.decided_yuan == one.decided_yuan
        parts[not (same and project.step == "decided")].append(one)
    return parts
