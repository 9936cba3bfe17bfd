"""Reading documents: pages a second by kind, memory, a second run; and how well scans are read.

Run: .venv/bin/python bench/documents.py [--digital 40] [--each 10] [--pages 3]. A thousand
documents of ten pages: --digital 250 --each 10 --pages 0. A Word file and a workbook are read as
one page each, so of them so many pages of text are meant. Pages of the real final accounts
(SHANGJI_REAL_DATA) are drawn at 200 and 100 dpi and read again; their own text is the truth.
Real scans, photographs and handwriting are not measured by this.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from shangji.evidence.attachments.kept import Readings
from shangji.faults import county, paper_files
from shangji.faults.attachments import papers
from shangji.intake import Limits, read_documents
from shangji.intake.documents import papers_under
from shangji.intake.documents.scan import installed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.faults.paper_texts import Paper
    from shangji.intake import Document

HERE = Path(__file__).parent
DATA = Path(os.environ.get("SHANGJI_REAL_DATA", HERE.parent.parent / "shared" / "data"))
LINES = {"pdf": 16, "ofd": 18}
"""Paragraphs of a made paper that fill a page; of a kind without pages, twelve are meant."""

SAYS = 150
"""Signs of a page that says something: a title page is no test."""

AMOUNT = re.compile(r"\d[\d,]*\.\d{2}")
WRITERS = {"pdf": paper_files.pdf, "docx": paper_files.docx, "ofd": paper_files.ofd,
           "xlsx": paper_files.xlsx}  # fmt: skip


def children_mb() -> int:
    """The largest memory of a process that has read and ended, in megabytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def timed(
    folder: Path, limits: Limits, kept: Readings | None = None
) -> tuple[list[Document], float]:
    """The documents under a folder, and the seconds that reading took."""
    started = time.perf_counter()
    known = (lambda paper: kept.known(paper, limits)) if kept else None
    read = []
    for paper, document in read_documents(papers_under(folder), limits, known=known):
        read.append(document)
        if kept:
            kept.keep(paper, document, limits)
    return read, time.perf_counter() - started


def longer(paper: Paper, pages: int, number: int, lines_each: int) -> Paper:
    """A paper of so many pages, unlike every other: its paragraphs again and again."""
    if pages < 2:  # noqa: PLR2004 - one is as it is made
        return paper
    body = paper.body or [paper.title]
    lines = [f"{at}. {body[at % len(body)]}" for at in range(pages * lines_each)]
    return replace(paper, body=[f"第 {number} 份。", *lines])


def digital(folder: Path, count: int, pages_each: int) -> None:
    """Made papers of each digital kind: first and second run."""
    made = papers(county.clean(2027, 600))
    for kind, writer in WRITERS.items():
        place = folder / kind
        place.mkdir()
        for at in range(count):
            paper = longer(made[at % len(made)].paper, pages_each, at, LINES.get(kind, 12))
            (place / f"{at}.{kind}").write_bytes(writer(paper))
        limits = Limits(ocr=False)
        kept = Readings.open(folder / f"kept-{kind}")
        read, first = timed(place, limits, kept)
        _, second = timed(place, limits, kept)
        pages = sum(document.page_count for document in read)
        if kind not in LINES:
            pages = count * max(1, pages_each)
        signs = sum(len(document.text) for document in read)
        print(f"{kind}: {count} documents, {pages} pages, {signs:,} characters in {first:.1f} s "
              f"({pages / first:.1f} pages a second), second run {second:.2f} s, "
              f"{kept.hits} of {count} not read again", flush=True)  # fmt: skip


def real(limits: Limits) -> None:
    """The real final accounts as they are."""
    read, seconds = timed(DATA / "documents", limits)
    pages = sum(document.page_count for document in read)
    tables = sum(len(document.tables) for document in read)
    print(f"real pdf: {pages} pages in {seconds:.1f} s ({pages / seconds:.1f} a second), "
          f"{tables} tables")  # fmt: skip


def scanned(folder: Path, wanted: int) -> None:
    """Pages of the real accounts drawn and read again, against their own text."""
    import pypdfium2

    full = []
    for source in sorted((DATA / "documents").glob("*.pdf")):
        truth = timed(source, Limits(ocr=False))[0][0]
        full += [(source, page) for page in truth.pages if len(page.text) > SAYS]
    full = full[:: max(1, len(full) // wanted)][:wanted]
    print(f"{len(full)} of {wanted} pages wanted say more than {SAYS} signs")
    for dpi in (200, 100):
        place = folder / str(dpi)
        place.mkdir()
        for at, (source, page) in enumerate(full):
            document = pypdfium2.PdfDocument(source)
            image = document[page.number - 1].render(scale=dpi / 72).to_pil().convert("L")
            image.save(place / f"{at:03d}.png")
        read, seconds = timed(place, Limits())
        right, total, found, amounts = 0, 0, 0, 0
        for (_, page), again in zip(full, read, strict=True):
            good, length = alike(page.text, again.text)
            right, total = right + good, total + length
            wanted_amounts = AMOUNT.findall(page.text)
            held = AMOUNT.findall(again.text)
            amounts += len(wanted_amounts)
            found += sum(
                min(wanted_amounts.count(one), held.count(one)) for one in set(wanted_amounts)
            )
        print(f"scan {dpi} dpi: n = {len(full)} pages, characters {right}/{total} "
              f"({right / max(1, total):.3f}), amounts {found}/{amounts}, "
              f"{seconds / max(1, len(full)):.1f} s a page")  # fmt: skip


def alike(truth: str, read: str) -> tuple[int, int]:
    """Characters of the truth that were read, in any order of lines, and how many there are."""
    from collections import Counter

    wanted = Counter(char for char in truth if not char.isspace())
    held = Counter(char for char in read if not char.isspace())
    return sum(min(count, held[char]) for char, count in wanted.items()), sum(wanted.values())


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--digital", type=int, default=40)
    parser.add_argument("--each", type=int, default=1)
    parser.add_argument("--pages", type=int, default=3)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        digital(folder, given.digital, given.each)
        if (DATA / "documents").is_dir():
            real(Limits(ocr=False))
        print(f"largest reading process: {children_mb()} MB")
        if given.pages and installed() and (DATA / "documents").is_dir():
            scanned(folder, given.pages)
            print(f"largest reading process with scans: {children_mb()} MB")


if __name__ == "__main__":
    main()
