"""How papers are told apart and what is read of them: kinds and patterns, for a bureau to change.

A pattern is a regular expression in which `{money}` and the like stand for what is read; the words
behind `{…}` are in `evidence.attachments.spelling`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.pack.reader import Reader

VALUES = ("money", "number", "date", "text", "doc_no", "title", "code", "choice", "article")
TAKES = ("all", "first", "last", "largest")
SLOT = re.compile(r"\{[a-z_]+\}")
SURE = Decimal("0.95")


@dataclass(frozen=True, slots=True)
class PaperKind:
    """How a kind of document is known: expressions for its title, its text and its file's name."""

    kind: str
    title: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is read under which name, of which kinds of document (of all where none is named).

    `find` are expressions over the text, `cells` name the headings of columns or the labels before
    a cell; `choices` give a code for the words found. `take` says which of several is kept.
    """

    fact: str
    zh: str
    value: str
    kinds: tuple[str, ...] = ()
    find: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    take: str = "all"
    unit: str = ""
    confidence: Decimal = SURE


@dataclass(frozen=True, slots=True)
class Patterns:
    """The kinds and patterns of one file."""

    name: str
    kinds: tuple[PaperKind, ...] = ()
    patterns: tuple[Pattern, ...] = ()


def patterns(reader: Reader) -> Patterns:
    """Return the kinds and patterns of a document of a pack."""
    name = reader.text("patterns", need=True)
    reader.text("zh", need=True)
    reader.text("note")
    kinds = tuple(_kind(item) for item in reader.each("kinds"))
    found = tuple(_pattern(item) for item in reader.each("facts"))
    reader.done()
    return Patterns(name, kinds, found)


def _kind(item: Reader) -> PaperKind:
    made = PaperKind(
        item.text("kind", need=True),
        _expressions(item, "title"),
        _expressions(item, "text"),
        _expressions(item, "name"),
        _expressions(item, "unless"),
    )
    item.done()
    return made


def _pattern(item: Reader) -> Pattern:
    choices = item.pairs("choices")
    for expression in choices:
        _tried(item, "choices", expression)
    made = Pattern(
        fact=item.text("fact", need=True),
        zh=item.text("zh", need=True),
        value=item.choice("value", VALUES),
        kinds=item.texts("kinds"),
        find=_expressions(item, "find"),
        labels=_expressions(item, "labels"),
        columns=_expressions(item, "columns"),
        rows=_expressions(item, "rows"),
        choices=choices,
        take=item.choice("take", TAKES, "all"),
        unit=item.text("unit"),
        confidence=item.number("confidence", str(SURE)) or SURE,
    )
    if not (made.find or made.labels or made.columns or made.choices):
        item.trouble("pack-key-absent", "要写 find、labels、columns 或 choices。", "find")
    if not Decimal(0) < made.confidence <= 1:
        item.trouble("pack-value", "可信度在 0 和 1 之间。", "confidence")
    item.done()
    return made


def _expressions(item: Reader, key: str) -> tuple[str, ...]:
    found = item.texts(key)
    for expression in found:
        _tried(item, key, expression)
    return found


def _tried(item: Reader, key: str, expression: str) -> None:
    """Say where an expression is none; what stands in braces is spelt out when it is used."""
    try:
        re.compile(SLOT.sub("", expression))
    except re.error as error:
        item.trouble("pack-value", f"不是正则表达式：{error}。", key, expression)
