"""The parts of a document that is a zip: counted while they are unpacked, told sizes not believed.

One reader for the containers of docx and OFD, and for a zip of documents.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from shangji.intake.documents.model import Stopped

if TYPE_CHECKING:
    from shangji.intake.documents.model import Limits

PIECE = 1 << 20
LOCKED = 0x1
DAMAGED = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError,
    ValueError, KeyError,
)  # fmt: skip
DEEPEST = 200
"""Elements inside each other; more is made to break a reader."""


class Parts:
    """The parts of a container by name."""

    def __init__(self, data: bytes, limits: Limits, what: str) -> None:
        """Open the container; `what` names its kind on screen.

        Raises:
            Stopped: it is damaged, locked or has too many parts.
        """
        self.limits, self.what = limits, what
        self.unpacked = 0
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
            self.infos = {info.filename: info for info in self.zip.infolist()}
        except DAMAGED as error:
            raise self.damaged() from error
        if len(self.infos) > limits.members * 10:
            raise self._large(f"内部文件超过 {limits.members * 10} 个。")
        if any(info.flag_bits & LOCKED for info in self.infos.values()):
            raise Stopped("document-unread", "文件加了密码。", "请取消密码后重新保存。")

    def damaged(self) -> Stopped:
        """What is said of a container that cannot be read."""
        return Stopped(
            "document-unread", f"{self.what}已损坏或不完整。", "请打开核对，重新保存后再交。"
        )

    def _large(self, says: str) -> Stopped:
        return Stopped("document-unread", says, "请拆成几个文件，或删去图片后再交。")

    def bytes(self, name: str) -> bytes:
        """The bytes of a part; empty where there is none.

        Raises:
            Stopped: unpacked, the document is larger than allowed, or it is damaged.
        """
        info = self.infos.get(name)
        if info is None:
            return b""
        held = bytearray()
        try:
            with self.zip.open(info) as stream:
                while piece := stream.read(PIECE):
                    self.unpacked += len(piece)
                    if self.unpacked > self.limits.unpacked_bytes:
                        most = self.limits.unpacked_bytes // 1_000_000
                        raise self._large(f"解压后超过 {most} MB。")
                    held += piece
        except DAMAGED as error:
            raise self.damaged() from error
        return bytes(held)

    def xml(self, name: str) -> Any:  # noqa: ANN401 - an element, or None
        """The root element of a part; None where there is none.

        Raises:
            Stopped: it is no XML, or declares what a document may not.
        """
        data = self.bytes(name)
        if not data:
            return None
        try:
            root = ElementTree.fromstring(data, forbid_dtd=True)
        except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise self.damaged() from error
        if deeper(root):
            raise self.damaged()
        return root

    def beside(self, part: str, target: str) -> str:
        """The name of a part that another names relatively, or from the root."""
        if target.startswith("/"):
            return target.lstrip("/")
        pieces: list[str] = list(PurePosixPath(part).parent.parts)
        for piece in target.split("/"):
            if piece == "..":
                pieces = pieces[:-1]
            elif piece not in {"", "."}:
                pieces.append(piece)
        return "/".join(pieces)


def deeper(root: Any) -> bool:  # noqa: ANN401 - an element
    """Whether elements stand deeper inside each other than any document needs."""
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def local(element: Any) -> str:  # noqa: ANN401 - an element
    """An element's name without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]
