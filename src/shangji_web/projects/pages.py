"""The page of a project has one address; each side of the flow registers how it shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.errors import ShangjiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from shangji_web.projects.models import Project

    Page = Callable[[HttpRequest, Project], HttpResponse]

_pages: dict[str, Page] = {}


def page_of(side: str) -> Callable[[Page], Page]:
    """Register how a side (unit, bureau, outside) shows a project that it sees."""

    def registered(function: Page) -> Page:
        if _pages.setdefault(side, function) is not function:
            raise ShangjiError(f"two pages of a project are for {side}")
        return function

    return registered


def page_for(side: str) -> Page | None:
    """The page of a side, or None where no app registered one."""
    return _pages.get(side)
