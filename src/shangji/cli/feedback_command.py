"""The command that writes each unit's feedback sheet and letter after a review."""

from __future__ import annotations

import re
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shangji.cli.chinese import ChineseCommand
from shangji.cli.ledgered import last_checkpoint, record_disclosure, signed_by
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from shangji.feedback import Earlier, Notice

UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')
NAME_LONGEST = 60


@click.command(
    cls=ChineseCommand,
    help="给每个单位写一份问题反馈单（xlsx 和 docx）；填好的放回申报文件夹再审，说明自动接回。",
)
@click.argument("report", metavar="审核结果", type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o", "--out", default="问题反馈单", show_default=True, metavar="目录",
    type=click.Path(file_okay=False, path_type=Path), help="写到哪个文件夹。",
)  # fmt: skip
@click.option("--deadline", default="", metavar="日期", help="答复期限，如 2026-12-05。")
@click.option(
    "--before", metavar="上次结果", type=click.Path(exists=True, path_type=Path),
    help="上一轮的审核结果；给出时写明每个问题是已解决、未解决、新增还是单位已说明。",
)  # fmt: skip
@click.option("--unit", "only", multiple=True, metavar="单位代码", help="只写这些单位，可重复。")
@click.option(
    "--ledger", metavar="账本",
    help="印上这本存证账本最近的检查点和二维码，并把给了哪些单位记入账本；缺省不印不记。",
)  # fmt: skip
@signed_by
def feedback(
    report: Path,
    out: Path,
    deadline: str,
    before: Path | None,
    only: tuple[str, ...],
    ledger: str | None,
    ledger_key: str | None,
) -> None:
    """Write the feedback of a review, a sheet and a letter for each unit."""
    from shangji.feedback import notices, write_letter, write_sheet
    from shangji.pack import load
    from shangji.review import open_report
    from shangji.snapshot import unwritable

    _day(deadline)
    snapshot, results, result, folders = open_report(report)
    pack, problems = load(folders)
    if pack is None:
        raise Refused(problems)
    earlier = _earlier(before)
    made = notices(
        snapshot, results, pack, str(result["digest"]), deadline=deadline, before=earlier
    )
    made = [notice for notice in made if not only or notice.unit_code in only]
    letters = find_spec("docx") is not None
    stamp = last_checkpoint(ledger) if ledger else None
    files: list[Path] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for notice in made:
            files.append(out / f"{_file_name(notice)}.xlsx")
            write_sheet(files[-1], notice, pack, stamp)
            if letters:
                files.append(out / f"{_file_name(notice)}.docx")
                write_letter(files[-1], notice, stamp)
    except OSError as error:
        raise Refused([unwritable(out, error)]) from error
    _say(made, out, letters=letters)
    if ledger:
        units = [notice.unit_code for notice in made]
        told = {"result": str(result["digest"]), "to": units, "deadline": deadline}
        record_disclosure(ledger, ledger_key, "问题反馈单", told, files)


def _say(made: list[Notice], out: Path, *, letters: bool) -> None:
    items = sum(len(notice.items) for notice in made)
    click.echo(f"已写出 {len(made)} 个单位的问题反馈单，共 {items} 项，在 {out}。")
    for notice in made:
        moved = "，".join(f"{name} {count}" for name, count in notice.counts().items())
        more = f"（{moved}）" if moved else ""
        click.echo(f"  {notice.unit_code} {notice.unit_name}  {len(notice.items)} 项{more}")
    if not letters:
        click.echo("没有装 python-docx，只写了工作簿，没有写 docx。")
    click.echo("单位填好交回后，与申报表放在同一个文件夹里再审：说明会接回对应的问题。")


def _day(text: str) -> None:
    if not text:
        return
    try:
        date.fromisoformat(text)
    except ValueError as error:
        fix = "请写成 2026-12-05 的样子。"
        where = Where(field="答复期限")
        raise Refused([Problem("cell-date", where, "不是日期。", fix, value=text)]) from error


def _earlier(folder: Path | None) -> Earlier | None:
    from shangji.feedback import Earlier
    from shangji.pack import load
    from shangji.review import open_report

    if folder is None:
        return None
    snapshot, results, _, folders = open_report(folder)
    pack, problems = load(folders)
    if pack is None:
        raise Refused(problems)
    return Earlier(snapshot, results, pack)


def _file_name(notice: Notice) -> str:
    """A name that every system takes: code and name of the unit, nothing that a path could mean."""
    name = UNSAFE.sub("_", f"{notice.unit_code}_{notice.unit_name}")[:NAME_LONGEST].strip("._")
    return f"{name or '单位'}_问题反馈单"
