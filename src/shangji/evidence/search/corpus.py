"""What is searched: passages with the document that each belongs to, numbered from nought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.evidence.library.text import HEADING, WRAPPING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from shangji.evidence.library.kept import Library
    from shangji.evidence.library.policy import Policy


@dataclass(frozen=True, slots=True)
class Corpus:
    """Passages in order: words, title above them, and which document (a number) each is of.

    `digest` names the content: an index of another digest is stale.
    """

    digest: str
    words: Sequence[str]
    titles: Sequence[str]
    documents: Sequence[int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person narrows a search to; empty or none is no limit."""

    level: str = ""
    issuer: str = ""
    on: date | None = None

    @property
    def any(self) -> bool:
        """Whether there is a limit at all."""
        return bool(self.level or self.issuer or self.on)

    def takes(self, policy: Policy) -> bool:
        """Whether a document is within the limits; one whose start is unknown is in force."""
        if self.level and policy.issuer_level != self.level:
            return False
        if self.issuer and self.issuer not in policy.issuer:
            return False
        return self.on is None or policy.in_force(self.on) is not False


Place = tuple[str, int]
"""A policy's id and the number of a passage in it."""


def corpus(library: Library) -> tuple[Corpus, list[Place]]:
    """A library as a corpus, and where each of its passages stands; headings are no passages."""
    words, titles, documents, places = [], [], [], []
    number = {one.policy_id: at for at, one in enumerate(library.policies)}
    for policy_id, passage, text in library.every_passage():
        if passage.kind in {HEADING, WRAPPING}:
            continue
        policy = library.by_id[policy_id]
        words.append(text)
        titles.append(f"{policy.title} {passage.heading}")
        documents.append(number[policy_id])
        places.append((policy_id, passage.number))
    return Corpus(library.digest, words, titles, documents), places
