"""The queue of units' answers, and what the bureau says to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji_web.responses import deciding
from shangji_web.reviews.models import Finding
from shangji_web.reviews.rates import rates
from shangji_web.reviews.standing import latest_run, record_of
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TABS = {"": "待答复", deciding.WITHDRAWN: "已撤回", deciding.UPHELD: "已维持"}


def listed(request: HttpRequest) -> HttpResponse:
    """The answers by what became of them; the waiting ones with their findings beside."""
    every = deciding.answers_seen(request.post)
    here = request.GET.get("outcome", "")
    here = here if here in TABS else ""
    chosen = every.filter(outcome=here)
    tabs = [
        {
            "zh": zh,
            "link": f"?outcome={name}",
            "here": name == here,
            "count": every.filter(outcome=name).count(),
        }
        for name, zh in TABS.items()
    ]
    page = Paginator(chosen, rates().page).get_page(request.GET.get("page"))
    told = {
        "tabs": tabs,
        "page": page,
        "here": here,
        "rows": [_row(answer) for answer in page],
        "restored": deciding.restored_in_all(request.post),
        "may": request.post.role in deciding.DECIDERS,
    }
    return render(request, "reviews/answers.html", told)


def _row(answer: Any) -> dict[str, Any]:  # noqa: ANN401 - an answer
    season = season_now()
    run = latest_run(season) if season else None
    finding = Finding.objects.filter(
        project_id=answer.project_id, finding_id=answer.finding_id
    ).last()
    return {
        "answer": answer,
        "finding": finding,
        "restores": deciding.restored(answer),
        "record": record_of(answer.rule_id, run),
        "papers": answer.project.papers.filter(finding_id=answer.finding_id, removed_at=None),
    }


@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Uphold a finding or take it back."""
    outcome = request.POST.get("outcome", "")
    try:
        answer = deciding.decide(request.post, number, outcome, request.POST.get("reply", ""))
    except Refused as refused:
        lines = [f"{item.title}：{item.says}{item.fix}" for item in refused.problems]
        messages.error(request, "\n".join(lines))
    else:
        messages.success(request, f"已{deciding.OUTCOMES[answer.outcome]}，已通知单位和预算科。")
    return redirect(reverse("reviews:answers"))
