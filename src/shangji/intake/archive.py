"""A zip of workbooks: its members one after another, their names as the sender wrote them."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji.intake.files import Found, origin_of, other_kind, passed_over, unique
from shangji.intake.sheet import FILE_BYTES, MEMBERS, UNPACKED_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1 << 20
UTF8_NAME, LOCKED = 0x800, 0x1
"""Flags of a member: its name is UTF-8; it is locked by a password."""

NAMES = ("utf-8", "gb18030")
DAMAGED = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError,
    ValueError,
)  # fmt: skip
SPLIT = "请拆成几个压缩包，或删去多余的文件后重报。"


class Members:
    """The files of a zip; what of it cannot be read is in `problems` once all were gone through."""

    def __init__(self, found: Found, data: bytes) -> None:
        """Go through the bytes of the zip that was found."""
        self.found, self.data = found, data
        self.problems: list[Problem] = []
        self.unpacked = 0

    def each(self) -> Iterator[tuple[Found, bytes]]:
        """Every workbook and CSV in name order with its bytes; sizes told are not believed."""
        before = len(self.problems)
        read = 0
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                for name, part in self._parts(archive):
                    member = self._member(name, part)
                    if member is None:
                        continue
                    held = self._unpacked(archive, part, member.name)
                    if held is None:
                        continue
                    read += 1
                    yield member, held
        except DAMAGED:
            self._say("file-unreadable", "压缩包已损坏。", "请重新打包后重报。")
        if not read and len(self.problems) == before:
            says = "压缩包里没有 .xlsx 或 .csv 文件。"
            self._say("file-unreadable", says, "请把申报表放进压缩包后重报。")

    def _parts(self, archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
        parts = [part for part in archive.infolist() if not part.is_dir()]
        if len(parts) > MEMBERS:
            self._say("file-too-large", f"压缩包里的文件超过 {MEMBERS} 个。", SPLIT)
            return []
        names: set[str] = set()
        named = sorted(((name_of(part), part) for part in parts), key=lambda pair: pair[0])
        return [(unique(name, names), part) for name, part in named]

    def _member(self, name: str, part: zipfile.ZipInfo) -> Found | None:
        inside = tuple(piece for piece in name.split("/") if piece not in {"", ".", ".."})
        if not inside or passed_over(inside) or "__MACOSX" in inside:
            return None
        shown = f"{self.found.name}/{'/'.join(inside)}"
        path = Path(inside[-1])
        problem = other_kind(path.suffix.lower(), shown, packed=True)
        if problem is None and part.flag_bits & LOCKED:
            says = "压缩包加了密码。"
            problem = Problem("file-unreadable", Where(shown), says, "请不加密码重新打包。")
        if problem:
            self.problems.append(problem)
            return None
        return Found(path, shown, origin_of(inside[:-1], self.found.origin))

    def _unpacked(
        self, archive: zipfile.ZipFile, part: zipfile.ZipInfo, shown: str
    ) -> bytes | None:
        held = io.BytesIO()
        try:
            with archive.open(part) as stream:
                while piece := stream.read(PIECE):
                    self.unpacked += len(piece)
                    if self.unpacked > UNPACKED_BYTES or held.tell() + len(piece) > FILE_BYTES:
                        says = f"解压后超过 {UNPACKED_BYTES // 1_000_000} MB，"
                        says += f"或其中一个文件超过 {FILE_BYTES // 1_000_000} MB。"
                        self.problems.append(Problem("file-too-large", Where(shown), says, SPLIT))
                        return None
                    held.write(piece)
        except DAMAGED:
            says = "压缩包里的这个文件已损坏。"
            problem = Problem("file-unreadable", Where(shown), says, "请重新打包后重报。")
            self.problems.append(problem)
            return None
        return held.getvalue()

    def _say(self, code: str, says: str, fix: str) -> None:
        self.problems.append(Problem(code, Where(self.found.name), says, fix))


def name_of(part: zipfile.ZipInfo) -> str:
    """A member's name as the sender wrote it: programs in Chinese write GBK and do not say so."""
    if part.flag_bits & UTF8_NAME:
        return part.filename
    raw = part.orig_filename.encode("cp437", "replace")
    for encoding in NAMES:
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return part.filename
