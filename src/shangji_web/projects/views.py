"""The page of a project, as the side of the acting post is shown it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from shangji_web.projects.pages import page_for
from shangji_web.rights.scope import project_seen

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def project(request: HttpRequest, code: str) -> HttpResponse:
    """A project that the post sees; that of others is not told from one that there is not."""
    seen = project_seen(request.post, code)
    page = page_for(request.post.side)
    if page is None:
        raise Http404
    return page(request, seen)
