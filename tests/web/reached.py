"""Every page of the site with an address: what the tests of all pages walk over."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, URLResolver, get_resolver

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "一个只在测试里用的口令-2027"  # noqa: S105 - of a test
SAMPLES = {"int": "1", "str": "P1", "slug": "p1", "uuid": "0" * 8 + "-0000" * 3 + "-" + "0" * 12}
"""What stands in an address for an argument, by its converter: there need be no such thing."""


@cache
def addresses() -> dict[str, str]:
    """The name of every page with an address that leads to it."""
    return dict(_walk(get_resolver(), "", "/"))


def _walk(resolver: Any, space: str, before: str) -> Iterator[tuple[str, str]]:
    for part in resolver.url_patterns:
        route = before + _filled(str(part.pattern))
        if isinstance(part, URLResolver):
            inner = f"{space}{part.namespace}:" if part.namespace else space
            yield from _walk(part, inner, route)
        elif isinstance(part, URLPattern):
            yield f"{space}{part.name}", route


def _filled(route: str) -> str:
    def sample(found: re.Match[str]) -> str:
        kind, _, name = found[1].rpartition(":")
        return SAMPLES.get(kind, name or "x")

    return re.sub(r"<([^>]+)>", sample, route)
