"""`shangji trace`: from an article or a standard to every yuan on it, and from a yuan back."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shangji.cli.chinese import ChineseCommand
from shangji.domain import BASIS_KINDS, wan, yuan
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shangji.pack import Pack
    from shangji.trace import Ground, Resting, Step

REPORT = "审核结果"
KINDS = {**BASIS_KINDS, "standard": "支出标准"}


@click.command(
    cls=ChineseCommand,
    help="双向追溯：从一条法规、一个文号或一个标准，查到压在它上面的全部规则、疑点、项目和金额；"
    "从一个项目被审减的金额，倒查到规则、数字、标准和条款。不写查什么，就列出全部依据。",
)
@click.argument("what", default="", metavar="[法规、文号、标准或项目]")
@click.option(
    "--report", default=REPORT, show_default=True, metavar="文件夹", help="审核结果在哪里。"
)
def trace(what: str, report: str) -> None:
    """Trace both ways."""
    import duckdb

    from shangji.cited import citing, citing_lines
    from shangji.columns import wrapped
    from shangji.explain import register
    from shangji.pack import load
    from shangji.review import open_report
    from shangji.trace import back, grounds, matching

    snapshot, results, _, folders = open_report(Path(report))
    loaded, problems = load(folders)
    if loaded is None:
        raise Refused(problems)
    with duckdb.connect() as connection:
        register(connection, snapshot, results)
        found = connection.execute(
            "SELECT project_code, project_name, amount_yuan FROM given_project "
            "WHERE project_code = ? OR project_name = ? ORDER BY row_key LIMIT 1",
            [what, what],
        ).fetchone()
        if found:
            lines: Iterator[str] = _back(found, back(connection, loaded, found[0]), loaded)
        else:
            every = grounds(connection, loaded)
            chosen = matching(every, loaded, what) if what else every
            resting = citing(connection, what)
            if not chosen and not resting:
                fix = "可写法规名称、条款、文号、标准编码或项目代码；不写就列出全部。"
                says = "没有疑点或金额压在它上面，或没有这个名称。"
                raise Refused([Problem("name-unknown", Where(), says, fix, value=what)])
            total = sum((row[0] for row in _cut(connection)), Decimal(0))
            lines = chain(_forward(chosen, total, loaded), citing_lines(resting, loaded))
        for line in lines:
            for part in wrapped(line, len(line) - len(line.lstrip()) + 2):
                click.echo(part)


def _cut(connection: object) -> list[tuple[Decimal]]:
    sql = "SELECT coalesce(sum(asked_yuan - approved_yuan), 0)::DECIMAL(18,2) FROM reduction"
    found: list[tuple[Decimal]] = connection.execute(sql).fetchall()  # type: ignore[attr-defined] # a DuckDB connection, imported late
    return found


def _forward(chosen: Sequence[Ground], total: Decimal, pack: Pack) -> Iterator[str]:
    for one in chosen:
        yield f"{one.name}　{KINDS[one.kind]}"
        if one.says:
            yield f"  {one.says}"
        for rule in one.rules:
            yield f"  {rule.rule_id} {pack.rules[rule.rule_id].title}：{_came_to(rule)}"
        if len(one.rules) > 1:
            yield f"  合计　疑点 {one.findings}，审减 {wan(one.cut_yuan)} 万元"
    yield f"本次审减共 {wan(total)} 万元；一条规则有几个依据时，在每个依据下各列一次。"


def _came_to(rule: Resting) -> str:
    """A rule's counts in words; what is nought is not said."""
    said = [f"疑点 {rule.findings}"]
    if rule.unknown:
        said.append(f"不知道 {rule.unknown}")
    if rule.projects:
        said.append(f"项目 {rule.projects} 个")
    if rule.at_stake_yuan:
        said.append(f"涉及 {wan(rule.at_stake_yuan)} 万元")
    if rule.cut_yuan:
        said.append(f"审减 {wan(rule.cut_yuan)} 万元")
    return "，".join(said)


def _back(
    found: tuple[str, str, Decimal | None], steps: Sequence[Step], pack: Pack
) -> Iterator[str]:
    code, name, asked = found
    cut = sum((step.asked_yuan - step.approved_yuan for step in steps), Decimal(0))
    shown = "待定" if asked is None else yuan(asked)
    yield f"{code} {name or '（未填名称）'}　申报 {shown} 元，审减 {yuan(cut)} 元"
    if not steps:
        yield "  没有审减。"
    for step in steps:
        place = f"明细 {step.line_key.rpartition('|')[2]}" if step.line_key else "整个项目"
        rule = pack.rules.get(step.rule_id)
        yield (
            f"  {place}　{yuan(step.asked_yuan)} → {yuan(step.approved_yuan)} 元　"
            f"{step.rule_id} {rule.title if rule else ''}"
        )
        if step.measured:
            yield f"    实为 {step.measured}，应为 {step.allowed}"
        for standard in step.standards:
            yield f"    标准 {standard}"
        for ground in step.grounds:
            yield f"    依据 {ground}"
