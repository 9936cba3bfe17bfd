"""The papers around a declaration: bases, attachments, the register of documents, history."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from exam.bundle import Bundle, money
from exam.county import NAME, REGION, Unit, number, pick

if TYPE_CHECKING:
    from exam.start import Plan

LAST = "2026"


def bases(bundle: Bundle, unit: Unit, serial: int, plan: Plan) -> None:
    """Minutes that name project and amount, a superior's notice, and quotations where priced so."""
    amount = bundle.project["amount_yuan"]
    minutes = f"沧政纪〔2026〕{serial}号（样例）"
    superior = f"样{unit.department.short}发〔2025〕{serial}号（样例）"
    paper(
        bundle,
        "1",
        kind="政府会议纪要",
        issuer=f"{NAME}人民政府",
        level="县级",
        doc_no=minutes,
        title=f"关于{plan.name}等事项的会议纪要",
        day=f"2026-0{number(f'day {serial}', 3, 8)}-16",
        quote=f"会议同意实施{plan.name}，所需{amount}元由县财政安排。",
        amount=amount,
    )
    paper(
        bundle,
        "2",
        kind="上级文件",
        issuer=f"样例市{unit.department.name[1:]}",
        level="市级",
        doc_no=superior,
        title=f"关于做好{unit.department.duty}的通知",
        day="2025-05-20",
        quote=f"各县要做好{plan.name}相关工作，经费由县级承担。",
        amount="",
    )
    for at, line in enumerate(plan.lines, 1):
        if line.basis == "询价报价":
            for firm in ("恒川", "立衡", "远沛"):
                attach(bundle, "询价报价单", f"{line.item}报价单", line=str(at),
                       counterparty=f"样例{firm}服务有限公司")  # fmt: skip


def paper(bundle: Bundle, at: str, **told: str) -> None:
    """A basis with its attachment and its entry in the policy register."""
    names = told["kind"] != "部门文件"
    number_ = attach(bundle, told["kind"], told["title"], doc_no=told["doc_no"], day=told["day"])
    bundle.own(
        "basis",
        basis_no=at,
        kind=told["kind"],
        issuer=told["issuer"],
        issuer_level=told["level"],
        doc_no=told["doc_no"],
        title=told["title"],
        issued_on=told["day"],
        effective_to="2030-12-31",
        article="第三条",
        quote=told["quote"],
        names_project="是" if names else "否",
        names_amount="是" if told["amount"] else "否",
        named_amount_yuan=told["amount"],
        names_county_share="是",
        requires_matching="否",
        attachment_no=number_,
    )
    bundle.add(
        "policy",
        policy_id=f"P{bundle.code[-6:]}{at}",
        doc_no=told["doc_no"],
        title=told["title"],
        kind=told["kind"],
        issuer=told["issuer"],
        issuer_level=told["level"],
        region=REGION,
        issued_on=told["day"],
        effective_from=told["day"],
        effective_to="2030-12-31",
        state="有效",
        numbering_complete="否",
    )


def attach(bundle: Bundle, kind: str, title: str, **more: str) -> str:
    """An attachment; returns its number."""
    at = str(len(bundle.rows.get("attachment", [])) + 1)
    bundle.own(
        "attachment",
        attachment_no=at,
        kind=kind,
        title=title,
        doc_no=more.get("doc_no", ""),
        issued_on=more.get("day", "2026-08-10"),
        file_name=f"{at}-{title}.pdf",
        amount_yuan=more.get("amount", ""),
        counterparty=more.get("counterparty", ""),
    )
    if "line" in more:
        for row in bundle.rows["line"]:
            if row["line_no"] == more["line"]:
                row.setdefault("attachment_no", at)
    return at


def history(bundle: Bundle, unit: Unit, plan: Plan) -> None:
    """Last full year and this year to date, as an honest project of that size would have them."""
    asked = Decimal(bundle.project["amount_yuan"])
    prior = f"{REGION}26{bundle.code[8:]}"
    bundle.set(prior_project_code=prior)
    bundle.own(
        "lineage",
        prior_project_code=prior,
        prior_year=LAST,
        kind="同一项目",
        share="1",
        similarity="0.98",
        confirmed_by="预算科",
        confirmed_on="2026-09-12",
    )
    rows = (
        (prior, "2025", "2025-12-31", "12", "0.95", pick(bundle.code, ("0.96", "0.98", "1"))),
        (prior, LAST, "2026-10-31", "10", "0.98", pick(bundle.code, ("0.84", "0.88", "0.9"))),
    )
    for code, year, day, months, size, spent in rows:
        budget = asked * Decimal(size)
        bundle.add(
            "history",
            project_code=code,
            project_name=plan.name,
            unit_code=unit.code,
            department_code=unit.department.code,
            year=year,
            as_of=day,
            period_months=months,
            project_category=bundle.project["project_category"],
            functional_class=bundle.project["functional_class"],
            fund_source=plan.source,
            original_yuan=money(budget),
            adjusted_yuan=money(budget),
            executed_yuan=money(budget * Decimal(spent)),
            transfer_executed_yuan="0",
            late_transfer_yuan="0",
            carried_in_yuan="0",
            carried_out_yuan="0",
            recovered_yuan="0",
            supplement_yuan="0",
            monitor_lamp="绿灯",
            is_finished="否",
        )
