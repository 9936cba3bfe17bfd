"""决策包: some projects say what they could do with less, with as much as now, with all."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shangji.faults.world import Project, World

LANES = frozenset({"运行维护与采购", "专项资金与政策", "一次性及其他"})
LEAST = Decimal(200_000)
"""Smaller projects are not worth a package, in yuan."""
SHARE = 0.4
"""Of the projects that may have packages, how many do."""
HUNDRED = Decimal(100)
LEVELS = (
    ("最低保障", "只保安全和不能停的部分，按现有工作量的六至七成安排", "最低限度不中断"),
    ("现行水平", "保持上年的工作量和质量，不新增", "与上年持平"),
    ("提升", "按申报的全部工作量安排", "达到申报的年度目标"),
)
WITHOUT = ("服务中断，影响群众", "工作量低于上年", "达不到申报的目标，可以分年安排")


def offer(world: World) -> None:
    """Add packages to some projects of the county's own money, nothing else being changed."""
    for project in world.reviewed():
        draw = Random(f"{world.seed}/package/{project.row['project_name']}/{project.key}")
        if _may(project) and draw.random() < SHARE:
            _packages(project, draw)


def _may(project: Project) -> bool:
    own = all(
        row.get("fund_source") == "一般公共预算本级"
        for row in (*project.lines, *project.tables["line_fund"])
    )
    free = not project.row.get("three_guarantees_item") and not project.tables["commitment"]
    entitled = any(row.get("entitlement_code") for row in project.lines)
    return (
        own and free and not entitled and project.row["lane"] in LANES and project.amount >= LEAST
    )


def _packages(project: Project, draw: Random) -> None:
    """Totals of each level: two thirds or so, nine tenths or so, all."""
    shares = (Decimal(draw.randint(60, 70)), Decimal(draw.randint(84, 92)), HUNDRED)
    for (level, content, output), share, without in zip(LEVELS, shares, WITHOUT, strict=True):
        amount = project.amount
        if share < HUNDRED:
            amount = (project.amount * share / HUNDRED / HUNDRED).to_integral_value() * HUNDRED
        project.add(
            "package",
            package_level=level,
            amount_yuan=amount,
            content=content,
            output_text=f"{project.row['project_name']}{output}",
            consequence=without,
            is_scalable="否" if level == "最低保障" else "是",
        )
