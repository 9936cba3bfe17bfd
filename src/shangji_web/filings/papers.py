"""Papers: what a unit attaches. Taken by content, read in a child, kept under its digest."""

from __future__ import annotations

import contextlib
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shangji.errors import Problem, Where
from shangji.intake import Limits, read_document
from shangji.intake.marks import stamped
from shangji_web import documents
from shangji_web.filings import services
from shangji_web.filings.content import ATTACHMENT, opened
from shangji_web.filings.models import Paper
from shangji_web.filings.queries import may_change
from shangji_web.filings.scans import to_be_read
from shangji_web.ledgered.services import log
from shangji_web.projects.models import Project
from shangji_web.projects.services import refuse

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from shangji.intake import Document
    from shangji_web.people.models import Post

KINDS = frozenset(
    {".pdf", ".docx", ".xlsx", ".ofd", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".txt", ".csv"}
)
PAGES_MOST = 1_000
SHOWN = 5
"""Notices of one paper that are shown at once."""

NAME_LONGEST = 180
LIMITS = Limits(seconds=60, pages=PAGES_MOST, file_bytes=settings.UPLOAD_BYTES, ocr=False)
"""Scanned pages are read with the pool, not while a clerk waits."""

REFUSING = frozenset(
    {
        *("file-macro", "file-too-large", "file-unreadable", "file-kind", "file-crash"),
        "document-kind",
    }
)
"""What a reading says of a file that is not taken; anything else is said, and the file kept."""

FIX = "请换成 PDF、Word（.docx）、Excel（.xlsx）、OFD、图片或文本后再传。"


@dataclass(frozen=True)
class Taken:
    """A paper that was kept, and what was noticed in it."""

    paper: Paper
    noticed: list[Problem]


def plain_name(name: str) -> str:
    """The last part of a name as it was sent, without what no name holds; GBK read as such."""
    with contextlib.suppress(UnicodeEncodeError, UnicodeDecodeError):  # it is text already
        name = name.encode("latin-1").decode("gb18030")
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(one for one in last if unicodedata.category(one)[0] != "C")
    return kept.strip(" .")[-NAME_LONGEST:]


def take(
    project: Project, post: Post, upload: UploadedFile, *, kind: str = "", finding_id: str = ""
) -> Taken:
    """Keep a paper of a project; where it is no answer's, its line in the list of papers too.

    Args:
        project: the project.
        post: the clerk.
        upload: the file as it was sent.
        kind: a code of `document_kind`.
        finding_id: of the finding to which it answers, else empty.

    Raises:
        Refused: of another kind than its name, too large, with macros, marked secret, broken; or
            the project may not be written on. Nothing is kept then.
    """
    name = plain_name(upload.name or "")
    refuse(_by_name(project, name, upload.size or 0))
    data = upload.read()
    document, problems = examined(name, data)
    refuse(problems)
    with transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        if not finding_id:
            refuse(may_change(project, post))
            _listed(project, post, name, kind)
        paper = Paper.objects.create(
            project=project,
            name=name,
            sha256=documents.keep(data),
            size_bytes=len(data),
            kind=kind,
            finding_id=finding_id,
            by=post.person,
        )
        to_be_read(paper, document, post.person)
        body = {"project": project.code, "paper": paper.sha256, "size": len(data)}
        log("input", post, {**body, "act": "paper_taken", "finding": finding_id})
    # Pages of a scan are read afterwards, and the list says so: no word of what to install here.
    noticed = [
        item
        for item in document.problems()
        if not (document.scanned and item.code == "document-unread")
    ]
    return Taken(paper, noticed[:SHOWN])


def _by_name(project: Project, name: str, size: int) -> list[Problem]:
    where = Where(name or "附件")
    if not name:
        return [Problem("paper-refused", where, "没有选文件。", "请选一个文件再传。")]
    if Path(name).suffix.lower() not in KINDS:
        says = f"不收这种文件（{Path(name).suffix or '没有扩展名'}）。"
        return [Problem("paper-refused", where, says, FIX)]
    if size > settings.UPLOAD_BYTES:
        says = f"文件超过 {settings.UPLOAD_BYTES >> 20} MB。"
        return [Problem("paper-refused", where, says, "请压缩图片或拆成几个文件再传。")]
    if stamped([name], ()):
        says = "文件名标有密级，没有收，内容也没有留存。"
        return [Problem("draft-secret", Where("附件"), says, services.OFF_LINE)]
    if project.papers.filter(name=name, removed_at=None).exists():
        says = "已有同名附件。"
        return [Problem("paper-refused", where, says, "请先删去原来的，或改名后再传。")]
    return []


def examined(name: str, data: bytes) -> tuple[Document, list[Problem]]:
    """Read a file in a process of its own; what of it is a reason not to take it.

    The file lies in a folder of its own while it is read, and nowhere after.
    """
    with tempfile.TemporaryDirectory(prefix="shangji-") as folder:
        path = Path(folder) / f"paper{Path(name).suffix.lower()}"
        path.write_bytes(data)
        document = read_document(path, LIMITS, name=name)
    if document.secret:
        says = "文件标有密级，没有收，内容也没有留存。"
        return document, [Problem("draft-secret", Where("附件"), says, services.OFF_LINE)]
    reasons = [
        Problem("paper-refused", Where(name), item.says, item.fix or FIX)
        for item in document.unread
        if item.code in REFUSING or (item.page == 0 and not document.pages and not document.scanned)
    ]
    if not reasons and document.page_count > PAGES_MOST:
        says = f"有 {document.page_count} 页，超过 {PAGES_MOST} 页。"
        reasons = [Problem("paper-refused", Where(name), says, "请只传与项目有关的页。")]
    return document, reasons


def _listed(project: Project, post: Post, name: str, kind: str) -> None:
    """Write a paper into the list of papers of the draft, where nobody has yet."""
    draft = services.draft_of(project, post)
    rows = opened(draft.content)["rows"].get(ATTACHMENT, [])
    if any(row.get("file_name") == name for row in rows):
        return
    row = {"title": Path(name).stem, "file_name": name, "kind": kind or "other"}
    services.save(project, post, {ATTACHMENT: [*rows, row]}, lock=draft.lock)


def remove(project: Project, post: Post, paper: Paper) -> None:
    """Mark a paper as removed, and take its line from the list; the bytes stay.

    Raises:
        Refused: the project is on its way, or the paper was removed already.
    """
    with transaction.atomic():
        refuse(may_change(project, post))
        held = Paper.objects.select_for_update().get(pk=paper.pk)
        if held.removed_at is not None:
            return
        held.removed_at = timezone.now()
        held.save()
        draft = services.draft_of(project, post)
        rows = opened(draft.content)["rows"].get(ATTACHMENT, [])
        kept = [row for row in rows if row.get("file_name") != held.name]
        if kept != rows:
            services.save(project, post, {ATTACHMENT: kept}, lock=draft.lock)
        body = {"project": project.code, "paper": held.sha256, "act": "paper_removed"}
        log("input", post, body)
