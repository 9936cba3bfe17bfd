"""A zip of documents: its members by the names that their sender wrote, one unpacked at a time."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from shangji.intake.archive import name_of
from shangji.intake.documents.archive import DAMAGED, LOCKED, PIECE
from shangji.intake.files import passed_over, unique

if TYPE_CHECKING:
    from shangji.intake.documents.model import Limits

INNER = (".zip", ".rar", ".7z", ".tar", ".gz")


def listed(data: bytes, limits: Limits) -> list[dict[str, Any]]:
    """The members of a zip: the name in the file, the name shown, and why one is not read.

    A zip that cannot be read is one member of no name with the reason.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except DAMAGED:
        return [_refused("", "", "压缩包已损坏，或超过上限。")]
    if len(infos) > limits.members:
        return [_refused("", "", f"压缩包里的文件超过 {limits.members} 个。")]
    names: set[str] = set()
    found = []
    for info in infos:
        parts = tuple(piece for piece in name_of(info).split("/") if piece not in {"", ".", ".."})
        if not parts or passed_over(parts) or "__MACOSX" in parts:
            continue
        shown = unique("/".join(parts), names)
        if info.flag_bits & LOCKED:
            found.append(_refused(info.filename, shown, "压缩包加了密码。"))
        elif shown.lower().endswith(INNER):
            found.append(_refused(info.filename, shown, "压缩包里还有压缩包，没有读。"))
        else:
            found.append({"member": info.filename, "name": shown, "says": ""})
    return sorted(found, key=lambda one: str(one["name"]))


def _refused(name: str, shown: str, says: str) -> dict[str, Any]:
    return {"member": name, "name": shown, "says": says}


def member(data: bytes, name: str, limits: Limits) -> bytes:
    """The bytes of a member; more than a document may have are cut, which its reader refuses."""
    held = bytearray()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(name) as stream:
            while piece := stream.read(PIECE):
                held += piece
                if len(held) > limits.file_bytes:
                    break
    except DAMAGED:
        return b""
    return bytes(held)
