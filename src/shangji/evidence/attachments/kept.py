"""What was read of documents, kept by digest, so that the same bytes are not read twice.

Pages are kept with the numbers of persons masked; the key of their digests stays in the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji import digest
from shangji.intake.documents import READER, Document
from shangji.intake.documents.scan import installed

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.intake import Limits
    from shangji.intake.documents.pool import Paper

KEY = "密钥"
PRIVATE = 0o600
README = "说明.txt"
SAYS = (
    "这里是读过的资料的文字，按文件摘要存放，下次不再重读；个人号码已遮盖。\n"
    "可以整个删除，删除后下次重读。请按内部资料保管。\n"
)


@dataclass
class Readings:
    """A folder of readings; `hits` counts those that were found there."""

    folder: Path
    key: str
    hits: int = 0

    @classmethod
    def open(cls, folder: Path) -> Readings:
        """Open the folder, made where it is not there, with its key."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / KEY
        if not path.is_file():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
            (folder / README).write_text(SAYS, "utf-8")
        return cls(folder, path.read_text("ascii").strip())

    def known(self, paper: Paper, limits: Limits) -> Document | None:
        """What an earlier reading under the same limits made of the same bytes, or None."""
        path = self._path(paper, limits)
        try:
            record = json.loads(path.read_text("utf-8"))
            if digest.of_json(record["document"]) != record["sha256"]:
                return None
            document = Document.of({**record["document"], "name": paper.name})
        except (OSError, ValueError, KeyError, TypeError):
            return None
        self.hits += 1
        return document

    def keep(self, paper: Paper, document: Document, limits: Limits) -> None:
        """Keep a reading; one that cannot be written is read again the next time."""
        if document.secret or not document.digest:
            return
        record = document.record()
        sealed = digest.of_json(record)
        text = json.dumps({"document": record, "sha256": sealed}, ensure_ascii=False)
        path = self._path(paper, limits)
        work = path.with_suffix(".new")
        with contextlib.suppress(OSError):
            work.write_text(text, "utf-8")
            work.replace(path)

    def answered(self, asked: str) -> str:
        """What a model answered to the very same question before; empty where nothing is kept."""
        try:
            return self._answer(asked).read_text("utf-8")
        except (OSError, ValueError):
            return ""

    def keep_answer(self, asked: str, text: str) -> None:
        """Keep a valid answer, raw: it is read again, and can be looked at."""
        with contextlib.suppress(OSError, ValueError):
            self._answer(asked).write_text(text, "utf-8")

    def _answer(self, asked: str) -> Path:
        return self.folder / f"模型-{hashlib.sha256(asked.encode()).hexdigest()}.txt"

    def _path(self, paper: Paper, limits: Limits) -> Path:
        told = {**limits.record(), "key": "", "reader": READER, "able": limits.ocr and installed()}
        asked = digest.canonical(
            [digest.of_file(paper.path), paper.member, told, paper.path.suffix]
        )
        return self.folder / f"{hashlib.sha256(asked.encode()).hexdigest()}.json"
