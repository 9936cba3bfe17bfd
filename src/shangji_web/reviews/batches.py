"""One act on many projects with a like finding: listed first, then done whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Sum

from shangji.errors import Problem, Refused, Where
from shangji_web import snapshot
from shangji_web.projects.flow import flow
from shangji_web.projects.models import Event, Project
from shangji_web.projects.services import act
from shangji_web.responses.models import Answer
from shangji_web.reviews import rulings
from shangji_web.reviews.corrections import field_of
from shangji_web.reviews.models import Finding, Ruling
from shangji_web.reviews.queue import in_state
from shangji_web.reviews.standing import WITHDRAWN, Stood, latest_rulings, latest_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from shangji_web.people.models import Post
    from shangji_web.seasons.models import Season

UPHOLD, REJECT, CORRECT, RETURN = "uphold", "reject", "correct", "return"
ACTS = {
    UPHOLD: "全部认定",
    REJECT: "全部不认定",
    CORRECT: "全部要求补正",
    RETURN: "全部退回单位",
}
MOST = 200
DRAFTING = "drafting"


@dataclass(frozen=True)
class Line:
    """One project of a batch: its finding, its lock, and the words that its unit would read."""

    project: Project
    stood: Stood
    words: str
    field: str
    back_to: str


def _findings(post: Post, season: Season) -> Any:  # noqa: ANN401 - a query
    run = latest_run(season)
    waiting = in_state(post, season, "todo")
    return Finding.objects.filter(
        run=run, project__in=waiting.order_by().values("pk"), outcome="fail", status="active"
    )


def rules(post: Post, season: Season) -> list[dict[str, Any]]:
    """The rules with open findings in a post's queue, the most frequent first."""
    found = _findings(post, season)
    spoken = _spoken(found)
    done: dict[str, int] = {}
    for project, name, rule_id in found.values_list("project_id", "finding_id", "rule_id"):
        if (project, name) in spoken:
            done[rule_id] = done.get(rule_id, 0) + 1
    rows = (
        found.order_by()
        .values("rule_id", "title", "severity")
        .annotate(number=Count("pk"), stake=Sum("at_stake_yuan"))
        .order_by("-number", "rule_id")
    )
    made = [{**row, "open": row["number"] - done.get(row["rule_id"], 0)} for row in rows]
    return [row for row in made if row["open"] > 0]


def _spoken(found: Any) -> set[tuple[int, str]]:  # noqa: ANN401 - a query
    """The findings that were ruled in the round in which their project is."""
    projects = found.order_by().values("project")
    ruled = Ruling.objects.filter(project__in=projects, blind=False)
    pairs = set(ruled.values_list("project_id", "finding_id"))
    for project in Project.objects.filter(pk__in=projects, round=2):
        now = latest_rulings(project)
        pairs = {pair for pair in pairs if pair[0] != project.pk or pair[1] in now}
    return pairs


def lines(post: Post, season: Season, rule_id: str) -> list[Line]:
    """The projects of a post's queue with an open finding of a rule, each with its own words."""
    found = _findings(post, season).filter(rule_id=rule_id).select_related("project")
    answers_of = Answer.objects.filter(rule_id=rule_id)
    spoken = _spoken(found)
    spoken |= set(answers_of.filter(outcome=WITHDRAWN).values_list("project_id", "finding_id"))
    been = Event.objects.filter(from_step=DRAFTING, project__in=found.values("project"))
    visited = set(been.values_list("project_id", "round"))
    pack = snapshot.pack()
    made = []
    for finding in found.order_by("project__unit_code", "project__code", "key"):
        project = finding.project
        if (project.pk, finding.finding_id) in spoken:
            continue
        back = DRAFTING if (project.pk, project.round) in visited else ""
        field = field_of(finding, pack)
        made.append(Line(project, Stood(finding), own_words(finding), field, back))
    return made[:MOST]


def own_words(finding: Finding) -> str:
    """What the unit of a finding would read: what was found, where, and how to mend it."""
    where = f"（{finding.place}）" if finding.place else ""
    return f"{finding.title}{where}：{finding.says}{finding.fix}"


def run_batch(
    post: Post, rule_id: str, kind: str, chosen: Mapping[str, tuple[int, str]], reason: str
) -> int:
    """Do one act on every chosen project; where one of them is refused, none is done.

    Args:
        post: who acts.
        rule_id: the like finding.
        kind: one of `ACTS`.
        chosen: by finding: the project's lock as it was listed, and the words for its unit.
        reason: of a rejection; of the others a sentence that goes to every unit, or nothing.

    Raises:
        Refused: nothing was chosen, or what stood in the way of whom; nothing was done then.
    """
    from shangji_web.seasons.queries import season_now

    season = season_now()
    listed = lines(post, season, rule_id) if season and kind in ACTS else []
    by_name = {line.stood.finding.finding_id: line for line in listed}
    problems = [
        Problem("project-stale", Where(field=name), "这一条已经不在清单里。", "请重新预览。")
        for name in chosen
        if name not in by_name
    ]
    if not chosen:
        problems = [Problem("fields-missing", Where(), "没有勾选项目。", "请先勾选再办理。")]
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        for group in _by_project(by_name[name] for name in chosen):
            try:
                _one(post, kind, group, {n: chosen[n] for n in chosen}, reason)
            except Refused as refused:
                problems += refused.problems
        if problems:
            raise Refused(problems)
    return len(chosen)


def _by_project(listed: Any) -> list[list[Line]]:  # noqa: ANN401 - lines
    groups: dict[int, list[Line]] = {}
    for line in listed:
        groups.setdefault(line.project.pk, []).append(line)
    return list(groups.values())


def _one(
    post: Post,
    kind: str,
    group: Sequence[Line],
    chosen: Mapping[str, tuple[int, str]],
    reason: str,
) -> None:
    project = group[0].project
    names = [line.stood.finding.finding_id for line in group]
    lock, _ = chosen[names[0]]
    if project.lock != lock:
        says = "预览之后，别人已经办理过这个项目。"
        raise Refused([Problem("project-stale", Where(field=project.name), says, "请重新预览。")])
    if kind in {UPHOLD, REJECT}:
        for name in names:
            rulings.rule(project, post, name, stands=kind == UPHOLD, reason=reason)
        return
    words = "\n".join([*(chosen[name][1] for name in names), reason]).strip()
    if kind == RETURN:
        if not group[0].back_to:
            zh = flow().steps[DRAFTING].zh
            says = f"这个项目没有经过“{zh}”，不能退回那里。"
            problem = Problem("step-not-visited", Where(field=project.name), says, "请单独办理。")
            raise Refused([problem])
        act(project, post, "return", lock=lock, words=words, to=group[0].back_to)
        return
    fields = sorted({line.field for line in group if line.field})
    act(project, post, "correct", lock=lock, words=words, fields=fields)
