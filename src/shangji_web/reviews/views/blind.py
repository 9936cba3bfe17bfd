"""Blind judging of a drawn sample, and how far people and the system agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji_web.jobs.services import enqueue
from shangji_web.reviews import sampling
from shangji_web.reviews.formulas import formula
from shangji_web.reviews.rates import rates
from shangji_web.reviews.standing import latest_run
from shangji_web.rights.roles import pages
from shangji_web.rights.scope import sees
from shangji_web.seasons.queries import season_now
from shangji_web.typed import count

if TYPE_CHECKING:
    from fractions import Fraction

    from django.http import HttpRequest, HttpResponse

    from shangji_web.reviews.models import Run


def _run() -> Run | None:
    season = season_now()
    return latest_run(season) if season else None


def judging(request: HttpRequest) -> HttpResponse:
    """The next row that the person has not judged, without what the system said of it."""
    run = _run()
    if run is None:
        return render(request, "reviews/blind.html", {})
    rows = sampling.for_person(request.post, run)
    left = sampling.unanswered(request.post, run).select_related("project")
    row = left.first()
    told = {
        "run": run,
        "row": row,
        "number": rows.count(),
        "left": left.count(),
        "formula": formula(row.rule_id) if row else None,
        "answers": sampling.ANSWERS,
        "contact": row is not None and sees(request.post, "contact", row.project),
        "drawn": run.sampled.exists(),
    }
    return render(request, "reviews/blind.html", told)


@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """What the person says of a row."""
    run, number = _run(), count(request.POST.get("number"))
    if run is not None and number >= 0:
        answer, reason = request.POST.get("answer", ""), request.POST.get("reason", "")
        try:
            sampling.judge(request.post, run, number, answer, reason)
        except Refused as refused:
            messages.error(request, "\n".join(f"{one.says}{one.fix}" for one in refused.problems))
    return redirect("reviews:blind")


def agreement(request: HttpRequest) -> HttpResponse:
    """How far people and the system agree on the sample."""
    run = _run()
    found = sampling.agreement(run) if run else None
    told = {
        "run": run,
        "told": found,
        "shown": _figures(found) if found else {},
        "number": rates().blind_number,
        "seed": rates().blind_seed,
        "may_draw": pages().opens("reviews:draw", request.post.role),
    }
    return render(request, "reviews/agreement.html", told)


def _figures(found: sampling.Told) -> dict[str, str]:
    """Coefficients with two decimals, shares in per cent."""
    machine, people = found.machine, found.people
    return {
        "same": f"{float(machine.agreed):.0%}" if machine else "",
        "kappa": _two(machine.value if machine else None),
        "low": _two(machine.low if machine else None),
        "high": _two(machine.high if machine else None),
        "alpha": _two(people.value if people else None),
    }


def _two(value: Fraction | None) -> str:
    return "" if value is None else f"{float(value):.2f}"


@require_POST
def draw(request: HttpRequest) -> HttpResponse:
    """Ask for the draw of the latest run's sample, as a job."""
    run = _run()
    if run is not None:
        enqueue("sample", {"run": run.pk}, key=str(run.pk), by=request.post.person)
        messages.success(request, "已安排抽样，约一分钟后可以开始盲审。")
    return redirect("reviews:agreement")
