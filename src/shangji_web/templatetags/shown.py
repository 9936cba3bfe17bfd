"""How values stand on a page: money in 万元 with two decimals, dates, steps, roles, severities."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.urls import NoReverseMatch

from shangji.domain import SEVERITIES, STATUSES, SUPPLIERS
from shangji.words import fund_words
from shangji_web import snapshot
from shangji_web.addresses import address
from shangji_web.projects.flow import flow
from shangji_web.rights.roles import roles

register = template.Library()
WAN, CENT = Decimal(10000), Decimal("0.01")
NOTHING = "—"
FIGURE_DIGITS = 13
LONGEST_AGENT = 40


@register.filter
def wan(yuan: Decimal | None) -> str:
    """An amount in 万元 with two decimals and separators; a dash where it is not known.

    >>> wan(Decimal("6260000.00"))
    '626.00'
    """
    if yuan is None or yuan == "":  # a template says so of what is not there
        return NOTHING
    return f"{(Decimal(yuan) / WAN).quantize(CENT, ROUND_HALF_UP):,}"


@register.filter
def yuan(amount: Decimal | None) -> str:
    """An amount in yuan with two decimals and separators."""
    return NOTHING if amount is None else f"{Decimal(amount):,.2f}"


@register.filter
def source_zh(code: str) -> str:
    """A source of funds by its name."""
    return fund_words(snapshot.pack(), code) or "没有写明资金来源"


@register.filter
def figure(text: str) -> str:
    """A measured value as people read it: an amount with separators, anything else as it is.

    >>> figure("23862988.00"), figure("P-1")
    ('23,862,988.00', 'P-1')
    """
    whole, _, rest = str(text).partition(".")
    if not whole.isascii() or not whole.isdigit() or not (rest == "" or rest.isdigit()):
        return str(text)
    if len(whole) > FIGURE_DIGITS:  # a code, no amount
        return str(text)
    return f"{Decimal(text):,}"


@register.filter
def step_zh(name: str) -> str:
    """A step of the flow in words."""
    return flow().steps[name].zh if name in flow().steps else name


@register.filter
def act_zh(name: str) -> str:
    """An act of the flow in words."""
    return flow().acts[name].zh if name in flow().acts else name


JOBS = {
    "scan": "识别扫描件里的密级",
    "review": "评审全部已报项目",
    "sample": "抽取盲审样本",
    "decide": "按表定数",
    "cut": "批量压减",
    "undo_cut": "撤销批量压减",
    "tell": "一下",
    "issue": "批复",
}


@register.filter
def job_zh(kind: str) -> str:
    """A kind of job in words."""
    return JOBS.get(kind, kind)


@register.filter
def role_zh(name: str) -> str:
    """A role in words."""
    return roles()[name].zh if name in roles() else name


@register.filter
def severity_zh(name: str) -> str:
    """A severity in words."""
    return SEVERITIES.get(name, name)


@register.filter
def item(mapping: Any, key: Any) -> Any:  # noqa: ANN401 - a template's own
    """The value under a key, empty where there is none."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def project_link(code: str) -> str:
    """Where a project's own page is; nothing where this site has none."""
    try:
        return address("projects:project", code)
    except NoReverseMatch:
        return ""


@register.filter
def signed_wan(amount: Decimal | None) -> str:
    """A difference in 万元 with its sign; a dash where it is not known."""
    if amount is None:
        return NOTHING
    shown = wan(amount)
    return f"+{shown}" if amount > 0 else shown


@register.filter
def supplier_zh(name: str) -> str:
    """Who owes a missing value."""
    return SUPPLIERS.get(name, name)


@register.filter
def status_zh(name: str) -> str:
    """The status of a rule or of a standard in words."""
    return STATUSES.get(name, name)


BROWSERS = {"Edg": "Edge", "Firefox": "火狐", "Chrome": "Chrome 内核", "Version": "Safari"}
MACHINES = {
    "Windows NT 6.1": "Windows 7",
    "Windows": "Windows",
    "Android": "安卓",
    "iPhone": "苹果手机",
    "Mac OS": "苹果电脑",
    "Linux": "Linux",
}


@register.filter
def browser_zh(agent: str) -> str:
    """The browser and the machine that a log-in named, as people call them.

    >>> browser_zh("Mozilla/5.0 (X11; Linux x86_64) Chrome/138.0.0.0 Safari/537.36")
    'Chrome 内核 138，Linux'
    >>> browser_zh("")
    '—'
    """
    told = []
    for name, zh in BROWSERS.items():
        if found := re.search(rf"{name}/(\d+)", agent):
            told.append(f"{zh} {found[1]}")
            break
    told += [zh for name, zh in MACHINES.items() if name in agent][:1]
    return "，".join(told) or agent[:LONGEST_AGENT] or NOTHING


@register.filter
def region_zh(code: str) -> str:
    """A region by its level: the nation, a province, a city, a county, with its code."""
    if code == "000000":
        return "中央"
    if code.endswith("0000"):
        return f"省级 {code}"
    return f"市级 {code}" if code.endswith("00") else f"县级 {code}"


@register.filter
def plain_number(value: Decimal) -> str:
    """A number without zeros that say nothing.

    >>> plain_number(Decimal("760.00"))
    '760'
    """
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
