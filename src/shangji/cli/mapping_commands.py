"""Commands for workbooks of an unknown layout: learn what they are, look at a mapping file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shangji.cli.chinese import ChineseCommand, ChineseGroup
from shangji.cli.given import packs_of
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.intake import Learned
    from shangji.pack import Pack, SheetMapping

HEADING, COLUMN = 30, 34


@click.group(cls=ChineseGroup, help="陌生表格：认出每张表是什么，存成映射文件，以后照用。")
def mapping() -> None:
    """Mapping files."""


@mapping.command(
    cls=ChineseCommand,
    help="读一遍文件夹里的表格，写出映射文件草稿；认不准的只列出可能，由人填写。",
    epilog="用法：改好映射文件后，shangji review 文件夹 --mapping 映射.yaml",
)
@click.argument("paths", nargs=-1, required=True, metavar="文件夹…")
@click.option(
    "-o",
    "--out",
    default="映射.yaml",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="文件",
    help="写到哪里。",
)
@click.option("--pack", "packs", multiple=True, metavar="规则包", help="规则包，可重复。")
@click.option("--all", "everything", is_flag=True, help="不需要映射也读得懂的表也写进去。")
@click.option("--force", is_flag=True, help="覆盖已有的文件。")
def learn(
    paths: tuple[str, ...], out: Path, packs: tuple[str, ...], *, everything: bool, force: bool
) -> None:
    """Learn a mapping."""
    from shangji import intake
    from shangji.intake.learning import document
    from shangji.snapshot import unwritable

    loaded = packs_of(packs)
    if out.exists() and not force:
        says = "文件已经存在，可能已经改过，没有动它。"
        fix = "请换一个文件名；确要覆盖的加 --force。"
        raise Refused([Problem("output-unwritable", Where(out.name), says, fix)])
    found, problems = intake.learn([Path(path) for path in paths], loaded)
    fatal = [problem for problem in problems if problem.fatal]
    if fatal:
        raise Refused(fatal)
    wanted = [one for one in found if everything or not one.sure]
    for one in wanted:
        for line in _learned(one, loaded):
            click.echo(line)
    if len(found) > len(wanted) > 0:
        click.echo(f"另有 {len(found) - len(wanted)} 种表能直接读懂，不需要映射。")
    if not wanted:
        click.echo(
            "这些表都能直接读懂，不需要映射文件。" if found else "没有找到像申报表的工作表。"
        )
        return
    try:
        out.write_text(document(wanted, loaded.tables), "utf-8")
    except OSError as error:
        raise Refused([unwritable(out, error)]) from error
    click.echo(f"已写出 {out}：{len(wanted)} 种表。请打开核对，改好后用 --mapping {out} 指明。")


@mapping.command(cls=ChineseCommand, help="检查一个映射文件，列出它写了什么。")
@click.argument("file", metavar="映射.yaml", type=click.Path(path_type=Path))
@click.option("--pack", "packs", multiple=True, metavar="规则包", help="规则包，可重复。")
def show(file: Path, packs: tuple[str, ...]) -> None:
    """Show a mapping."""
    from shangji.pack.mapping import read_mapping

    loaded = packs_of(packs)
    found, problems = read_mapping(file, loaded.tables)
    if problems:
        raise Refused(problems)
    for one in found:
        for line in _shown(one, loaded):
            click.echo(line)


def _learned(one: Learned, pack: Pack) -> Iterator[str]:
    """What was understood of a layout, and what a person has to say of it."""
    from shangji.columns import padded, wrapped

    table = pack.tables.get(one.table)
    what = f"{table.zh}（{table.name}）" if table else "认不出是哪张表"
    first, last = one.headings
    rows = f"第 {first} 行" if first == last else f"第 {first}–{last} 行"
    known = sum(1 for column in one.columns.values() if column)
    yield from wrapped(f"工作表“{'”“'.join(one.names)}” → {what}，表头在{rows}", 4)
    yield f"    认出 {known} 列，待定 {len(one.columns) - known} 列（例 {one.file}）"
    if one.money_open:
        yield "    金额列没有写明单位，请在映射文件的 money 写 元 或 万元"
    for heading, column in one.columns.items():
        if column:
            continue
        offered = "、".join(f"{name}（{zh}）" for name, zh in one.offers.get(heading, ()))
        says = f"可能是 {offered}" if offered else "没有相近的列"
        yield f"    {padded(heading, HEADING)}  {says}"


def _shown(one: SheetMapping, pack: Pack) -> Iterator[str]:
    from shangji.columns import padded

    table = pack.tables[one.table]
    yield f"{one.title}：工作表“{'”“'.join(one.sheets)}” → {table.zh}（{table.name}）"
    rows = "自动查找" if one.headings is None else "第 {}–{} 行".format(*one.headings)
    yield f"    表头：{rows}　金额单位：{one.money or '照列名或表上注明'}"
    for heading, value in one.skip.items():
        yield f"    “{heading}”为 {value} 的行不收"
    for name in one.fill:
        yield f"    “{table.column(name).zh}”空白时同上一行"
    for heading, column in one.columns.items():
        zh = table.column(column).zh if column else "不采用"
        unit = f"（{one.units[column]}）" if column in one.units else ""
        yield f"    {padded(heading, HEADING)}  {padded(column or '—', COLUMN)}  {zh}{unit}"
