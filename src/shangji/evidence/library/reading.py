"""Files to texts: what the bureau keeps of laws and documents, and its own catalogue of them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji.evidence.library.text import Text
from shangji.intake.documents import read_documents
from shangji.intake.documents.pool import Paper
from shangji.intake.marks import stamped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shangji.intake.documents import Document

PLAIN = {".md", ".txt"}
DOCUMENTS = {".docx", ".pdf", ".ofd"}
CATALOGUE = {".csv"}
LARGEST = 64 << 20
STAMP_WITHIN = 600
EXPORT = re.compile(
    r"\A(?:https?://\S+\s*\n)?\(\d+(?:,\s*(?:'(?:[^'\\\n]|\\.)*'|null|-?\d+))*,\s*'", re.IGNORECASE
)
EXPORT_ENDS = re.compile(r"(?<!\\)'\s*(?:,|\))")

COLUMNS = {
    "file": ("文件", "文件名", "电子文件名", "file", "path"),
    "title": ("标题", "文件名称", "名称", "title", "name"),
    "issuer": ("发文机关", "制定机关", "发文单位", "office", "issuer"),
    "doc_no": ("文号", "发文字号", "doc_no"),
    "issued_on": ("印发日期", "发文日期", "公布日期", "版本日期", "version_date", "issued_on"),
    "effective_from": ("施行日期", "生效日期", "effective_from"),
    "effective_to": ("失效日期", "有效期至", "废止日期", "effective_to"),
    "repealed_by": ("废止或替代文件", "废止文件", "替代文件", "repealed_by"),
    "region": ("适用区划", "区划代码", "region"),
    "numbering_complete": ("该机关该年文号是否收全", "文号是否收全", "numbering_complete"),
    "source_url": ("来源网址", "网址", "来源", "url", "source_url"),
}
"""What a catalogue may say of a file, with the headings under which it says it."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file of the folder: where it is, its name from the folder down, what a catalogue says."""

    path: Path
    name: str
    row: Mapping[str, str]


def find(folders: Sequence[Path]) -> tuple[list[Given], list[Problem]]:
    """The files of folders in name order, each with its row of a catalogue, and what is no text."""
    problems: list[Problem] = []
    given: list[tuple[Path, str]] = []
    rows: dict[str, Mapping[str, str]] = {}
    for folder in folders:
        if not folder.exists():
            fix = "请核对路径。"
            problems.append(Problem("folder-missing", Where(str(folder)), "没有这个文件夹。", fix))
            continue
        found = [folder] if folder.is_file() else sorted(folder.rglob("*"))
        top = folder.parent if folder.is_file() else folder
        for path in found:
            name = path.relative_to(top).as_posix()
            if not path.is_file() or any(part.startswith(".") for part in Path(name).parts):
                continue
            if path.suffix.lower() in CATALOGUE:
                listed, trouble = catalogue(path, name)
                rows |= listed
                problems += trouble
            else:
                given.append((path, name))
    made = [Given(path, name, rows.pop(bare(name), {})) for path, name in given]
    for left in sorted(rows):
        says = "目录里列了这份文件，文件夹里没有。"
        problems.append(
            Problem("library-doubtful", Where(left), says, "请补上原文，或从目录删去。")
        )
    return made, problems


def bare(name: str) -> str:
    """A file's own name, by which a catalogue may list it wherever it lies."""
    return re.split(r"/|__", name.strip())[-1]


