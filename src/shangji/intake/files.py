"""Which files a reading is about, what each is called, and whose it is by its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji.intake.sheet import FILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

ZIP_KIND = ".zip"
READ = frozenset({".xlsx", ".csv", ZIP_KIND})
PACKED = frozenset({".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"})
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
            problem = other_kind(file.suffix.lower(), shown.as_posix())
            if problem:
                problems.append(problem)
                continue
            name = unique(shown.as_posix(), names)
            found.append(Found(file, name, origin_of((root.name, *shown.parts[:-1]))))
        if path.is_dir() and len(found) == before:
            problems.append(
                Problem(
                    "folder-empty",
                    Where(path.resolve().name),
                    "里面没有 .xlsx、.csv 或 .zip 文件。",
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
        if file.is_file() and not passed_over(file.relative_to(path).parts)
    ]
    return sorted(below, key=lambda file: file.relative_to(path).as_posix())


def passed_over(parts: tuple[str, ...]) -> bool:
    """Hidden files, the locks of open workbooks, what systems leave, and a folder's README."""
    name = parts[-1].lower()
    hidden = any(part.startswith((".", "~$")) for part in parts)
    return hidden or name in LEFT_BY_SYSTEMS or name.startswith("readme.")


def other_kind(kind: str, name: str, *, packed: bool = False) -> Problem | None:
    """Why a file is of no kind that is read here, `packed` inside a zip."""
    if kind in READ and not (packed and kind == ZIP_KIND):
        return None
    if packed and (kind == ZIP_KIND or kind in PACKED):
        says = "压缩包里还有压缩包，没有读。"
        return Problem("file-kind", Where(name), says, "请解开里面的一层，重新打成一个 .zip。")
    if kind in OLD:
        fix = "请用表格软件另存为 .xlsx 后重报。"
    elif kind in PACKED:
        fix = "请解压，或改打成 .zip 后重报。"
    else:
        fix = "如果里面有申报数据，请改存为 .xlsx 或 .csv。"
    says = f"只读 .xlsx、.csv 和 .zip，这个文件（{kind or '没有扩展名'}）没有读。"
    return Problem("file-kind", Where(name), says, fix)


def unique(name: str, names: set[str]) -> str:
    """The name, or the name with an ordinal where it is taken."""
    free = name
    ordinal = 2
    while free in names:
        free = f"{name}（{ordinal}）"
        ordinal += 1
    names.add(free)
    return free


def origin_of(folders: tuple[str, ...], otherwise: str = "unit") -> str:
    """Whose the files of a folder are, by the nearest folder whose name says it."""
    for folder in reversed(folders):
        if folder in FOLDERS:
            return FOLDERS[folder]
    return otherwise


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
    return data, refused_kind(found, data)


def refused_kind(found: Found, data: bytes) -> Problem | None:
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
    if found.kind in {".xlsx", ZIP_KIND} and not packed:
        says = "文件是空的。" if not data else f"内容不是扩展名所说的 {found.kind}。"
        return Problem("file-unreadable", place, says, "请用表格软件打开，另存为 .xlsx 后重报。")
    return None
