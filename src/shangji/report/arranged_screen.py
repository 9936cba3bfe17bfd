"""The lines of a screen about a plan: asked, reviewed, arranged, what is left and what binds."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.columns import padded, wrapped
from shangji.domain import wan
from shangji.report.arranged import more_words
from shangji.report.packages import chosen_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shangji.errors import Problem

MORE_SHOWN = 3
NO_PLAN = ("plan-solver", "plan-money", "plan-clash")
WIDTHS = (20, 6, 15, 15, 15, 14)
HEADS = ("等级", "项目", "申报（万元）", "核定（万元）", "安排（万元）", "未安排")


def arranged_lines(plan: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """A table by grade, then the balance of each source of which something is left."""
    yield f"③ 安排  {plan['setting']}；先安排必保的，再逐级求最优，{_proof(plan)}"
    yield ""
    yield _row(HEADS)
    for row in plan["grades"]:
        if row["grade"] == "合计":
            yield " " + "─" * (sum(WIDTHS) + len(WIDTHS))
        yield _row(
            (
                names.get(row["grade"], row["grade"]),
                f"{row['projects']:,}",
                *(wan(row[key]) for key in ("asked_yuan", "approved_yuan")),
                *(wan(row[key]) for key in ("arranged_yuan", "short_yuan")),
            )
        )
    total = plan["grades"][-1]
    yield (
        f" 其中必保 {wan(total['bound_yuan'])} 万元；部分安排 {total['part']} 个、"
        f"没有安排 {total['none']} 个项目"
    )
    causes = [f"{row['zh']} {wan(row['amount_yuan'])}" for row in plan["causes"]]
    gone = sum((Decimal(row["amount_yuan"]) for row in plan["causes"]), Decimal(0))
    yield from wrapped(
        f"申报没有安排的 {wan(gone)} 万元：{' · '.join(causes) or '没有'}（按原因合计等于差额）", 6
    )
    left = [
        f"{row['zh']} {wan(row['left_yuan'])}"
        for row in plan["sources"]
        if row["left_yuan"] is not None and Decimal(row["left_yuan"]) > 0
    ]
    yield from wrapped(f"资金余额（万元）：{'、'.join(left) if left else '没有'}", 4)
    if plan["packages"]:
        yield from wrapped(chosen_words(plan["packages"]), 4)
    yield from wrapped(f"审减率之外：{'；'.join(plan['beside']['says'])}", 4)
    for step in plan["more"]:
        yield from wrapped(f"{more_words(step, MORE_SHOWN)}（重新求解）", 4)


def without_plan(problems: Sequence[Problem]) -> Iterator[str]:
    """Why no plan was drawn although there is a table of money; nothing where none was meant."""
    for one in problems:
        if one.code in NO_PLAN:
            yield from wrapped(f"③ 安排  没有做：{one.says}{one.fix}", 9)


def price_lines(plan: Mapping[str, Any], most: int = 12) -> Iterator[str]:
    """What one more 万元 under each limit that binds would buy; for the budget division only."""
    priced = [row for row in plan["limits"] if row["points"] is not None]
    if not priced:
        yield "没有限额卡住：再多的钱也没有项目等着用。"
        return
    yield "各限额的价格（再多一万元，可以给到两轴合计多少分的项目；只供预算科使用）"
    for row in sorted(priced, key=lambda row: -Decimal(row["points"]))[:most]:
        head = padded(row["zh"], 50)
        grade = row["grade"] or "待评"
        yield f"  {head} {padded(row['points'], 8, right=True)} 分（{grade} 类起卡住）"
    if len(priced) > most:
        yield f"  另有 {len(priced) - most} 项，见 审核结果.xlsx 的“资金限额”页"


def _row(cells: Sequence[str]) -> str:
    first, *rest = zip(cells, WIDTHS, strict=True)
    return " " + padded(*first) + " ".join(padded(cell, width, right=True) for cell, width in rest)


def _proof(plan: Mapping[str, Any]) -> str:
    """How sure the plan is."""
    stages = plan["stages"]
    if all(stage["is_proven"] for stage in stages):
        return "已证明没有更好的安排"
    worst = max(stage["gap_millionths"] for stage in stages)
    return f"离上界不超过百万分之 {worst}"
