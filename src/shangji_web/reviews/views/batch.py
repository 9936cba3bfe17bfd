"""Batches: the rules with open findings, the list of one, and the act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from shangji.errors import Refused
from shangji_web.reviews import batches
from shangji_web.seasons.queries import season_now
from shangji_web.typed import count

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from shangji.errors import Problem


def batch(request: HttpRequest) -> HttpResponse:
    """The rules that have like findings; of one rule the list, nothing done yet."""
    season = season_now()
    rule_id = request.GET.get("rule", "")
    if season is None:
        return render(request, "reviews/batch.html", {})
    if request.method == "POST":
        return _run(request)
    if not rule_id:
        told = {"rules": batches.rules(request.post, season)}
        return render(request, "reviews/batch.html", told)
    return _listed(request, rule_id, [])


def _listed(request: HttpRequest, rule_id: str, problems: list[Problem]) -> HttpResponse:
    season = season_now()
    listed = batches.lines(request.post, season, rule_id) if season else []
    told = {
        "rule_id": rule_id,
        "lines": listed,
        "finding": listed[0].stood.finding if listed else None,
        "acts": batches.ACTS,
        "correctable": any(line.field for line in listed),
        "returnable": any(line.back_to for line in listed),
        "problems": problems,
        "reason": request.POST.get("reason", ""),
        "most": batches.MOST,
    }
    return render(request, "reviews/batch.html", told)


def _run(request: HttpRequest) -> HttpResponse:
    """Do the act on what was ticked, or list again with what stands in the way."""
    rule_id, kind = request.POST.get("rule", ""), request.POST.get("act", "")
    chosen = {}
    for name in request.POST.getlist("finding"):
        lock = count(request.POST.get(f"lock-{name}"))
        words = request.POST.get(f"words-{name}", "")
        chosen[name] = (lock, words)
    try:
        reason = request.POST.get("reason", "")
        number = batches.run_batch(request.post, rule_id, kind, chosen, reason)
    except Refused as refused:
        return _listed(request, rule_id, list(refused.problems))
    messages.success(request, f"{batches.ACTS[kind]}：已办 {number} 条。")
    return redirect(reverse("reviews:batch"))
