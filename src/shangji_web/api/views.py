"""The interface: every answer begins at the rows that the acting post sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from ninja import NinjaAPI, Query
from ninja.security import django_auth

from shangji import __version__
from shangji_web.api.rows import (
    EventRow,
    FindingRow,
    ProjectPage,
    ProjectRow,
    SeasonRow,
    Trouble,
    event_rows,
    finding_row,
    project_row,
)
from shangji_web.reviews.models import Finding
from shangji_web.rights.scope import project_seen, projects_seen, sees
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGE_ROWS = 100
LAST_PAGE = 100_000
NOT_THERE = "没有，或您看不到。"

api = NinjaAPI(
    title="上计·零基预算评审 数据接口",
    version=__version__,
    description="只读；与网页同一套岗位权限。金额为元，写成文本。",
    urls_namespace="api",
    docs_url=None,
    auth=django_auth,
)


@api.exception_handler(Http404)
def not_there(request: HttpRequest, _: Http404) -> HttpResponse:
    """What is not there and what is not seen are answered alike."""
    return api.create_response(request, {"says": NOT_THERE}, status=404)


@api.get("/season", response={200: SeasonRow, 404: Trouble}, url_name="season", summary="当前年度")
def season(request: HttpRequest) -> Any:  # noqa: ANN401, ARG001 - ninja's
    """The budget year that is on."""
    found = season_now()
    if found is None:
        raise Http404
    return {
        "year": found.year,
        "region": found.region,
        "title": found.title,
        "as_of": found.as_of.isoformat(),
        "data_kind": found.data_kind,
    }


@api.get("/projects", response=ProjectPage, url_name="projects", summary="看得到的项目")
def projects(
    request: HttpRequest,
    step: str = Query("", max_length=40),
    department: str = Query("", max_length=40),
    search: str = Query("", max_length=60),
    page: int = Query(1, ge=1, le=LAST_PAGE),
) -> Any:  # noqa: ANN401 - ninja's
    """A page of projects, by code."""
    found = projects_seen(request.post).order_by("code")
    if step:
        found = found.filter(step=step)
    if department:
        found = found.filter(department_code=department)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(code__icontains=search))
    pages = Paginator(found, PAGE_ROWS)
    shown = pages.get_page(page)
    return {
        "count": pages.count,
        "page": shown.number,
        "pages": pages.num_pages,
        "rows": [project_row(item, request.post) for item in shown],
    }


@api.get(
    "/projects/{code}",
    response={200: ProjectRow, 404: Trouble},
    url_name="project",
    summary="一个项目",
)
def project(request: HttpRequest, code: str) -> Any:  # noqa: ANN401 - ninja's
    """One project."""
    return project_row(project_seen(request.post, code), request.post)


@api.get(
    "/projects/{code}/findings",
    response={200: list[FindingRow], 404: Trouble},
    url_name="findings",
    summary="疑点（单位只得到需说明事项）",
)
def findings(request: HttpRequest, code: str) -> Any:  # noqa: ANN401 - ninja's
    """The findings of the last review: all for those who see findings; a unit's own once told."""
    found = project_seen(request.post, code)
    run = found.season.runs.last()
    rows = Finding.objects.filter(run=run, project=found).order_by("pk")
    if not sees(request.post, "findings", found):
        if not sees(request.post, "reductions", found):
            return []
        rows = rows.filter(to_unit=True)
    return [finding_row(item) for item in rows]


@api.get(
    "/projects/{code}/events",
    response={200: list[EventRow], 404: Trouble},
    url_name="events",
    summary="办理记录",
)
def events(request: HttpRequest, code: str) -> Any:  # noqa: ANN401 - ninja's
    """What was done on a project."""
    return event_rows(project_seen(request.post, code), request.post)
