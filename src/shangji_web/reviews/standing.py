"""How the findings of a project stand: what the run found, what people said to it, what is open."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from shangji.domain import FAIL, SEVERITIES
from shangji_web import statements
from shangji_web.remembered import remembered
from shangji_web.responses.models import Answer
from shangji_web.reviews.models import Finding, Ruling, Run

if TYPE_CHECKING:
    from datetime import datetime

    from shangji_web.projects.models import Project
    from shangji_web.seasons.models import Season

KEPT = 2048
ACTIVE = "active"
OPEN, STANDS, REJECTED, WITHDRAWN = "open", "stands", "rejected", "withdrawn"
STATES = {OPEN: "待认定", STANDS: "认定", REJECTED: "不认定", WITHDRAWN: "申辩后撤回"}
ORDER = list(SEVERITIES)


@dataclass(frozen=True)
class Stood:
    """A finding with the ruling that counts and the unit's answer."""

    finding: Finding
    ruling: Ruling | None = None
    answer: Answer | None = None

    @property
    def state(self) -> str:
        """One of `STATES`."""
        if self.answer is not None and self.answer.outcome == WITHDRAWN:
            return WITHDRAWN
        if self.ruling is None:
            return OPEN
        return STANDS if self.ruling.stands else REJECTED

    @property
    def zh(self) -> str:
        """The state in words."""
        return STATES[self.state] if self.to_rule else "提示性试行" if self.failed else "不知道"

    @property
    def failed(self) -> bool:
        """Whether the rule says that the row does not hold."""
        return self.finding.outcome == FAIL

    @property
    def to_rule(self) -> bool:
        """Whether a reviewer has to say something to it before the project passes."""
        return self.failed and self.finding.status == ACTIVE

    @property
    def open(self) -> bool:
        """Whether it still has to be ruled."""
        return self.to_rule and self.state == OPEN


def latest_run(season: Season) -> Run | None:
    """The latest review of a year."""
    rows = Run.objects.defer("summary").filter(season=season).order_by("-pk")[:1]
    found = remembered(
        ("run", season.pk), lambda: statements.listed(Run, ("run", season.pk), lambda: rows)
    )
    return found[0] if found else None


def round_began(project: Project) -> datetime | None:
    """When 二上 began for a project; None in its first round.

    What was ruled and taken away in the first round is its record, and says nothing of the second:
    there another amount is asked, and people look again.
    """
    if project.round == 1:
        return None
    began = project.events.filter(act="begin_second").order_by("pk").last()
    return began.at if began else None


def latest_rulings(project: Project) -> dict[str, Ruling]:
    """The ruling of this round that counts on each finding; blind ones are for the sample alone."""
    rulings = Ruling.objects.filter(project=project, blind=False).select_related("by")
    began = round_began(project)
    if began is not None:
        rulings = rulings.filter(at__gte=began)
    return {ruling.finding_id: ruling for ruling in rulings.order_by("pk")}


def standing(project: Project, run: Run | None = None) -> list[Stood]:
    """The findings of a project in the latest run: to be ruled first, the gravest first."""
    run = run or latest_run(project.season)
    if run is None:
        return []
    rulings = latest_rulings(project)
    answers = {item.finding_id: item for item in project.answers.select_related("by")}
    found = [
        Stood(item, rulings.get(item.finding_id), answers.get(item.finding_id))
        for item in Finding.objects.filter(run=run, project=project)
    ]
    return sorted(found, key=_place)


def _place(one: Stood) -> tuple[bool, bool, int, str, str]:
    item = one.finding
    return (
        not one.failed,
        item.status != ACTIVE,
        ORDER.index(item.severity),
        item.rule_id,
        item.key,
    )


def unruled(project: Project) -> list[Finding]:
    """The failing findings in force to which nobody has said anything yet."""
    return [one.finding for one in standing(project) if one.open]


@dataclass(frozen=True)
class Record:
    """How a rule fared: findings of the latest run, those ruled, upheld, rejected, withdrawn."""

    fired: int
    upheld: int
    rejected: int
    withdrawn: int

    @property
    def ruled(self) -> int:
        """How many were ruled."""
        return self.upheld + self.rejected

    @property
    def words(self) -> str:
        """The record in one sentence."""
        if not self.ruled:
            return f"本次触发 {self.fired} 处，还没有人认定过。"
        withdrawn = f"，申辩后撤回 {self.withdrawn} 处" if self.withdrawn else ""
        share = 100 * self.upheld // self.ruled
        return (
            f"本次触发 {self.fired} 处；已认定 {self.upheld} 处，不认定 {self.rejected} 处，"
            f"认定率 {share}%{withdrawn}。"
        )


@lru_cache(KEPT)
def _fired(run: int, digest: str, folder: str, rule_id: str) -> int:  # noqa: ARG001 - names the run
    """How often a rule fired in a run, which is never changed."""
    return Finding.objects.filter(run=run, rule_id=rule_id, outcome=FAIL).count()


def record_of(rule_id: str, run: Run | None) -> Record:
    """How often a rule fired in a run, and what people made of its findings."""
    fired = _fired(run.pk, run.result_digest, run.folder, rule_id) if run else 0
    rulings = Ruling.objects.filter(rule_id=rule_id, blind=False).order_by("pk")
    latest = {
        (project, name): stands
        for project, name, stands in rulings.values_list("project_id", "finding_id", "stands")
    }
    counted = Counter(latest.values())
    withdrawn = Answer.objects.filter(rule_id=rule_id, outcome=WITHDRAWN).count()
    return Record(fired, counted[True], counted[False], withdrawn)
