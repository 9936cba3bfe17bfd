"""Folders that appear whole or not at all: made beside their place, moved there by one rename."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

from shangji.errors import Problem, Refused, Where
from shangji.failpoints import reach

ASIDE, FRESH = "-old-", "-new-"
"""Between a folder's hidden name and the number of the process that made it."""


class made_beside:  # noqa: N801 - reads as a verb at its use
    """A folder beside a place, removed on the way out whatever happens; faults become words."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.work: Path | None = None

    def __enter__(self) -> Path:
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            recovered(self.out)
            prefix = f".{self.out.name}{FRESH}{os.getpid()}-"
            made = tempfile.mkdtemp(prefix=prefix, dir=self.out.parent)
        except OSError as error:
            raise Refused([unwritable(self.out, error)]) from error
        self.work = Path(made)
        return self.work

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self.work is not None:
            shutil.rmtree(self.work, ignore_errors=True)
        if isinstance(error, OSError):
            raise Refused([unwritable(self.out, error)]) from error
        if error is not None and "No space left" in str(error):
            full = OSError(errno.ENOSPC, "No space left on device")
            raise Refused([unwritable(self.out, full)]) from error


def unwritable(place: Path, error: OSError) -> Problem:
    """The problem of a folder that cannot be written."""
    if error.errno == errno.ENOSPC:
        return Problem(
            "output-full", Where(place.name), "磁盘没有空间了。", "请清理后重试；原有结果没有改动。"
        )
    reason = {errno.EACCES: "没有权限。", errno.EROFS: "只读。"}.get(error.errno or 0, "写入失败。")
    return Problem(
        "output-unwritable", Where(place.name), reason, "请换一个可写的文件夹；原有结果没有改动。"
    )


def put(work: Path, out: Path) -> None:
    """Move a finished folder to its place; the old one steps aside and comes back on failure."""
    old = out.with_name(f".{out.name}{ASIDE}{os.getpid()}")
    moved = out.exists()
    if moved:
        out.rename(old)
    reach("place.aside")
    try:
        work.rename(out)
    except OSError:
        if moved:
            old.rename(out)
        raise
    reach("place.moved")
    shutil.rmtree(old, ignore_errors=True)


def recovered(out: Path) -> None:
    """Tidy up after a process that died: what had stepped aside comes back, halves go.

    A folder that a living process made is left alone.
    """
    if not out.parent.is_dir():
        return
    for path in sorted(out.parent.iterdir()):
        for mark in (ASIDE, FRESH):
            begins = f".{out.name}{mark}"
            number = path.name.removeprefix(begins).partition("-")[0]
            if not path.name.startswith(begins) or not number.isdigit() or _lives(int(number)):
                continue
            if mark == ASIDE and not out.exists():
                path.rename(out)
            else:
                shutil.rmtree(path, ignore_errors=True)


def _lives(process: int) -> bool:
    """Whether a process is there; where that cannot be asked, only our own is known to be."""
    if os.name != "posix":
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
