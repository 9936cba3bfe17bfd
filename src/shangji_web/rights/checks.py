"""The check that every page has a rule and every rule a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core import checks
from django.urls import URLPattern, URLResolver, get_resolver

from shangji_web.rights.roles import pages

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = "shangji_web"


def page_names(resolver: Any = None, prefix: str = "") -> Iterator[str]:  # noqa: ANN401 - Django's
    """The full name of every page; an unnamed one gives its pattern in angle brackets."""
    resolver = resolver or get_resolver()
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            space = f"{prefix}{part.namespace}:" if part.namespace else prefix
            yield from page_names(part, space)
        elif isinstance(part, URLPattern):
            yield f"{prefix}{part.name}" if part.name else f"<{part.pattern}>"


@checks.register("rights")
def every_page_has_a_rule(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - Django's
    """Errors for pages without a rule and for rules without a page."""
    there, ruled = set(page_names()), set(pages().rules)
    wanting = [
        checks.Error(f"页面 {name} 没有权限规则。", id="rights.E001")
        for name in sorted(there - ruled)
    ]
    idle = [
        checks.Error(f"权限规则 {name} 没有对应的页面。", id="rights.E002")
        for name in sorted(ruled - there)
    ]
    return [*wanting, *idle]
