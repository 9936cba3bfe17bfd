"""The bureau's pages of letting out: publish, hand over, notices on departments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji_web.publicity import services
from shangji_web.publicity.forms import HandoverForm, NoticeForm
from shangji_web.publicity.models import PublicNotice
from shangji_web.seasons.queries import season_asked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def _tell(request: HttpRequest, refused: Refused) -> None:
    for problem in refused.problems:
        messages.error(request, f"{problem.says}{problem.fix}")


@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Publish what was issued."""
    try:
        services.publish(season_asked(), request.post)
    except Refused as refused:
        _tell(request, refused)
    else:
        messages.success(request, "已公开。社会公众不用登录就能查看已批复的预算和绩效目标。")
    return redirect("seasons:progress")


def hand_over(request: HttpRequest) -> HttpResponse:
    """Hand a version that stands still to congress or audit; what was handed before."""
    season = season_asked()
    form = HandoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            told = form.cleaned_data
            made = services.hand_over(season, request.post, told["receiver"], whole=told["whole"])
        except Refused as refused:
            _tell(request, refused)
        else:
            messages.success(request, f"已移交“{made.version.name}”和对应的疑点、决定。")
            return redirect("publicity:hand_over")
    told = {"form": form, "handovers": season.handovers.select_related("version", "run", "by")}
    return render(request, "publicity/hand_over.html", told)


def board(request: HttpRequest) -> HttpResponse:
    """Notices on departments: write one, take one back."""
    season = season_asked()
    form = NoticeForm(season, request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        names = dict(form.fields["department"].choices)
        place = (told["department"], names[told["department"]])
        services.give_notice(
            season, request.post, told["kind"], place, told["title"], told["words"]
        )
        messages.success(request, "已在公示区发布。")
        return redirect("publicity:board")
    rows = season.public_notices.select_related("by")
    return render(request, "publicity/board.html", {"form": form, "notices": rows})


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a notice back."""
    notice = get_object_or_404(PublicNotice, season=season_asked(), pk=pk)
    try:
        services.withdraw_notice(notice, request.post, request.POST.get("why", ""))
    except Refused as refused:
        _tell(request, refused)
    else:
        messages.success(request, "已撤回，记录保留。")
    return redirect("publicity:board")
