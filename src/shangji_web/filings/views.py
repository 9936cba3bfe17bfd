"""Pages on which a unit declares: its list, the sheets of the form, self-check, handing in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji_web.filings import pages, services
from shangji_web.filings.checking import check
from shangji_web.filings.content import PROJECT, number_column, opened, settled, sheets, table_of
from shangji_web.filings.differences import differences, merged
from shangji_web.filings.forms import BeginForm
from shangji_web.filings.listing import listed
from shangji_web.filings.pool import last_year
from shangji_web.filings.queries import open_fields
from shangji_web.filings.sheet import opened_words, page, read, said_beside
from shangji_web.filings.sums import open_points, sums
from shangji_web.filings.threeway import MINE, THEIRS, apart, base_of, choices
from shangji_web.meetings.sources import held
from shangji_web.projects.services import act
from shangji_web.rights.scope import project_seen
from shangji_web.seasons.queries import season_now
from shangji_web.seasons.standing import over_words
from shangji_web.templatetags.shown import yuan
from shangji_web.typed import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from shangji.errors import Problem
    from shangji_web.filings.content import Rows
    from shangji_web.filings.models import Draft
    from shangji_web.projects.models import Project

SAVED, ADD, COPY, REMOVE = "save", "add", "copy", "remove"


def mine(request: HttpRequest) -> HttpResponse:
    """The unit's or the department's projects: where each stands, and what is asked of whom."""
    return render(request, "filings/mine.html", listed(request))


def new(request: HttpRequest) -> HttpResponse:
    """Begin a project."""
    form = BeginForm(request.POST or None)
    season = season_now()
    if season is None:
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            project = services.begin(season, request.post, given["name"], given["code"])
        except Refused as refused:
            return render(request, "filings/new.html", {"form": form, "problems": refused.problems})
        return redirect("filings:sheet", project.code, PROJECT)
    return render(request, "filings/new.html", {"form": form})


def sheet(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """A sheet of the form: shown, saved by hand, or saved by itself."""
    project = project_seen(request.post, code)
    if table not in sheets():
        raise Http404
    if request.method == "POST":
        return _save(request, project, table)
    if not pages.writes(project, request.post):
        return redirect("projects:project", code)
    draft = services.draft_of(project, request.post)
    return render(request, "filings/sheet.html", _shown(project, table, draft))


def _shown(
    project: Project,
    table: str,
    draft: Draft,
    problems: Sequence[Problem] = (),
) -> dict[str, Any]:
    content = settled(project, opened(draft.content))
    named = content["rows"][PROJECT][0].get("prior_project_code", "")
    past = last_year(project, prior=named)
    points = open_points(content)
    allowed = open_fields(project)
    decided = project.decided_yuan if project.round > 1 else None
    return {
        "project": project,
        "draft": draft,
        "page": page(content, table, allowed, _was(past) if table == PROJECT else None),
        "tabs": [
            {
                "zh": one.name,
                "link": reverse("filings:sheet", args=[project.code, name]),
                "here": name == table,
                "count": points[name] or None,
            }
            for name, one in sheets().items()
        ],
        "sums": sums(content, decided),
        "held": held(project, content),
        "over": over_words(project, content),
        "past": past,
        "opened": opened_words(allowed),
        "points": sum(points.values()),
        "problems": problems,
    }


def _was(past: list[dict[str, Any]]) -> dict[str, str]:
    if not past or past[0]["original_yuan"] is None:
        return {}
    return {"amount_yuan": f"{past[0]['year']} 年年初预算 {yuan(past[0]['original_yuan'])} 元"}


def _save(request: HttpRequest, project: Project, table: str) -> HttpResponse:
    done, _, number = request.POST.get("do", SAVED).partition("-")
    quiet = "HX-Request" in request.headers
    draft = services.draft_of(project, request.post)
    held = opened(draft.content)["rows"].get(table, [])
    rows = read(table, request.POST.dict(), request.POST.getlist("row"), held)
    rows = _changed(rows, table, done, number)
    try:
        saved = services.save(project, request.post, {table: rows}, lock=_count(request, "lock"))
    except Refused as refused:
        return _not_saved(request, project, table, refused, quiet=quiet)
    if quiet:
        told = _shown(project, table, saved)
        told["said"] = said_beside(told["page"], table, held)
        made = render(request, "filings/parts/saved.html", told)
        made.headers["HX-Trigger"] = "shangji:saved"
        return made
    if done == SAVED:
        messages.success(request, f"已保存（{timezone.localtime(saved.saved_at):%H:%M:%S}）。")
    address = reverse("filings:sheet", args=[project.code, table])
    return redirect(f"{address}#row-{len(rows)}" if done in (ADD, COPY) else address)


def _not_saved(
    request: HttpRequest, project: Project, table: str, refused: Refused, *, quiet: bool
) -> HttpResponse:
    if quiet:
        name = "stale" if isinstance(refused, services.Stale) else "refused"
        return render(request, f"filings/parts/{name}.html", {"problems": refused.problems})
    if isinstance(refused, services.Stale):
        return _both(request, project, table, refused)
    draft = services.draft_of(project, request.post)
    told = _shown(project, table, draft, refused.problems)
    return render(request, "filings/sheet.html", told, status=422)


def _count(request: HttpRequest, name: str) -> int:
    """A count that a page carried; a wrong one is an old one."""
    return count(request.POST.get(name))


def _changed(rows: Rows, table: str, done: str, number: str) -> Rows:
    """The rows after one was added, copied or removed; the project's own row is one."""
    at = count(number, 0) - 1
    if table == PROJECT or done not in (ADD, COPY, REMOVE):
        return rows
    if done == ADD:
        return [*rows, {}]
    if not 0 <= at < len(rows):
        return rows
    if done == REMOVE:
        return [*rows[:at], *rows[at + 1 :]]
    numbered = number_column(table_of(table))
    return [*rows, {name: text for name, text in rows[at].items() if name != numbered}]


