"""Reading notices: the list, opening one, marking all as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shangji_web.notices.queries import notices_for, notices_marked, unread_count
from shangji_web.notices.services import mark_read

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LINES = 30


def listed(request: HttpRequest) -> HttpResponse:
    """Notices to the post, the latest first; all of them or the unread ones."""
    only = request.GET.get("only") == "unread"
    every = notices_marked(request.post)
    shown = every.filter(read=False) if only else every
    tabs = [
        {"zh": "全部", "link": "?", "here": not only, "count": every.count()},
        {
            "zh": "未读",
            "link": "?only=unread",
            "here": only,
            "count": unread_count(request.post),
        },
    ]
    page = Paginator(shown, LINES).get_page(request.GET.get("page"))
    return render(request, "notices/list.html", {"page": page, "tabs": tabs})


def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a notice: it counts as read, and the page that it speaks of follows."""
    notice = get_object_or_404(notices_for(request.post), pk=pk)
    mark_read(request.post, [notice])
    if notice.link and url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None):
        return redirect(notice.link)
    return redirect("notices:list")


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark every notice of the post as read."""
    mark_read(request.post, notices_marked(request.post).filter(read=False))
    return redirect("notices:list")
