"""`shangji verify`: derive a written review again and say how much was proven."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shangji.cli.chinese import REFUSED, ChineseCommand
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.verify import Verified

REPORT = "审核结果"
SHOWN_MOST = 20


@click.command(
    cls=ChineseCommand,
    help="核验一份审核结果：不用审核程序，从快照和规则包独立重算每个结论，逐项比对。",
    epilog="退出码：0 全部相符 · 3 有不符，或结果损坏。",
)
@click.argument("report", metavar="文件夹", default=REPORT)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
def verify(report: str, *, as_json: bool) -> None:
    """Verify a report."""
    from shangji.verify import Unreadable
    from shangji.verify import verify as derive

    if not (Path(report) / "result.json").is_file():
        fix = "请先执行 shangji review，或指明结果所在的文件夹。"
        raise Refused([Problem("report-missing", Where(report), "这里没有审核结果。", fix)])
    try:
        verified = derive(Path(report))
    except Unreadable as error:
        fix = "请从原件重新取得这份结果，或重新审核。"
        raise Refused([Problem("report-damaged", Where(report), f"{error}。", fix)]) from error
    if as_json:
        click.echo(json.dumps(verified.record(), ensure_ascii=False, indent=1))
    else:
        from shangji.columns import wrapped

        for line in _lines(verified):
            for part in wrapped(line, len(line) - len(line.lstrip()) + 2):
                click.echo(part)
    if not verified.ok:
        sys.exit(REFUSED)


def _lines(verified: Verified) -> Iterator[str]:
    """The screen of a verification."""
    counts = verified.counts
    derived = counts.full + counts.by_sql
    if verified.ok and not counts.not_derived:
        yield "核验通过：重算的结论与报告全部相符。"
    elif verified.ok:
        yield "重算的结论与报告相符；另有一部分没有重算，见下。"
    else:
        yield f"核验不通过：{len(verified.problems)} 处不符。"
        for problem in verified.problems[:SHOWN_MOST]:
            yield f"  × {problem}"
        rest = len(verified.problems) - SHOWN_MOST
        if rest > 0:
            yield f"  …… 另有 {rest} 处，全部见 --json。"
    yield f"共 {counts.total} 个答案，重算了 {derived} 个（{counts.share} %）："
    yield f"  全部重算 {counts.full} 个"
    yield f"  经 SQL 重算 {counts.by_sql} 个（关系表由 SQLite 重跑，其余独立重算）"
    yield f"  没有重算 {counts.not_derived} 个"
    for name, why in counts.reasons.items():
        yield f"    · {name}：{why}"
    yield "不在核验之列："
    for item in counts.outside:
        yield f"  · {item}"
