"""How what is asked stands to a ceiling: for a unit, a department, and the page of the bureau."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.allocate.money import fen, yuan
from shangji.errors import Problem, Where
from shangji_web.filings.content import parsed
from shangji_web.filings.sums import by_source
from shangji_web.meetings.balance import asked_shares
from shangji_web.meetings.sources import decided_by_source
from shangji_web.projects.flow import guard
from shangji_web.projects.models import Project
from shangji_web.seasons.ceilings import KINDS, TOTAL, TYPED, entries, source_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji_web.filings.content import Content
    from shangji_web.people.models import Post
    from shangji_web.seasons.ceilings import Entry
    from shangji_web.seasons.models import Season

RIGID, SECOND = "rigid", 2


@dataclass(frozen=True)
class Stands:
    """A ceiling beside what is asked under it."""

    entry: Entry
    zh: str
    asked_yuan: Decimal

    @property
    def kind_zh(self) -> str:
        """What the ceiling is of."""
        return KINDS[self.entry.kind]

    @property
    def left_yuan(self) -> Decimal:
        """What is left under it; below nought where it is exceeded."""
        return (self.entry.amount_yuan or Decimal(0)) - self.asked_yuan

    @property
    def over_yuan(self) -> Decimal:
        """By how much it is exceeded."""
        return max(Decimal(0), -self.left_yuan)

    @property
    def words(self) -> str:
        """That it is exceeded, as a sentence."""
        amount = self.entry.amount_yuan or Decimal(0)
        return (
            f"{self.zh}（{self.kind_zh}）控制数 {amount:,.2f} 元，"
            f"已申报 {self.asked_yuan:,.2f} 元，超出 {self.over_yuan:,.2f} 元"
        )


def asked_of(season: Season, projects: Iterable[Project]) -> dict[int, dict[str, int]]:
    """What each source is asked for a project, in 分, by its key: as filed, or decided at 二上.

    A project of the second round that has not filed again asks what was decided for it.
    """
    every = list(projects)
    first = asked_shares(every)
    second = asked_shares([one for one in every if one.round == SECOND], SECOND)
    waits = [one for one in every if one.round == SECOND and not second[one.pk]]
    decided = decided_by_source(season, waits)
    made = {}
    for one in every:
        if one.pk in decided:
            made[one.pk] = {source: fen(part) for source, part in decided[one.pk].items()}
        else:
            made[one.pk] = second.get(one.pk) or first[one.pk]
    return made


def stand(
    season: Season,
    rows: Iterable[Entry],
    projects: Iterable[Project],
    instead: dict[int, dict[str, int]] | None = None,
) -> list[Stands]:
    """Ceilings beside what the projects under them ask.

    Args:
        season: the budget year.
        rows: ceilings.
        projects: those that may lie under them.
        instead: what a project asks that is just being written, by its key.
    """
    every = list(projects)
    asked = {**asked_of(season, every), **(instead or {})}
    sums: defaultdict[tuple[str, str, str, bool], int] = defaultdict(int)
    for one in every:
        for source, part in asked[one.pk].items():
            for unit in ("", one.unit_code):
                sums[one.department_code, unit, source, one.lane == RIGID] += part
    made = []
    for row in rows:
        place = (row.department_code, row.unit_code, row.fund_source)
        amount = sums[*place, False] + (sums[*place, True] if row.kind == TOTAL else 0)
        made.append(Stands(row, source_words(row.fund_source), yuan(amount)))
    return made


def of_unit(project: Project, content: Content | None) -> list[Stands]:
    """The unit's published ceilings beside its filed projects and the one being written."""
    season = project.season
    if season.ceilings_told_at is None:
        return []
    rows = [one for one in entries(season).values() if one.unit_code == project.unit_code]
    if not rows:
        return []
    filed = Project.objects.filter(season=season, unit_code=project.unit_code, version__gt=0)
    projects = {one.pk: one for one in [*filed, project]}
    instead = {}
    if content is not None:
        values, _ = parsed(content)
        lane = values["project"][0]["lane"]
        project.lane = lane or project.lane
        instead[project.pk] = {name: fen(part) for name, part in by_source(values).items()}
    return stand(season, rows, projects.values(), instead)


def over_words(project: Project, content: Content | None) -> list[str]:
    """That the unit's ceilings are exceeded with a project as it is being written; in sentences."""
    return [one.words for one in of_unit(project, content) if one.over_yuan]


def of_department(season: Season, code: str) -> list[Stands]:
    """A department's own published ceilings beside what its units have handed up."""
    if season.ceilings_told_at is None:
        return []
    rows = [
        one for one in entries(season).values() if one.department_code == code and not one.unit_code
    ]
    filed = Project.objects.filter(season=season, department_code=code, handed_up_at__isnull=False)
    return stand(season, rows, filed) if rows else []


def _beyond(project: Project, found: list[Stands]) -> Problem | None:
    """That a ceiling is exceeded, where the year's ceilings bind, or 一下 gave just these."""
    over = [one for one in found if one.over_yuan]
    season = project.season
    binds = season.ceilings_bind or (project.round == SECOND and season.ceilings_given == TYPED)
    if not over or not binds:
        return None
    says = f"超出控制数：{'；'.join(one.words for one in over)}。"
    fix = "请压减本单位的申报，或请预算科调整控制数。"
    return Problem("ceiling-over", Where(field=project.name), says, fix)


@guard("within_ceiling")
def within_ceiling(project: Project, post: Post) -> Problem | None:  # noqa: ARG001 - a guard's form
    """A unit's filings stay under its ceilings, where the year says that these bind."""
    from shangji_web.filings.content import opened, settled

    return _beyond(project, of_unit(project, settled(project, opened(project.draft.content))))


@guard("within_department_ceiling")
def within_department_ceiling(
    project: Project,
    post: Post,  # noqa: ARG001 - a guard's form
) -> Problem | None:
    """A department's filings stay under its ceilings, where the year says that these bind."""
    return _beyond(project, of_department(project.season, project.department_code))
