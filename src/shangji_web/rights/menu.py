"""The menu: pages of the data that the acting post may open, with counts that apps register."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from shangji.errors import ShangjiError
from shangji_web.addresses import address
from shangji_web.rights.roles import FOLDER, pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest

    from shangji_web.people.models import Post

    Count = Callable[[Post], int]


@dataclass(frozen=True)
class Entry:
    """One line of the menu, or a group of lines."""

    zh: str
    icon: str
    link: str = ""
    here: bool = False
    count: int = 0
    counted: bool = False
    under: tuple[Entry, ...] = ()

    @property
    def open(self) -> bool:
        """Whether a group shows its lines from the start: when one is here or waits for work."""
        return any(line.here or line.count for line in self.under)


_counts: dict[str, Count] = {}


def counts(name: str) -> Callable[[Count], Count]:
    """Register a count for a badge: how many things of a kind wait for a post."""

    def registered(function: Count) -> Count:
        if _counts.setdefault(name, function) is not function:
            raise ShangjiError(f"two counts are called {name}")
        return function

    return registered


@cache
def _lines() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = yaml.safe_load((FOLDER / "menu.yaml").read_text("utf-8"))
    return read


def every_line() -> Iterator[dict[str, Any]]:
    """Every line of the data that leads to a page."""
    for line in _lines():
        yield from line.get("under", [line])


def menu(request: HttpRequest) -> list[Entry]:
    """The lines that the post may open, in the order of the data."""
    here = _here(request)
    made = []
    for line in _lines():
        if "under" not in line:
            made.extend(_opened(request.post, [line], here))
            continue
        under = _opened(request.post, line["under"], here)
        if under:
            total = sum(entry.count for entry in under)
            made.append(Entry(line["zh"], line["icon"], count=total, under=tuple(under)))
    return made


def _here(request: HttpRequest) -> str:
    """The page whose line is marked."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    named = {line["page"] for line in every_line()}
    if name in named:
        return str(name)
    for line in every_line():
        if name in line.get("also", ()):
            return str(line["page"])
    app = name.partition(":")[0]
    return next((str(line["page"]) for line in every_line() if line.get("app") == app), "")


def _opened(post: Post, lines: list[dict[str, Any]], here: str) -> list[Entry]:
    return [
        Entry(
            line["zh"],
            line.get("icon", ""),
            address(line["page"]),
            here == line["page"],
            _counts[line["count"]](post) if "count" in line else 0,
            "count" in line,
        )
        for line in lines
        if pages().opens(line["page"], post.role)
    ]
