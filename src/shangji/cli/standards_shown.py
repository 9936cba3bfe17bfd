"""What the commands for standards share: options, names to things, an estimate on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shangji.pack import Pack
    from shangji.pack.model import Standard
    from shangji.pack.spending import SpendingClass
    from shangji.standards import Estimate
    from shangji.standards.coverage import Tested


def with_packs(command: Callable[..., None]) -> Callable[..., None]:
    """Add the option for packs."""
    return click.option(
        "--pack",
        "packs",
        multiple=True,
        metavar="规则包",
        help="规则包，可重复；缺省为国家通用包。",
    )(command)


def to_drafts(command: Callable[..., None]) -> Callable[..., None]:
    """Add the option for the folder of drafts."""
    return click.option(
        "-o",
        "--out",
        default="标准草案",
        show_default=True,
        metavar="文件夹",
        type=click.Path(path_type=Path),
        help="草案写到哪里。",
    )(command)


def on_a_day(command: Callable[..., None]) -> Callable[..., None]:
    """Add the option for a day."""
    return click.option(
        "--on", default="", metavar="日期", help="按哪一天看，形如 2027-01-01；缺省为今天。"
    )(command)


def shown(pack: Pack, spending: SpendingClass, fitted: Estimate, tested: Tested | None) -> None:
    """An estimate on the screen: weak points stand beside the figures."""
    from shangji.standards.draft import cents, place

    records = fitted.records
    left = "，".join(f"{why} {n} 条" for why, n in sorted(records.left_out.items()))
    click.echo(
        f"{spending.zh}（{spending.unit}）：{fitted.level}% 区间，用 "
        f"{'、'.join(map(str, fitted.years))} 年的记录" + (f"；剔除：{left}" if left else "")
    )
    for group, one in sorted(fitted.intervals.items(), key=lambda held: place(held[0])):
        click.echo(
            f"  {group_named(pack, spending, group)}：{cents(one.low):,f} – {cents(one.high):,f}，"
            f"中位 {cents(one.mid):,f}（{one.n} 条）"
        )
    for group, peers in sorted(fitted.peers.items(), key=lambda held: place(held[0])):
        click.echo(
            f"  {group_named(pack, spending, group)}：只有 {peers.n} 条，不定标准；参考：中位 "
            f"{cents(peers.median):,f}，最低 {cents(peers.low):,f}，最高 {cents(peers.high):,f}"
        )
    if fitted.levels_left:
        years = "、".join(map(str, fitted.levels_left))
        click.echo(f"  没有用 {years} 年：费用水平与最近的年度明显不同")
    for effect in fitted.effects:
        zh = pack.tables[spending.table].column(effect.driver).zh
        click.echo(
            f"  影响因素 {zh}：由 {effect.lower:,.4g} 到 {effect.upper:,.4g}，单位费用 "
            f"{effect.percent:+.1f}%（打乱后误差增加 {effect.weight:.0%}）"
        )
    if tested is not None and tested.whole.n:
        held = tested.whole
        low, high = held.count.interval
        click.echo(
            f"  检验：用较早年度测算，较晚年度 {held.n} 条中 {held.inside} 条在区间内"
            f"（{held.count.share:.1%}，95% 区间 {low:.1%}–{high:.1%}），"
            f"低于 {held.below}，高于 {held.above}；另有 {tested.without} 条所在组没有区间"
        )
    elif tested is not None:
        click.echo("  检验：较早的年度记录太少，没有检验过")


def group_named(pack: Pack, spending: SpendingClass, group: tuple[str, str]) -> str:
    """A group as people call it: its code's name, and the band of size."""
    name, start = group
    if spending.group:
        codes = pack.tables[spending.table].column(spending.group).codes
        name = codes.codes.get(name, name) if codes else name
    if not spending.bands:
        return name or "全部"
    zh = pack.tables[spending.table].column(spending.per).zh
    ends = [f"{one:f}" for one in spending.bands]
    after = dict(zip(ends, [*ends[1:], ""], strict=True))[start]
    span = f"{start}–{after}" if after else f"{start} 以上"
    return f"{name}·{zh} {span}" if name else f"{zh} {span}"


def by_unit(pack: Pack, spending: SpendingClass, paths: list[Path], year: int) -> None:
    """Print units beside the median of their group."""
    from shangji.intake import read
    from shangji.standards import comparable
    from shangji.standards.compare import units

    collected, problems = read(paths, pack)
    told(problem for problem in problems if problem.effect != "changed")
    records = comparable(pack, spending, collected.rows, year)
    if not records.rows:
        raise Refused(records.problems)
    told(records.problems)
    click.echo(f"{spending.zh}（{spending.unit}），各单位与同组中位数相比，高的在前")
    for one in units(records):
        click.echo(
            f"  {one.member} {group_named(pack, spending, one.group)}：{one.median:,.2f}，同组 "
            f"{one.peers:,.2f}（{one.percent:+.1f}%，{one.n} 条）"
        )


def told(problems: Iterable[Problem]) -> None:
    """Print what reading met."""
    from shangji.columns import wrapped

    for problem in problems:
        place = f"{problem.where.file} {problem.where.sheet} {problem.where.field}".strip()
        for line in wrapped(f"  注意（{place}）：{problem.says}{problem.fix}", 4):
            click.echo(line)


def class_named(pack: Pack, name: str) -> SpendingClass:
    """The spending class of a name or Chinese name."""
    found = pack.classes.get(name) or next(
        (one for one in pack.classes.values() if one.zh == name), None
    )
    if found is None:
        fix = f"现有：{'、'.join(one.zh for one in pack.classes.values())}。"
        raise Refused([Problem("name-unknown", Where(), "没有这个支出类。", fix, value=name)])
    return found


def standard_named(pack: Pack, code: str) -> Standard:
    """The standard of a code or Chinese name."""
    found = pack.standards.get(code) or next(
        (one for one in pack.standards.values() if one.zh == code), None
    )
    if found is None:
        fix = "请用 shangji standards list 查看名称和代码。"
        raise Refused([Problem("standard-absent", Where(), "没有这条标准。", fix, value=code)])
    return found


def written(path: Path, text: str) -> None:
    """Write a draft."""
    from shangji.snapshot import unwritable

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise Refused([unwritable(path, error)]) from error
