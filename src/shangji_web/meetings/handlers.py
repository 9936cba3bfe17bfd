"""Decisions on very many projects, as jobs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji_web.jobs.acts import act_job, ask
from shangji_web.meetings import batches
from shangji_web.meetings.models import Batch, Meeting
from shangji_web.meetings.services import Choice, decide_all
from shangji_web.projects.models import Project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji_web.jobs.models import Job
    from shangji_web.people.models import Post

NAMED = 5


def ask_decide(post: Post, meeting: Meeting, choices: Sequence[Choice]) -> Job:
    """Ask for many decisions of a meeting."""
    rows = [[one.project.pk, one.lock, str(one.amount_yuan), one.reason] for one in choices]
    return ask("decide", post, meeting.pk, {"meeting": meeting.pk, "rows": rows})


@act_job("decide")
def decide(post: Post, given: Mapping[str, Any]) -> str:
    """Decide what can be decided; what cannot is told."""
    meeting = Meeting.objects.get(pk=given["meeting"])
    projects = Project.objects.filter(season=meeting.season_id).in_bulk()
    choices = [
        Choice(projects[key], lock, Decimal(amount), reason)
        for key, lock, amount, reason in given["rows"]
    ]
    made, problems = decide_all(post, meeting, choices)
    told = f"已定 {len(made)} 个项目"
    if problems:
        names = "；".join(f"{item.where}：{item.says}" for item in problems[:NAMED])
        told += f"，{len(problems)} 处没有定：{names}"
    return told


def ask_cut(post: Post, meeting: Meeting, name: str, rule: batches.Rule, seal: str) -> Job:
    """Ask for a cut that was previewed."""
    given = {"meeting": meeting.pk, "name": name, "rule": rule.record(), "seal": seal}
    return ask("cut", post, meeting.season_id, given)


@act_job("cut")
def cut(post: Post, given: Mapping[str, Any]) -> str:
    """Do a cut, if nothing changed since its preview."""
    meeting = Meeting.objects.select_related("season").get(pk=given["meeting"])
    rule = batches.Rule.of(given["rule"])
    made = batches.cut(post, meeting, given["name"], rule, given["seal"])
    return f"已压减 {made.decisions.count()} 个项目，需要时可以整批撤销"


def ask_undo(post: Post, batch: Batch, reason: str) -> Job:
    """Ask for a cut to be taken back."""
    return ask("undo_cut", post, batch.pk, {"batch": batch.pk, "reason": reason})


@act_job("undo_cut")
def undo(post: Post, given: Mapping[str, Any]) -> str:
    """Take a cut back; what others changed since stays, and is told."""
    done = batches.undo(post, Batch.objects.get(pk=given["batch"]), given["reason"])
    told = f"已撤销，{len(done.restored)} 个项目恢复到压减前的金额"
    return f"{told}；{len(done.kept)} 个后来另有决定，没有恢复" if done.kept else told
