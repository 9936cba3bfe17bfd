"""`shangji sample`: write a fictitious county to try the program on."""

from __future__ import annotations

from pathlib import Path

import click

from shangji.cli.chinese import ChineseCommand
from shangji.errors import Refused

SMALLEST = 30


@click.command(
    cls=ChineseCommand,
    help="生成一个虚构县的申报数据（工作簿、植入差错清单、说明），供试用和测量，不含任何真实数据。",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="数",
    help="种子：同一个种子每次生成的文件逐字节相同。",
)
@click.option(
    "-o", "--out", required=True, metavar="目录", help="写到哪个目录；目录须不存在或是空的。"
)
@click.option(
    "--size",
    type=click.IntRange(SMALLEST, 600),
    default=600,
    show_default=True,
    metavar="数",
    help="待评审项目数，30 到 600。",
)
@click.option("--clean", is_flag=True, help="不植入差错。")
@click.option(
    "--attachments",
    is_flag=True,
    help="另生成约八十份佐证资料（五分之二是扫描件）和资料差错清单；需 shangji[docs]。",
)
def sample(seed: int, out: str, size: int, *, clean: bool, attachments: bool) -> None:
    """Write a made county."""
    from shangji.faults.sample import make
    from shangji.pack import load

    folder = Path(out)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(f"“{out}”已经有内容，没有改动它；请换一个目录。")
    pack, problems = load(["national"])
    if pack is None:
        raise Refused(problems)
    made = make(folder, pack, seed, size=size, clean=clean, attachments=attachments)
    click.echo(
        f"已生成虚构县：待评审项目 {made.projects} 个，明细 {made.lines:,} 行，"
        f"植入差错 {made.faults} 处（严重 {made.grave} 处）。"
    )
    click.echo(f"数据在 {out}/data，差错清单在 {out}/planted.csv。")
    more = ""
    if attachments:
        click.echo(f"佐证资料在 {out}/attachments，资料差错清单在 {out}/attachments.csv。")
        more = f" --attachments {out}/attachments"
    click.echo(f"下一步  shangji review {out}/data{more}")
