"""What page parts need: icons, pills with words, form controls, numbers of pages, shares."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

from shangji.domain import OUTCOMES, SEVERITIES, STATUSES, UNKNOWN
from shangji_web.addresses import url
from shangji_web.projects.flow import flow
from shangji_web.rights.roles import pages

if TYPE_CHECKING:
    from django.core.paginator import Page

    from shangji_web.people.models import Post

register = template.Library()
KEPT = 1024
ICONS = "vendor/icons/icons.svg"
GRADES = ("A", "B", "C", "D")
ENTRIES = {"通过": "good", "补正": "minor", "待核": "unknown", "不予入库": "veto"}
OUTCOME_TONES = {"pass": "good", "fail": "major", UNKNOWN: "unknown", "not_applicable": "hint"}
PERCENT = Decimal(100)
CONTROLS = {
    "select": "form-select",
    "selectmultiple": "form-select",
    "checkbox": "form-check-input",
}
GROUPS = {"radioselect", "checkboxselectmultiple"}


register.tag("url", url)


@register.simple_tag
@lru_cache(KEPT)
def icon(name: str, more: str = "") -> str:
    """An icon of the sprite; it says nothing to who does not see it, words stand beside it."""
    shape = (
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    )
    return format_html(shape, more, static(ICONS), name)


@lru_cache(KEPT)
def pill(tone: str, words: str) -> str:
    """Words in a pill; the tone only repeats what the words say."""
    return format_html('<span class="pill pill-{}">{}</span>', tone, words)


@register.filter
def severity_pill(name: str) -> str:
    """A severity: 否决, 重, 轻, 提示."""
    return pill(name, SEVERITIES[name]) if name in SEVERITIES else ""


@register.filter
def outcome_pill(name: str) -> str:
    """What a rule came to: 通过, 不符, 不知道 (hatched), 不适用."""
    return pill(OUTCOME_TONES.get(name, "hint"), OUTCOMES.get(name, name))


@register.filter
def step_pill(name: str) -> str:
    """Where a project stands."""
    return pill("step", flow().steps[name].zh if name in flow().steps else name)


@register.filter
def entry_pill(words: str) -> str:
    """The entry verdict: 通过, 补正, 待核 (hatched), 不予入库."""
    return pill(ENTRIES.get(words, "hint"), words) if words else ""


@register.filter
def grade_pill(name: str) -> str:
    """A grade A, B, C, D; anything else is not known and stands hatched."""
    if name in GRADES:
        return pill(name, name)
    return pill("unknown", name or "未定级")


@register.filter
def control(field: Any) -> str:  # noqa: ANN401 - Django's bound field
    """A bound field with the site's class on its control."""
    kind = type(field.field.widget).__name__.lower()
    if kind in GROUPS:
        return str(field)
    attributes = {"class": _classed(field.field.widget, CONTROLS.get(_plain(kind), "form-control"))}
    return str(field.as_widget(attrs=attributes))


@register.filter
def is_check(field: Any) -> bool:  # noqa: ANN401 - Django's bound field
    """Whether a bound field is a single box to tick."""
    return type(field.field.widget).__name__ == "CheckboxInput"


@register.filter
def page_numbers(page: Page) -> list[int | None]:
    """The numbers to show for a page of a long list; None stands for a gap."""
    gap = page.paginator.ELLIPSIS
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [None if one == gap else one for one in shown]


@register.simple_tag
def share(part: Any, whole: Any, less: Any = 0) -> str:  # noqa: ANN401 - numbers of any kind
    """(part - less) of whole in per cent, for a bar; nothing where the whole is nothing."""
    if not whole or part is None:
        return "0%"
    made = (Decimal(part) - Decimal(less or 0)) * PERCENT / Decimal(whole)
    return f"{max(Decimal(0), min(PERCENT, made)):.2f}%"


def _plain(kind: str) -> str:
    return {"checkboxinput": "checkbox", "nullbooleanselect": "select"}.get(kind, kind)


def _classed(widget: Any, name: str) -> str:  # noqa: ANN401 - Django's
    own = widget.attrs.get("class", "")
    return f"{own} {name}".strip()


@register.filter
def opens(post: Post | None, page: str) -> bool:
    """Whether a post opens a page: a link to it stands only where it leads somewhere."""
    return pages().opens(page, post.role if post else "")


@register.filter
def project_grade(project: Any) -> str:  # noqa: ANN401 - a project
    """A project's grade; rigid spending is measured, not graded."""
    if project.lane == "rigid" and not project.grade:
        return format_html('<span class="soft nowrap">{}</span>', "不评级")
    return grade_pill(project.grade)


FUNDS = {
    "over": ("major", "已超"),
    "tight": ("minor", "还要压"),
    "good": ("good", "平衡"),
    "unknown": ("unknown", "没有财力数"),
}


@register.filter
def fund_pill(name: str) -> str:
    """How a source of funds stands against what was decided."""
    return pill(*FUNDS[name])


STATUS_TONES = {"active": "good", "trial": "minor", "draft": "unknown", "retired": "hint"}


@register.filter
def status_pill(name: str) -> str:
    """The status of a rule or a standard: 草稿 (hatched), 试行, 启用, 停用."""
    return pill(STATUS_TONES.get(name, "hint"), STATUSES.get(name, name))
