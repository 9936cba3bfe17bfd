"""What the commands that decide leave in a ledger, and the stamp that their papers carry."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shangji.ledger.entry import Entry
    from shangji.ledger.note import Checkpoint
    from shangji.review import Report

STAMP, CODE = "存证.txt", "存证.svg"

to_ledger = click.option(
    "--ledger", "ledger", metavar="账本", help="记入这本存证账本（没有就新建）；缺省不记。"
)
signed_by = click.option(
    "--ledger-key", metavar="私钥", help="账本的私钥（shangji ledger key 生成）；记完即签检查点。"
)


def key_file(log: str) -> Path:
    """Where the key of keyed digests of a log is kept."""
    return Path(f"{log}.摘要密钥")


def record(
    log: str, made: Callable[[bytes, datetime], Sequence[Entry]], private: str | None
) -> tuple[list[int], Checkpoint | None, str]:
    """Append entries to a log and sign a checkpoint where there is a key.

    Returns:
        The numbers of the entries, the checkpoint or None, and the root as text.
    """
    from shangji.cli.ledger_files import root_text
    from shangji.ledger import Ledger, SQLiteStore, keys

    signer = keys.load(Path(private)) if private else None
    secret = keys.digest_key(key_file(log))
    with SQLiteStore(Path(log)) as store:
        book = Ledger(store)
        numbers = book.append(list(made(secret, datetime.now(UTC))))
        signed = book.checkpoint(signer) if signer else None
        for problem in signed.problems if signed else ():
            click.echo(f"！{problem}", err=True)
        return numbers, signed.checkpoint if signed else None, root_text(book.root())


def record_review(report: Report, log: str, private: str | None) -> None:
    """Record a finished review, and put the stamp beside its result."""
    from shangji.cli.ledger_files import span
    from shangji.recorded import entries
    from shangji.review import SNAPSHOT
    from shangji.snapshot import Snapshot

    snapshot = Snapshot.open(report.folder / SNAPSHOT)
    numbers, signed, root = record(
        log, lambda key, when: entries(snapshot, report.result, report.run, key, when), private
    )
    _stamp(report.folder, numbers, signed, root)
    click.echo(f"存证  已记入 {log}：编号 {span(numbers)}，根 {root}", err=True)


def record_disclosure(
    log: str, private: str | None, what: str, body: Mapping[str, Any], files: Sequence[Path]
) -> None:
    """Record what leaves the house: to whom, out of which result, each file by its digest."""
    from shangji.cli.ledger_files import span
    from shangji.recorded import disclosed

    numbers, _, root = record(log, lambda _, when: [disclosed(what, body, files, when)], private)
    click.echo(f"存证  已记入 {log}：公开一条，编号 {span(numbers)}，根 {root}", err=True)


def _stamp(folder: Path, numbers: Sequence[int], signed: Checkpoint | None, root: str) -> None:
    """Write the stamp: where the review stands in the log, and how anybody verifies it."""
    from shangji.ledger import stamp
    from shangji.report.page import stamp_pages

    lines = [f"本次评审的记录：第 {numbers[0]} 至 {numbers[-1]} 号", f"根：{root}"]
    if signed is None:
        lines.append("还没有签署检查点：请执行 shangji ledger checkpoint，再公示。")
    else:
        lines = [lines[0], *stamp.lines(signed)]
    lines += [
        "核验：shangji verify 审核结果（重算全部结论）",
        "      shangji ledger verify 账本 --key 公钥（核验账本只增未改）",
    ]
    (folder / STAMP).write_text("\n".join(lines) + "\n", "utf-8")
    if signed is not None:
        (folder / CODE).write_text(stamp.qr_svg(signed), "utf-8")
        stamp_pages(folder, [lines[0], *stamp.lines(signed)], stamp.qr_path(signed))


def last_checkpoint(log: str) -> Checkpoint:
    """The latest checkpoint of a log, for a paper that is printed."""
    from shangji.cli.ledger_files import there
    from shangji.ledger import SQLiteStore, note

    there(log)
    with SQLiteStore(Path(log), readonly=True) as store:
        notes = store.checkpoints()
    if not notes:
        fix = "请先执行 shangji ledger checkpoint。"
        where = Where(file=log)
        raise Refused([Problem("ledger-proof", where, "账本还没有签过检查点，印不出根。", fix)])
    return note.parse(notes[-1][1], log)
