"""How a finding was computed, in words: when the rule applies, what fails it, on what it rests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from shangji.compile.scope import RuleScope, typed
from shangji.trace import cited
from shangji.words import in_words
from shangji_web import snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

KEPT = 512
GROUNDS = {
    "law": "法律法规",
    "act": "文件",
    "practice": "工作惯例",
    "arithmetic": "算术关系",
    "data_standard": "数据规范",
    "standard": "支出标准",
}


@dataclass(frozen=True)
class Formula:
    """A rule in words: what it looks at, when it applies, when it fails, on what it rests."""

    subject: str
    applies: str
    fails: str
    measured: str
    allowed: str
    basis: Sequence[tuple[str, str, str]]
    limits: str


@lru_cache(KEPT)
def formula(rule_id: str) -> Formula | None:
    """The formula of a rule of the site's pack; None where the pack no longer has it."""
    pack = snapshot.pack()
    rule = pack.rules.get(rule_id)
    subject = pack.relation_or_table(rule.subject) if rule else None
    if rule is None or subject is None:
        return None
    scope = RuleScope(pack, subject, rule.standards)

    def words(text: str) -> str:
        return in_words(typed(text, scope, rule_id), pack, scope) if text else ""

    return Formula(
        subject.zh,
        words(rule.applies),
        words(rule.fails),
        words(rule.measured),
        words(rule.allowed),
        tuple((GROUNDS.get(kind, kind), name, says) for kind, name, says in cited(pack, rule)),
        rule.known_limits,
    )
