"""Addresses of pages, made once: a page of a list holds dozens of links, of which few differ."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse_url
from django.urls import get_script_prefix, reverse
from django.utils.html import conditional_escape

if TYPE_CHECKING:
    from django.template.base import Parser, Token
    from django.template.context import Context

KEPT = 8192


def address(page: str, *given: object) -> str:
    """The address of a page with its arguments.

    Raises:
        NoReverseMatch: there is no such page.
    """
    return _address(get_script_prefix(), page, tuple(map(str, given)))


@lru_cache(KEPT)
def _address(prefix: str, page: str, given: tuple[str, ...]) -> str:  # noqa: ARG001 - a key's part
    return reverse(page, args=given)


class Link(URLNode):
    """`{% url %}`, by what is kept where it has nothing but arguments in their order."""

    def render(self, context: Context) -> Any:  # noqa: ANN401 - as Django's
        """The address."""
        if self.kwargs or self.asvar:
            return super().render(context)
        page = self.view_name.resolve(context)
        made = address(page, *(arg.resolve(context) for arg in self.args))
        return conditional_escape(made) if context.autoescape else made


def url(parser: Parser, token: Token) -> Link:
    """Read the tag as Django does."""
    node = parse_url(parser, token)
    return Link(node.view_name, node.args, node.kwargs, node.asvar)