def catalogue(path: Path, name: str) -> tuple[dict[str, Mapping[str, str]], list[Problem]]:
    """The rows of a catalogue by file; a table that names no files is no catalogue, and said."""
    words, problem = decoded(path, name)
    if problem:
        return {}, [problem]
    reader = csv.DictReader(io.StringIO(words))
    headings = {heading.strip(): heading for heading in reader.fieldnames or () if heading}
    known = {
        field: headings[alias]
        for field, aliases in COLUMNS.items()
        for alias in aliases[::-1]
        if alias in headings
    }
    if "file" not in known:
        says = "这张表没有“文件”列，不是资料目录，没有收入。"
        return {}, [
            Problem("library-file", Where(name), says, "目录要有“文件”列，写原文的文件名。")
        ]
    rows: dict[str, Mapping[str, str]] = {}
    for row in reader:
        record = {field: (row.get(heading) or "").strip() for field, heading in known.items()}
        if record["file"]:
            rows[bare(record["file"])] = record
    return rows, []


def decoded(path: Path, name: str) -> tuple[str, Problem | None]:
    """A text file's words, or why it has none."""
    if path.stat().st_size > LARGEST:
        says = f"文件超过 {LARGEST >> 20} MiB。"
        return "", _refused(name, says, "请拆开，或换成文字版。")
    data = path.read_bytes()
    if not data.strip():
        return "", _refused(name, "文件是空的。", "请换上有内容的文件。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            words = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in words:
            break
        return words.replace("\r\n", "\n").replace("\r", "\n"), None
    return "", _refused(name, "不是文字，或编码既不是 UTF-8 也不是 GB18030。", "请另存为 UTF-8。")


def read_each(
    found: Sequence[Given],
) -> Iterator[tuple[Given, Text | None, Problem | None]]:
    """Each file's text, or why it was refused. A mark of secrecy keeps the whole file out."""
    papers = {
        Paper(one.path.resolve(), one.name): one
        for one in found
        if one.path.suffix.lower() in DOCUMENTS
    }
    documents = read_documents(papers)
    for one in found:
        suffix = one.path.suffix.lower()
        if suffix in DOCUMENTS:
            yield one, *_document(next(documents)[1])
        elif suffix in PLAIN:
            yield one, *_plain(one)
        else:
            says = f"不收 {suffix or '没有后缀'} 这类文件。"
            yield one, None, _refused(one.name, says, "可收 md、txt、docx、pdf、ofd。")


def _plain(given: Given) -> tuple[Text | None, Problem | None]:
    words, problem = decoded(given.path, given.name)
    if problem:
        return None, problem
    text = exported(words) if given.path.suffix.lower() == ".txt" else Text(words)
    if stamped(text.words[:STAMP_WITHIN].split("\n"), ()):
        return None, _secret(given.name)
    return text, None


def _document(document: Document) -> tuple[Text | None, Problem | None]:
    """A document's pages as one text; pages that were not read are said, all of them refuse it."""
    if document.secret:
        return None, _secret(document.name)
    words, starts = "", []
    for page in document.pages:
        words += "\n" if words else ""
        starts.append(len(words))
        words += page.text
    if not words.strip():
        first = document.unread[0] if document.unread else None
        says = first.says if first else "里面没有文字。"
        return None, _refused(document.name, says, first.fix if first else "请换文字版。")
    if "\0" in words:
        return None, _refused(document.name, "里面有不是文字的内容。", "请换文字版。")
    unread = [f"第 {one.page} 页没有读：{one.says}" for one in document.unread if one.page]
    hidden = [f"第 {one.page} 页有隐藏的内容，已剔除" for one in document.hidden]
    return Text(words, tuple(starts), unread=(*unread, *dict.fromkeys(hidden))), None


def _secret(name: str) -> Problem:
    says = "标有密级，没有收入，内容也没有留存。"
    return _refused(name, says, "涉密文件不入系统，请走线下涉密渠道。")


def exported(words: str) -> Text:
    """A text that a database export wrapped in a record; any other text is as it stands."""
    found = EXPORT.match(words)
    if not found:
        return Text(words)
    end = EXPORT_ENDS.search(words, found.end())
    stop = end.start() if end else len(words)
    return Text(words, wrapping=((0, found.end()), (stop, len(words))))


def _refused(name: str, says: str, fix: str) -> Problem:
    return Problem("library-file", Where(name), says, fix)
