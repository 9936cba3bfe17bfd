"""A model's text to an answer of the closed schema, or to what is wrong with it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

THOUGHT = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
OPEN_THOUGHT = re.compile(r"^.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
FENCE = re.compile(r"```[a-zA-Z]*")
LONGEST, TRIED = 200_000, 20


class Invalid(Exception):  # noqa: N818 - an outcome: it is asked once more, then left to people
    """A text is no answer of the schema; says why in our own words."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A code of a closed list with the page and the words to which the model points."""

    code: str
    page: int
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model picked."""

    facts: tuple[Pick, ...] = ()
    doubts: tuple[Pick, ...] = ()


def answer(text: str, schema: Mapping[str, Any]) -> Answer:
    """Read an answer out of a model's text.

    Raises:
        Invalid: there is no whole JSON object in it, or not one of the schema.
    """
    bare = FENCE.sub("", OPEN_THOUGHT.sub("", THOUGHT.sub("", text[:LONGEST])))
    for found in _objects(bare):
        return Answer(
            _picks(found, "facts", "fact", schema), _picks(found, "doubts", "doubt", schema)
        )
    raise Invalid("没有完整的 JSON 对象")


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The first JSON object that is whole, wherever it starts."""
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)
    at = text.find("{")
    for _ in range(TRIED):
        if at < 0:
            return
        try:
            found, _end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = text.find("{", at + 1)
            continue
        yield found
        return


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    return made


def _no_number(text: str) -> Any:  # noqa: ANN401 - never returns
    raise ValueError(text)


def _picks(
    found: Mapping[str, Any], name: str, code: str, schema: Mapping[str, Any]
) -> tuple[Pick, ...]:
    if set(found) != {"facts", "doubts"}:
        raise Invalid("应当正好有 facts 和 doubts 两项")
    told = schema["properties"][name]
    items, codes = found[name], told["items"]["properties"][code]["enum"]
    longest = told["items"]["properties"]["quote"]["maxLength"]
    if not isinstance(items, list) or len(items) > told["maxItems"]:
        raise Invalid(f"{name} 应当是列表，至多 {told['maxItems']} 项")
    made = []
    for item in items:
        if not isinstance(item, dict) or set(item) != {code, "page", "quote"}:
            raise Invalid(f"{name} 的每一项应当正好有 {code}、page、quote")
        page, quote = item["page"], item["quote"]
        if item[code] not in codes:
            raise Invalid(f"{code} 不在清单里")
        if type(page) is not int or not isinstance(quote, str) or not quote.strip():
            raise Invalid("page 应当是整数，quote 应当是原话")
        if len(quote) > longest:
            raise Invalid(f"quote 至多 {longest} 个字")
        made.append(Pick(item[code], page, quote))
    return tuple(made)
