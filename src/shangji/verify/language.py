"""The rule language read a second time: text to nested tuples, and their three-valued answers.

A node is a tuple whose first part names it: ref path · lit value scale · ari op left right ·
cmp op left right · btw value low high · in value items · codes value list · and, or items · not x.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from shangji.verify.model import NotDerived

Node = tuple[Any, ...]
Get = Callable[[tuple[str, ...]], Any]
Codes = Callable[[str], tuple[frozenset[str], bool]]

PIECE = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?)(?![\w.])|('(?:[^']|'')*')|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
    r"|(<=|>=|<>|[=<>+*(),×−-]))",
    re.ASCII,
)
RESERVED = {"AND", "OR", "NOT", "IN", "CODES", "BETWEEN", "DATE", "TRUE", "FALSE"}
SIGNS = {"=", "<>", "<", "<=", ">", ">="}


def pieces(text: str) -> list[tuple[str, str]]:
    """The tokens of a text as pairs of kind and text; the last one is the end."""
    found, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = PIECE.match(text, at)
        if match is None:
            raise NotDerived(f"表达式从“{text[at : at + 10]}”起读不懂")
        number, quote, name, sign = match.groups()
        if number:
            found.append(("number", number))
        elif quote:
            found.append(("text", quote[1:-1].replace("''", "'")))
        elif name:
            found.append(("word" if name in RESERVED else "name", name))
        else:
            found.append(("sign", {"×": "*", "−": "-"}.get(sign, sign)))
        at = match.end()
    return [*found, ("end", "")]


class _Reading:
    """Reads one expression, the loosest operators first."""

    def __init__(self, text: str) -> None:
        self.left = pieces(text)[::-1]

    def on(self, *texts: str) -> bool:
        kind, text = self.left[-1]
        if kind in {"sign", "word"} and text in texts:
            self.left.pop()
            return True
        return False

    def must(self, text: str) -> None:
        if not self.on(text):
            raise NotDerived(f"表达式缺少“{text}”")

    def whole(self) -> Node:
        node = self.several("OR", "or", lambda: self.several("AND", "and", self.denied))
        if self.left[-1][0] != "end":
            raise NotDerived(f"表达式多出“{self.left[-1][1]}”")
        return node

    def several(self, word: str, name: str, part: Callable[[], Node]) -> Node:
        items = [part()]
        while self.on(word):
            items.append(part())
        return items[0] if len(items) == 1 else (name, tuple(items))

    def denied(self) -> Node:
        return ("not", self.denied()) if self.on("NOT") else self.compared()

    def compared(self) -> Node:
        left = self.added()
        kind, text = self.left[-1]
        if kind == "sign" and text in SIGNS:
            self.left.pop()
            return ("cmp", text, left, self.added())
        if self.on("BETWEEN"):
            low = self.added()
            self.must("AND")
            return ("btw", left, low, self.added())
        if not self.on("IN"):
            return left
        if self.on("CODES"):
            return ("codes", left, self.left.pop()[1])
        self.must("(")
        items = [self.one()]
        while self.on(","):
            items.append(self.one())
        self.must(")")
        return ("in", left, tuple(items))

    def added(self) -> Node:
        node = self.multiplied()
        while self.left[-1] in {("sign", "+"), ("sign", "-")}:
            node = ("ari", self.left.pop()[1], node, self.multiplied())
        return node

    def multiplied(self) -> Node:
        node = self.one()
        while self.on("*"):
            node = ("ari", "*", node, self.one())
        return node

    def one(self) -> Node:
        kind, text = self.left.pop()
        if kind == "number":
            return ("lit", Decimal(text), len(text.partition(".")[2]))
        if kind == "text":
            return ("lit", text, 0)
        if kind == "name" and "." in text:
            return ("ref", tuple(text.split(".")))
        if text in {"TRUE", "FALSE"}:
            return ("lit", text == "TRUE", 0)
        if text == "DATE":
            return ("lit", date.fromisoformat(self.left.pop()[1]), 0)
        if text != "(":
            raise NotDerived(f"表达式里“{text}”的位置不对")
        node = self.several("OR", "or", lambda: self.several("AND", "and", self.denied))
        self.must(")")
        return node


@cache
def parsed(text: str) -> Node:
    """The tree of an expression."""
    return _Reading(text).whole()


def walk(node: Node) -> Iterator[tuple[str, ...]]:
    """The references under a node, in reading order."""
    if node[0] == "ref":
        yield node[1]
        return
    for part in node[1:]:
        if isinstance(part, tuple) and part:
            for below in part if isinstance(part[0], tuple) else (part,):
                yield from walk(below)


def refs(*texts: str) -> list[tuple[str, ...]]:
    """The distinct references of some texts, in reading order; empty texts are left out."""
    return list(dict.fromkeys(path for text in texts if text for path in walk(parsed(text))))


def family(value: object) -> str:
    """The family of a value: only values of one family compare."""
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, (int, Decimal)) else type(value).__name__


def compare(sign: str, left: Any, right: Any) -> bool | None:  # noqa: ANN401 - any value
    """A comparison; unknown where a side is, not derived where the sides differ in family."""
    if left is None or right is None:
        return None
    if family(left) != family(right):
        raise NotDerived("表达式两边类型不同")
    if sign in {"=", "<>"}:
        return bool(left == right) == (sign == "=")
    if sign in {"<", ">="}:
        return bool(left < right) == (sign == "<")
    return bool(left > right) == (sign == ">")


def both(answers: list[bool | None]) -> bool | None:
    """Kleene's conjunction."""
    if False in answers:
        return False
    return None if None in answers else True


def denied(answer: bool | None) -> bool | None:  # noqa: FBT001 - an answer of three values
    """Kleene's negation."""
    return None if answer is None else not answer


def value(node: Node, get: Get, codes: Codes) -> Any:  # noqa: ANN401, C901, PLR0911 - one line a node
    """The value of a tree, its references answered by `get`."""
    kind = node[0]
    if kind == "ref":
        return get(node[1])
    if kind == "lit":
        return node[1]
    if kind == "not":
        return denied(value(node[1], get, codes))
    if kind == "and":
        return both([value(part, get, codes) for part in node[1]])
    if kind == "or":
        return denied(both([denied(value(part, get, codes)) for part in node[1]]))
    if kind == "cmp":
        return compare(node[1], value(node[2], get, codes), value(node[3], get, codes))
    first = value(node[2] if kind == "ari" else node[1], get, codes)
    if kind == "btw":
        low, high = value(node[2], get, codes), value(node[3], get, codes)
        return both([compare(">=", first, low), compare("<=", first, high)])
    if kind == "in":
        return denied(both([compare("<>", first, item[1]) for item in node[2]]))
    if kind == "codes":
        held, complete = codes(node[2])
        inside = None if first is None else first in held
        return inside if complete or inside else None
    second = value(node[3], get, codes)
    if first is None or second is None:
        return None
    if node[1] == "*":
        return first * second
    return first + second if node[1] == "+" else first - second
