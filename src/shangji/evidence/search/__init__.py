"""Search of the policy library, article by article: what is named first, then words and meaning.

`Search` is the door. Channels: exact (numbers, titles, articles, figures), lexical, semantic; the
last two are joined by rank. What is shown is a slice of the text, never made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.evidence.library.policy import DOC_NO, ORDER, same_number
from shangji.evidence.search.corpus import Wanted, corpus
from shangji.evidence.search.exact import figures, holding, named
from shangji.evidence.search.lexical import open_or_build
from shangji.evidence.search.semantic import Semantic, semantic

if TYPE_CHECKING:
    from shangji.evidence.library.kept import Library
    from shangji.evidence.library.policy import Policy
    from shangji.evidence.library.text import Passage
    from shangji.evidence.search.corpus import Place

__all__ = ["Hit", "Search", "Wanted"]

INDEX = "search"
DEEP = 100
SMOOTH = 60
"""How slowly a rank loses weight when two lists are joined (the usual constant)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found: its document, its words as they stand, and by which channels."""

    policy: Policy
    passage: Passage
    words: str
    channels: tuple[str, ...]


class Search:
    """A library made searchable.

    Its indexes stand in the library's folder and are made anew when its content changes.
    """

    def __init__(self, library: Library, *, meaning: bool = True) -> None:
        """Open or make the indexes.

        Args:
            library: what is searched.
            meaning: whether to look for a semantic channel too.
        """
        self.library = library
        self.corpus, self.places = corpus(library)
        folder = library.folder / INDEX
        self.lexical = open_or_build(self.corpus, folder / "lexical")
        self.semantic: Semantic | None = semantic(self.corpus, folder) if meaning else None
        self.at = {place: at for at, place in enumerate(self.places)}

    def search(self, words: str, limit: int = 10, wanted: Wanted | None = None) -> list[Hit]:
        """The best passages for a question, best first."""
        wanted = wanted or Wanted()
        documents = None
        if wanted.any:
            documents = [at for at, one in enumerate(self.library.policies) if wanted.takes(one)]
        found: dict[int, list[str]] = {}
        for place in self._named(words, documents):
            found.setdefault(place, []).append("点名")
        lists = [("字面", [at for at, _ in self.lexical.search(words, DEEP, documents)])]
        if self.semantic:
            close = self.semantic.search(words, DEEP, documents)
            lists.append(("语义", [at for at, _ in close]))
        for at in holding(self.corpus.words, lists[0][1], figures(words)):
            found.setdefault(at, []).append("数字")
        for at, channels in joined(lists):
            found.setdefault(at, []).extend(channels)
        return [self._hit(at, tuple(channels)) for at, channels in list(found.items())[:limit]]

    def unknown_numbers(self, words: str) -> list[str]:
        """The document numbers that a question names and the library does not hold."""
        found = [one[0] for pattern in (DOC_NO, ORDER) for one in pattern.finditer(words)]
        return [one for one in found if same_number(one) not in self.library.by_number]

    def says(self) -> list[str]:
        """What a person should know of how was searched."""
        count = f"共 {len(self.library.policies)} 份 {len(self.places)} 条（段）"
        if self.semantic is None:
            lacks = "装上 shangji[ml] 后可按词和相近说法找。"
            return [f"{count}；只按字面找（{self.lexical.name}），{lacks}"]
        told = [f"{count}；字面用 {self.lexical.name}，语义用 {self.semantic.name}。"]
        failed = getattr(self.semantic, "failed", "")
        return [*told, f"这一次没有用上语义：{failed}"] if failed else told

    def _named(self, words: str, documents: list[int] | None) -> list[int]:
        within = None if documents is None else set(documents)
        places = (self.at.get(place) for place in named(self.library, words))
        return [
            at
            for at in places
            if at is not None and (within is None or self.corpus.documents[at] in within)
        ]

    def _hit(self, at: int, channels: tuple[str, ...]) -> Hit:
        place: Place = self.places[at]
        policy = self.library.by_id[place[0]]
        passage = self.library.passages(place[0])[place[1] - 1]
        text = self.library.text(place[0]).words
        return Hit(policy, passage, text[passage.start : passage.end], channels)


def joined(lists: list[tuple[str, list[int]]]) -> list[tuple[int, list[str]]]:
    """Ranked lists as one, by the sum of one over the rank; which lists held each is kept."""
    scores: dict[int, float] = {}
    channels: dict[int, list[str]] = {}
    for name, ranked in lists:
        for rank, at in enumerate(ranked, 1):
            scores[at] = scores.get(at, 0.0) + 1 / (SMOOTH + rank)
            channels.setdefault(at, []).append(name)
    order = sorted(scores, key=lambda at: (-scores[at], at))
    return [(at, channels[at]) for at in order]
