"""Every request passes here: a page opens for the roles that its rule names, for nobody else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.shortcuts import redirect

from shangji_web.people.codes import owed
from shangji_web.people.queries import acting_post
from shangji_web.rights.roles import ANYONE, pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, QueryDict


SEEN, KEPT_SECONDS = "seen", 300
LEAVING, PASSWORD = "people:logout", "people:password"
ONES_OWN = frozenset({"people:account", "people:code", "people:bind", PASSWORD})
"""Pages that whoever is logged in may open, without a post."""


NUL = "\x00"
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class Rights:
    """Middleware: puts the acting post on the request, and refuses what no rule allows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through with its post."""
        request.post = acting_post(request)
        if request.user.is_authenticated:
            self.keep(request)
        return self.get_response(request)

    @staticmethod
    def keep(request: HttpRequest) -> None:
        """Put off the end of the session while somebody works: one write in some minutes."""
        now = int(time.time())
        if now - request.session.get(SEEN, 0) > KEPT_SECONDS:
            request.session[SEEN] = now

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:  # noqa: ANN401 - Django's
        """Refuse a page that the post does not open; send to the log-in who has none."""
        page = request.resolver_match.view_name if request.resolver_match else ""
        known = pages()
        if request.user.is_authenticated and page != LEAVING:
            first = self.first(request)
            if first and page != first:
                return redirect(first)
            if page in ONES_OWN:
                return None
            if request.post is None and page == "home":
                return redirect("people:account")
        elif request.user.is_authenticated:
            return None
        role = request.post.role if request.post else ""
        if known.opens(page, role):
            return None
        if not request.user.is_authenticated and known.rules.get(page) not in (None, ANYONE):
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied

    @staticmethod
    def first(request: HttpRequest) -> str:
        """The page that a person has to pass before any other: the code's, the password's."""
        proof = owed(request)
        if proof:
            return proof
        if not (request.user.must_change or request.user.password_aged()):
            return ""
        if request.resolver_match.view_name != PASSWORD:
            said = "这是初始口令" if request.user.must_change else "口令已到更换期限"
            messages.warning(request, f"{said}，请先换成自己的新口令，再办理业务。")
        return PASSWORD


class Clean:
    """Middleware: a NUL byte is nothing that a person typed, and no database of ours keeps one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse a request that carries one; files are looked at by those who read them."""
        given = [request.path, *request.GET.keys(), *_values(request.GET)]
        if request.content_type in FORMS:
            given += [*request.POST.keys(), *_values(request.POST)]
        if any(NUL in text for text in given):
            raise BadRequest("a NUL byte in a request")
        return self.get_response(request)


def _values(given: QueryDict) -> list[str]:
    return [text for name in given for text in given.getlist(name)]
