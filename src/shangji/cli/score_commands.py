"""`shangji score`: how the scoring card, and the panels that judge, behave on a finished review."""

from __future__ import annotations

from pathlib import Path

import click

from shangji.cli.chinese import ChineseCommand, ChineseGroup
from shangji.errors import Problem, Refused, Where

OUT = "审核结果"
SHEET = "记分卡校准.xlsx"


@click.group(cls=ChineseGroup, help="评分：记分卡拉不拉得开差距，专家评判一致不一致。")
def score() -> None:
    """Group of the commands on scoring."""


@score.command(
    cls=ChineseCommand,
    help="各部门等级分布、最高等级占比、界线移动几分有多少项目换等级、每个指标的贡献和不知道的多少。",
)
@click.argument("report", default=OUT, metavar="[审核结果]")
@click.option("-o", "--out", metavar="文件", help=f"另写一份工作簿，如 {SHEET}。")
def calibrate(report: str, out: str | None) -> None:
    """Calibrate the scoring card of a finished review."""
    import duckdb

    from shangji.columns import wrapped
    from shangji.explain import register
    from shangji.pack import load
    from shangji.report import calibration as shown
    from shangji.report.workbook import write_sheets
    from shangji.review import open_report
    from shangji.score.calibration import calibrate as calibrated

    snapshot, results, _, folders = open_report(Path(report))
    pack, problems = load(folders)
    if pack is None:
        raise Refused(problems)
    cards = [card for card in pack.frameworks.values() if card.subject == "project" and card.grades]
    if not cards:
        fix = "请用带记分卡（frameworks）的规则包重新审核。"
        raise Refused([Problem("name-unknown", Where(report), "规则包里没有评等级的记分卡。", fix)])
    with duckdb.connect() as connection:
        register(connection, snapshot, results)
        for card in cards:
            made = calibrated(connection, card)
            for line in shown.lines(made, card):
                for part in wrapped(line, 6):
                    click.echo(part)
            if out:
                try:
                    write_sheets(Path(out), shown.sheets(made, card), snapshot, "记分卡校准")
                except OSError as error:
                    fix = "请换一个能写的位置，或先关闭已打开的文件。"
                    raise Refused(
                        [Problem("output-unwritable", Where(out), "写不进去。", fix)]
                    ) from error
                click.echo(f"已写入 {out}。")


@score.command(
    cls=ChineseCommand,
    help="专家评判的一致程度：每项指标的 α、两两的 κ（都带区间）、分歧最大的对象和离得最远的人。",
)
@click.argument("report", default=OUT, metavar="[审核结果]")
def panel(report: str) -> None:
    """Say how far the judges of a finished review agree."""
    import duckdb

    from shangji.columns import wrapped
    from shangji.explain import register
    from shangji.pack import load
    from shangji.report import panels as shown
    from shangji.review import open_report
    from shangji.score.panel import panel as gathered

    snapshot, results, _, folders = open_report(Path(report))
    pack, problems = load(folders)
    if pack is None:
        raise Refused(problems)
    with duckdb.connect() as connection:
        register(connection, snapshot, results)
        for line in shown.lines(gathered(connection, pack)):
            for part in wrapped(line, 4):
                click.echo(part)
