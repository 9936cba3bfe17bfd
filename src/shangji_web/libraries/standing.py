"""Pages of the standards: to read by all who may, to keep by the budget and performance offices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shangji.domain import STATUSES
from shangji.errors import Problem, Refused
from shangji.standards.store import MOVES
from shangji_web import snapshot
from shangji_web.libraries import queries, services
from shangji_web.libraries.forms import EntryForm, MoveForm
from shangji_web.seasons.queries import season_asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

KEEPERS = frozenset({"budget_office", "performance_office"})


def listed(request: HttpRequest) -> HttpResponse:
    """Every standard: unit, how many values of which status, whether the county has its own."""
    season = season_asked()
    words = request.GET.get("q", "").strip()
    only = request.GET.get("own", "")
    pack = snapshot.pack()
    used: dict[str, int] = {}
    for rule in queries.rules_seen(request.post):
        for use in rule.standards:
            used[use.code] = used.get(use.code, 0) + 1
    rows: list[dict[str, Any]] = []
    for one in sorted(pack.standards.values(), key=lambda item: item.zh):
        values = queries.values(one, season.region)
        own = any(value.own for value in values)
        if all(word in one.zh + one.code for word in words.split()) and (not only or own):
            given = {"standard": one, "values": values, "own": own}
            rows.append({**given, "rules": used.get(one.code, 0)})
    told = {
        "rows": rows,
        "filters": [
            {"name": "q", "zh": "名称或代码", "value": words, "options": None},
            {"name": "own", "zh": "范围", "value": only, "options": [("1", "本县有自己标准的")]},
        ],
        "found": f"共 {len(rows)} 个标准",
        "keeps": request.post.role in KEEPERS,
    }
    return render(request, "libraries/standards.html", told)


def standard(request: HttpRequest, code: str) -> HttpResponse:
    """A standard: every dated value, by region, with its act, its status and its history."""
    season, pack = season_asked(), snapshot.pack()
    if code not in pack.standards:
        raise Http404
    found = pack.standards[code]
    keeps = request.post.role in KEEPERS
    values = [
        (value, [(to, services.MOVES[to]) for to in MOVES[value.status]] if value.own else [])
        for value in queries.values(found, season.region)
    ]
    told = {
        "standard": found,
        "values": values,
        "keys": [zh for _, zh in found.keys],
        "rules": [
            rule
            for rule in queries.rules_seen(request.post)
            if any(use.code == code for use in rule.standards)
        ],
        "statuses": STATUSES,
        "keeps": keeps,
        "chain": queries.chain_of(season.region),
    }
    return render(request, "libraries/standard.html", told)


def enter(request: HttpRequest) -> HttpResponse:
    """Copy a table of standards in; see what was read; keep it as drafts."""
    season = season_asked()
    start = {"code": request.GET.get("code", "")}
    form = EntryForm(request.POST or None, initial=start)
    drafts: list[dict[str, Any]] = []
    problems: Sequence[Problem] = ()
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        basis = {"kind": "act", "doc_no": told["doc_no"], "title": told["title"]}
        drafts, problems = services.read_table(
            told["table"], season, request.post, told["code"], told["start"], basis
        )
        if "confirm" in request.POST and drafts and not problems:
            try:
                codes = services.enter(request.post, drafts, told["reason"])
            except Refused as refused:
                problems = refused.problems
            else:
                says = "已录为草稿，还不起作用。核对后改为试行或启用。"
                messages.success(request, says)
                if len(codes) > 1:
                    return redirect("libraries:standards")
                return redirect("libraries:standard", codes[0])
    told_drafts = [{**draft, "rows": draft["values"][0]["rows"]} for draft in drafts]
    told = {"form": form, "drafts": told_drafts, "problems": problems}
    return render(request, "libraries/enter.html", told)


@require_POST
def move(request: HttpRequest, code: str, at: str) -> HttpResponse:
    """Change the status of one of the county's own values."""
    form = MoveForm(request.POST)
    region, _, day = at.partition("@")
    if not form.is_valid():
        messages.error(request, "要选定状态并写明理由（至少四个字）。")
        return redirect("libraries:standard", code)
    to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
    try:
        services.move(request.post, code, (region, day), to, reason)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.says}{problem.fix}")
    else:
        messages.success(request, f"已改为{services.MOVES[to]}，下一次审核起按新状态。")
    return redirect("libraries:standard", code)
