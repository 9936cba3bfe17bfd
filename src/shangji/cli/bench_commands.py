"""`shangji bench`: measure the product itself. Nothing else touches the examination."""

from __future__ import annotations

import json
from pathlib import Path

import click

from shangji.cli.chinese import ChineseCommand, ChineseGroup
from shangji.errors import Problem, Refused, Where

BENCH = "bench"


@click.group(cls=ChineseGroup, help="检验上计自己：查得准不准、全不全。")
def bench() -> None:
    """Group of the benches."""


@bench.command(cls=ChineseCommand, help="给考卷评分，并记下评过的次数；超过三次的考卷只算开发集。")
@click.option(
    "--part",
    "parts",
    multiple=True,
    metavar="部分",
    help="rules、documents、duplicates、text，可重复；缺省为全部已冻结的部分。",
)
@click.option(
    "--bench", "at", default=BENCH, show_default=True, metavar="文件夹", help="考卷所在的文件夹。"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
def exam(parts: tuple[str, ...], at: str, *, as_json: bool) -> None:
    """Score frozen parts of the examination."""
    from shangji.exam import read_frozen

    folder = Path(at)
    wanted = parts or tuple(read_frozen(folder))
    if not wanted:
        fix = "先提交考卷内容，再执行 shangji bench freeze。"
        raise Refused([Problem("exam-frozen", Where(at), "没有冻结的考卷。", fix)])
    for part in wanted:
        for line in _scored(folder, part, as_json=as_json):
            click.echo(line)


def _scored(folder: Path, part: str, *, as_json: bool) -> list[str]:
    from shangji.exam import (
        columns_read,
        counted_once,
        folder_of,
        lines,
        read_answers,
        record,
        sat,
        score,
        unchanged,
    )
    from shangji.exam.sitting import folders_of
    from shangji.pack import load

    pack, trouble = load(folders_of(folder))
    if pack is None:
        raise Refused(trouble)
    unchanged(folder, part)
    answers = read_answers(folder_of(folder, part))
    read = {rule.id: columns_read(pack, rule) for rule in pack.rules.values()}
    made = score(answers, sat(folder, part, pack), read, pairs=part == "duplicates")
    frozen = counted_once(folder, part)  # before a figure is seen
    if as_json:
        return [json.dumps(record(made, frozen), ensure_ascii=False, indent=1)]
    zh = {answer.kind: answer.words for answer in answers}
    return list(lines(made, frozen, zh))


@bench.command(cls=ChineseCommand, help="冻结一部分考卷：记下摘要和提交号，之后才能评分。")
@click.argument("part", metavar="部分")
@click.option(
    "--bench", "at", default=BENCH, show_default=True, metavar="文件夹", help="考卷所在的文件夹。"
)
def freeze(part: str, at: str) -> None:
    """Freeze a part of the examination as it is committed."""
    from shangji.exam import counted, folder_of, read_answers
    from shangji.exam import freeze as frozen_as

    folder = Path(at)
    made = frozen_as(folder, part, counted(read_answers(folder_of(folder, part))))
    click.echo(made.stamp())
