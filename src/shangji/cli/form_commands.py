"""Commands about forms: the workbook to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from shangji.cli.chinese import ChineseCommand
from shangji.errors import Problem, Refused, Where

FORM = "declaration"


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
