"""Commands for the library of standards: look, estimate, compare, watch, compile."""

from __future__ import annotations

from pathlib import Path

import click

from shangji.cli.chinese import ChineseCommand, ChineseGroup
from shangji.cli.given import day_of, packs_of
from shangji.cli.standards_keeping import move, paste, publish
from shangji.cli.standards_shown import (
    by_unit,
    class_named,
    group_named,
    on_a_day,
    shown,
    standard_named,
    to_drafts,
    told,
    with_packs,
    written,
)
from shangji.errors import Problem, Refused, Where

DAYS, YEARS = 180, 5


@click.group(cls=ChineseGroup, help="支出标准库：查看、测算、比较、录入、发布、汇编。")
def standards() -> None:
    """Standards."""


@standards.command(
    "list", cls=ChineseCommand, help="列出一个地区现行的标准，和快到期、依据已废止的。"
)
@click.option("--region", required=True, metavar="区划", help="六位财政区划代码。")
@on_a_day
@click.option(
    "--within", default=DAYS, show_default=True, metavar="天数", help="多少天内到期的要提醒。"
)
@click.option(
    "--age", default=YEARS, show_default=True, metavar="年数", help="多少年没有修订的要提醒。"
)
@click.option("--all", "everything", is_flag=True, help="审核口径参数也列出。")
@with_packs
def list_(
    region: str, on: str, within: int, age: int, packs: tuple[str, ...], *, everything: bool
) -> None:
    """List what is in force."""
    from shangji.columns import padded, wrapped
    from shangji.compile.standard_now import binds, in_force
    from shangji.domain import STATUSES
    from shangji.standards.compare import due
    from shangji.standards.handbook import STEERING

    pack, day = packs_of(packs), day_of(on)
    count = 0
    for code, standard in sorted(pack.standards.items()):
        if code.startswith(STEERING) and not everything:
            continue
        rows = in_force(standard, region, day, day)
        for start in sorted({(row.region, row.effective_from) for row in rows}):
            mine = [row for row in rows if (row.region, row.effective_from) == start]
            low, high = min(row.value for row in mine), max(row.value for row in mine)
            span = f"{low:,f}" if low == high else f"{low:,f}–{high:,f}"
            whose = "" if binds(mine[0], region) else "（参照）"
            status = STATUSES[mine[0].status]
            click.echo(
                f"{padded(code, 30)} {padded(standard.zh, 28)} {padded(span, 22, right=True)} "
                f"{standard.unit}"
            )
            said = f"{start[0]} 自 {start[1]} · {status}{whose} · {mine[0].basis}"
            for line in wrapped(f"    {said}", 6):
                click.echo(line)
            count += 1
    click.echo(f"共 {count} 项。" if count else "这个地区没有现行的标准。")
    later = sum(
        any(row.region == region and row.effective_from > day for row in standard.rows)
        for standard in pack.standards.values()
    )
    if later:
        click.echo(f"另有 {later} 项本地区的标准以后才生效，用 --on 日期 看那一天的。")
    found = due(pack, region, day, within, age)
    for one in found:
        click.echo(f"要看一眼：{one.standard.zh}（{one.region} 自 {one.effective_from}）{one.says}")


@standards.command(cls=ChineseCommand, help="从以往结算记录测算一类支出的合理区间，写成标准草案。")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="文件夹…",
    type=click.Path(exists=True, path_type=Path),
)
@click.option(
    "--class", "name", default="", metavar="支出类", help="只测这一类；缺省测有记录的各类。"
)
@click.option("--year", required=True, type=int, metavar="年度", help="标准从哪一年用起。")
@click.option("--region", required=True, metavar="区划", help="谁的标准：六位财政区划代码。")
@click.option("--by", required=True, metavar="姓名", help="经办人。")
@click.option("--level", default=0, metavar="百分数", help="区间包住百分之几的支出；缺省照支出类。")
@to_drafts
@on_a_day
@with_packs
def fit(  # noqa: PLR0913 - each option is an argument
    paths: tuple[Path, ...],
    *,
    name: str,
    year: int,
    region: str,
    by: str,
    level: int,
    out: Path,
    on: str,
    packs: tuple[str, ...],
) -> None:
    """Estimate intervals and write drafts."""
    from shangji.intake import read
    from shangji.standards import comparable, estimate
    from shangji.standards.coverage import later_years
    from shangji.standards.draft import of_estimate, text

    pack = packs_of(packs)
    collected, problems = read(list(paths), pack)
    told(problem for problem in problems if problem.effect != "changed")
    classes = [class_named(pack, name)] if name else list(pack.classes.values())
    wanted = [one for one in classes if collected.rows.get(one.table) or name]
    if not wanted:
        fix = "请按支出类的表整理结算数；空表用 shangji template --form cost_records。"
        raise Refused([Problem("standard-records", Where(), "没有读到任何一类的可比记录。", fix)])
    for spending in wanted:
        records = comparable(pack, spending, collected.rows, year)
        if not records.rows:
            raise Refused(records.problems)
        fitted = estimate(records, level or None)
        tested = later_years(records, fitted.level) if len(records.years) > 1 else None
        shown(pack, spending, fitted, tested)
        told(records.problems)
        draft = of_estimate(pack, fitted, tested, region=region, by=by, on=day_of(on))
        if draft is not None:
            written(out / f"{spending.standard}.yaml", text(draft))
            click.echo(
                f"  草案：{out / spending.standard}.yaml（由人改为试行、启用后，规则才会用）"
            )


