"""A panel's agreement in Chinese: lines of a screen, and two sheets of the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.report.sheets import COUNT, TEXT, WRAP, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from shangji.score.agreement import Agreement
    from shangji.score.panel import Panel

SHOWN = 8
TRUSTED, TENTATIVE = 0.8, 0.667
"""Below the second nothing should rest on the points; below the first only with care."""


def lines(made: Panel) -> Iterator[str]:
    """The screen: each indicator, the pairs that agree least, the rows that divide the judges."""
    if not made.nodes:
        yield "没有两个人以上评判过的对象，算不出一致程度。"
        return
    yield "各项专家评判的一致程度（Krippendorff α，分值按区间量）"
    for framework, node, found in made.nodes:
        told = f"{_alpha(found)}；{found.things} 个对象，{_said(found)}"
        yield f"  {framework.zh} · {node.zh}：{told}"
    pairs = sorted(made.pairs, key=lambda pair: (pair[2].value is None, pair[2].value or 0))
    if pairs:
        yield "两两一致最低的（Cohen κ，按等级）"
    for one, two, found in pairs[:SHOWN]:
        yield f"  {one} 和 {two}：{_value(found)}；共评 {found.things} 次，{_share(found)} 同级"
    yield "分歧最大的（离群的分只提示，不剔除）"
    for spread in sorted(made.spreads, key=lambda one: -one.apart)[:SHOWN]:
        span = f"{_points(spread.least)} 至 {_points(spread.most)}"
        yield (
            f"  {spread.key} · {spread.node.zh}：{span}，平均 {_points(spread.mean)}；"
            f"{spread.farthest} 与其他人的平均差满分的 {round(spread.apart)}%"
        )


def sheets(made: Panel) -> list[Sheet]:
    """The agreement by indicator and pair, and the points of every row; none without judges."""
    if not made.nodes:
        return []
    return [_agreement(made), _spreads(made)]


def _agreement(made: Panel) -> Sheet:
    columns = [
        ("指标体系或评判人", 24, WRAP),
        ("指标或评判人", 16, WRAP),
        ("系数", 8, TEXT),
        ("值", 10, TEXT),
        ("95% 区间", 18, TEXT),
        ("对象数", 10, COUNT),
        ("说明", 40, WRAP),
    ]
    rows = [
        (framework.zh, node.zh, "α", _value(found), _interval(found), found.things, _said(found))
        for framework, node, found in made.nodes
    ]
    rows += [
        (one, two, "κ", _value(found), _interval(found), found.things, f"{_share(found)} 同级")
        for one, two, found in made.pairs
    ]
    note = (
        "α 看一项指标上所有评判人的分是否一致，κ 看两个评判人所给的分是否同级；"
        "1 是完全一致，0 与随意给分无异。"
        f"α 不到 {TENTATIVE} 的，平均分不宜作结论；不到 {TRUSTED} 的，只作初步结论。"
    )
    return Sheet("评判一致程度", columns, rows, note=note)


def _spreads(made: Panel) -> Sheet:
    columns = [
        ("对象", 24, WRAP),
        ("指标", 16, WRAP),
        ("评判人数", 10, COUNT),
        ("平均分", 10, TEXT),
        ("最低", 8, TEXT),
        ("最高", 8, TEXT),
        ("离得最远的评判人", 18, TEXT),
        ("与其他人平均之差（占满分%）", 18, COUNT),
    ]
    rows = [
        (
            spread.key,
            spread.node.zh,
            spread.judges,
            _points(spread.mean),
            _points(spread.least),
            _points(spread.most),
            spread.farthest,
            round(spread.apart),
        )
        for spread in sorted(made.spreads, key=lambda one: (-one.apart, one.key, one.node.name))
    ]
    return Sheet("专家评判", columns, rows, note="差得最多的在前；离群的分照样计入平均，由人复核。")


def _points(hundredths: int | Fraction) -> str:
    return f"{float(hundredths) / 100:.2f}"


def _value(found: Agreement) -> str:
    return "算不出" if found.value is None else f"{float(found.value):.2f}"


def _interval(found: Agreement) -> str:
    if found.low is None or found.high is None:
        return "算不出"
    return f"{float(found.low):.2f} 至 {float(found.high):.2f}"


def _alpha(found: Agreement) -> str:
    return f"α {_value(found)} [{_interval(found)}]"


def _share(found: Agreement) -> str:
    return f"{float(found.agreed):.0%}"


def _said(found: Agreement) -> str:
    if found.value is None:
        return "给分全都一样，算不出"
    if found.value < TENTATIVE:
        return "分歧大，平均分不宜作结论"
    return "可作初步结论" if found.value < TRUSTED else "一致程度好"
