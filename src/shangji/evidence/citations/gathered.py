"""Bases that stand only in the papers of a project: named there, not declared."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shangji.evidence.library.policy import same_number, same_title

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from shangji.snapshot import Collected

NUMBER, TITLE = "cited_no", "cited_title"
ACT = re.compile(
    r"(?:法|条例|办法|规定|细则|规则|意见|通知|决定|决议|方案|规划|纲要|计划|纪要|批复|批示|标准|公告"
    r"|目录|制度|导则|指南|函|令)(?:[（(〔].{1,20}[）)〕])?$"
)
"""How a title ends that can be a basis; books, forms and journals stand in the same brackets."""

BESIDE = 4
"""Signs between a title and its number in brackets behind it."""

SHORTEST, MOST = 2, 40
PREFIX = re.compile(r"^[一-鿿]*(?=[〔\[])")


@dataclass(frozen=True, slots=True)
class Named:
    """A document that a paper of a project names: by number, by title or both, and where."""

    project_code: str
    document_sha256: str
    page: int
    start_char: int
    end_char: int
    quote: str
    doc_no: str
    title: str

    def basis(self) -> dict[str, Any]:
        """As a basis that nobody declared: without kind, article, quote or amount."""
        return {"project_code": self.project_code, "doc_no": self.doc_no, "title": self.title}


def named(collected: Collected, held: Collection[str]) -> Iterator[Named]:
    """Yield what the papers of each project name, once each, the declared and their own left out.

    Args:
        collected: with evidence, documents and declared bases.
        held: numbers that the library knows: a number loses the words that only stand before it.
    """
    declared = _declared(collected.rows.get("basis", ()))
    own = {
        row["document_sha256"]: _keys(row.get("doc_no"), row.get("title"))
        for row in collected.rows.get("document", ())
    }
    papers: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in collected.rows.get("evidence", ()):
        if row["fact"] in {NUMBER, TITLE} and row["project_code"]:
            papers[row["project_code"], row["document_sha256"]].append(row)
    taken: dict[str, set[str]] = defaultdict(set)
    for (project, digest), rows in sorted(papers.items()):
        known = declared.get(project, set()) | own.get(digest, set())
        for one in _paired(project, digest, rows, held):
            keys = _keys(one.doc_no, one.title)
            if not keys or keys & known or keys & taken[project]:
                continue
            if len(taken[project]) < 2 * MOST:
                taken[project] |= keys
                yield one


def _declared(bases: Iterable[Mapping[str, Any]]) -> Mapping[str, set[str]]:
    made: dict[str, set[str]] = defaultdict(set)
    for row in bases:
        if row["project_code"]:
            made[row["project_code"]] |= _keys(row.get("doc_no"), row.get("title"))
    return made


def _keys(number: str | None, title: str | None) -> set[str]:
    """By what a document is the same one again."""
    return {same_number(number or ""), same_title(title or "")} - {""}


def _paired(
    project: str, digest: str, rows: Iterable[Mapping[str, Any]], held: Collection[str]
) -> Iterator[Named]:
    """Titles with the number right behind them, then what stands alone, in reading order."""
    waiting: Mapping[str, Any] | None = None
    for row in sorted(rows, key=lambda one: (one["page"], one["start_char"], one["fact"])):
        text = str(row["value_text"] or "")
        if row["fact"] == TITLE:
            if waiting is not None:
                yield _made(project, digest, (waiting, None), held)
            fits = ACT.search(text) and len(text) > SHORTEST
            waiting = row if fits else None
            continue
        close = (
            waiting is not None
            and waiting["page"] == row["page"]
            and 0 <= row["start_char"] - waiting["end_char"] <= BESIDE
        )
        if waiting is not None and not close:
            yield _made(project, digest, (waiting, None), held)
        yield _made(project, digest, (waiting if close else None, row), held)
        waiting = None
    if waiting is not None:
        yield _made(project, digest, (waiting, None), held)


def _made(
    project: str,
    digest: str,
    parts: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None],
    held: Collection[str],
) -> Named:
    title, number = parts
    rows = [row for row in parts if row is not None]
    return Named(
        project,
        digest,
        rows[0]["page"],
        rows[0]["start_char"],
        rows[-1]["end_char"],
        " ".join(str(row["quote"]) for row in rows),
        numbered(str(number["value_text"]), held) if number else "",
        str(title["value_text"]) if title else "",
    )


def numbered(text: str, held: Collection[str]) -> str:
    """A number without the words before its issuer, where the library knows it so.

    >>> numbered("根据样县府发〔2024〕8号", {"样县府发〔2024〕8号"})
    '样县府发〔2024〕8号'
    """
    issuer = PREFIX.match(text)
    for at in range(len(issuer[0]) if issuer else 0):
        if same_number(text[at:]) in held:
            return text[at:]
    return text
