"""TF-IDF over one, two and three neighbouring signs: what stands in for a model of meaning."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from shangji.evidence.search.lexical import flat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shangji.evidence.search.corpus import Corpus
    from shangji.evidence.search.lexical import Scored

MARK = "signs.json"
WIDTH = 1 << 18


def open_signs(corpus: Corpus, folder: Path) -> Signs | None:
    """The index at a folder, made where it is not there; none where scikit-learn is missing."""
    if not find_spec("sklearn") or not corpus.words:
        return None
    try:
        mark = json.loads((folder / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        mark = {}
    if mark != {"digest": corpus.digest, "model": Signs.name}:
        Signs.build(corpus, folder)
    return Signs(corpus, folder)


class Signs:
    """Hashed counts of sign sequences, weighed by rarity, compared by cosine."""

    name = "char-tfidf-1-3"

    def __init__(self, corpus: Corpus, folder: Path) -> None:
        """Open the index at a folder."""
        import numpy as np
        from scipy.sparse import load_npz

        self.matrix = load_npz(folder / "signs.npz")
        self.rare = np.load(folder / "rare.npy", allow_pickle=False)
        self.documents = np.asarray(corpus.documents)

    @staticmethod
    def counted(texts: Sequence[str]) -> Any:  # noqa: ANN401 - a sparse matrix
        """Counts of sign sequences, a row a text."""
        from sklearn.feature_extraction.text import HashingVectorizer

        made = HashingVectorizer(
            analyzer="char", ngram_range=(1, 3), n_features=WIDTH, norm=None,
            alternate_sign=False, preprocessor=flat,
        )  # fmt: skip
        counts = made.transform(texts)
        counts.data[:] = 1  # whether a text holds it, not how often
        return counts

    @classmethod
    def build(cls, corpus: Corpus, folder: Path) -> None:
        """Make the index of a corpus at a folder."""
        import numpy as np
        from scipy.sparse import save_npz
        from sklearn.preprocessing import normalize

        folder.mkdir(parents=True, exist_ok=True)
        counts = cls.counted(corpus.words)
        holding = np.asarray((counts > 0).sum(axis=0)).ravel()
        rare = np.log((1 + counts.shape[0]) / (1 + holding)) + 1
        save_npz(folder / "signs.npz", normalize(counts.multiply(rare).tocsr()).astype("float32"))
        np.save(folder / "rare.npy", rare.astype("float32"), allow_pickle=False)
        mark = {"digest": corpus.digest, "model": cls.name}
        (folder / MARK).write_text(json.dumps(mark) + "\n", "utf-8")

    def search(self, words: str, limit: int, documents: Sequence[int] | None = None) -> Scored:
        """The closest passages to words."""
        import numpy as np

        asked = self.counted([words]).multiply(self.rare).tocsr()
        size = float(np.sqrt(asked.multiply(asked).sum()))
        if not size:
            return []
        scores = np.asarray((self.matrix @ asked.T).todense()).ravel() / size
        if documents is not None:
            scores = np.where(np.isin(self.documents, list(documents)), scores, 0)
        order = np.lexsort((np.arange(len(scores)), -scores.round(6)))[:limit]
        return [(int(at), float(scores[at])) for at in order if scores[at] > 0]
