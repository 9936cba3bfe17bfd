"""The reviewer's desk: the queue at the left, one project with its findings at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from shangji_web import statements
from shangji_web.projects.flow import flow
from shangji_web.projects.models import Project
from shangji_web.projects.services import visited
from shangji_web.reviews import ground, queue
from shangji_web.reviews.amounts import amount_of
from shangji_web.reviews.corrections import choices
from shangji_web.reviews.formulas import formula
from shangji_web.reviews.guards import appraisals_due
from shangji_web.reviews.opinions import PASSES, draft, latest_opinion
from shangji_web.reviews.pictures import drawable
from shangji_web.reviews.rates import rates
from shangji_web.reviews.referrals import askable
from shangji_web.reviews.standing import latest_run, record_of, standing
from shangji_web.reviews.turns import REVIEWERS, has_turn
from shangji_web.rights.scope import project_seen, standpoint
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from shangji_web.people.models import Post
    from shangji_web.reviews.models import Run
    from shangji_web.reviews.standing import Stood
    from shangji_web.seasons.models import Season

KEPT = ("state", "only", "q", "page")
"""What of the address stays when one goes on to another project."""


def kept(request: HttpRequest, **more: str) -> str:
    """The part of the address that keeps one's place in the queue."""
    told = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    return urlencode({**told, **more})


def desk(request: HttpRequest, code: str = "") -> HttpResponse:
    """The desk with the first project of the queue, or the one that was asked for."""
    season = season_now()
    if season is None:
        return render(request, "reviews/desk.html", {"pace": None})
    told = _queue(request, season)
    first = told["page"].object_list[0].code if told["page"].object_list else ""
    if code or first:
        project = project_seen(request.post, code or first)
        told |= shown(request.post, project, request.GET.get("finding", ""))
        told |= _neighbours(told["page"], project)
    return render(request, "reviews/desk.html", {**told, "keep": kept(request)})


def _queue(request: HttpRequest, season: Season) -> dict[str, Any]:
    state, only = request.GET.get("state", "todo"), request.GET.get("only", "")
    search = request.GET.get("q", "").strip()
    pace = queue.pace(request.post, season)
    tabs = [
        {
            "zh": zh,
            "link": f"{reverse('reviews:desk')}?{urlencode({'state': name})}",
            "here": name == state,
            "count": pace.counts[name],
        }
        for name, zh in queue.STATES.items()
    ]
    plain = state in pace.counts and not only and not search
    found: Any = range(pace.counts[state]) if plain else None

    def rows() -> QuerySet[Project]:
        return queue.queue(request.post, season, state, only, search)

    page = Paginator(found or rows(), rates().page).get_page(request.GET.get("page"))
    if found:
        first, last = page.start_index() - 1, page.end_index()
        key = ("queue", standpoint(request.post), season.pk, state, first, last)
        page.object_list = statements.listed(Project, key, lambda: rows()[first:last])
    return {
        "page": page,
        "pace": pace,
        "tabs": tabs,
        "state": state,
        "only": only,
        "search": search,
        "filters": [(name, zh) for name, (zh, _) in queue.FILTERS.items()],
        "order": rates().words,
    }


def _neighbours(page: Any, project: Project) -> dict[str, Any]:  # noqa: ANN401 - Django's page
    """The projects before and after one on the page of the queue; the first where it left."""
    codes = [item.code for item in page.object_list]
    if project.code not in codes:
        return {"after": codes[0] if codes else ""}
    at = codes.index(project.code)
    return {"before": codes[at - 1] if at else "", "after": (codes[at + 1 :] or [""])[0]}


def shown(post: Post, project: Project, chosen: str = "") -> dict[str, Any]:
    """What the desk shows of one project, one of its findings unfolded.

    Raises:
        Http404: the role sees no findings.
    """
    run = latest_run(project.season)
    found = standing(project, run)
    amount = amount_of(project, found)
    one = _chosen(found, chosen)
    opinion = latest_opinion(project)
    text = draft(project, found, amount)
    may = post.role in REVIEWERS and has_turn(project, post)
    filing = project.filings.order_by("version").last()
    events = list(project.events.select_related("by"))
    referrals = list(project.referrals.select_related("person"))
    told = {
        "project": project,
        "run": run,
        "found": [item for item in found if item.to_rule or item is one],
        "beside": [item for item in found if not item.to_rule and item is not one],
        "one": one,
        "amount": amount,
        "open_count": sum(item.open for item in found),
        "known_before": sum(item.to_rule and item.finding.before for item in found),
        "hints": [i for i in found if i.open and i.finding.severity == "hint"],
        "opinion": opinion,
        "draft": text,
        "may": may,
        "may_pass": may and post.role in PASSES,
        "filed_at": filing.at if filing else None,
        "events": events,
        "referrals": referrals,
        "now": timezone.now().isoformat(),
    }
    if may:
        told["back_to"] = [(name, flow().steps[name].zh) for name in visited(project, events)]
        told["fields"] = choices(project, found, filing)
        told["askable"] = askable(post, project, referrals)
        told["due"] = list(appraisals_due(project))
    if one is not None:
        told |= _beside(project, run, one)
    return told


def _chosen(found: Sequence[Stood], name: str) -> Stood | None:
    """The finding that is unfolded: the one asked for, the first open one, the first."""
    named = next((one for one in found if one.finding.finding_id == name), None)
    return named or next((one for one in found if one.open), found[0] if found else None)


def _beside(project: Project, run: Run | None, one: Stood) -> dict[str, Any]:
    """What stands beside the unfolded finding."""
    finding = one.finding
    pages = drawable(project, finding.evidence)
    told = {
        "formula": formula(finding.rule_id),
        "record": record_of(finding.rule_id, run),
        "quotes": finding.evidence,
        "pages": pages,
    }
    if run is None:
        return told
    pairs = ground.duplicates(run, project.code)
    related = finding.subject in queue.DUPLICATES
    return {
        **told,
        "past": ground.past_years(run, project.code),
        "peers": ground.price_peers(run, finding),
        "alike": ground.indicator_peers(run, finding),
        "pairs": pairs if related else (),
        "pairs_elsewhere": 0 if related else len(pairs),
    }


def finding_of(project: Project, name: str) -> Stood:
    """One finding of a project.

    Raises:
        Http404: the latest run has it not.
    """
    for one in standing(project):
        if one.finding.finding_id == name:
            return one
    raise Http404
