"""Vectors of passages, each kept with the model that made it; the closest by sketch, then exactly.

A sketch is the signs of a vector's parts once the mean of all vectors is taken away. Comparing
sketches is counting bits, so a few thousand of many passages are left to compare in full.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from shangji.evidence.search.embedding import Embedder, named
from shangji.evidence.serving import Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy import ndarray

    from shangji.evidence.search.corpus import Corpus
    from shangji.evidence.search.lexical import Scored

MARK, TABLE = "vectors.json", "vectors.parquet"
LONGEST = 400
AT_ONCE = 64
CANDIDATES = 4000
WORD_BITS = 64


def embed(
    corpus: Corpus, folder: Path, model: Embedder, said: Callable[[int], None] = lambda _: None
) -> None:
    """Make the vectors of a corpus at a folder; `said` hears how many are done."""
    import numpy as np

    made = []
    for at in range(0, len(corpus.words), AT_ONCE):
        stop = min(at + AT_ONCE, len(corpus.words))
        texts = [f"{corpus.titles[one]} {corpus.words[one][:LONGEST]}" for one in range(at, stop)]
        made.append(model.passages(texts))
        said(stop)
    write(corpus, folder, model.name, np.concatenate(made))


def write(corpus: Corpus, folder: Path, name: str, vectors: ndarray) -> None:
    """Keep vectors at a folder, one a row with the model's name and its width."""
    import duckdb
    import numpy as np

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows = folder / "vectors.csv"
    with rows.open("w", encoding="ascii") as file:
        for at, vector in enumerate(np.asarray(vectors, dtype="<f4")):
            file.write(f"{at},{vector.tobytes().hex()}\n")
    target = str(folder / TABLE).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT place, ? AS model, ? AS width, unhex(vector) AS vector FROM read_csv(?, "
            "header=false, columns={'place': 'BIGINT', 'vector': 'VARCHAR'}, max_line_size=200000) "
            f"ORDER BY place) TO '{target}' (FORMAT parquet)",
            [name, int(vectors.shape[1]), str(rows)],
        )
    rows.unlink()
    mark = {"digest": corpus.digest, "model": name, "count": len(vectors)}
    (folder / MARK).write_text(json.dumps(mark) + "\n", "utf-8")


def open_vectors(corpus: Corpus, folder: Path) -> Vectors | None:
    """The vectors at a folder, where they are this corpus's and their model can be asked."""
    try:
        mark = json.loads((folder / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if mark.get("digest") != corpus.digest:
        return None
    model = named(str(mark.get("model")))
    return None if model is None else Vectors(model, read(folder, model.name), corpus.documents)


def read(folder: Path, name: str) -> ndarray:
    """The vectors at a folder that a model made."""
    import duckdb
    import numpy as np

    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT vector FROM read_parquet(?) WHERE model = ? ORDER BY place",
            [str(folder / TABLE), name],
        ).fetchall()
    joined = b"".join(bytes(row[0]) for row in rows)
    return np.frombuffer(joined, dtype="<f4").reshape(len(rows), -1)


class Vectors:
    """Vectors of length one, compared by cosine."""

    def __init__(self, model: Embedder, vectors: ndarray, documents: Sequence[int]) -> None:
        """Keep the vectors and make their sketches."""
        import numpy as np

        self.model, self.name = model, model.name
        self.vectors = np.ascontiguousarray(vectors, dtype="float32")
        self.mean = self.vectors.mean(axis=0) if len(self.vectors) else np.zeros(1)
        self.sketches = self._sketch(self.vectors)
        self.documents = np.asarray(documents)
        self.failed = ""

    def _sketch(self, vectors: ndarray) -> ndarray:
        import numpy as np

        bits = np.packbits(vectors > self.mean, axis=1)
        spare = -bits.shape[1] % (WORD_BITS // 8)
        return np.pad(bits, ((0, 0), (0, spare))).view("uint64")

    def search(self, words: str, limit: int, documents: Sequence[int] | None = None) -> Scored:
        """The closest passages to words; none, and `failed` says why, where the model is away."""
        try:
            asked = self.model.query(words)
        except Unreachable as error:
            self.failed = str(error)
            return []
        return self.closest(asked, limit, documents)

    def closest(self, asked: ndarray, limit: int, documents: Sequence[int] | None = None) -> Scored:
        """The closest passages to a vector."""
        import numpy as np

        places = np.arange(len(self.vectors))
        if documents is not None:
            places = places[np.isin(self.documents, list(documents))]
        if len(places) > CANDIDATES:
            own = self.sketches if documents is None else self.sketches[places]
            apart = np.bitwise_count(own ^ self._sketch(asked[None, :])).sum(axis=1)
            places = places[np.argpartition(apart, CANDIDATES)[:CANDIDATES]]
        scores = self.vectors[places] @ asked
        order = np.lexsort((places, -scores.round(6)))[:limit]
        return [(int(places[one]), float(scores[one])) for one in order]
