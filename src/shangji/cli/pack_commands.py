"""`shangji pack`: check, test, begin and compare packs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shangji.cli.chinese import ChineseGroup
from shangji.domain import OUTCOMES
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.checking.differences import Change
    from shangji.pack import Pack

NAME = re.compile(r"[a-z][a-z0-9_]*")
SHORT_OF = 4
SHORT = 160
"""Texts longer than so many characters are shown from where they begin to differ."""


@click.group(cls=ChineseGroup, help="规则包：检查、试跑、新建、比较。")
def pack() -> None:
    """Group of the commands on packs."""


@pack.command(help="检查规则包：条件、依据、案例是否齐全、关系是否可移植，并跑全部案例。")
@click.argument("folders", nargs=-1, metavar="[文件夹…]")
def check(folders: tuple[str, ...]) -> None:
    """Check packs, the national one where none is named."""
    from shangji import checking

    loaded = opened(folders)
    problems = checking.check(loaded)
    problems += [problem for problem in checking.test(loaded) if problem not in problems]
    click.echo(headline(loaded))
    finish(problems)


@pack.command(name="test", help="只跑规则和关系的案例，并逐格试“留空能不能得益”。")
@click.argument("folders", nargs=-1, metavar="[文件夹…]")
@click.option(
    "--engine",
    default="duckdb",
    show_default=True,
    metavar="引擎",
    help="规则案例在哪个引擎上跑：duckdb、local[2] 或 spark://主机:端口。",
)
def run_tests(folders: tuple[str, ...], engine: str) -> None:
    """Run the cases of packs."""
    from shangji import checking
    from shangji.engines import engine as engine_named

    loaded = opened(folders)
    problems = checking.test(loaded, engine_named(engine))
    click.echo(headline(loaded))
    finish(problems)


@pack.command(help="改动试验：把每条规则改错一处，看它自己的案例能不能发现；发现不了的逐条列出。")
@click.argument("folders", nargs=-1, metavar="[文件夹…]")
@click.option("--rule", "rules", multiple=True, metavar="编号", help="只试这些规则。")
@click.option(
    "--at-least",
    type=click.IntRange(0, 100),
    default=95,
    show_default=True,
    metavar="百分数",
    help="发现的比例低于此数，以退出码 4 结束。",
)
def mutate(folders: tuple[str, ...], rules: tuple[str, ...], at_least: int) -> None:
    """Try small changes to rules on their own cases."""
    from shangji.checking import mutation

    loaded = opened(folders)
    mutants = mutation.mutate(loaded, rules)
    click.echo(headline(loaded))
    for mutant in mutants:
        if not mutant.killed:
            click.echo(f"  没有发现：{mutant.of}　{mutation.KINDS[mutant.kind]}　{mutant.says}")
    counts = mutation.tallies(mutants)
    for kind, tally in counts.items():
        name = mutation.KINDS.get(kind, "合计")
        click.echo(f"{name}：改错 {tally.made} 处，发现 {tally.killed} 处（{tally.percent}%）")
    if counts[""].percent < at_least:
        click.get_current_context().exit(SHORT_OF)


@pack.command(
    help="把审核结果里认定过的一个疑点写成这条规则的案例：所审的行和它的下级，代码换成代号。"
)
@click.argument("rule", metavar="规则")
@click.option("--from", "report", required=True, metavar="审核结果", help="疑点在哪份结果里。")
@click.option("--finding", required=True, metavar="编号", help="疑点的回填编号，或所审行的行标识。")
@click.option(
    "--expect",
    type=click.Choice(["pass", "fail", "unknown", "not_applicable"]),
    default="pass",
    show_default=True,
    metavar="结论",
    help="按认定应有的结论；申辩成立的是 pass。",
)
@click.option("-o", "--out", metavar="文件", help="写到文件；缺省写到屏幕。")
def case(rule: str, report: str, finding: str, expect: str, out: str | None) -> None:
    """Write a decided finding as a case of its rule."""
    from shangji.cli.ledger_files import put
    from shangji.cli.triage_commands import opened as report_of
    from shangji.triage import draft

    snapshot, _, _, loaded = report_of(report)
    if rule not in loaded.rules:
        fix = "规则编号形如 R-0001。"
        raise Refused([Problem("name-unknown", Where(), "没有这条规则。", fix, value=rule)])
    made = draft(snapshot, loaded, loaded.rules[rule], finding, expect)
    put(made.text, out)
    said = f"按认定应为“{OUTCOMES[expect]}”，规则现在判为“{OUTCOMES.get(made.found, made.found)}”。"
    click.echo(said, err=True)
    if not made.right:
        click.echo("规则还没有达到认定的结论：请先把案例加进规则，再改规则到案例通过。", err=True)
    for left in made.left_out:
        click.echo(f"没有写进案例：{left}，请手工补上要用的行。", err=True)


@pack.command(
    help="新建一个叠加在国家通用包上的本地规则包：一列、一个标准、一条规则，附案例和注释。"
)
@click.argument("name", metavar="名称")
@click.option(
    "--dir", "parent", default=".", show_default=True, metavar="文件夹", help="建在哪个文件夹里。"
)
def new(name: str, parent: str) -> None:
    """Write the skeleton of a county's overlay pack."""
    from shangji.cli.pack_skeleton import write
    from shangji.snapshot import unwritable

    if not NAME.fullmatch(name):
        raise click.UsageError("名称用小写英文字母、数字和下划线，以字母开头。")
    folder = Path(parent) / name
    if folder.exists():
        raise click.UsageError(f"“{folder}”已经存在，没有改动它。")
    try:
        files = write(folder, name)
    except OSError as error:
        raise Refused([unwritable(folder, error)]) from error
    click.echo(f"已新建规则包 {folder}：")
    for file in files:
        click.echo(f"  {file}")
    click.echo(f"下一步：按文件里的说明改写，再执行 shangji pack check {folder}")


