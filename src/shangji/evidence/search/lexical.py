"""Search by words: tantivy over words cut by rjieba; without them, DuckDB over pairs of signs."""

from __future__ import annotations

import json
import math
import re
import shutil
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shangji.evidence.search.corpus import Corpus

MARK = "lexical.json"
TITLE_BOOST = 0.4
K1, B = 1.2, 0.75
WORD = re.compile(r"[a-z0-9.%]+|[\u3400-\u9fff]+")
STOP = frozenset("的了和与或及在是对为以等其将应由按可不我吗呢") | {"怎么", "怎样", "如何", "什么"}

Scored = list[tuple[int, float]]
"""Passages by their number in the corpus with a score, best first."""


class Lexical(Protocol):
    """A lexical index over a corpus."""

    name: str

    def search(self, words: str, limit: int, documents: Sequence[int] | None = None) -> Scored:
        """The best passages for words, of these documents only where they are given."""


def flat(text: str) -> str:
    """A text as it is searched: one width, small letters."""
    return unicodedata.normalize("NFKC", text).lower()


def build(corpus: Corpus, folder: Path) -> Lexical:
    """Make the index of a corpus at a folder, by what is installed, and open it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    kind = Tantivy if installed() else Pairs
    made = kind.build(corpus, folder)
    mark = {"digest": corpus.digest, "name": kind.name}
    (folder / MARK).write_text(json.dumps(mark) + "\n", "utf-8")
    return made


def open_or_build(corpus: Corpus, folder: Path) -> Lexical:
    """The index at a folder, made anew where it is another corpus's or another kind's."""
    kind = Tantivy if installed() else Pairs
    try:
        mark = json.loads((folder / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return build(corpus, folder)
    if mark != {"digest": corpus.digest, "name": kind.name}:
        return build(corpus, folder)
    return kind.open(corpus, folder)


def installed() -> bool:
    """Whether tantivy and rjieba are there."""
    from importlib.util import find_spec

    return bool(find_spec("tantivy") and find_spec("rjieba"))


class Tantivy:
    """Okapi BM25 over words."""

    name = "tantivy+rjieba"

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - tantivy is imported late
        import rjieba

        self.index = index
        self.searcher = index.searcher()
        self.cut = rjieba.cut_for_search

    @staticmethod
    def _schema() -> Any:  # noqa: ANN401 - tantivy is imported late
        import tantivy

        made = tantivy.SchemaBuilder()
        made.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
        made.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
        made.add_unsigned_field("at", stored=True, indexed=False, fast=True)
        made.add_unsigned_field("document", stored=False, indexed=True, fast=True)
        return made.build()

    @classmethod
    def build(cls, corpus: Corpus, folder: Path) -> Tantivy:
        """Index a corpus at an empty folder."""
        import tantivy

        index = tantivy.Index(cls._schema(), path=str(folder))
        made = cls(index)
        writer = index.writer(heap_size=64_000_000, num_threads=1)
        titles: dict[str, str] = {}
        for at, (words, title) in enumerate(zip(corpus.words, corpus.titles, strict=True)):
            if title not in titles:
                titles[title] = " ".join(made.terms(title))
            document = tantivy.Document()
            document.add_text("body", " ".join(made.terms(words)))
            document.add_text("title", titles[title])
            document.add_unsigned("at", at)
            document.add_unsigned("document", corpus.documents[at])
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        made.searcher = index.searcher()
        return made

    @classmethod
    def open(cls, corpus: Corpus, folder: Path) -> Tantivy:  # noqa: ARG003 - as the other kind's
        """Open the index at a folder."""
        import tantivy

        return cls(tantivy.Index.open(str(folder)))

    def terms(self, text: str) -> Iterator[str]:
        """The words of a text."""
        for piece in WORD.findall(flat(text)):
            if piece[0] < "\u3400":
                yield piece
            else:
                yield from self.cut(piece)

    def search(self, words: str, limit: int, documents: Sequence[int] | None = None) -> Scored:
        """As the protocol says."""
        import tantivy

        asked = [term for term in dict.fromkeys(self.terms(words)) if term not in STOP]
        if not asked or documents == []:
            return []
        schema = self.index.schema
        should, must = tantivy.Occur.Should, tantivy.Occur.Must
        parts = []
        for term in asked:
            parts.append((should, tantivy.Query.term_query(schema, "body", term, "freq")))
            title = tantivy.Query.term_query(schema, "title", term, "freq")
            parts.append((should, tantivy.Query.boost_query(title, TITLE_BOOST)))
        query = tantivy.Query.boolean_query(parts)
        if documents is not None:
            within = tantivy.Query.term_set_query(schema, "document", list(documents))
            only = tantivy.Query.const_score_query(within, 0.0)
            query = tantivy.Query.boolean_query([(must, query), (must, only)])
        hits = self.searcher.search(query, limit, count=False).hits
        scored = [(int(self.searcher.doc(address)["at"][0]), score) for score, address in hits]
        return sorted(scored, key=lambda one: (-round(one[1], 6), one[0]))[:limit]


class Pairs:
    """Okapi BM25 over pairs of neighbouring signs, in DuckDB: what the base install has."""

    name = "duckdb 双字"

    def __init__(self, folder: Path, documents: Sequence[int]) -> None:
        import duckdb

        self.folder = folder
        self.documents = documents
        self.connection = duckdb.connect()
        told = json.loads((folder / "pairs.json").read_text("utf-8"))
        self.count, self.average = int(told["count"]), float(told["average"])

    @classmethod
    def build(cls, corpus: Corpus, folder: Path) -> Pairs:
        """Index a corpus at an empty folder."""
        import duckdb

        lengths = []
        with (folder / "pairs.csv").open("w", encoding="utf-8") as file:
            for at, words in enumerate(corpus.words):
                pairs = Counter(cls.terms(f"{corpus.titles[at]} {words}"))
                size = sum(pairs.values())
                lengths.append(size)
                file.writelines(f"{pair},{at},{n},{size}\n" for pair, n in pairs.items())
        target = str(folder / "pairs.parquet").replace("'", "''")
        source = str(folder / "pairs.csv")
        with duckdb.connect() as connection:
            connection.execute(
                "COPY (SELECT * FROM read_csv(?, header=false, quote='', columns="
                "{'pair': 'VARCHAR', 'place': 'BIGINT', 'n': 'BIGINT', 'size': 'BIGINT'}) "
                f"ORDER BY pair, place) TO '{target}' (FORMAT parquet, ROW_GROUP_SIZE 20000)",
                [source],
            )
        (folder / "pairs.csv").unlink()
        average = sum(lengths) / max(1, len(lengths))
        told = {"count": len(lengths), "average": average}
        (folder / "pairs.json").write_text(json.dumps(told) + "\n", "utf-8")
        return cls(folder, corpus.documents)

    @classmethod
    def open(cls, corpus: Corpus, folder: Path) -> Pairs:
        """Open the index at a folder."""
        return cls(folder, corpus.documents)

    @staticmethod
    def terms(text: str) -> Iterator[str]:
        """Words in letters and figures, and pairs of neighbouring Chinese signs."""
        for piece in WORD.findall(flat(text)):
            if piece[0] < "\u3400" or len(piece) == 1:
                yield piece
            else:
                yield from (piece[at : at + 2] for at in range(len(piece) - 1))

    def search(self, words: str, limit: int, documents: Sequence[int] | None = None) -> Scored:
        """As the protocol says."""
        asked = [term for term in dict.fromkeys(self.terms(words)) if term not in STOP]
        if not asked or documents == []:
            return []
        rows = self.connection.execute(
            "SELECT pair, place, n, size FROM read_parquet(?) WHERE pair IN "
            f"({', '.join('?' * len(asked))})",
            [str(self.folder / "pairs.parquet"), *asked],
        ).fetchall()
        within = None if documents is None else set(documents)
        holding = Counter(row[0] for row in rows)
        scores: dict[int, float] = {}
        for pair, at, n, size in rows:
            if within is not None and self.documents[at] not in within:
                continue
            rare = math.log(1 + (self.count - holding[pair] + 0.5) / (holding[pair] + 0.5))
            full = n * (K1 + 1) / (n + K1 * (1 - B + B * size / self.average))
            scores[at] = scores.get(at, 0.0) + rare * full
        best = sorted(scores.items(), key=lambda one: (-round(one[1], 6), one[0]))
        return best[:limit]
