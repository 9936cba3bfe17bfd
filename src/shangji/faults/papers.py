"""Bases and attachments of a project, with the heads that a county's papers bear."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.faults.data import county

if TYPE_CHECKING:
    from random import Random

    from shangji.faults.drafts import Draft
    from shangji.faults.world import Project, Row

TOKEN = re.compile(r"^(\*?)(政纪|上级|部门|批示|合同|规划|法规|批复)(概算|可研|立项)?([pas]*)$")
SMALL = Decimal(300_000)
"""Below it a project may come without its papers attached, as a quarter of them do."""

HEADS = {
    "政纪": (
        "政府会议纪要",
        "样例县人民政府",
        "县级",
        "样例县政纪〔2026〕{n}号（样例）",
        "样例县人民政府第{n}次常务会议纪要",
        "政府会议纪要",
    ),
    "上级": (
        "上级文件",
        "样例省主管部门",
        "省级",
        "样例厅发〔2026〕{n}号（样例）",
        "关于做好{work}工作的通知",
        "上级文件",
    ),
    "部门": (
        "部门文件",
        "{unit}",
        "县级",
        "样例局发〔2026〕{n}号（样例）",
        "{Y}年{work}工作方案",
        "部门文件",
    ),
    "批示": ("领导批示", "样例县人民政府", "县级", "", "县领导在{work}请示上的批示", "领导批示"),
    "规划": (
        "规划方案",
        "样例县人民政府",
        "县级",
        "样例政办〔2026〕{n}号（样例）",
        "{work}专项规划",
        "规划方案",
    ),
    "批复": (
        "部门文件",
        "样例县发展和改革局",
        "县级",
        "样例发改审批〔2026〕{n}号（样例）",
        "关于{work}{paper}的批复",
        "立项批复",
    ),
    "合同": ("合同", "{unit}", "县级", "", "{work}合同", "合同"),
}
"""Kind, issuer, its level, number, title, kind of attachment."""

APPROVALS = {"概算": "概算批复", "可研": "可研批复", "立项": "立项批复"}
PAPERS = {
    "名册": "补助对象名单",
    "分配": "补助对象名单",
    "用工批复": "编制或用工批复",
    "立项": "立项批复",
    "可研": "可研批复",
    "概算": "概算批复",
    "用地": "用地批准",
    "环评": "环评批复",
    "控制价": "财评控制价报告",
    "招标": "招标中标文件",
    "鉴定": "检测鉴定报告",
    "合同": "合同",
    "信息化": "信息化前置审核意见",
    "活动": "活动批准文件",
    "车辆": "车辆更新批复",
}
QUOTES = {
    "p": "同意实施{work}",
    "a": "所需资金{wan}万元",
    "s": "由县级财政承担，列入{Y}年部门预算",
}
FIRMS = ("样例天成", "样例恒远", "样例鼎力", "样例众合", "样例远达", "样例博信")
FULL = Decimal(4_000_000)
"""Works of so much and more have the whole set of approvals."""


def file(project: Project, draft: Draft, draw: Random) -> None:
    """Write the project's bases and attachments."""
    bare = project.amount < SMALL and draw.random() < 0.5
    for text in _tokens(draft, draw):
        _basis(project, draft, text, draw, bare=bare)
    have = {row["kind"] for row in project.tables["attachment"]}
    kinds = _kinds(project, draft)
    for kind in dict.fromkeys(kinds):
        if kind not in have:
            _attach(project, kind, f"{_work(project)}{kind}", draw)
    quoted = any(row.get("price_basis") == "询价报价" for row in project.lines)
    if "报价" in draft["papers"] or quoted:
        for firm in draw.sample(FIRMS, 3):
            row = _attach(project, "询价报价单", f"{_work(project)}报价单（{firm}公司）", draw)
            row["counterparty"] = f"{firm}有限公司（虚构）"
            row["amount_yuan"] = _near(project.amount, draw)
    if project.row.get("ex_ante_result"):
        _attach(project, "事前绩效评估报告", f"{_work(project)}事前绩效评估报告", draw)


def _kinds(project: Project, draft: Draft) -> list[str]:
    """The kinds of attachment that such a project comes with."""
    kinds = [PAPERS[name] for name in draft["papers"].split() if name in PAPERS]
    if any(row.get("headcount_kind") for row in project.lines):
        kinds.append("编制或用工批复")
    if draft["lane"] == "formula":
        kinds.append("补助对象名单")
    if draft["lane"] == "works":
        kinds += ["立项批复", "财评控制价报告", "工程量清单预算书"]
        if Decimal(project.row["total_investment_yuan"]) >= FULL:
            kinds += ["可研批复", "概算批复", "用地批准"]
    return kinds


def _near(amount: Decimal, draw: Random) -> Decimal:
    return (amount * draw.randint(100, 112) / 100 / 100).quantize(Decimal(1)) * 100


