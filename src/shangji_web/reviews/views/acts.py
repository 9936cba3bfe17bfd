"""What is done at the desk: each is one POST that leads back to the desk, told in words."""

from __future__ import annotations

from datetime import date, datetime
from functools import wraps
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from shangji.domain import wan
from shangji.errors import Problem, Refused, Where
from shangji_web.projects.flow import flow
from shangji_web.projects.services import act
from shangji_web.reviews import amounts, opinions, referrals, rulings
from shangji_web.reviews.corrections import known_fields
from shangji_web.reviews.turns import changes_since
from shangji_web.reviews.views.desk import kept
from shangji_web.rights.scope import project_seen
from shangji_web.typed import count, wan_to_yuan

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from django.http import HttpRequest, HttpResponse

    from shangji_web.projects.models import Project

    Act = Callable[[HttpRequest, Project], HttpResponse]

VALUE_MOST = 40
"""Of what a person wrote, repeated to him."""


def back(request: HttpRequest, code: str, finding: str = "") -> HttpResponse:
    """To the desk again, at the same place of the queue."""
    more = {"finding": finding} if finding else {}
    asked = kept(request, **more)
    address = reverse("reviews:project", args=[code]) if code else reverse("reviews:desk")
    return redirect(f"{address}?{asked}" if asked else address)


def done_at_desk(act_on: Act) -> Callable[[HttpRequest, str], HttpResponse]:
    """A page that does one act by POST; what stands in the way is told at the desk, in words."""

    @require_POST
    @wraps(act_on)
    def page(request: HttpRequest, code: str) -> HttpResponse:
        project = project_seen(request.post, code)
        try:
            return act_on(request, project)
        except Refused as refused:
            for problem in refused.problems:
                lines = [f"{problem.title}：{problem.says}{problem.fix}"]
                if problem.code in {"project-stale", "project-step"}:
                    lines += _changed(request, project)
                messages.error(request, "\n".join(lines))
        return back(request, code, request.POST.get("finding", ""))

    return page


def _changed(request: HttpRequest, project: Project) -> list[str]:
    try:
        moment = datetime.fromisoformat(request.POST.get("now", ""))
    except ValueError:
        return []
    found = changes_since(project, moment)
    return ["您打开页面之后："] * bool(found) + [
        f"· {timezone.localtime(one.at):%H:%M} {one.who}　{one.words}" for one in found
    ]


def _lock(request: HttpRequest) -> int:
    return count(request.POST.get("lock"))


def yuan_of(text: str) -> Decimal:
    """An amount that a person wrote in 万元, as yuan.

    Raises:
        Refused: it is no number.
    """
    try:
        return wan_to_yuan(text)
    except ValueError as error:
        says, fix = "金额要填数字，单位是万元，不足一分的不填。", "例如 12.60。"
        problem = Problem("cell-number", Where(field="金额"), says, fix, value=text[:VALUE_MOST])
        raise Refused([problem]) from error


@done_at_desk
def rule(request: HttpRequest, project: Project) -> HttpResponse:
    """A finding stands, or it does not and why; the next open finding follows."""
    finding, stands = request.POST.get("finding", ""), request.POST.get("stands") == "1"
    was = count(request.POST.get("was"))
    rulings.rule(
        project,
        request.post,
        finding,
        stands=stands,
        reason=request.POST.get("reason", ""),
        was=was if was >= 0 else None,
    )
    return back(request, project.code)


@done_at_desk
def rule_rest(request: HttpRequest, project: Project) -> HttpResponse:
    """All hints that the page lists stand."""
    number = rulings.rule_rest(project, request.post, request.POST.getlist("finding"))
    messages.success(request, f"已认定 {number} 条提示。")
    return back(request, project.code)


@done_at_desk
def deduct(request: HttpRequest, project: Project) -> HttpResponse:
    """A named deduction with its reason."""
    amount = amounts.deduct(
        project,
        request.post,
        request.POST.get("name", ""),
        yuan_of(request.POST.get("wan", "")),
        request.POST.get("reason", ""),
        request.POST.get("finding", ""),
    )
    messages.success(request, f"已扣减，建议核定 {wan(amount.suggested or 0)} 万元。")
    return back(request, project.code)


@done_at_desk
def undo(request: HttpRequest, project: Project) -> HttpResponse:
    """A deduction is taken back."""
    number = count(request.POST.get("deduction"), 0)
    reason = request.POST.get("reason", "")
    amounts.undo(project, request.post, number, reason)
    messages.success(request, "已撤销这笔扣减，金额已重新计算。")
    return back(request, project.code)


@done_at_desk
def opinion(request: HttpRequest, project: Project) -> HttpResponse:
    """The opinion as it was edited."""
    opinions.save_opinion(project, request.post, request.POST.get("opinion", ""))
    messages.success(request, "审核意见已保存。")
    return back(request, project.code)


@done_at_desk
def pass_on(request: HttpRequest, project: Project) -> HttpResponse:
    """The project passes; the next of the queue follows."""
    event = opinions.pass_on(project, request.post, _lock(request), request.POST.get("opinion", ""))
    where = flow().steps[event.to_step].zh
    messages.success(request, f"{project.name} 已通过，转{where}。")
    return back(request, request.POST.get("after", ""))


@done_at_desk
def send_back(request: HttpRequest, project: Project) -> HttpResponse:
    """The project goes back to a step where it has been."""
    to, words = request.POST.get("to", ""), request.POST.get("words", "")
    event = act(project, request.post, "return", lock=_lock(request), words=words, to=to)
    messages.success(request, f"{project.name} 已退回{flow().steps[event.to_step].zh}。")
    return back(request, request.POST.get("after", ""))


@done_at_desk
def correct(request: HttpRequest, project: Project) -> HttpResponse:
    """The unit is asked to mend the fields that were chosen, and no others."""
    known = known_fields(project)
    fields = [name for name in request.POST.getlist("field") if name in known]
    words = request.POST.get("words", "")
    act(project, request.post, "correct", lock=_lock(request), words=words, fields=fields)
    messages.success(request, f"{project.name} 已要求补正 {len(fields)} 个栏目。")
    return back(request, request.POST.get("after", ""))


@done_at_desk
def refer(request: HttpRequest, project: Project) -> HttpResponse:
    """Somebody beside the line is asked, or a question is taken back."""
    gone = count(request.POST.get("take_back"))
    if gone >= 0:
        referrals.take_back(project, request.post, gone)
        messages.success(request, "已撤回委托。")
        return back(request, project.code)
    made = referrals.refer(
        project,
        request.post,
        count(request.POST.get("to"), 0),
        request.POST.get("question", ""),
        _day(request.POST.get("due_on", "")),
    )
    messages.success(request, f"已委托{made.person.name}。")
    return back(request, project.code)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
