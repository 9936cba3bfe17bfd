"""The menu: pages of the data that the acting post may open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml
from django.urls import reverse

from shangji_web.rights.roles import FOLDER, pages

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    zh: str
    icon: str
    link: str
    here: bool


@cache
def _lines() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = yaml.safe_load((FOLDER / "menu.yaml").read_text("utf-8"))
    return read


def menu(request: HttpRequest) -> list[Entry]:
    """The lines that the post may open, in the order of the data."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    app = here.partition(":")[0]
    return [
        Entry(
            line["zh"],
            line["icon"],
            reverse(line["page"]),
            here == line["page"] or (line.get("app") == app and ":" in here),
        )
        for line in _lines()
        if pages().opens(line["page"], request.post.role)
    ]
