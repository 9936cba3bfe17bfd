"""What rules and standards rest on: never on nothing, never on a document that is repealed."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from shangji.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.checking.places import Places
    from shangji.errors import Where
    from shangji.pack import Act, Basis, Pack, Repealed, Rule

OPENING, CLOSING = "[(【〔〈<{", "])】〕〉>}"
LEVEL = str.maketrans(OPENING + CLOSING, "〔" * len(OPENING) + "〕" * len(CLOSING))


def plain(text: str) -> str:
    """A document number as it is compared: one kind of brackets, no blanks, no 第 in it.

    >>> plain("计价格[2002] 10 号") == plain("计价格〔2002〕10号")
    True
    """
    narrow = unicodedata.normalize("NFKC", text).translate(LEVEL)
    return re.sub(r"\s+", "", narrow).replace("〕第", "〕")


def repealed(pack: Pack, basis: Basis) -> Repealed | None:
    """The repealed document that a basis cites, by number or by title."""
    cited = plain(f"{basis.doc_no}|{basis.title}|{basis.article}")
    for act in pack.repealed:
        if plain(act.doc_no) in cited:
            return act
        if act.title and plain(act.title) == plain(basis.title).strip("《》"):
            return act
    return None


ARTICLE = re.compile(r"第[一二三四五六七八九十百零]+条")


def act_of(pack: Pack, basis: Basis) -> Act | None:
    """The entry of the policy index that a basis cites: by number, else by title."""
    number, title = plain(basis.doc_no), plain(basis.title)
    for act in pack.acts:
        if number and plain(act.doc_no) == number:
            return act
        if not number and title and plain(act.title) == title:
            return act
    return None


def unlisted(pack: Pack) -> Iterator[tuple[str, Basis, str]]:
    """What rests on more than the policy index holds: rule or standard, its basis, and why.

    A law must be listed as read, with every article cited; a document must be listed and in force.
    """
    cited = [(rule.id, basis) for rule in pack.rules.values() for basis in rule.basis]
    cited += [
        (code, row.basis) for code, standard in pack.standards.items() for row in standard.rows
    ]
    for name, basis in dict.fromkeys(cited):
        if basis.kind not in {"law", "act"} or SAMPLE in basis.doc_no:
            continue
        act = act_of(pack, basis)
        if act is None:
            yield name, basis, "政策目录里没有"
        elif act.state != "in_force":
            yield name, basis, "政策目录说已不在有效期"
        elif basis.kind == "law" and act.known != "read":
            yield name, basis, "政策目录说没有读过原文"
        elif basis.kind == "law":
            lacking = [one for one in ARTICLE.findall(basis.article) if one not in act.articles]
            if lacking or not ARTICLE.search(basis.article):
                yield name, basis, f"政策目录里没有 {'、'.join(lacking) or basis.article}"


SAMPLE = "样例"
"""Fictitious numbers of sample counties say so and stand in no index."""


def grounded(pack: Pack, places: Places) -> Iterator[Problem]:
    """Problems of rules and standards with what they rest on."""
    for rule in pack.rules.values():
        if not rule.derived:
            yield from _rule(pack, rule, places)
    for code, standard in pack.standards.items():
        seen = set()
        for row in standard.rows:
            act = repealed(pack, row.basis) if row.status != "retired" else None
            if act and (row.region, row.effective_from) not in seen:
                seen.add((row.region, row.effective_from))
                where = places.value(code, row.effective_from.isoformat(), "basis")
                yield _cites(act, where)


def _rule(pack: Pack, rule: Rule, places: Places) -> Iterator[Problem]:
    if not rule.basis:
        fix = "请写明依据；算术关系写 kind: arithmetic。"
        yield Problem("rule-basis", places.rule(rule, "basis"), "没有写依据。", fix)
    only_practice = bool(rule.basis) and all(basis.kind == "practice" for basis in rule.basis)
    if only_practice and rule.severity != "hint" and rule.status == "active":
        says = "只有通行做法作依据，不能作为正式的不符。"
        fix = "请补上法规依据，或把 severity 改为 hint，或把 status 改为 trial。"
        yield Problem("rule-basis", places.rule(rule, "severity"), says, fix, value=rule.severity)
    if rule.status == "retired":
        return
    for at, basis in enumerate(rule.basis):
        act = repealed(pack, basis)
        if act:
            yield _cites(act, places.rule(rule, "basis", at, "doc_no"))


def _cites(act: Repealed, where: Where) -> Problem:
    fix = "请换成现行有效的依据；没有的，只能列为提示并写本地的参考文件。"
    return Problem("rule-repealed", where, act.says, fix, value=act.doc_no)
