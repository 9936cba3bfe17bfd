"""Pages of the workbook: the form to download, the dry run, the marked copy, the take-over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji_web.filings import workbooks
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from django.http import HttpRequest

    from shangji_web.seasons.models import Season

KEY = "workbook"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTED = 40


def _season() -> Season:
    season = season_now()
    if season is None:
        raise Http404
    return season


def workbook(request: HttpRequest) -> HttpResponse:
    """Download the form, send a filled one, see what it would change."""
    told: dict[str, Any] = {"season": _season(), "listed": LISTED}
    if request.method != "POST":
        return render(request, "filings/workbook.html", told)
    _forget(request)
    upload = request.FILES.get("file")
    try:
        data = upload.read() if upload else b""
        found = workbooks.dry_run(_season(), request.post, upload.name if upload else "", data)
    except Refused as refused:
        told["problems"] = refused.problems
        return render(request, "filings/workbook.html", told, status=422)
    digest = workbooks.keep(found.name, data)
    request.session[KEY] = {"name": found.name, "digest": digest, "unit": request.post.unit_code}
    return render(request, "filings/workbook.html", {**told, "found": found})


def _forget(request: HttpRequest) -> None:
    held = request.session.pop(KEY, None)
    if held:
        workbooks.drop(held["name"], held["digest"])


def _held(request: HttpRequest) -> tuple[str, bytes]:
    held = request.session.get(KEY)
    if not held or held["unit"] != request.post.unit_code:
        raise Http404
    return held["name"], workbooks.kept(held["name"], held["digest"])


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take the workbook that was shown over into drafts."""
    name, data = _held(request)
    try:
        taken = workbooks.take(_season(), request.post, name, data)
    except Refused as refused:
        told = {"season": _season(), "problems": refused.problems}
        return render(request, "filings/workbook.html", told, status=422)
    _forget(request)
    messages.success(request, f"已接收 {len(taken)} 个项目到草稿，请逐个自查后送审。")
    return redirect("filings:mine")


def marked(request: HttpRequest) -> HttpResponse:
    """The workbook with its problems marked."""
    name, data = _held(request)
    return _file(workbooks.marked(name, data), f"标注_{name}")


def template(request: HttpRequest) -> HttpResponse:
    """The empty form with the unit's cover."""
    season = _season()
    data = workbooks.template(season, request.post)
    return _file(data, f"{request.post.place_name}{season.year}年度项目支出预算申报表.xlsx")


def _file(data: bytes, name: str) -> HttpResponse:
    from django.utils.http import content_disposition_header

    answer = HttpResponse(data, content_type=XLSX)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name)  # noqa: FBT003 - Django's
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
