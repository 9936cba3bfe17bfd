"""Originals that units handed in with their projects: what the library lacks may lie there."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji.evidence.library.importing import policy_of
from shangji.evidence.library.policy import same_number
from shangji.evidence.library.reading import Given
from shangji.evidence.library.text import Text, passages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji.evidence.library.kept import Kept
    from shangji.snapshot import Collected

ORIGINALS = frozenset({
    "law", "superior_document", "party_committee_minutes", "government_minutes", "instruction",
    "department_document", "plan", "contract", "judgement", "project_approval",
    "feasibility_approval", "estimate_approval",
})  # fmt: skip
"""Kinds of document that can be a basis; a quotation or a roster cannot."""


class Uploads:
    """The documents of each project as texts, read when they are asked for."""

    def __init__(self, collected: Collected) -> None:
        """Keep which documents a project came with, and their pages."""
        self.rows = {row["document_sha256"]: row for row in collected.rows.get("document", ())}
        self.pages: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for row in collected.rows.get("document_page", ()):
            self.pages[row["document_sha256"]].append((row["page"], row["page_text"] or ""))
        self.of: dict[str, set[str]] = defaultdict(set)
        self.numbered: dict[tuple[str, int], str] = {}
        for name in ("attachment", "evidence"):
            for row in collected.rows.get(name, ()):
                digest = str(row.get("document_sha256") or "")
                if digest in self.rows and row["project_code"]:
                    self.of[row["project_code"]].add(digest)
                    if name == "attachment" and row["attachment_no"] is not None:
                        self.numbered[row["project_code"], row["attachment_no"]] = digest
        self._made: dict[str, Kept | None] = {}

    def matching(self, basis: Mapping[str, Any], agree: Any) -> Kept | None:  # noqa: ANN401 - a function of title and policy
        """The document handed in as the original of a basis: by number, by title, or as named.

        Args:
            basis: the row.
            agree: says whether a title is a document's.
        """
        project, title = basis["project_code"], basis.get("title") or ""
        number = same_number(basis.get("doc_no") or "")
        held = [made for one in sorted(self.of.get(project, ())) if (made := self._kept(one))]
        for made in held:
            if number and same_number(made[0].doc_no) == number:
                return made
        for made in held:
            differs = number and same_number(made[0].doc_no) not in {"", number}
            if title and not differs and agree(title, made[0]):
                return made
        named = self.numbered.get((project, basis.get("attachment_no") or -1), "")
        made_one = self._kept(named) if named else None
        if made_one and not (number and made_one[0].doc_no) and not title:
            return made_one
        return None

    def _kept(self, digest: str) -> Kept | None:
        """A document as a policy with its text and passages; none where it is of another kind."""
        if digest not in self._made:
            row = self.rows[digest]
            pages = [words for _, words in sorted(self.pages.get(digest, ()))]
            if row.get("kind") not in ORIGINALS or not any(pages):
                self._made[digest] = None
            else:
                self._made[digest] = _policy(row, pages)
        return self._made[digest]


def _policy(row: Mapping[str, Any], pages: Sequence[str]) -> Kept:
    words, starts = "", []
    for page in pages:
        words += "\n" if words else ""
        starts.append(len(words))
        words += page
    unread = tuple("有几页没有读出" for _ in range(min(1, row.get("unread_count") or 0)))
    text = Text(words, tuple(starts), unread=unread)
    told = {
        name: str(row[name]) for name in ("title", "doc_no", "issuer", "issued_on") if row.get(name)
    }
    given = Given(Path(row["file_name"] or "原文"), row["file_name"] or "原文", told)
    split = passages(text)
    size = int(row.get("size_bytes") or 0)
    return policy_of(given, text, split, {}, (row["document_sha256"], size)), text, split
