"""Pages of indicators: what fits a project, search, taking some into its targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from shangji.errors import Refused
from shangji_web.filings import indicators, services
from shangji_web.filings.content import opened, settled
from shangji_web.rights.scope import project_seen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

SHOWN = 40


def listed(request: HttpRequest, code: str) -> HttpResponse:
    """Indicators for a project; those that were ticked are written into its targets."""
    project = project_seen(request.post, code)
    draft = services.draft_of(project, request.post)
    content = settled(project, opened(draft.content))
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "source", "nature")}
    found = indicators.proposed(project, content, **asked)
    if request.method == "POST":
        ticked = set(request.POST.getlist("take"))
        rows = [
            indicators.as_row(item)
            for _, item in indicators.proposed(project, content)
            if f"{item.source}|{item.level3}" in ticked
        ]
        held = content["rows"].get(indicators.TARGET, [])
        try:
            services.save(
                project, request.post, {indicators.TARGET: [*held, *rows]}, lock=draft.lock
            )
        except Refused as refused:
            messages.error(request, "\n".join(f"{one.says}{one.fix}" for one in refused.problems))
            return redirect("filings:indicators", code)
        messages.success(request, f"已加入 {len(rows)} 个指标，请填上指标值和权重。")
        return redirect("filings:sheet", code, indicators.TARGET)
    natures = dict.fromkeys(item.nature for item in indicators.common())
    sources = (indicators.OWN, indicators.BUREAU, indicators.COMMON)
    told = {
        "project": project,
        "proposed": found[:SHOWN],
        "count": len(found),
        "searched": any(asked.values()),
        "filters": [
            {"name": "words", "zh": "搜索", "value": asked["words"], "hint": "如 满意率、验收"},
            _filter("source", "指标库", asked["source"], sources),
            _filter("nature", "性质", asked["nature"], natures),
        ],
    }
    return render(request, "filings/indicators.html", told)


def _filter(name: str, zh: str, value: str, options: Iterable[str]) -> dict[str, object]:
    pairs = [(one, one) for one in options]
    return {"name": name, "zh": zh, "value": value, "options": pairs}
