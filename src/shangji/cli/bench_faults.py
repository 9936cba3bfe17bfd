"""`shangji bench faults`: how many planted faults the rules find, by kind; it writes the page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shangji.cli.chinese import ChineseCommand
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from shangji.pack import Pack

REAL = "samples/disclosed"


@click.command(
    cls=ChineseCommand,
    help="在虚构县里逐种植入差错再审一遍，按种类、写法、规则统计查全率和误报率，写成一页。",
)
@click.option(
    "--seeds",
    default="11,12,13",
    show_default=True,
    metavar="数,数…",
    help="用哪几个种子，每个造一个县。",
)
@click.option(
    "--size",
    type=click.IntRange(30, 600),
    default=600,
    show_default=True,
    metavar="数",
    help="每个县的待评审项目数；少于 400 时有的种类没有项目可放。",
)
@click.option(
    "--pack", "packs", multiple=True, metavar="规则包", help="规则包，可重复；缺省 national。"
)
@click.option("--page", metavar="文件", help="写成 Markdown 页；缺省只在屏幕上显示总数。")
def faults(seeds: str, size: int, packs: tuple[str, ...], page: str | None) -> None:
    """Measure on planted faults, and write the page."""
    from shangji.faults import accuracy, trial
    from shangji.pack import load
    from shangji.pack.load import required

    try:
        numbers = [int(seed) for seed in seeds.split(",")]
    except ValueError as error:
        raise click.UsageError("种子要写成 11,12,13 的样子。") from error
    folders = required(packs or ("national",))
    pack, problems = load(folders)
    if pack is None:
        raise Refused(problems)
    made = trial.run(pack, numbers, size=size)
    for zh, count in accuracy.measured(made).items():
        click.echo(f"{zh}：植入 {count.trials} 处，找到 {count.hits} 处，查全率 {count.shown()}")
    wrong = sum(made.false.values())
    click.echo(f"误报：{made.clean} 个没有差错的项目上 {wrong} 处。")
    if page is None:
        return
    command = f"shangji bench faults --seeds {seeds} --page {page}"
    found, rows = _real(pack)
    text = accuracy.page(made, pack, command, accuracy.eyeballed(found, rows, pack))
    try:
        Path(page).write_text(text, "utf-8")
    except OSError as error:
        fix = "请换一个能写的位置。"
        raise Refused([Problem("folder-unwritable", Where(page), "写不进去。", fix)]) from error
    click.echo(f"已写入 {page}。")


def _real(pack: Pack) -> tuple[Counter[str], int]:
    """Active findings by rule on what was disclosed, and how many rows; none if absent."""
    from shangji.faults.trial import judged

    folder = Path(REAL)
    return judged(folder, pack) if folder.is_dir() else (Counter(), 0)