def _both(
    request: HttpRequest, project: Project, table: str, stale: services.Stale
) -> HttpResponse:
    """What it was, theirs and mine side by side; nothing is overwritten before one has chosen."""
    theirs = settled(project, opened(stale.draft.content))
    base = base_of(stale.draft, stale.seen)
    mine = apart(base, theirs, stale.mine)
    told = {
        "project": project,
        "table": table,
        "draft": stale.draft,
        "seen": stale.seen,
        "mine": json.dumps(mine, ensure_ascii=False),
        "choices": choices(base, theirs, mine),
        "known": base is not None,
        "problems": stale.problems,
    }
    return render(request, "filings/both.html", told, status=409)


@require_POST
def merge(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """Save what was chosen of two versions, once every cell that both changed is chosen."""
    project = project_seen(request.post, code)
    if table not in sheets():
        raise Http404
    draft = services.draft_of(project, request.post)
    own, seen = _content(request.POST.get("mine", "")), _count(request, "seen")
    theirs = settled(project, opened(draft.content))
    wanted = choices(base_of(draft, seen), theirs, own)
    picked = {one.change.name: request.POST.get(f"pick|{one.change.name}", "") for one in wanted}
    stale = services.Stale(draft, own, seen)
    if not set(picked.values()) <= {MINE, THEIRS}:
        return _both(request, project, table, stale)
    made = merged(own, theirs, {name for name, pick in picked.items() if pick == MINE})
    try:
        services.save(
            project,
            request.post,
            {name: made["rows"][name] for name in sheets()},
            lock=_count(request, "lock"),
        )
    except services.Stale as later:
        return _both(request, project, table, services.Stale(later.draft, own, seen))
    except Refused as refused:
        told = _shown(project, table, draft, refused.problems)
        return render(request, "filings/sheet.html", told, status=422)
    messages.success(request, "已按您选用的保存。")
    return redirect("filings:sheet", code, table)


def _content(text: str) -> dict[str, Any]:
    """A content that a page carried to and fro; only texts of known sheets are taken from it."""
    try:
        found = json.loads(text)
        rows = {
            name: [{str(key): str(value) for key, value in row.items()} for row in held]
            for name, held in found["rows"].items()
            if name in sheets()
        }
    except (ValueError, KeyError, AttributeError, TypeError):
        raise Http404 from None
    return {"rows": rows, "supplied": {}}


def checked(request: HttpRequest, code: str) -> HttpResponse:
    """The self-check of what the unit now says."""
    project = project_seen(request.post, code)
    content = settled(project, pages.latest(project, request.post))
    sources = held(project, content)
    told = {
        "project": project,
        "checked": check(project, content),
        "held": sources,
        "over": over_words(project, content),
        "may_submit": sources is None or sources.ties,
        "tabs": pages.tabs(project, request.post, "filings:check"),
        "writes": pages.writes(project, request.post),
        "draft": getattr(project, "draft", None),
    }
    return render(request, "filings/check.html", told)


@require_POST
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Hand in the draft."""
    project = project_seen(request.post, code)
    locks = [_count(request, name) for name in ("lock", "draft_lock")]
    try:
        services.submit(project, request.post, lock=locks[0], draft_lock=locks[1])
    except Refused as refused:
        return _not_done(request, project, refused)
    messages.success(request, f"“{project.name}”已送单位负责人审核。")
    return redirect("projects:project", code)


@require_POST
def acted(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Withdraw, agree or return, with words where they are owed."""
    project = project_seen(request.post, code)
    if name not in pages.ON_PAGE:
        raise Http404
    try:
        act(
            project,
            request.post,
            name,
            lock=_count(request, "lock"),
            words=request.POST.get("words", ""),
            to=request.POST.get("to", ""),
        )
    except Refused as refused:
        return _not_done(request, project, refused)
    messages.success(request, f"“{project.name}”已办理。")
    return redirect("filings:mine")


def _not_done(request: HttpRequest, project: Project, refused: Refused) -> HttpResponse:
    lines = [f"{item.title}：{item.says}{item.fix}" for item in refused.problems]
    messages.error(request, "\n".join(["没有办成。", *lines]))
    return redirect("projects:project", project.code)


def versions(request: HttpRequest, code: str) -> HttpResponse:
    """The versions of a filing, and what differs between any two of them."""
    project = project_seen(request.post, code)
    held = {item.version: item for item in project.filings.select_related("by")}
    numbers = sorted(held)
    one = _chosen(request, "from", numbers, -2)
    two = _chosen(request, "to", numbers, -1)
    changes = (
        differences(opened(held[one].content), opened(held[two].content))
        if one in held and two in held and one != two
        else []
    )
    options = [(number, f"第 {number} 版") for number in numbers]
    told = {
        "project": project,
        "tabs": pages.tabs(project, request.post, "filings:versions"),
        "filings": list(held.values()),
        "one": one,
        "two": two,
        "changes": changes,
        "filters": [
            {
                "name": name,
                "zh": zh,
                "value": value,
                "options": options,
            }
            for name, zh, value in (("from", "从", one), ("to", "到", two))
        ],
    }
    return render(request, "filings/versions.html", told)


def _chosen(request: HttpRequest, name: str, numbers: list[int], otherwise: int) -> int:
    asked = request.GET.get(name, "")
    if count(asked) in numbers:
        return count(asked)
    return numbers[otherwise] if len(numbers) >= -otherwise else (numbers or [0])[0]
