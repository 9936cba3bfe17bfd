"""Which files a reading is about, what each is called, and whose it is by its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji.intake.sheet import FILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

READ = frozenset({".xlsx", ".csv"})
OLD = frozenset({".xls", ".xlsm", ".xlsb", ".xlt", ".xltm", ".et", ".ett", ".ods"})
LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})
FOLDERS = {"财政数据": "bureau", "bureau": "bureau", "外部数据": "external", "external": "external"}
"""Folder name → whose the files in it are, unless their cover says otherwise."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
LOCKED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read: its place, the unique name under which it is shown, whose it is."""

    path: Path
    name: str
    origin: str

    @property
    def kind(self) -> str:
        """The suffix, in small letters."""
        return self.path.suffix.lower()


def find(paths: Iterable[Path]) -> tuple[list[Found], list[Problem]]:
    """Return the files under paths, folders searched in name order, and what was not taken."""
    found: list[Found] = []
    problems: list[Problem] = []
    seen: set[Path] = set()
    names: set[str] = set()
    for given in paths:
        path = Path(given)
        if not path.exists():
            problems.append(
                Problem(
                    "folder-missing",
                    Where(path.name or str(path)),
                    "没有这个文件夹或文件。",
                    "请核对路径后重试。",
                )
            )
            continue
        root = path.resolve() if path.is_dir() else path.resolve().parent
        before = len(found)
        for file in _under(path.resolve()):
            if file in seen:
                continue
            seen.add(file)
            shown = file.relative_to(root)
            problem = _other(file, shown.as_posix())
            if problem:
                problems.append(problem)
                continue
            name = _unique(shown.as_posix(), names)
            found.append(Found(file, name, _origin((root.name, *shown.parts[:-1]))))
        if path.is_dir() and len(found) == before:
            problems.append(
                Problem(
                    "folder-empty",
                    Where(path.resolve().name),
                    "里面没有 .xlsx 或 .csv 文件。",
                    "请把申报表放进这个文件夹再审核。",
                )
            )
    return found, problems


def _under(path: Path) -> list[Path]:
    """The file itself, or every file below a folder that a person put there."""
    if path.is_file():
        return [path]
    below = [
        file
        for file in path.rglob("*")
        if file.is_file() and not _passed_over(file.relative_to(path).parts)
    ]
    return sorted(below, key=lambda file: file.relative_to(path).as_posix())


def _passed_over(parts: tuple[str, ...]) -> bool:
    """Hidden files, the locks of open workbooks, what systems leave, and a folder's README."""
    name = parts[-1].lower()
    hidden = any(part.startswith((".", "~$")) for part in parts)
    return hidden or name in LEFT_BY_SYSTEMS or name.startswith("readme.")


def _other(file: Path, name: str) -> Problem | None:
    """Why a file is of no kind that is read here."""
    kind = file.suffix.lower()
    if kind in READ:
        return None
    fix = (
        "请用表格软件另存为 .xlsx 后重报。"
        if kind in OLD
        else "如果里面有申报数据，请改存为 .xlsx 或 .csv。"
    )
    says = f"只读 .xlsx 和 .csv，这个文件（{kind or '没有扩展名'}）没有读。"
    return Problem("file-kind", Where(name), says, fix)


def _unique(name: str, names: set[str]) -> str:
    unique = name
    ordinal = 2
    while unique in names:
        unique = f"{name}（{ordinal}）"
        ordinal += 1
    names.add(unique)
    return unique


def _origin(folders: tuple[str, ...]) -> str:
    for folder in reversed(folders):
        if folder in FOLDERS:
            return FOLDERS[folder]
    return "unit"


def load(found: Found) -> tuple[bytes, Problem | None]:
    """Return a file's bytes, or why they were not taken."""
    place = Where(found.name)
    try:
        if found.path.stat().st_size > FILE_BYTES:
            return b"", Problem(
                "file-too-large",
                place,
                f"文件超过 {FILE_BYTES // 1_000_000} MB。",
                "请拆成几个文件，或删去图片和多余的表后重报。",
            )
        data = found.path.read_bytes()
    except OSError as error:
        reason = "没有读取权限" if isinstance(error, PermissionError) else "磁盘读取失败"
        return b"", Problem("file-unreadable", place, f"{reason}。", "请检查文件后重试。")
    return data, _disguised(found, data)


def _disguised(found: Found, data: bytes) -> Problem | None:
    """A file whose content is of another kind than its name says."""
    place = Where(found.name)
    if data.startswith(OLE):
        if LOCKED in data:
            return Problem("file-unreadable", place, "文件加了密码。", "请取消打开密码后重新保存。")
        return Problem(
            "file-kind",
            place,
            "内容是旧版格式（.xls 一类），不是扩展名所说的格式。",
            "请用表格软件另存为 .xlsx 后重报。",
        )
    packed = data.startswith(ZIP)
    if found.kind == ".csv" and packed:
        return Problem(
            "file-kind", place, "内容是工作簿或压缩包，不是 CSV。", "请改回原来的扩展名后重报。"
        )
    if found.kind == ".xlsx" and not packed:
        says = "文件是空的。" if not data else "内容不是 .xlsx 工作簿。"
        return Problem("file-unreadable", place, says, "请用表格软件打开，另存为 .xlsx 后重报。")
    return None
