"""Pages for the audit's administrator: the ledger in words, its check, who logged in."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji.ledger import KINDS
from shangji_web.ledgered.queries import FARTHEST, lines
from shangji_web.ledgered.services import checked

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse

LINES = 50


def listed(request: HttpRequest) -> HttpResponse:
    """The ledger, the latest entry first, with conditions."""
    return render(request, "ledgered/list.html", _listed(request))


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Hash the whole log anew and compare; what was found stands above the list."""
    told: dict[str, Any] = {}
    try:
        told["checked"] = checked()
        told["problems"] = told["checked"].problems
    except Refused as refused:
        told["problems"] = refused.problems
    return render(request, "ledgered/list.html", _listed(request) | told)


def logins(request: HttpRequest) -> HttpResponse:
    """Who logged in and out, from where, and who was refused."""
    from axes.models import AccessFailureLog, AccessLog

    words = request.GET.get("words", "").strip()
    failed = request.GET.get("kind") == "failed"
    rows: Any = (AccessFailureLog if failed else AccessLog).objects.order_by("-pk")
    if words:
        rows = rows.filter(Q(username__icontains=words) | Q(ip_address__icontains=words))
    page = Paginator(rows, LINES).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "failed": failed,
        "tabs": [
            {"zh": "登录与退出", "link": "?", "here": not failed},
            {"zh": "登录失败", "link": "?kind=failed", "here": failed},
        ],
    }
    return render(request, "ledgered/logins.html", told)


def _listed(request: HttpRequest) -> dict[str, Any]:
    kind, login, project = (
        request.GET.get(name, "").strip() for name in ("kind", "login", "project")
    )
    number = max(1, int(request.GET.get("page", "1")) if _counts(request) else 1)
    begin = (number - 1) * LINES
    found = list(islice(lines(kind, login, project), begin, begin + LINES + 1))
    return {
        "lines": found[:LINES],
        "number": number,
        "more": len(found) > LINES,
        "farthest": FARTHEST,
        "filters": [
            {"name": "kind", "zh": "种类", "value": kind, "options": list(KINDS.items())},
            {"name": "login", "zh": "登录名（经手或被办理）", "value": login},
            {"name": "project", "zh": "项目编号", "value": project},
        ],
    }


def _counts(request: HttpRequest) -> bool:
    text = request.GET.get("page", "1")
    return text.isascii() and text.isdigit() and len(text) < 6  # noqa: PLR2004 - digits of a page
