"""`shangji anonymise`: a snapshot to give away, with what was measured on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shangji.cli.chinese import ChineseCommand
from shangji.cli.ledgered import record_disclosure, signed_by, to_ledger
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.anonymise import Anonymity

REPORT = "审核结果"


@click.command(
    cls=ChineseCommand,
    help="匿名导出：把一份审核结果里的数据做成可以交给别的财政部门或研究者的匿名快照，并量出匿名程度。",
)
@click.argument("report", metavar="文件夹", default=REPORT)
@click.option("--out", required=True, metavar="文件夹", help="匿名快照写到哪里。")
@click.option(
    "--key",
    required=True,
    metavar="文件",
    help="密钥文件，至少 16 字节；同一密钥给同一代码同一假名。不随数据发出。",
)
@click.option("--to", "receiver", default="", metavar="收件方", help="交给谁，记入账本。")
@to_ledger
@signed_by
def anonymise(
    report: str, out: str, key: str, receiver: str, ledger: str | None, ledger_key: str | None
) -> None:
    """Write an anonymous snapshot."""
    from shangji.anonymise import anonymise as make
    from shangji.pack import load
    from shangji.review import open_report

    snapshot, _, result, folders = open_report(Path(report))
    loaded, problems = load(folders)
    if loaded is None:
        raise Refused(problems)
    try:
        secret = Path(key).read_bytes()
    except OSError as error:
        fix = "请核对路径；没有密钥的，先生成一个 32 字节的随机文件。"
        raise Refused([Problem("ledger-key", Where(key), "密钥文件读不出来。", fix)]) from error
    made, measured = make(snapshot, loaded, secret, Path(out))
    for line in _lines(measured):
        click.echo(line)
    click.echo(f"匿名快照 {out} · 摘要 {made.digest[:16]}…")
    if ledger:
        told = {"result": result["digest"], "to": receiver, "snapshot": made.digest}
        body = {**told, "k": measured.at_least, "left_out": measured.left_out}
        files = [path for path in Path(out).iterdir() if path.is_file()]
        record_disclosure(ledger, ledger_key, "匿名快照", body, files)


def _lines(measured: Anonymity) -> Iterator[str]:
    others = measured.at_least - 1
    yield f"匿名程度：每个项目至少与另外 {others} 个看起来一样（k = {measured.at_least}）。"
    yield (
        f"  留下项目 {measured.rows} 个，分成 {measured.classes} 类，"
        f"最小一类 {measured.smallest} 个；"
        f"凭所见认出一个项目的把握至多 {measured.highest_risk * 100:.1f}%"
    )
    yield f"  与别的项目不够像、连同明细一起去掉的 {measured.left_out} 个"
    yield f"  按第 {measured.step} 档的粗细；档次写在规则包的 anonymous.yaml"
    yield f"  原来独一无二的组合 {measured.alone_before} 个"
    yield f"  整列去掉 {len(measured.dropped)} 列（名称、概述、人名、电话、文号、账号等文字）"
    yield "没有量的：收到数据的人若另有名册或公开资料，可能缩小范围；请只交给签了保密约定的人。"
