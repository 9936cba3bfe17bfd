"""A calibration in Chinese: lines of a screen, and the sheets of a workbook."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.domain import wan
from shangji.report.sheets import A4, COUNT, MONEY, TEXT, WRAP, Sheet, in_wan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shangji.pack import Framework
    from shangji.score.calibration import Calibration, Share

UNKNOWN = "材料不足"
WEAK = 0.1
CROWDED_SHOWN = 5
SAME = 0.9
"""An indicator at full marks in so many projects tells few of them apart."""


def lines(made: Calibration, framework: Framework) -> Iterator[str]:
    """The screen."""
    names = _names(framework)
    top = next(iter(framework.grades), "")
    yield f"{framework.zh}：评分项目 {made.projects} 个，其中有等级 {made.graded} 个"
    for grade in (*framework.grades, ""):
        count = made.all.projects.get(grade, 0)
        asked = wan(made.all.asked.get(grade, Decimal(0)))
        yield f"  {names.get(grade, UNKNOWN)}：{count} 个，申报 {asked} 万元"
    if made.all.top is not None:
        told = f"{top} 类占有等级金额的 {made.all.top:.0%}"
        if made.crowded(framework.top_share):
            yield f"⚠ {told}，超过 {framework.top_share}%：记分卡拉不开差距，建议复核取值和清单"
        else:
            yield f"{told}，没有超过 {framework.top_share}%"
    crowded = [
        share
        for share in made.shares
        if share.top is not None and share.top * 100 > framework.top_share
    ]
    if crowded:
        shown = "、".join(
            f"{share.department} {share.top:.0%}"
            for share in sorted(crowded, key=lambda share: -(share.top or 0))[:CROWDED_SHOWN]
        )
        yield f"超过的部门 {len(crowded)} 个：{shown}"
    yield from _moved(made, framework)
    yield from _weak(made, framework)


def _moved(made: Calibration, framework: Framework) -> Iterator[str]:
    zh = {node.name: node.zh for node in framework.nodes}
    for move in made.moves:
        axes = "、".join(zh[axis] for axis in move.axis.split("+"))
        ways = "，".join(f"{way} {count}" for way, count in sorted(move.ways.items()))
        share = f"{move.changed / made.graded:.0%}" if made.graded else "—"
        way = f"{'上' if move.points > 0 else '下'}移 {abs(move.points)} 分"
        yield (
            f"{axes}界线{way}：换等级 {move.changed} 个"
            f"（{share}），申报 {wan(move.asked)} 万元{f'；{ways}' if ways else ''}"
        )


def _weak(made: Calibration, framework: Framework) -> Iterator[str]:
    """Indicators that tell little: nearly all at full marks, against their axis, or unknown."""
    zh = {node.name: node.zh for node in framework.nodes}
    for leaf in made.leaves:
        said = []
        if leaf.full is not None and leaf.full >= SAME:
            said.append(f"{leaf.full:.0%} 的项目满分")
        if leaf.nought is not None and leaf.nought >= SAME:
            said.append(f"{leaf.nought:.0%} 的项目零分")
        if leaf.alone is not None and leaf.alone < WEAK:
            said.append(f"与本轴其余指标相关 {leaf.alone:.2f}")
        if leaf.unknown * 2 > made.projects:
            said.append(f"{leaf.unknown} 个项目不知道")
        if said:
            yield f"  · {leaf.name} {zh[leaf.name]}：{'；'.join(said)}"


def sheets(made: Calibration, framework: Framework) -> list[Sheet]:
    """The workbook: departments, moved cuts, indicators."""
    return [_departments(made, framework), _cuts(made, framework), _indicators(made, framework)]


def _names(framework: Framework) -> Mapping[str, str]:
    return {grade: f"{grade} {zh}" for grade, zh in framework.grades.items()} | {"": UNKNOWN}


def _departments(made: Calibration, framework: Framework) -> Sheet:
    names = _names(framework)
    columns: list[tuple[str, int, str]] = [("部门", 30, TEXT), ("评分项目", 10, COUNT)]
    for grade in (*framework.grades, ""):
        columns += [
            (f"{grade or UNKNOWN} 个数", 9, COUNT),
            (f"{grade or UNKNOWN}（万元）", 14, MONEY),
        ]
    columns.append(("最高等级占比", 12, TEXT))

    def row(share: Share, name: str) -> list[object]:
        cells: list[object] = [name, sum(share.projects.values())]
        for grade in (*framework.grades, ""):
            cells += [share.projects.get(grade, 0), in_wan(share.asked.get(grade))]
        return [*cells, "—" if share.top is None else f"{share.top:.1%}"]

    note = (
        f"{'；'.join(name for grade, name in names.items() if grade)}。占比按有等级的金额计，"
        f"超过 {framework.top_share}% 提醒。"
    )
    rows = [row(share, share.department) for share in made.shares] + [row(made.all, "全部")]
    return Sheet("部门分布", columns, rows, note, total=True)


def _cuts(made: Calibration, framework: Framework) -> Sheet:
    zh = {node.name: node.zh for node in framework.nodes}
    columns = [
        ("移动的界线", 24, TEXT),
        ("移动（分）", 10, COUNT),
        ("换等级项目", 11, COUNT),
        ("占有等级的", 11, TEXT),
        ("涉及申报（万元）", 18, MONEY),
        ("怎样换", 44, WRAP),
    ]
    rows: list[Sequence[object]] = []
    for move in made.moves:
        ways = "，".join(f"{way} {count} 个" for way, count in sorted(move.ways.items()))
        share = f"{move.changed / made.graded:.1%}" if made.graded else "—"
        axes = "、".join(zh[axis] for axis in move.axis.split("+"))
        rows.append([axes, move.points, move.changed, share, in_wan(move.asked), ways])
    note = f"现行界线 {framework.cut} 分；只按低分重算等级，材料不足的不算。"
    return Sheet("界线移动", columns, rows, note, paper=A4)


def _indicators(made: Calibration, framework: Framework) -> Sheet:
    zh = {node.name: node.zh for node in framework.nodes}
    columns = [
        ("轴", 10, TEXT),
        ("指标", 8, TEXT),
        ("名称", 18, TEXT),
        ("权重", 7, COUNT),
        ("知道", 8, COUNT),
        ("不知道", 8, COUNT),
        ("平均得分率", 11, TEXT),
        ("离散（标准差）", 13, TEXT),
        ("满分占比", 10, TEXT),
        ("零分占比", 10, TEXT),
        ("与本轴相关", 11, TEXT),
        ("与本轴其余相关", 14, TEXT),
    ]

    def shown(value: float | None, form: str) -> str:
        return "—" if value is None else format(value, form)

    rows = [
        [
            zh[leaf.axis],
            leaf.name,
            zh[leaf.name],
            leaf.weight,
            leaf.known,
            leaf.unknown,
            shown(leaf.mean, ".1%"),
            shown(leaf.spread, ".3f"),
            shown(leaf.full, ".1%"),
            shown(leaf.nought, ".1%"),
            shown(leaf.whole, ".2f"),
            shown(leaf.alone, ".2f"),
        ]
        for leaf in made.leaves
    ]
    note = "得分率是低分占满分的比例；“与本轴其余相关”接近零或为负，说明这个指标量的是别的东西。"
    return Sheet("指标贡献", columns, rows, note)