@pack.command(help="比较两个规则包（或两次审核结果所用的规则包）：新增、删除、改了什么。")
@click.argument("old", metavar="旧")
@click.argument("new", metavar="新")
def diff(old: str, new: str) -> None:
    """Compare two packs, or the packs of two reports."""
    from shangji.checking.differences import differences

    one, two = opened(_kept(old)), opened(_kept(new))
    changes = differences(one, two)
    click.echo(f"旧：{'+'.join(one.names)} {one.version}　新：{'+'.join(two.names)} {two.version}")
    for line in lines(changes):
        click.echo(line)


def opened(folders: Sequence[str | Path]) -> Pack:
    """Load packs with those that they require; what forbids it is refused."""
    from shangji.pack import load, required

    loaded, problems = load(required(tuple(folders) or ("national",)))
    if loaded is None:
        raise Refused(problems)
    return loaded


def _kept(place: str) -> Sequence[str | Path]:
    """The pack folders that a place names: a pack, or a report that keeps its own."""
    if (Path(place) / "result.json").is_file():
        from shangji.review import open_report

        return open_report(Path(place))[3]
    return (place,)


def headline(loaded: Pack) -> str:
    """What a pack holds, in one line."""
    own = [rule for rule in loaded.rules.values() if not rule.derived]
    cases = sum(len(rule.cases) for rule in own)
    related = sum(len(relation.cases) for relation in loaded.relations.values())
    return (
        f"规则包 {'+'.join(loaded.names)} {loaded.version}：规则 {len(own)} 条"
        f"（另由表生成 {len(loaded.rules) - len(own)} 条），案例 {cases} 个，"
        f"标准 {len(loaded.standards)} 个，关系 {len(loaded.relations)} 个（案例 {related} 个）。"
    )


def finish(problems: Sequence[Problem]) -> None:
    """Say that all is well, or refuse."""
    if problems:
        click.echo(f"发现 {len(problems)} 个问题：")
        raise Refused(problems)
    click.echo("检查通过，没有问题。")


def lines(changes: Sequence[Change]) -> list[str]:
    """The screen of a comparison."""
    if not changes:
        return ["两个规则包的内容没有差别。"]
    shown = []
    kind = ""
    for change in changes:
        if change.kind != kind:
            kind = change.kind
            shown.append(f"{kind}")
        shown.append(f"  {change.what}　{change.name}　{change.title}".rstrip())
        for label, *both in change.parts:
            one, two = shortened(*both)
            shown.append(f"      {label}：{one or '（无）'} → {two or '（无）'}")
    counts = {
        what: sum(change.what == what for change in changes)
        for what in dict.fromkeys(change.what for change in changes)
    }
    shown.append("共 " + " · ".join(f"{what} {count}" for what, count in counts.items()))
    return shown


def shortened(one: str, two: str) -> tuple[str, str]:
    """Two long texts cut to where they differ."""
    if max(len(one), len(two)) <= SHORT:
        return one, two
    same = next(
        (at for at, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(two)),
    )
    start = max(0, same - SHORT // 4)

    def cut(text: str) -> str:
        piece = text[start : start + SHORT]
        return f"{'…' if start else ''}{piece}{'…' if len(text) > start + SHORT else ''}"

    return cut(one), cut(two)
