"""Text to typed tree: a tokeniser and a recursive descent that checks types as it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from shangji.errors import Problem, Where
from shangji.language.tree import (
    DATE,
    FLAG,
    NUMBER,
    TEXT,
    TYPE_NAMES,
    And,
    Arithmetic,
    Between,
    Compare,
    Expr,
    In,
    InCodes,
    Literal,
    Not,
    Or,
    Scope,
    Type,
)

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH_SAFE = 17
"""Digits that 64 bits hold in every engine, a sign and one carry kept free."""
WIDTH_MOST = 38
SCALE_MOST = 6
"""Spark keeps six decimals of a widened product; more would be rounded there and not elsewhere."""

TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?)(?![\w.])
    | (?P<text>'(?:[^']|'')*')
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    | (?P<op><=|>=|<>|[=<>+*(),-]|×|−)
    )""",
    re.VERBOSE | re.ASCII,
)
WORDS = frozenset({"AND", "OR", "NOT", "IN", "CODES", "BETWEEN", "DATE", "TRUE", "FALSE"})
COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
DEPTH_MOST = 50


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (number, text, name, word, op, end) and its text."""

    kind: str
    text: str
    at: int


class _Wrong(Exception):  # noqa: N818 - inner signal, turned into a Problem by `parse`
    def __init__(self, code: str, says: str, fix: str) -> None:
        super().__init__(says)
        self.code, self.says, self.fix = code, says, fix


def parse(text: str, scope: Scope, where: Where | None = None) -> Expr | Problem:
    """Return the typed tree of an expression, or the problem that it has."""
    try:
        return _Parser(text, scope).whole()
    except _Wrong as wrong:
        return Problem(wrong.code, where or Where(), wrong.says, wrong.fix, value=text)


def _tokens(text: str) -> list[Token]:
    tokens = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = TOKEN.match(text, at)
        if not match or match.lastgroup is None:
            raise _Wrong(
                "rule-syntax",
                f"从“{text[at : at + 12].strip()}”起看不懂。",
                "只能用列、数字、文字、日期、+ - *、比较、BETWEEN、IN、AND OR NOT。",
            )
        kind, found = match.lastgroup, match[match.lastgroup]
        if kind == "name" and found in WORDS:
            kind = "word"
        tokens.append(
            Token(kind, {"×": "*", "−": "-"}.get(found, found), match.start(kind_of(match)))
        )
        at = match.end()
    tokens.append(Token("end", "", end))
    return tokens


def kind_of(match: re.Match[str]) -> str:
    """The name of the group that matched."""
    return match.lastgroup or ""


class _Parser:
    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope = text, scope
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    def whole(self) -> Expr:
        expr = self.either()
        if self.now.kind != "end":
            self.wrong(f"“{self.now.text}”多余。")
        return expr

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> bool:
        """Step over the next token if it is one of these operators or words."""
        if self.now.kind in {"op", "word"} and self.now.text in texts:
            self.at += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.take(text):
            self.wrong(f"这里应当是“{text}”，实为“{self.now.text or '结尾'}”。")

    def wrong(self, says: str) -> NoReturn:
        raise _Wrong("rule-syntax", says, "请对照“规则语言”一页改正。")

    def either(self) -> Expr:
        return self.joined(self.both, "OR", Or)

    def both(self) -> Expr:
        return self.joined(self.negated, "AND", And)

    def joined(self, part: Callable[[], Expr], word: str, node: type[And | Or]) -> Expr:
        items = [part()]
        while self.take(word):
            items.append(part())
        if len(items) == 1:
            return items[0]
        for item in items:
            self.want(item, FLAG)
        return node(tuple(items))

    def negated(self) -> Expr:
        if not self.take("NOT"):
            return self.comparison()
        self.deeper()
        item = self.negated()
        self.depth -= 1
        self.want(item, FLAG)
        return Not(item)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH_MOST:
            self.wrong("括号或 NOT 嵌套太深。")

    def comparison(self) -> Expr:
        left = self.sum()
        if self.now.kind == "op" and self.now.text in COMPARISONS:
            op = self.now.text
            self.at += 1
            right = self.sum()
            self.alike(left, right)
            if left.type.name == FLAG and op not in {"=", "<>"}:
                raise _Wrong("rule-type", "“是否”只能比较相等。", "请改用 = 或 <>。")
            return Compare(op, left, right)
        if self.take("BETWEEN"):
            low = self.sum()
            self.need("AND")
            high = self.sum()
            self.alike(left, low)
            self.alike(left, high)
            return Between(left, low, high)
        if self.take("IN"):
            return self.membership(left)
        return left

    def membership(self, left: Expr) -> Expr:
        if self.take("CODES"):
            self.want(left, TEXT)
            name = self.now
            self.at += 1
            codes = self.scope.code_list(name.text) if name.kind == "name" else None
            if codes is None:
                raise _Wrong("rule-column", f"没有代码表“{name.text}”。", "请检查代码表名称。")
            return InCodes(left, codes)
        self.need("(")
        items = [self.literal()]
        while self.take(","):
            items.append(self.literal())
        self.need(")")
        for item in items:
            self.alike(left, item)
        return In(left, tuple(items))

    def literal(self) -> Literal:
        expr = self.atom()
        if not isinstance(expr, Literal):
            self.wrong("IN 后的括号里只能是常量。")
        return expr

    def sum(self) -> Expr:
        left = self.product()
        while self.now.kind == "op" and self.now.text in {"+", "-"}:
            op = self.now.text
            self.at += 1
            left = self.arithmetic(op, left, self.product())
        return left

    def product(self) -> Expr:
        left = self.atom()
        while self.take("*"):
            left = self.arithmetic("*", left, self.atom())
        return left

    def arithmetic(self, op: str, left: Expr, right: Expr) -> Expr:
        self.want(left, NUMBER)
        self.want(right, NUMBER)
        one, two = left.type, right.type
        money = one.money or two.money
        if op == "*":
            result = Type(NUMBER, one.digits + two.digits, one.scale + two.scale, money)
        else:
            digits = max(one.digits, two.digits) + 1
            result = Type(NUMBER, digits, max(one.scale, two.scale), money)
        if result.width > WIDTH_MOST or result.scale > SCALE_MOST:
            raise _Wrong(
                "rule-width",
                f"结果可达 {result.digits} 位整数、{result.scale} 位小数，超出精度。",
                "请减少相乘的因子，或在表里把列的上限写得更实。",
            )
        return Arithmetic(op, left, right, result, wide=result.width > WIDTH_SAFE)

    def atom(self) -> Expr:  # noqa: PLR0911 - one branch for each kind of token
        token = self.now
        self.at += 1
        if token.kind == "number":
            value = Decimal(token.text)
            whole, _, decimals = token.text.partition(".")
            return Literal(value, Type(NUMBER, len(whole), len(decimals)))
        if token.kind == "text":
            return Literal(token.text[1:-1].replace("''", "'"), Type(TEXT))
        if token.kind == "name":
            return self.reference(token)
        if token.text in {"TRUE", "FALSE"}:
            return Literal(token.text == "TRUE", Type(FLAG))
        if token.text == "DATE":
            return self.date()
        if token.text == "(":
            self.deeper()
            inner = self.either()
            self.depth -= 1
            self.need(")")
            return inner
        self.at -= 1
        return self.wrong(f"“{token.text or '结尾'}”不能放在这里。")

    def reference(self, token: Token) -> Expr:
        path = tuple(token.text.split("."))
        if len(path) == 1:
            self.wrong(f"“{token.text}”要写成“表.列”。")
        found = self.scope.resolve(path)
        if isinstance(found, str):
            raise _Wrong("rule-column", found, "请检查列名，或先在表、事实里定义它。")
        return found

    def date(self) -> Expr:
        token = self.now
        self.at += 1
        try:
            value = date.fromisoformat(token.text.strip("'")) if token.kind == "text" else None
        except ValueError:
            value = None
        if value is None:
            self.wrong("日期要写成 DATE '2027-01-31'。")
        return Literal(value, Type(DATE))

    def want(self, expr: Expr, name: str) -> None:
        if expr.type.name != name:
            says = f"这里要“{TYPE_NAMES[name]}”，给的是“{TYPE_NAMES[expr.type.name]}”。"
            raise _Wrong("rule-type", says, "两边类型要一致，系统不作自动转换。")

    def alike(self, left: Expr, right: Expr) -> None:
        if left.type.name != right.type.name:
            one, two = TYPE_NAMES[left.type.name], TYPE_NAMES[right.type.name]
            raise _Wrong(
                "rule-type", f"“{one}”不能与“{two}”比较。", "两边类型要一致，系统不作自动转换。"
            )
