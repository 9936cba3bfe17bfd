"""Commands that write standards: enter a county's table, publish a draft, change a status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shangji.cli.chinese import ChineseCommand
from shangji.cli.given import day_of, packs_of
from shangji.cli.standards_shown import (
    on_a_day,
    standard_named,
    to_drafts,
    told,
    with_packs,
    written,
)
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command(cls=ChineseCommand, help="把草案写进本地规则包；之后用 move 改状态。")
@click.argument(
    "drafts", nargs=-1, required=True, metavar="草案…", type=click.Path(exists=True, path_type=Path)
)
@click.option("--to", "folder", required=True, metavar="规则包", type=click.Path(path_type=Path),
              help="本地规则包的文件夹。")  # fmt: skip
@click.option("--status", default="trial", type=click.Choice(["draft", "trial", "active"]),
              show_default=True, metavar="状态",
              help="draft 草稿 · trial 试行 · active 启用。")  # fmt: skip
@click.option("--by", required=True, metavar="姓名", help="谁决定的。")
@click.option("--reason", required=True, metavar="理由", help="为什么，如会议和文号。")
@on_a_day
def publish(
    drafts: tuple[Path, ...], folder: Path, status: str, by: str, reason: str, on: str
) -> None:
    """Publish drafts into the county's pack."""
    from shangji.standards import store

    step = store.Step(status, by, day_of(on), reason)
    for path in drafts:
        document = _draft(path)
        click.echo(f"已写入 {store.publish(folder, document, step)}：{document['zh']}")


@click.command(cls=ChineseCommand, help="改一行标准的状态：草稿→试行→启用→停用，记下谁和为什么。")
@click.argument("code", metavar="标准")
@click.option("--region", required=True, metavar="区划", help="这一行是哪个地区的。")
@click.option("--from", "start", required=True, metavar="日期", help="这一行的生效日期。")
@click.option("--to", "status", required=True, type=click.Choice(["trial", "active", "retired"]),
              metavar="状态", help="trial 试行 · active 启用 · retired 停用。")  # fmt: skip
@click.option("--pack", "folder", required=True, metavar="规则包", type=click.Path(path_type=Path),
              help="本地规则包的文件夹。")  # fmt: skip
@click.option("--by", required=True, metavar="姓名", help="谁决定的。")
@click.option("--reason", required=True, metavar="理由", help="为什么。")
@on_a_day
def move(  # noqa: PLR0913 - each option is an argument
    code: str,
    *,
    region: str,
    start: str,
    status: str,
    folder: Path,
    by: str,
    reason: str,
    on: str,
) -> None:
    """Change the status of a value."""
    from shangji.domain import STATUSES
    from shangji.standards import store

    path = store.move(folder, code, (region, start), store.Step(status, by, day_of(on), reason))
    click.echo(f"{code}（{region} 自 {start}）已改为{STATUSES[status]}，写在 {path}。")


@click.command(cls=ChineseCommand, help="照本县文件的表录入标准：一张表录入多项，写成草案。")
@click.argument(
    "paths", nargs=-1, required=True, metavar="表格…", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--code", default="", metavar="标准", help="整张表是哪一个标准；表里有“标准”列时不用。"
)
@click.option("--region", required=True, metavar="区划", help="六位财政区划代码。")
@click.option("--doc-no", required=True, metavar="文号", help="本县文件的文号。")
@click.option("--title", required=True, metavar="标题", help="本县文件的标题。")
@click.option("--from", "start", required=True, metavar="日期", help="文件施行日期。")
@click.option("--by", required=True, metavar="姓名", help="录入人。")
@to_drafts
@on_a_day
@with_packs
def paste(  # noqa: PLR0913 - each option is an argument
    paths: tuple[Path, ...],
    *,
    code: str,
    region: str,
    doc_no: str,
    title: str,
    start: str,
    by: str,
    out: Path,
    on: str,
    packs: tuple[str, ...],
) -> None:
    """Enter a county's table of standards."""
    from shangji.standards.draft import text
    from shangji.standards.paste import pasted

    pack = packs_of(packs)
    if code:
        standard_named(pack, code)
    basis = {"kind": "act", "doc_no": doc_no, "title": title}
    drafts, problems = pasted(
        paths,
        pack,
        code=code,
        region=region,
        start=day_of(start),
        basis=basis,
        by=by,
        on=day_of(on),
    )
    if not drafts:
        raise Refused(problems or [_nothing(paths)])
    told(problem for problem in problems if problem.effect != "changed")
    for draft in drafts:
        written(out / f"{draft['standard']}.yaml", text(draft))
        rows = len(draft["values"][0]["rows"])
        click.echo(f"{draft['zh']}：{rows} 行 → {out / draft['standard']}.yaml")


def _nothing(paths: Sequence[Path]) -> Problem:
    where = Where("、".join(path.name for path in paths))
    return Problem("standard-entry", where, "没有读到一行标准。", "请对照说明检查列名。")


def _draft(path: Path) -> dict[str, Any]:
    from shangji.pack import strict_yaml
    from shangji.standards.draft import plain

    document, problems = strict_yaml.read(path, path.name)
    if document is None or problems:
        raise Refused(problems)
    absent = [key for key in ("standard", "zh", "values") if key not in document]
    if absent:
        says = f"这不是标准草案：缺少 {'、'.join(absent)}。"
        raise Refused(
            [Problem("standard-entry", Where(path.name), says, "请用 fit 或 paste 生成。")]
        )
    return dict(plain(document))
