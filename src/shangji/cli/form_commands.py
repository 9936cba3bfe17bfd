"""Commands for units: the workbook to fill in, and the dry run over it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shangji.cli.chinese import ChineseCommand
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.pack import Pack, SheetMapping
    from shangji.snapshot import Collected

FORM = "declaration"
BLOCKED_EXIT = 4


@click.command(cls=ChineseCommand, help="写出一份空白申报表（工作簿），填好后用 check 自查。")
@click.argument("file", metavar="申报.xlsx", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--form", "name", default=FORM, show_default=True, metavar="表样", help="哪一份表样。"
)
@click.option(
    "--pack", "packs", multiple=True, metavar="规则包", help="规则包文件夹或名称，可重复。"
)
@click.option("--year", default="", metavar="年份", help="预先写在封面上的预算年度。")
@click.option("--region", default="", metavar="区划", help="预先写在封面上的财政区划代码。")
@click.option("--as-of", default="", metavar="日期", help="预先写在封面上的数据截至日。")
@click.option("--unit", default="", metavar="单位", help="预先写在封面上的填报单位。")
@click.option("--force", is_flag=True, help="文件已存在时覆盖。")
def template(  # noqa: PLR0913 - one parameter an option
    file: Path,
    name: str,
    packs: tuple[str, ...],
    year: str,
    region: str,
    as_of: str,
    unit: str,
    *,
    force: bool,
) -> None:
    """Write the workbook of a form."""
    from shangji.forms import Prefilled, write_template
    from shangji.pack import load
    from shangji.pack.load import required
    from shangji.snapshot import unwritable

    loaded, problems = load(required(packs or ("national",)))
    if loaded is None:
        raise Refused(problems)
    form = loaded.forms.get(name)
    if form is None:
        known = "、".join(f"{item.name}（{item.zh}）" for item in loaded.forms.values())
        fix = f"可用的表样：{known or '没有'}。"
        raise Refused([Problem("name-unknown", Where(), "没有这份表样。", fix, value=name)])
    if file.exists() and not force:
        fix = "请换一个文件名；确要覆盖的加 --force。"
        says = "文件已经存在，可能已经填了内容，没有改动它。"
        raise Refused([Problem("output-unwritable", Where(file.name), says, fix)])
    try:
        made = write_template(file, loaded, form, Prefilled(year, region, as_of, unit))
    except OSError as error:
        raise Refused([unwritable(file, error)]) from error
    click.echo(f"已写出 {file}：{form.zh}，{len(made)} 张表，{sum(map(len, made.values()))} 列。")
    click.echo("填好后自查：shangji check " + str(file))


@click.command(
    cls=ChineseCommand,
    help="单位自查：对照编报、支出标准、绩效目标规则试审自己的申报表，不留存任何数据。",
    epilog="退出码：0 没有会退回补正的 · 4 有入库前必须改的或有拒收 · 3 文件读不了。",
)
@click.argument("paths", nargs=-1, required=True, metavar="申报.xlsx…")
@click.option(
    "--with",
    "pool",
    type=click.Path(exists=True, path_type=Path),
    metavar="文件夹",
    help="财政数据文件夹，或一份审核结果；只用其中财政和外部的数据。",
)
@click.option(
    "--pack", "packs", multiple=True, metavar="规则包", help="规则包文件夹或名称，可重复。"
)
@click.option(
    "--mapping", "mappings", multiple=True, metavar="映射文件", help="陌生表格的映射文件，可重复。"
)
@click.option(
    "--marked", metavar="文件", help="把数据问题标在自己的表上，另存为这个 .xlsx；原表不动。"
)
@click.option("--year", type=int, metavar="年份", help="预算年度；缺省取封面页。")
@click.option("--as-of", metavar="日期", help="数据截至日；缺省取封面页。")
@click.option("--region", metavar="区划", help="评审地区的区划代码；缺省取封面页。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
def check(paths: tuple[str, ...], pool: Path | None, *, as_json: bool, **options: Any) -> None:  # noqa: ANN401 - click passes what is declared above
    """Try a unit's own filing."""
    from shangji.cli.run_facts import run_facts
    from shangji.intake import read
    from shangji.pack import load
    from shangji.pack.load import required
    from shangji.report.told_screen import Checked, lines
    from shangji.selfcheck import check_one

    loaded, trouble = load(required(options["packs"] or ("national",)))
    if loaded is None:
        raise Refused(trouble)
    mappings: list[SheetMapping] = []
    if options["mappings"]:
        from shangji.cli.reviewing import required_mappings

        mappings = required_mappings(options["mappings"], loaded)
    # A unit reads its own file: a child process with limits would cost more than the check.
    draft, problems = read([Path(path) for path in paths], loaded, mappings=mappings, children=0)
    fatal = [problem for problem in problems if problem.fatal]
    if fatal:
        raise Refused(fatal)
    if not draft.rows.get("project"):
        fix = "请确认填的是“项目申报表”，列名与表样一致。"
        missing = Problem("folder-empty", Where("、".join(paths)), "没有读到一个项目。", fix)
        raise Refused([*[item for item in problems if item.effect == "refused"][:5], missing])
    facts = run_facts(draft, options)
    found = check_one(draft, _pool(pool, loaded), loaded, facts)
    problems = [*problems, *found.problems]
    if options["marked"]:
        shown = [*problems, *(remark.problem() for remark in found.remarks)]
        _marked(Path(options["marked"]), paths, draft, shown)
    names = [source.file for source in draft.sources]
    done = Checked(
        found,
        problems,
        draft.cells,
        names,
        facts.record(),
        with_bureau=pool is not None,
        marked=options["marked"] or "",
    )
    if as_json:
        click.echo(json.dumps(_record(done), ensure_ascii=False, indent=1))
    else:
        for line in lines(done):
            click.echo(line)
    if found.blocking or any(item.effect == "refused" for item in problems):
        click.get_current_context().exit(BLOCKED_EXIT)


def _marked(file: Path, paths: tuple[str, ...], draft: Collected, problems: list[Problem]) -> None:
    """Write the unit's own sheets with what was met in them, for it alone."""
    from shangji.report.marked import write_marked
    from shangji.snapshot import unwritable

    try:
        write_marked(file, [Path(path) for path in paths], draft, problems)
    except OSError as error:
        raise Refused([unwritable(file, error)]) from error


def _pool(path: Path | None, pack: Pack) -> Collected | None:
    """What the bureau holds: from a folder of its files, or from a review that it made."""
    from shangji.intake import read
    from shangji.review import RESULT, open_report
    from shangji.selfcheck import held_by_others

    if path is None:
        return None
    if (path / RESULT).is_file():
        return held_by_others(open_report(path)[0])
    collected, problems = read([path], pack)
    fatal = [problem for problem in problems if problem.fatal]
    if fatal:
        raise Refused(fatal)
    return collected


def _record(done: Any) -> dict[str, Any]:  # noqa: ANN401 - Checked is imported late
    """A dry run as JSON values."""
    problems: Sequence[Problem] = done.problems
    return {
        "facts": done.facts,
        "cells": dict(done.cells),
        "rules": done.found.rules,
        "projects": done.found.projects,
        "remarks": [asdict(item) for item in done.found.remarks],
        "owed": [asdict(item) for item in done.found.owed],
        "problems": [
            {**asdict(item), "title": item.title, "effect": item.effect} for item in problems
        ],
    }
