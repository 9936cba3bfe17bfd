"""Attachments of a declaration: read, told apart, matched to projects, their facts as evidence.

`attach` is the door: it adds the rows to what was collected, before anything is frozen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Where
from shangji.evidence.attachments.extract import extract
from shangji.evidence.attachments.found import Evidence, Value
from shangji.evidence.attachments.kept import Readings
from shangji.evidence.attachments.kinds import kind_of
from shangji.evidence.attachments.matching import Matcher
from shangji.evidence.attachments.rows import Rows
from shangji.intake.documents import Limits, papers_under, read_documents
from shangji.intake.documents.pool import Readers
from shangji.intake.reading import Setting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shangji.evidence.model.reading import Reader
    from shangji.intake import Document
    from shangji.intake.documents.pool import Paper
    from shangji.pack import Pack
    from shangji.snapshot import Collected

__all__ = ["Attached", "Evidence", "Value", "attach", "extract", "kind_of"]


@dataclass
class Attached:
    """What reading the attachments came to; `papers` gives the file of each digest."""

    papers: dict[str, Paper]
    documents: list[Document]
    problems: list[Problem]
    unmatched: int = 0
    known: int = 0
    evidence: int = 0
    model: Reader | None = None

    @property
    def unread(self) -> list[Document]:
        """The documents of which something was not read."""
        return [one for one in self.documents if any(
            item.code == "document-unread" for item in one.unread)]  # fmt: skip

    @property
    def pages(self) -> int:
        """The pages that were read."""
        return sum(1 for one in self.documents for page in one.pages if page.method != "unread")

    def pictures(self, places: Sequence[tuple[str, int, str]]) -> dict[tuple[str, int, str], str]:
        """The quoted lines as data addresses, by document, page and place; none for a scan unread.

        Each is made in a process of its own, as the document was read.
        """
        wanted = []
        for digest, page, place in places:
            paper, numbers = self.papers.get(digest), [int(one) for one in place.split()]
            if paper and len(numbers) == 4:  # noqa: PLR2004 - left, top, right, bottom
                box = (numbers[0], numbers[1], numbers[2], numbers[3])
                wanted.append(((digest, page, place), (paper, page, box)))
        if not wanted:
            return {}
        with Readers(Limits(ocr=False)) as readers:
            made = list(readers.pictures([one for _, one in wanted]))
        return {key: text for (key, _), text in zip(wanted, made, strict=True) if text}

    def record(self) -> dict[str, Any]:
        """The counts as JSON values, and what a model was asked where one was."""
        model = {"model": self.model.record()} if self.model else {}
        return {
            "documents": len(self.documents),
            "pages": self.pages,
            "unread": len(self.unread),
            "secret": sum(1 for one in self.documents if one.secret),
            "hidden": sum(1 for one in self.documents if one.hidden),
            "unmatched": self.unmatched,
            "evidence": self.evidence,
            **model,
        }


def attach(
    collected: Collected,
    pack: Pack,
    folders: Sequence[Path],
    *,
    readings: Path | None = None,
    limits: Limits | None = None,
    model: Reader | None = None,
) -> Attached:
    """Read attachments and add documents, pages and evidence to what was collected.

    Args:
        collected: the rows of the declaration; its 附件 rows gain the digests of their files.
        pack: patterns, kinds, marks of secrecy.
        folders: where the attachments lie.
        readings: where readings are kept for the next time; nowhere where None.
        limits: what one document may cost.
        model: asks a model about each document that belongs to a project; none, as is usual.
    """
    made = Attached({}, [], [], model=model)
    kept = Readings.open(readings) if readings else None
    bounds = replace(
        limits or Limits(),
        stamps=Setting.of(pack).stamps,
        key=kept.key if kept else "of one review",
    )
    papers = _found(folders, made)
    projects = collected.rows.get("project", [])
    matcher = Matcher.of(projects, collected.rows.get("attachment", []))
    rows = Rows(pack, collected)
    known = (lambda paper: kept.known(paper, bounds)) if kept else None
    for paper, document in read_documents(papers, bounds, known=known):
        if kept and paper.path.exists():
            kept.keep(paper, document, bounds)
        made.documents.append(document)
        if document.secret:
            made.problems.append(_secret(document))
            continue
        made.papers.setdefault(document.digest, paper)
        match = matcher.match(paper.name)
        if not match.projects:
            made.unmatched += 1
            made.problems.append(_unmatched(document))
        if document.digest:
            rows.add(document, match)
        else:
            made.problems += document.problems()
    rows.write({str(row["project_code"]): row for row in projects})
    if any("document_sha256" in row for row in collected.rows.get("attachment", ())):
        _supplied(collected)
    made.known = kept.hits if kept else 0
    made.evidence = len(collected.rows.get("evidence", ()))
    made.problems += rows.held.problems
    if model:
        model.kept = kept
        model.add(collected, rows.held)
        made.problems += model.problems
    return made


def _found(folders: Sequence[Path], made: Attached) -> list[Paper]:
    papers: list[Paper] = []
    for folder in folders:
        if not folder.exists():
            says, fix = "没有这个资料文件夹。", "请核对 --attachments 后重试。"
            made.problems.append(Problem("document-unread", Where(folder.name), says, fix))
            continue
        found = papers_under(folder)
        if not found:
            says, fix = "资料文件夹是空的，没有读到资料。", "请把资料放进去再审核。"
            made.problems.append(Problem("document-unread", Where(folder.name), says, fix))
        papers += found
    return papers


def _supplied(collected: Collected) -> None:
    """The digests of attachments come from the bureau's reading, whoever filed the sheet."""
    for at, source in enumerate(collected.sources):
        columns = source.supplied.get("attachment")
        if columns and "document_sha256" not in columns:
            supplied = {**source.supplied}
            supplied["attachment"] = (*columns, "document_sha256", "page_count")
            collected.sources[at] = replace(source, supplied=supplied)


def _secret(document: Document) -> Problem:
    """The problem of a document with a mark of secrecy: the fact, nothing of its content."""
    return Problem(
        "document-secret",
        Where(document.name),
        "标有密级，没有收入，内容也没有留存。",
        "请走线下涉密渠道，并删除这份电子文件；误标的请去掉标志后重交。",
    )


def _unmatched(document: Document) -> Problem:
    return Problem(
        "document-unmatched",
        Where(document.name),
        "附件清单没有列它，文件名和文件夹名里也没有项目代码或项目名称。",
        "请放进以项目代码命名的文件夹，或在“附件”表填写电子文件名。",
    )
