"""What somebody beside the line is asked, and his answer; an expert sees the filing alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji_web.projects.pages import page_of
from shangji_web.reviews import referrals
from shangji_web.reviews.standing import standing
from shangji_web.reviews.versions import tables_of
from shangji_web.reviews.views.acts import yuan_of
from shangji_web.reviews.views.desk import desk
from shangji_web.rights.scope import project_seen, sees

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from shangji_web.projects.models import Project


def listed(request: HttpRequest) -> HttpResponse:
    """What was referred to the post, the open ones first."""
    found = list(referrals.referred_to(request.post).order_by("-pk"))
    told = {
        "waiting": [item for item in found if item.answered_at is None],
        "answered": [item for item in found if item.answered_at is not None],
    }
    return render(request, "reviews/referred.html", told)


@page_of("bureau")
def bureau_page(request: HttpRequest, project: Project) -> HttpResponse:
    """A project for the bureau: on the desk, or as it was referred."""
    if request.post.role in referrals.KINDS:
        return _referral(request, project)
    return desk(request, project.code)


@page_of("outside")
def outside_page(request: HttpRequest, project: Project) -> HttpResponse:
    """A project for an agency or an expert; for the auditor what was handed over."""
    if request.post.role in referrals.KINDS:
        return _referral(request, project)
    return _handed(request, project)


def _referral(request: HttpRequest, project: Project) -> HttpResponse:
    held = referrals.referred_to(request.post).filter(project=project).last()
    filing = project.filings.last()
    if held is None or filing is None:
        raise Http404
    findings = sees(request.post, "findings", project)
    told = {
        "project": project,
        "referral": held,
        "moment": held.answered_at.isoformat() if held.answered_at else "",
        "open": project.step == "first_review",
        "tables": tables_of(filing, contact=sees(request.post, "contact", project)),
        "papers": project.papers.filter(removed_at=None),
        "found": [one for one in standing(project) if one.to_rule] if findings else [],
        "sees_findings": findings,
        "sees_suggested": sees(request.post, "suggested", project),
    }
    return render(request, "reviews/referral.html", told)


def _handed(request: HttpRequest, project: Project) -> HttpResponse:
    filing = project.filings.last()
    told = {
        "project": project,
        "tables": tables_of(filing, contact=False) if filing else [],
        "papers": project.papers.filter(removed_at=None),
        "found": [one for one in standing(project) if one.to_rule],
        "opinion": project.opinions.last(),
        "decision": project.decisions.select_related("meeting").last(),
        "events": project.events.select_related("by"),
        "answers": project.answers.all(),
    }
    return render(request, "reviews/handed.html", told)


@require_POST
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Answer what one was asked."""
    project_seen(request.post, code)
    words, amount = request.POST.get("words", ""), request.POST.get("wan", "").strip()
    try:
        suggested = yuan_of(amount) if amount else None
        moment = request.POST.get("moment", "")
        referrals.answer(request.post, code, words, suggested, moment)
    except Refused as refused:
        lines = [f"{item.title}：{item.says}{item.fix}" for item in refused.problems]
        messages.error(request, "\n".join(lines))
        return redirect("projects:project", code)
    messages.success(request, "意见已提交，财政业务科室会收到通知。")
    return redirect("reviews:referred")
