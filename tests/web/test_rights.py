"""Page × role: what pages.yaml does not open is refused, to everybody and by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import include, path, resolve

from shangji_web.rights import checks
from shangji_web.rights.menu import every_line
from shangji_web.rights.middleware import Rights
from shangji_web.rights.roles import FOLDER, roles
from web.reached import addresses

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import RequestFactory

DATA = yaml.safe_load((FOLDER / "pages.yaml").read_text("utf-8"))
FOR_ALL = {"people:password", "people:account", "people:code", "people:bind"}


def opens(page: str, role: str) -> bool:
    """What the data says, read here without the program's reading of it."""
    rule = DATA["pages"].get(page)
    if rule is None:
        return False
    if rule in ("anyone", "signed_in"):
        return rule == "anyone" or bool(role)
    return role in {one for name in rule for one in DATA["groups"].get(name, [name])}


class Somebody:
    """A person in a post, without a database."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.pk = 1
        self.is_authenticated = bool(role)
        self.must_change = False
        self.side = roles()[role].side if role else ""

    def is_verified(self) -> bool:
        return True

    def password_aged(self) -> bool:
        return False


def test_every_page_opens_for_exactly_the_roles_of_the_data(rf: RequestFactory) -> None:
    middleware = Rights(lambda _: HttpResponse())
    wrong = []
    for page, address in addresses().items():
        for role in ["", *roles()]:
            request: Any = rf.get(address)
            request.resolver_match = resolve(address)
            assert request.resolver_match.view_name == page
            request.user = Somebody(role)
            request.post = request.user if role else None
            try:
                answer = middleware.process_view(request)
            except PermissionDenied:
                came = "refused"
            else:
                came = "opened" if answer is None else "to the log-in"
            rule = DATA["pages"].get(page)
            due = (
                "opened"
                if opens(page, role)
                else "refused"
                if role or rule is None
                else "to the log-in"
            )
            if came != due:
                wrong.append((page, role, came, due))
    assert not wrong


@pytest.mark.usefixtures("season")
def test_refusals_reach_the_browser(asked: Callable[[str], Any]) -> None:
    """Each page once by a role that may, once by one that may not, once by nobody."""
    for role in ["", *roles()]:
        if role == "public":
            continue
        client = asked(role)
        for number, (page, address) in enumerate(addresses().items()):
            first = list(roles())[number % len(roles())]
            if role not in ("", first) or page == "people:logout":
                continue
            answer = client.get(address)
            if opens(page, role):
                assert answer.status_code != 403, (page, role)
            elif role:
                assert answer.status_code == 403, (page, role)
            else:
                assert answer.status_code == 302, (page, role)
                assert answer["Location"].startswith("/people/login/"), (page, role)


def _nothing(_: Any) -> HttpResponse:
    return HttpResponse("opened")


class Unlisted:
    """The site with one page more that no rule names."""

    urlpatterns = (
        path("", include("shangji_web.urls")),
        path("unlisted/", _nothing, name="unlisted"),
        path("nameless/", _nothing),
    )


def test_an_unlisted_page_is_refused_and_fails_the_check(
    settings: Any, asked: Callable[[str], Any], season: Any
) -> None:
    assert season
    assert not checks.every_page_has_a_rule()
    settings.ROOT_URLCONF = Unlisted
    found = {problem.msg for problem in checks.every_page_has_a_rule()}
    assert found == {"页面 unlisted 没有权限规则。", "页面 <nameless/> 没有权限规则。"}
    for role in ("", "director", "system_admin"):
        client = asked(role)
        assert client.get("/unlisted/").status_code == 403
        assert client.get("/nameless/").status_code == 403


def test_a_rule_without_a_page_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    class Idle:
        rules = dict.fromkeys([*DATA["pages"], "gone:page"], "anyone")

    monkeypatch.setattr(checks, "pages", Idle)
    assert [problem.id for problem in checks.every_page_has_a_rule()] == ["rights.E002"]


def test_the_menu_names_pages_that_there_are() -> None:
    assert {line["page"] for line in every_line()} <= set(DATA["pages"])