@standards.command(
    cls=ChineseCommand, help="把标准放在一起比：几个地区的同一标准，或各单位的单位费用。"
)
@click.argument("code", metavar="标准或支出类")
@click.option("--region", "places", multiple=True, metavar="区划", help="比哪几个地区，可重复。")
@click.option(
    "--records", "paths", multiple=True, metavar="文件夹", type=click.Path(path_type=Path),
    help="结算记录：给出后按单位比，第一个参数写支出类。",
)  # fmt: skip
@click.option("--year", default=0, metavar="年度", help="按哪一年的价格比。")
@on_a_day
@with_packs
def compare(
    code: str,
    places: tuple[str, ...],
    paths: tuple[Path, ...],
    year: int,
    on: str,
    packs: tuple[str, ...],
) -> None:
    """Compare regions or units."""
    from shangji.standards import compare as sides

    pack, day = packs_of(packs), day_of(on)
    if paths:
        by_unit(pack, class_named(pack, code), list(paths), year or day.year + 1)
        return
    standard = standard_named(pack, code)
    chosen = list(places) or sides.own_regions(standard)
    click.echo(f"{standard.zh}（{standard.unit}），{day} 有效；百分数是与 {chosen[0]} 相比")
    for line in sides.regions(standard, chosen, day):
        name = " · ".join([*line.keys, *([f"{line.band} 以上"] if line.band else [])]) or "（全部）"
        said = []
        for at, (place, row) in enumerate(zip(chosen, line.rows, strict=True)):
            percent = line.percent(at)
            more = f"（{percent:+.1f}%）" if at and percent is not None else ""
            own = "" if row is None or row.region == place[:6] else f"，用 {row.region} 的"
            said.append(f"{place} {f'{row.value:,f}' if row else '没有'}{more}{own}")
        click.echo(f"  {name}：{'　'.join(said)}")


@standards.command(
    cls=ChineseCommand, help="看新一年的结算记录是否还在区间里；只提建议，不改标准。"
)
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="文件夹…",
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--class", "name", required=True, metavar="支出类", help="哪一类。")
@click.option("--since", required=True, type=int, metavar="年度", help="从哪一年起算新记录。")
@with_packs
def watch(paths: tuple[Path, ...], name: str, since: int, packs: tuple[str, ...]) -> None:
    """Watch later years."""
    from shangji.intake import read
    from shangji.standards import comparable, estimate
    from shangji.standards.watch import drift

    pack = packs_of(packs)
    spending = class_named(pack, name)
    collected, problems = read(list(paths), pack)
    told(problem for problem in problems if problem.effect != "changed")
    rows = collected.rows.get(spending.table, ())
    latest = max((int(row["year"]) for row in rows if row.get("year")), default=since)
    records = comparable(pack, spending, collected.rows, latest + 1)
    told(records.problems)
    earlier = records.of_years(year for year in records.years if year < since)
    later = records.of_years(year for year in records.years if year >= since)
    fitted = estimate(earlier)
    for one in drift(fitted, later):
        click.echo(f"{group_named(pack, spending, one.group)}：{one.says}。")
    if not fitted.intervals or not later.rows:
        click.echo("没有可比的区间或没有新记录，不作判断。")


@standards.command(cls=ChineseCommand, help="把一个地区现行的标准汇编成册（docx）。")
@click.argument("path", metavar="汇编.docx", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--region", required=True, metavar="区划", help="六位财政区划代码。")
@click.option("--name", default="", metavar="名称", help="地区名称，印在题目里。")
@on_a_day
@with_packs
def handbook(path: Path, region: str, name: str, on: str, packs: tuple[str, ...]) -> None:
    """Write the handbook."""
    from shangji.standards.handbook import write_handbook

    count = write_handbook(path, packs_of(packs), region, day_of(on), name)
    click.echo(f"已写出 {path}：{count} 项标准。")


@standards.command(
    cls=ChineseCommand, help="哪些支出值得定标准：按经济分类看笔数、金额、单价差距。"
)
@click.argument("report", metavar="审核结果", type=click.Path(exists=True, path_type=Path))
@click.option("--least", default=10, show_default=True, metavar="笔数", help="少于几笔的不列。")
@with_packs
def candidates(report: Path, least: int, packs: tuple[str, ...]) -> None:
    """List candidates for a standard."""
    from shangji.columns import padded
    from shangji.review import open_report
    from shangji.standards.compare import candidates

    snapshot, _, _, _ = open_report(report)
    click.echo("经济分类                        笔数  单位      金额（万元）  单价高低比  已有标准")
    for one in candidates(snapshot, packs_of(packs), least):
        spread = f"{one.spread:.1f}" if one.spread else "没有单价"
        held = "有" if one.standard else "没有"
        click.echo(
            f"{padded(f'{one.economic_class} {one.zh}', 30)} {one.lines:>5} {one.units:>5} "
            f"{one.amount_yuan / 10000:>16,.2f} {padded(spread, 11, right=True)}  {held}"
        )


standards.add_command(publish)
standards.add_command(move)
standards.add_command(paste)
