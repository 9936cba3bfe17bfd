"""What was frozen: a part's digest, the commit that brought it, and how often it was scored.

An exam that anybody may score as often as he likes is a training set. So the count stands beside
the digest in one file under version control, and only the command that scores raises it.
"""

from __future__ import annotations

import hashlib
import subprocess
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shangji import digest
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EXAM, SETS, OVERLAY, FROZEN = "exam", "sets", "pack", "frozen.toml"
PARTS = ("rules", "documents", "duplicates", "text")
TIMES = 3
"""A part scored more often than this is a development set."""

HEAD = """\
# What the examination was when it was frozen, and how often each part was scored.
# Only `shangji bench freeze` and `shangji bench exam` write here.
"""


@dataclass(frozen=True)
class Frozen:
    """A frozen part: which writing of it, its digest, its commit, its items, its scorings."""

    part: str
    writing: int
    digest: str
    commit: str
    faults: int
    clean: int
    scored: int = 0

    @property
    def worn(self) -> bool:
        """Whether the part was scored so often that it is a development set."""
        return self.scored > TIMES

    def stamp(self) -> str:
        """What every figure says of itself: set, n, frozen at, times scored."""
        worn = "（已是开发集）" if self.worn else ""
        return (
            f"考卷 {self.part}/{self.writing} · 有错 {self.faults} 题、无错 {self.clean} 题 · "
            f"冻结于 {self.commit} · 第 {self.scored} 次评分{worn}"
        )


def folder_of(bench: Path, part: str) -> Path:
    """The folder of a part.

    Raises:
        Refused: there is no such part.
    """
    folder = bench / EXAM / SETS / part
    if not folder.is_dir():
        says = "没有这一部分考卷。"
        raise Refused([Problem("folder-missing", Where(str(folder)), says, "请检查名称。")])
    return folder


def read_frozen(bench: Path) -> dict[str, Frozen]:
    """The frozen parts by name; none where nothing was frozen."""
    path = bench / FROZEN
    if not path.is_file():
        return {}
    held = tomllib.loads(path.read_text("utf-8"))
    return {part: Frozen(part, **told) for part, told in held.items()}


def write_frozen(bench: Path, parts: Mapping[str, Frozen]) -> None:
    """Write the file, parts in their order."""
    lines = [HEAD]
    for name in sorted(parts):
        part = parts[name]
        lines += [
            f"[{name}]",
            f"writing = {part.writing}",
            f'digest = "{part.digest}"',
            f'commit = "{part.commit}"',
            f"faults = {part.faults}",
            f"clean = {part.clean}",
            f"scored = {part.scored}",
            "",
        ]
    (bench / FROZEN).write_text("\n".join(lines), "utf-8")


def content_digest(bench: Path, part: str) -> str:
    """The digest of a part's content: cells of its workbooks, its answers, its own pack.

    A workbook counts by its cells and not by its bytes, so the same cells written again, by
    another version of the library that writes them, are the same exam. Other files count by bytes.
    """
    folder = folder_of(bench, part)
    held = {
        f"{part}/{path.relative_to(folder).as_posix()}": _content(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    overlay = bench / EXAM / OVERLAY
    held |= {
        f"{OVERLAY}/{path.relative_to(overlay).as_posix()}": _content(path)
        for path in sorted(overlay.rglob("*"))
        if path.is_file()
    }
    return digest.of_json(held)


def _content(path: Path) -> str:
    if path.suffix == ".xlsx":
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_path(str(path))
        cells = {
            name: [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
            for name in book.sheet_names
        }
        return digest.of_json(cells)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def freeze(bench: Path, part: str, counted: tuple[int, int]) -> Frozen:
    """Freeze a part as it was committed; a part that was frozen before becomes its next writing.

    Args:
        bench: the folder that holds the exam and its record.
        part: the part.
        counted: its faults and its clean items.

    Raises:
        Refused: the part is not committed as it stands, or is frozen so already.
    """
    folder = folder_of(bench, part)
    made = content_digest(bench, part)
    parts = read_frozen(bench)
    before = parts.get(part)
    if before and before.digest == made:
        raise Refused([_trouble(folder, "这一部分已经冻结，内容没有变。", "不用再冻结。")])
    paths = [str(folder.resolve()), str((bench / EXAM / OVERLAY).resolve())]
    if _git(bench, "status", "--porcelain", "--", *paths):
        raise Refused([_trouble(folder, "内容还没有提交。", "先提交内容，再冻结。")])
    commit = _git(bench, "log", "-1", "--format=%h", "--", *paths)
    writing = before.writing + 1 if before else 1
    parts[part] = Frozen(part, writing, made, commit, *counted)
    write_frozen(bench, parts)
    return parts[part]


def unchanged(bench: Path, part: str) -> Frozen:
    """The record of a part, checked against its content.

    Raises:
        Refused: the part was never frozen, or its content is no longer what was frozen.
    """
    folder = folder_of(bench, part)
    parts = read_frozen(bench)
    if part not in parts:
        fix = "先提交内容，再执行 shangji bench freeze。"
        raise Refused([_trouble(folder, "这一部分没有冻结，不能评分。", fix)])
    if content_digest(bench, part) != parts[part].digest:
        fix = "恢复冻结时的内容，或作为新考卷重新冻结。"
        raise Refused([_trouble(folder, "内容与冻结时的摘要不符，不能评分。", fix)])
    return parts[part]


def counted_once(bench: Path, part: str) -> Frozen:
    """Raise the count of a part's scorings by one; its record afterwards."""
    parts = read_frozen(bench)
    parts[part] = replace(parts[part], scored=parts[part].scored + 1)
    write_frozen(bench, parts)
    return parts[part]


def _trouble(folder: Path, says: str, fix: str) -> Problem:
    return Problem("exam-frozen", Where(folder.name), says, fix)


def _git(bench: Path, *arguments: str) -> str:
    made = subprocess.run(  # noqa: S603 - git with arguments of our own
        ["git", "-C", str(bench), *arguments],  # noqa: S607 - git is found on the path
        capture_output=True,
        check=True,
    )
    return made.stdout.decode().strip()
