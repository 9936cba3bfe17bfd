"""An OpenAI-compatible chat server: asked with a schema where it knows schemas, plainly else."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shangji.evidence.model import ALLOWED, KEY, MODEL, SERVER
from shangji.evidence.serving import LOOPBACK, Address, Bounds, Declined, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMATS = ("json_schema", "json_object", "")
"""How an answer is asked for, the strictest first; what a server declines is not asked again."""

UNKNOWN_FORMAT = frozenset({400, 415, 422, 501})
TOKENS = 2000
SEED = 7
LONGEST_NAME = 70
"""Of a model: with what stands before it, a row has 80 signs for who read it."""

Message = dict[str, str]


@dataclass
class ModelServer:
    """A server and the model on it that is asked."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    allowed: frozenset[str] = LOOPBACK
    bounds: Bounds = field(default_factory=Bounds)
    _format: int = 0

    @classmethod
    def of_settings(cls, url: str = "", model: str = "") -> ModelServer | None:
        """The server that is named, else that of the environment; none where neither is whole."""
        found = url or os.environ.get(SERVER, "")
        name = model or os.environ.get(MODEL, "")
        if not (found and name):
            return None
        more = {one for one in os.environ.get(ALLOWED, "").split(",") if one.strip()}
        return cls(found, name, os.environ.get(KEY, ""), LOOPBACK | more)

    @property
    def name(self) -> str:
        """Who read, as rows name it."""
        return f"model:{self.model[:LONGEST_NAME]}"

    def check(self) -> None:
        """Whether the address may be spoken to.

        Raises:
            Unreachable: it may not.
        """
        Address.of(self.url, self.allowed)

    def ask(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> str:
        """The text of the answer to a conversation.

        Raises:
            Unreachable: no answer, or one that is not of the protocol.
        """
        address = Address.of(self.url, self.allowed)
        while True:
            body = {
                "model": self.model,
                "messages": list(messages),
                "temperature": 0,
                "seed": SEED,
                "max_tokens": TOKENS,
                "stream": False,
                **_format(FORMATS[self._format], schema),
            }
            try:
                answer = address.post("chat/completions", body, self.key, self.bounds)
            except Declined as declined:
                last = self._format == len(FORMATS) - 1
                if last or declined.status not in UNKNOWN_FORMAT:
                    raise
                self._format += 1
                continue
            return _content(answer)


def _format(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    if name == "json_schema":
        told = {"name": "reading", "strict": True, "schema": schema}
        return {"response_format": {"type": name, "json_schema": told}}
    return {"response_format": {"type": name}} if name else {}


def _content(answer: Any) -> str:  # noqa: ANN401 - JSON
    try:
        content = answer["choices"][0]["message"]["content"]
    except (KeyError, TypeError, IndexError) as error:
        raise Unreachable("服务器的回答不合协议。") from error
    if content is None:
        return ""
    if not isinstance(content, str):
        raise Unreachable("服务器的回答不合协议。")
    return content
