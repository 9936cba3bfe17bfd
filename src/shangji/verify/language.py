"""The rule language read a second time: text to nested tuples, these to three-valued answers.

A node is a tuple whose first part names it: ref path · lit value scale · ari op left right ·
cmp op left right · btw value low high · in value items · codes value list · and, or items · not x.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from shangji.verify.model import NotDerived

Node = tuple[Any, ...]
Answering = Callable[[Any], Any]
"""What an expression answers at a place: a seat, or a row alone."""
Reading = Callable[[tuple[str, ...]], Answering]
Codes = Callable[[str], tuple[frozenset[str], bool]]

PIECE = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?)(?![\w.])|('(?:[^']|'')*')|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
    r"|(<=|>=|<>|[=<>+*(),×−-]))",
    re.ASCII,
)
RESERVED = {"AND", "OR", "NOT", "IN", "CODES", "BETWEEN", "DATE", "TRUE", "FALSE"}
TESTS = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
WORKS = {"*": operator.mul, "+": operator.add, "-": operator.sub}


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


class _Parsing:
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
        if kind == "sign" and text in TESTS:
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
    return _Parsing(text).whole()


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
    if left.__class__ is not right.__class__ and family(left) != family(right):
        raise NotDerived("表达式两边类型不同")
    return bool(TESTS[sign](left, right))


def both(answers: Iterable[bool | None]) -> bool | None:
    """Kleene's conjunction."""
    known: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            known = None
    return known


def denied(answer: bool | None) -> bool | None:  # noqa: FBT001 - an answer of three values
    """Kleene's negation."""
    return None if answer is None else not answer


def answering(node: Node, read: Reading, codes: Codes) -> Answering:
    """A function that answers a tree at a place; a tree is taken apart once, not at every place.

    Args:
        node: the tree.
        read: makes the function that answers a reference.
        codes: the codes of a list, and whether it is complete.
    """

    def made(part: Node) -> Answering:
        return answering(part, read, codes)

    kind = node[0]
    if kind == "ref":
        return read(node[1])
    if kind == "lit":
        held = node[1]
        return lambda _: held
    if kind == "codes":
        return _listed(made(node[1]), *codes(node[2]))
    return JOINED[kind](node, made)


def _not(node: Node, made: Callable[[Node], Answering]) -> Answering:
    part = made(node[1])
    return lambda place: denied(part(place))


def _and(node: Node, made: Callable[[Node], Answering]) -> Answering:
    parts = [made(part) for part in node[1]]
    return lambda place: both(part(place) for part in parts)


def _or(node: Node, made: Callable[[Node], Answering]) -> Answering:
    parts = [made(part) for part in node[1]]
    return lambda place: denied(both(denied(part(place)) for part in parts))


def _cmp(node: Node, made: Callable[[Node], Answering]) -> Answering:
    sign, left, right = node[1], made(node[2]), made(node[3])
    return lambda place: compare(sign, left(place), right(place))


def _between(node: Node, made: Callable[[Node], Answering]) -> Answering:
    first, low, high = (made(part) for part in node[1:])

    def answer(place: Any) -> bool | None:  # noqa: ANN401 - any place
        value = first(place)
        return both((compare(">=", value, low(place)), compare("<=", value, high(place))))

    return answer


def _in(node: Node, made: Callable[[Node], Answering]) -> Answering:
    first, items = made(node[1]), [item[1] for item in node[2]]
    names = frozenset(items) if all(isinstance(item, str) for item in items) else None

    def answer(place: Any) -> bool | None:  # noqa: ANN401 - any place
        value = first(place)
        if names is not None and isinstance(value, str):
            return value in names
        return denied(both([compare("<>", value, item) for item in items]))

    return answer


def _listed(first: Answering, held: frozenset[str], complete: bool) -> Answering:  # noqa: FBT001 - of a list
    def answer(place: Any) -> bool | None:  # noqa: ANN401 - any place
        value = first(place)
        inside = None if value is None else value in held
        return inside if complete or inside else None

    return answer


def _arithmetic(node: Node, made: Callable[[Node], Answering]) -> Answering:
    work, left, right = WORKS[node[1]], made(node[2]), made(node[3])

    def answer(place: Any) -> Any:  # noqa: ANN401 - any value
        one, two = left(place), right(place)
        return None if one is None or two is None else work(one, two)

    return answer


JOINED: dict[str, Callable[[Node, Callable[[Node], Answering]], Answering]] = {
    "not": _not,
    "and": _and,
    "or": _or,
    "cmp": _cmp,
    "btw": _between,
    "in": _in,
    "ari": _arithmetic,
}
