"""Kinds of fault that only the past shows: slow spending, bad marks, finished work filed again."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.faults.planting import kind

if TYPE_CHECKING:
    from shangji.faults.planting import Site, Spot
    from shangji.faults.world import Row


def _history(site: Site, months: int) -> list[Row]:
    if not site.project.prior or "合并" in {row["kind"] for row in _links(site)}:
        return []
    return site.held("history", project_code=site.project.prior["code"], period_months=months)


def _links(site: Site) -> list[Row]:
    return site.held("lineage", project_code=site.project.code)


@kind("上年执行率低申报不减", disguises=3, grave=True)
def slow_and_more(site: Site) -> Spot | None:
    """Little was spent, and no less is asked."""
    found = _history(site, 12)
    if not found:
        return None
    row = found[0]
    percent = (23, 61, 79)[site.disguise]
    budget = (site.project.amount * 98 / 100).quantize(Decimal(1))
    row |= {
        "original_yuan": budget,
        "adjusted_yuan": budget,
        "late_transfer_yuan": Decimal(0),
        "executed_yuan": (budget * percent / 100).quantize(Decimal("0.01")),
    }
    return "project", site.project.row, "amount_yuan", f"2025年执行率{percent}%，申报没有减少"


@kind("当年执行明显慢于序时", disguises=2)
def slow_this_year(site: Site) -> Spot | None:
    """By July hardly anything was spent."""
    found = _history(site, 7)
    if not found:
        return None
    percent = (8, 38)[site.disguise]
    found[0]["executed_yuan"] = (found[0]["adjusted_yuan"] * percent / 100).quantize(
        Decimal("0.01")
    )
    return "project", site.project.row, "amount_yuan", f"2026年前七个月执行{percent}%"


@kind("评价为中差申报不减", disguises=2, grave=True)
def poor_and_more(site: Site) -> Spot | None:
    """Found wanting, and no less is asked."""
    found = _history(site, 12)
    if not found or site.held(
        "evaluation", project_code=site.project.prior["code"], kind="财政评价"
    ):
        return None
    grade, score = (("差", 54), ("中", 68))[site.disguise]
    for row in site.held("history", project_code=site.project.prior["code"]):
        budget = (site.project.amount * 96 / 100).quantize(Decimal(1))
        part = Decimal(95) if row["period_months"] == 12 else Decimal(58)
        row |= {
            "original_yuan": budget,
            "adjusted_yuan": budget,
            "executed_yuan": (budget * part / 100).quantize(Decimal("0.01")),
        }
    site.world.bureau["evaluation"].append(
        {
            "project_code": site.project.prior["code"],
            "unit_code": site.project.row["unit_code"],
            "year": 2025,
            "kind": "财政评价",
            "score": score,
            "grade": grade,
            "evaluated_on": "2026-07-20",
            "problem": "效益不明显",
            "is_corrected": "否",
        }
    )
    return "project", site.project.row, "amount_yuan", f"财政评价为{grade}，申报没有减少"


@kind("自评分明显高于财政复核", disguises=2)
def self_score_high(site: Site) -> Spot | None:
    """A self-score well above what the bureau found on checking."""
    code = site.project.prior.get("code", "")
    found = site.held("evaluation", project_code=code, kind="单位自评")
    if not code or not found or site.held("evaluation", project_code=code, kind="自评抽查复核"):
        return None
    score = found[0]["score"] - (22, 12)[site.disguise]
    site.world.bureau["evaluation"].append(
        {
            **found[0],
            "kind": "自评抽查复核",
            "score": score,
            "grade": "中" if score < 80 else "良",
            "evaluated_on": "2026-06-20",
        }
    )
    return "evaluation", found[0], "score", f"自评{found[0]['score']}分，复核{score}分"


@kind("上年已完工又申报", grave=True)
def finished_again(site: Site) -> Spot | None:
    """Finished last year, filed again."""
    if not site.project.prior or not site.is_lane("工程", "一次性及其他"):
        return None
    for link in _links(site):
        if link["kind"] != "同一项目":
            return None
    for row in site.held("history", project_code=site.project.prior["code"]):
        row["is_finished"] = "是"
    return "project", site.project.row, "prior_project_code", "上年登记已完成，仍申报"


@kind("审计问题未整改申报不减", grave=True)
def audit_open(site: Site) -> Spot | None:
    """An auditor's finding is open, and no less is asked."""
    if not site.project.prior or not _history(site, 12):
        return None
    row = {
        "finding_no": f"SJ-2025-{site.project.key}",
        "unit_code": site.project.row["unit_code"],
        "project_code": site.project.code,
        "year": 2025,
        "supervisor": "样例县审计局",
        "kind": "虚报冒领",
        "description": "虚增工作量套取资金",
        "amount_yuan": Decimal(180_000),
        "doc_no": "样例审报〔2026〕7号（样例）",
        "found_on": "2026-05-30",
        "state": "未整改",
        "due_on": "2026-08-31",
    }
    site.world.bureau["audit_finding"].append(row)
    for link in site.held("history", project_code=site.project.prior["code"]):
        link["original_yuan"] = link["adjusted_yuan"] = (site.project.amount * 95 / 100).quantize(
            Decimal(1)
        )
        link["executed_yuan"] = min(link["executed_yuan"], link["adjusted_yuan"])
    return "audit_finding", row, "state", "审计问题未整改"


@kind("增长没有新依据", disguises=2)
def growth_bare(site: Site) -> Spot | None:
    """Much more than last year, and no paper newer than last year's."""
    found = _history(site, 7)
    bases = site.project.tables["basis"]
    if not found or site.project.amount < 300_000 or not bases:
        return None
    times = (Decimal(100) / 240, Decimal(100) / 135)[site.disguise]
    for row in site.held("history", project_code=site.project.prior["code"]):
        budget = (site.project.amount * times).quantize(Decimal(1))
        share = Decimal(96) if row["period_months"] == 12 else Decimal(55)
        row |= {
            "original_yuan": budget,
            "adjusted_yuan": budget,
            "executed_yuan": (budget * share / 100).quantize(Decimal("0.01")),
        }
    for row in bases:
        if row.get("issued_on"):
            row["issued_on"] = f"2023{str(row['issued_on'])[4:]}"
    return "project", site.project.row, "amount_yuan", "比上年增长很多，没有新的依据"
