"""Scanned papers, read as a job: a mark of secrecy in the picture is found, and the paper put away.

At upload a scan is only looked at as a file. What stands in it is read here, in the library's
reading process with its limits. A machine without the `ocr` extra says that it was not read.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from shangji.intake import Limits, read_document
from shangji.intake.documents.scan import installed
from shangji_web import documents, place, snapshot
from shangji_web.filings.content import ATTACHMENT, opened, settled
from shangji_web.filings.models import Paper
from shangji_web.jobs.services import enqueue, handler
from shangji_web.ledgered.services import log
from shangji_web.notices.models import Notice
from shangji_web.notices.services import notify

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.intake import Document
    from shangji_web.jobs.services import Held
    from shangji_web.people.models import Person

KIND = "scan"
PICTURES = "pictures"
PAGES = 300
LIMITS = Limits(seconds=600, pages=PAGES, file_bytes=settings.UPLOAD_BYTES, ocr=True)
SAYS = "扫描件里标有密级，已经隔离：文件已清除，谁都打不开，内容没有留存。请走线下涉密渠道。"


def to_be_read(paper: Paper, document: Document, by: Person | None) -> None:
    """Ask for a scanned paper to be read; call it in the transaction in which it is kept."""
    if document.scanned:
        paper.scan = Paper.WAITING
        paper.save(update_fields=["scan"])
        enqueue(KIND, {"paper": paper.pk}, key=str(paper.pk), by=by)


@handler(KIND)
def read_scan(held: Held) -> None:
    """Read one scanned paper; put it away where a mark of secrecy stands in it."""
    paper = Paper.objects.select_related("project").get(pk=held.job.payload["paper"])
    path = documents.path_of(paper.sha256)
    state = Paper.SECRET if paper.quarantined_at else Paper.UNREAD
    if not paper.quarantined_at and installed() and path.is_file():
        held.tell(10, "识别扫描件")
        with documents.laid(paper.sha256) as file:
            document = read_document(file, LIMITS, name=paper.name)
        state = Paper.SECRET if document.secret else _state(document)
    if state == Paper.SECRET:
        # Out of reach first, then gone, then told: whoever takes the job over goes on from there.
        Paper.objects.filter(sha256=paper.sha256).update(quarantined_at=timezone.now())
        clear(path, paper.sha256)
    with held.effect() as result:
        if state == Paper.SECRET:
            for one in Paper.objects.filter(sha256=paper.sha256).exclude(scan=Paper.SECRET):
                _quarantined(one)
        else:
            Paper.objects.filter(pk=paper.pk).update(scan=state)
        result.update(paper=paper.pk, state=state)


def _state(document: Document) -> str:
    """Read, unless a page of it could not be."""
    return Paper.UNREAD if document.unread or not document.pages else Paper.READ


def clear(path: Path, sha256: str) -> None:
    """Overwrite and remove the bytes of a paper, and what was drawn of it."""
    drawn = place.folder(PICTURES).glob(f"{sha256}-*")
    for one in [path, *drawn]:
        with suppress(FileNotFoundError):
            size = one.stat().st_size
            with one.open("r+b") as file:
                file.write(b"\0" * size)
                file.flush()
                os.fsync(file.fileno())
            one.unlink()


def _quarantined(paper: Paper) -> None:
    """Mark a paper, take it from the list, tell the clerk and the security administrator."""
    now = timezone.now()
    paper.scan, paper.quarantined_at = Paper.SECRET, now
    paper.removed_at = paper.removed_at or now
    paper.save(update_fields=["scan", "quarantined_at", "removed_at"])
    project = paper.project
    draft = getattr(project, "draft", None)
    if draft is not None:
        content = opened(draft.content)
        rows = content["rows"].get(ATTACHMENT, [])
        kept = [row for row in rows if row.get("file_name") != paper.name]
        if kept != rows:
            content["rows"][ATTACHMENT] = kept
            text, _ = snapshot.canonical(settled(project, content))
            draft.content, draft.lock, draft.saved_at = text, draft.lock + 1, now
            draft.save()
    log("input", None, {"act": "paper_quarantined", "project": project.code, "paper": paper.sha256})
    notify(project, "unit_clerk", f"“{project.name}”的一份附件：{SAYS}", "filings:papers")
    when = f"{timezone.localtime(now):%m-%d %H:%M}"
    says = (
        f"{project.unit_name}上传的一份扫描件标有密级，已于 {when} 隔离"
        f"（摘要 {paper.sha256[:16]}）。请按保密规定处置，并清查备份。"
    )
    link = reverse("notices:list")
    Notice.objects.create(role="security_admin", words=says[:300], link=link)
