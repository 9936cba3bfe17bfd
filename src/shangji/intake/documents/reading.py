"""One document's bytes to what it holds, by its content and not by its name."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from shangji.digest import of_file
from shangji.intake.documents import seen
from shangji.intake.documents.docx import page_of, read_docx
from shangji.intake.documents.model import Document, Draft, Secret, Stopped, Unread
from shangji.intake.documents.ofd import read_ofd
from shangji.intake.documents.pdf import read_pdf
from shangji.intake.documents.personal import mask
from shangji.intake.documents.scan import INSTALL, Scanner, installed
from shangji.intake.documents.xlsx import read_xlsx
from shangji.intake.files import OLE, ZIP
from shangji.intake.marks import stamped

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.intake.documents.model import Limits

PICTURES = {
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"BM": "bmp",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"GIF8": "gif",
}
SUFFIXES = {
    "pdf": {".pdf"},
    "docx": {".docx"},
    "xlsx": {".xlsx"},
    "ofd": {".ofd"},
    "text": {".txt", ".md"},
    "jpeg": {".jpg", ".jpeg"},
    "png": {".png"},
    "bmp": {".bmp"},
    "tiff": {".tif", ".tiff"},
    "gif": {".gif"},
}
KINDS = {
    "pdf": "PDF",
    "docx": "Word",
    "xlsx": "Excel",
    "ofd": "OFD",
    "text": "文本",
    "old": "旧版 Office",
    "zip": "压缩包",
    "unknown": "不认识的格式",
}
NOT_READ = {
    "old": (
        "旧版格式（.doc、.xls 一类）或加了密码，没有读。",
        "请另存为 .docx、.xlsx 或 PDF 后再交。",
    ),
    "zip": ("已损坏，或不是能读的格式。", "请打开核对，转成 PDF 后再交。"),
    "unknown": (
        "不是能读的格式（PDF、docx、xlsx、OFD、图片、txt），或已损坏。",
        "请打开核对，转成 PDF 后再交。",
    ),
}
HEAD = 1024
PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "OFD.xml": "ofd"}
STAMP_LINE = re.compile(r"(?:绝密|机密|秘密)[★☆*＊]?(?:\d{1,2}年|长期)?")
STAMP_LINES = 6
"""A mark of secrecy stands in the first lines of a paper; a scan may lose its star."""

TEXTS = ("utf-8-sig", "gb18030")
SPLIT = "请拆成几个文件后再交。"


def kind_of(name: str, data: bytes) -> str:
    """What a file is by its content: a key of `SUFFIXES`, or `old`, `zip`, `unknown`."""
    head = data[:HEAD]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(ZIP):
        return _packed(data)
    if head.startswith(OLE):
        return "old"
    for magic, kind in PICTURES.items():
        if head.startswith(magic):
            return kind
    if PurePosixPath(name).suffix.lower() in SUFFIXES["text"] and b"\0" not in head:
        return "text"
    return "unknown"


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "zip"
    return next((kind for part, kind in PARTS.items() if part in names), "zip")


def read_bytes(name: str, data: bytes, limits: Limits) -> Document:
    """Read one document; whatever is wrong with it is said in it, nothing is raised.

    Args:
        name: the name under which it is shown.
        data: its bytes.
        limits: what it may cost, and the marks that forbid it.
    """
    kind = kind_of(name, data)
    draft = Draft()
    secret = stamped([name], limits.stamps)
    if not secret:
        try:
            _read(name, kind, data, limits, draft)
        except Stopped as stopped:
            draft.unread.append(stopped.unread())
        except Secret:
            secret = True
    secret = secret or _secret(draft, limits)
    digest = hashlib.sha256(data).hexdigest()
    if secret:
        return Document(name, digest, kind, len(data), secret=True)
    _misnamed(name, kind, draft)
    marks = mask(draft, limits.key.encode())
    return Document(
        name,
        digest,
        kind,
        len(data),
        tuple(draft.pages),
        tuple(draft.tables),
        tuple(draft.unread),
        tuple(draft.hidden),
        tuple(marks),
        scanned=draft.scanned,
        page_count=max(draft.page_count, len(draft.pages)),
    )


def _read(name: str, kind: str, data: bytes, limits: Limits, draft: Draft) -> None:
    if not data:
        raise Stopped("document-unread", "文件是空的。", "请重新上传。")
    if len(data) > limits.file_bytes:
        raise Stopped("document-unread", _over(limits), SPLIT)
    scanner = Scanner(limits) if limits.ocr and installed() else None
    if kind == "pdf":
        read_pdf(data, limits, draft, scanner)
    elif kind == "docx":
        read_docx(data, limits, draft, scanner)
    elif kind == "xlsx":
        read_xlsx(name, data, limits, draft)
    elif kind == "ofd":
        read_ofd(data, limits, draft, scanner)
    elif kind == "text":
        _text(data, draft)
    elif kind in PICTURES.values():
        _picture(data, draft, scanner)
    else:
        raise Stopped("document-unread", *NOT_READ[kind])


def _over(limits: Limits) -> str:
    return f"文件超过 {limits.file_bytes // 1_000_000} MB。"


def too_large(name: str, path: Path, limits: Limits) -> Document:
    """A file that is too large to be read: its digest, and why."""
    unread = (Unread(0, "document-unread", _over(limits), SPLIT),)
    return Document(name, of_file(path), "unknown", path.stat().st_size, unread=unread)


def _picture(data: bytes, draft: Draft, scanner: Scanner | None) -> None:
    draft.scanned, draft.page_count = True, 1
    if scanner is None:
        raise Stopped("document-unread", "图片，未读（需 shangji[ocr]）。", INSTALL)
    scanner.picture(data, 1, draft)


def _text(data: bytes, draft: Draft) -> None:
    for encoding in TEXTS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        lines = [seen.one_line(seen.shown(line, 1, draft.hidden)) for line in text.splitlines()]
        draft.pages.append(page_of(1, [line for line in lines if line]))
        draft.page_count = 1
        return
    says = "文字编码不认识。"
    raise Stopped("document-unread", says, "请另存为 UTF-8 后再交。")


def _secret(draft: Draft, limits: Limits) -> bool:
    """Whether what was read bears a mark of secrecy, in what is hidden too."""
    texts = [page.text for page in draft.pages] + [item.text for item in draft.hidden]
    lines = [line for text in texts for line in text.splitlines() if line]
    if stamped(lines, limits.stamps):
        return True
    first = draft.pages[0].text.splitlines()[:STAMP_LINES] if draft.pages else []
    return any(STAMP_LINE.fullmatch("".join(line.split())) for line in first)


def _misnamed(name: str, kind: str, draft: Draft) -> None:
    suffix = PurePosixPath(name).suffix.lower()
    fit = SUFFIXES.get(kind)
    if fit and suffix not in fit:
        shown = KINDS.get(kind, "图片")
        says = f"扩展名是 {suffix or '空的'}，内容是 {shown}，按内容读。"
        draft.unread.append(Unread(0, "document-kind", says, "请改回原来的扩展名。"))