def _tokens(draft: Draft, draw: Random) -> list[str]:
    """The kind's bases, some of them on a leader's note instead of minutes."""
    texts = list(draft["bases"].split())
    for at, text in enumerate(texts):
        if text.startswith("部门") and draw.random() < 0.3:
            texts[at] = "批示p"
        elif text.startswith("上级") and draw.random() < 0.12:
            texts[at] = "政纪pa"
    if len(texts) > 1 and draw.random() < 0.3 and draft["lane"] != "works":
        texts = texts[:1]
    return texts


def _work(project: Project) -> str:
    return re.sub(r"\d{4}年?度?|[（(]年?[)）]", "", str(project.row["project_name"]))


def _basis(project: Project, draft: Draft, text: str, draw: Random, *, bare: bool) -> None:
    match = TOKEN.match(text)
    if match is None:
        raise ValueError(text)
    _, head, approval, flags = match.groups()
    if head == "法规":
        _law(project, draft, draw)
        return
    kind, issuer, level, doc_no, title, paper = HEADS[head]
    words = {
        "n": draw.randint(3, 96),
        "work": _work(project),
        "Y": project.row["budget_year"],
        "unit": project.row["unit_name"],
        "paper": (approval or "立项"),
        "wan": f"{(project.amount / 10000).normalize():f}",
    }
    day = f"2026-{draw.randint(1, 8):02d}-{draw.randint(1, 28):02d}"
    row = project.add(
        "basis",
        kind=kind,
        issuer=issuer.format(**words),
        issuer_level=level,
        doc_no=doc_no.format(**words),
        title=title.format(**words),
        issued_on=day,
        requires_matching="否",
        **{
            name: "是" if flag in flags else "否"
            for flag, name in (
                ("p", "names_project"),
                ("a", "names_amount"),
                ("s", "names_county_share"),
            )
        },
    )
    if "a" in flags and kind != "上级文件":
        row["named_amount_yuan"] = project.amount
    if draw.random() < 0.5 or bare:
        parts = [
            QUOTES[flag].format(**words) for flag in flags if flag != "a" or kind != "上级文件"
        ]
        row["quote"] = "，".join(parts or [QUOTES["p"].format(**words)]) + "。"
    if head == "合同":
        _contract(project, row, draw)
    if not bare or head == "合同":
        name = APPROVALS.get(approval, paper)
        made = _attach(project, name, row["title"], draw)
        made["doc_no"], made["issued_on"] = row["doc_no"], day
        row["attachment_no"] = made["attachment_no"]


def _law(project: Project, draft: Draft, draw: Random) -> None:
    """A real law or regulation by its name, with its text attached."""
    kind, title = county()["laws"][draft["at"]]
    number = _attach(project, "法律法规", title, draw)["attachment_no"]
    project.add(
        "basis",
        kind=kind,
        issuer_level="中央",
        title=title,
        attachment_no=number,
        names_project="否",
        names_amount="否",
        names_county_share="否",
        requires_matching="否",
    )


def _contract(project: Project, basis: Row, draw: Random) -> None:
    """A contract that runs through the year; what it owes then is what its lines ask."""
    due = (
        sum(
            (row["amount_yuan"] for row in project.lines if row.get("price_basis") == "合同"),
            Decimal(0),
        )
        or project.amount
    )
    number = f"样例合同2026-{draw.randint(100, 999)}-{project.code[-4:]}"
    basis["effective_to"] = "2028-12-31"
    basis["named_amount_yuan"] = due
    for row in project.lines:
        if row.get("price_basis") == "合同":
            row["contract_no"] = number
    project.add(
        "contract",
        contract_no=number,
        contract_name=basis["title"],
        unit_code=project.row["unit_code"],
        state="履行中",
        counterparty=f"{draw.choice(FIRMS)}服务有限公司（虚构）",
        procurement_method="公开招标",
        signed_on="2025-12-18",
        start_date="2026-01-01",
        end_date="2028-12-31",
        amount_yuan=due * 3,
        promises_buyback="否",
        paid_yuan=(due * draw.randint(40, 60) / 100).quantize(Decimal(1)),
    )
    project.add(
        "commitment",
        contract_no=number,
        unit_code=project.row["unit_code"],
        year=project.row["budget_year"],
        item_no=1,
        kind="服务费",
        due_on="2027-12-20",
        condition="按季考核后支付",
        due_yuan=due,
        paid_yuan=Decimal(0),
        is_legal="否",
    )


def _attach(project: Project, kind: str, title: str, draw: Random) -> Row:
    """An attachment; two in five are scans or photographs, and are named like them."""
    number = len(project.tables["attachment"]) + 1
    name = f"{project.key}-{number}{kind}.pdf"
    if draw.random() < 0.4:
        name = draw.choice(
            (f"扫描件_{draw.randint(1000, 9999)}.pdf", f"IMG_2026{draw.randint(1000, 9999)}.jpg")
        )
    return project.add(
        "attachment",
        kind=kind,
        title=title,
        file_name=name,
        issued_on=f"2026-{draw.randint(1, 8):02d}-{draw.randint(1, 28):02d}",
    )
