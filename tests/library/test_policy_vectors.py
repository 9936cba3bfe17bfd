"""Vectors name their model, the sketch loses little, and a server that fails stops nothing."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from shangji.evidence.library.importing import import_folders
from shangji.evidence.library.kept import Library, opened
from shangji.evidence.search import INDEX, Search, embedding, vectors
from shangji.evidence.search.corpus import Corpus, corpus
from shangji.evidence.search.embedding import Server
from shangji.evidence.serving import Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

np = pytest.importorskip("numpy", reason="不适用：没有装 shangji[ml]")

SMALL = Corpus("digest", ["一", "二", "三"], ["甲", "甲", "乙"], [0, 0, 1])


class Letters:
    """A model for tests: counts of a few signs, of length one."""

    name = "letters"

    def passages(self, texts: Sequence[str]) -> Any:
        counts = np.asarray([[text.count(sign) + 0.01 for sign in "一二三"] for text in texts])
        return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype("float32")

    def query(self, text: str) -> Any:
        return self.passages([text])[0]


def test_each_vector_is_kept_with_its_model(tmp_path: Path) -> None:
    vectors.embed(SMALL, tmp_path / "v", Letters())
    rows = (
        duckdb.connect()
        .execute(
            "SELECT place, model, width FROM read_parquet(?)", [str(tmp_path / "v" / vectors.TABLE)]
        )
        .fetchall()
    )
    assert rows == [(at, "letters", 3) for at in range(3)]
    assert np.allclose(vectors.read(tmp_path / "v", "letters"), Letters().passages(
        ["甲 一", "甲 二", "乙 三"]))  # fmt: skip
    assert len(vectors.read(tmp_path / "v", "letters")) == 3
    with pytest.raises(ValueError, match="reshape"):
        vectors.read(tmp_path / "v", "another")


def test_vectors_of_other_content_or_of_an_absent_model_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors.embed(SMALL, tmp_path / "v", Letters())
    monkeypatch.setattr(vectors, "named", lambda name: Letters() if name == "letters" else None)
    found = vectors.open_vectors(SMALL, tmp_path / "v")
    assert found is not None
    assert next(at for at, _ in found.search("二", 3)) == 1
    assert [at for at, _ in found.search("二", 3, [1])] == [2]
    other = Corpus("another digest", SMALL.words, SMALL.titles, SMALL.documents)
    assert vectors.open_vectors(other, tmp_path / "v") is None
    monkeypatch.setattr(vectors, "named", lambda _name: None)
    assert vectors.open_vectors(SMALL, tmp_path / "v") is None


def test_the_sketch_finds_what_comparing_all_would(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(3)
    centres = draw.standard_normal((60, 96))
    made = centres[draw.integers(60, size=6000)] + 0.6 * draw.standard_normal((6000, 96)) + 2
    made = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype("float32")
    monkeypatch.setattr(vectors, "CANDIDATES", 300)
    semantic = vectors.Vectors(Letters(), made, [0] * 6000)
    kept = 0
    for asked in made[:40]:
        whole = set(np.argsort(-(made @ asked))[:10].tolist())
        kept += len(whole & {at for at, _ in semantic.closest(asked, 10)})
    assert kept >= 380


@contextmanager
def server(answer: bytes, status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    heard: list[dict[str, Any]] = []

    class Peer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(size))
            heard.append({"path": self.path, "key": self.headers["Authorization"], **body})
            words = answer
            if not answer:
                rows = [
                    {"index": at, "embedding": [float(len(text)), 1.0]}
                    for at, text in enumerate(body["input"])
                ]
                words = json.dumps({"data": rows[::-1]}).encode()
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *_: object) -> None:
            return

    peer = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    threading.Thread(target=peer.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{peer.server_port}/v1", heard
    finally:
        peer.shutdown()
        peer.server_close()


def test_a_server_is_asked_as_its_protocol_says() -> None:
    with server(b"") as (url, heard):
        found = Server(url, "m", "secret").passages(["四个字的", "一"] * 20)
    assert found.shape == (40, 2)
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert found[0][0] > found[1][0]
    assert [len(one["input"]) for one in heard] == [32, 8]
    assert {(one["path"], one["model"], one["key"]) for one in heard} == {
        ("/v1/embeddings", "m", "Bearer secret")
    }


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"", 302),
        (b"not json", 200),
        (b'{"data": []}', 200),
        (b'{"data": [{"index": 0, "embedding": [NaN, 1]}]}', 200),
        (b"", 500),
    ],
)
def test_a_server_that_answers_badly_is_unreachable(answer: bytes, status: int) -> None:
    with server(answer, status) as (url, heard), pytest.raises(Unreachable):
        Server(url, "m").query("一")
    assert len(heard) == 1


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "办法.md").write_text("# 样例办法\n\n第一条 公厕管养。\n\n第二条 路灯。\n", "utf-8")
    import_folders([tmp_path / "办法.md"], tmp_path / "库", {})
    return opened(tmp_path / "库")


def test_search_goes_on_where_the_server_is_away(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server(b"") as (url, _):
        monkeypatch.setenv(embedding.SERVER, url)
        monkeypatch.setenv(embedding.MODEL, "m")
        model = embedding.named()
        assert model is not None
        vectors.embed(corpus(library)[0], library.folder / INDEX / "vectors", model)
        made = Search(library)
        assert made.semantic is not None
        assert made.semantic.name == "server:m"
        assert "语义" in made.search("公厕管养")[0].channels
    found = made.search("公厕管养")
    assert found[0].passage.article == "第一条"
    assert found[0].channels == ("字面",)
    assert any("没有用上语义" in line for line in made.says())
