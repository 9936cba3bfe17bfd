"""Words of the domain that code must know: outcomes, severities, statuses, who owes a datum.

Everything that a finance officer may want to change is data in a pack, not here.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

FAIL, PASS, UNKNOWN, NOT_APPLICABLE = "fail", "pass", "unknown", "not_applicable"
OUTCOMES = {FAIL: "不符", PASS: "通过", UNKNOWN: "不知道", NOT_APPLICABLE: "不适用"}
"""The four answers of a rule, with their words on screen."""

DIMENSIONS = {
    "completeness": "编报规范性",
    "necessity": "必要性",
    "importance": "重要性",
    "standard": "标准符合性",
    "performance": "绩效管理",
    "execution": "执行合规性",
    "supervision": "监督检查",
}
"""Dimensions of review, in the order in which reports list them."""

SEVERITIES = {"veto": "否决", "major": "重", "minor": "轻", "hint": "提示"}
"""Severities, gravest first."""

DRAFT, TRIAL, ACTIVE, RETIRED = "draft", "trial", "active", "retired"
STATUSES = {DRAFT: "草稿", TRIAL: "试行", ACTIVE: "启用", RETIRED: "停用"}
"""Life of a rule or of a standard row; only `active` scores or vetoes."""

BASIS_KINDS = {
    "law": "法律法规条款",
    "act": "规范性文件",
    "data_standard": "数据标准",
    "arithmetic": "算术关系",
    "practice": "通行做法",
}
"""What a rule rests on; `arithmetic` wants no citation, `practice` is a hint only."""

ACT_LEVELS = {
    "law": "法律",
    "regulation": "行政法规",
    "rule": "部门规章",
    "document": "中央文件",
    "local": "地方文件",
}
ACT_STATES = {"in_force": "现行有效", "superseded": "已被取代", "repealed": "已废止或放开"}
ACT_KNOWN = {"read": "读过原文", "seen": "见过转载", "recalled": "只知文号或名称"}
"""The policy index: level of an act, whether it is in force, how far it is known."""

SUPPLIERS = {"unit": "单位", "bureau": "财政", "external": "外部"}
"""Who owes a datum, strongest first: a unit's own omission is never excused by another's."""

VISIBLE = {"unit": "单位可见", "bureau": "财政内部"}
"""Who may read a rule's finding."""

CENT = Decimal("0.01")


def wan(amount_yuan: Decimal | str | int | None) -> str:
    """Return yuan as 万元 with two decimals and thousands separators; 待定 for unknown.

    >>> wan("12345678.90")
    '1,234.57'
    """
    if amount_yuan is None:
        return "待定"
    value = (Decimal(amount_yuan) / 10000).quantize(CENT, ROUND_HALF_UP)
    return f"{value:,}"


def yuan(amount_yuan: Decimal | str | int | None) -> str:
    """Return yuan with two decimals and thousands separators; 待定 for unknown.

    >>> yuan("1234.5")
    '1,234.50'
    """
    if amount_yuan is None:
        return "待定"
    return f"{Decimal(amount_yuan).quantize(CENT, ROUND_HALF_UP):,}"
