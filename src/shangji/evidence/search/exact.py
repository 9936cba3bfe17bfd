"""What a question names outright: document numbers, titles with articles, codes and figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shangji.evidence.library.numerals import ARTICLE, article
from shangji.evidence.library.policy import DOC_NO, ORDER, same_number, same_title
from shangji.evidence.library.text import ARTICLE_KIND, HEAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.evidence.library.kept import Library
    from shangji.evidence.library.policy import Policy
    from shangji.evidence.search.corpus import Place

FIGURE = re.compile(
    r"(?<![\d.])\d[\d,]*(?:\.\d+)?(?:%|[万亿]?元|年|日|天|人|公里|平方米)?|[A-Z]+-?\d+"
)
SHORTEST_TITLE = 3


def named(library: Library, words: str) -> list[Place]:
    """The places that a question names: an article of a document, else the head of the document.

    The version in force last comes first.
    """
    found: list[Policy] = []
    rest = words
    for pattern in (DOC_NO, ORDER):
        for one in pattern.finditer(words):
            found += reversed(library.by_number.get(same_number(one[0]), ()))
            rest = rest.replace(one[0], " ")
    bare = same_title(ARTICLE.split(rest)[0])
    titled = [
        title
        for title in library.by_title
        if len(title) >= SHORTEST_TITLE and (title in same_title(rest) or title == bare)
    ]
    longest = [
        title for title in titled if not any(title != one and title in one for one in titled)
    ]
    for title in longest:
        found += reversed(library.by_title[title])
    wanted = article(words)
    places: list[Place] = []
    for policy in dict.fromkeys(found):
        places += _places(library, policy, wanted)
    return list(dict.fromkeys(places))


def _places(library: Library, policy: Policy, wanted: str) -> list[Place]:
    passages = library.passages(policy.policy_id)
    if wanted:
        chosen = [one for one in passages if one.kind == ARTICLE_KIND and one.article == wanted]
    else:
        chosen = [one for one in passages if one.kind == HEAD][:1]
    return [(policy.policy_id, one.number) for one in chosen]


def figures(words: str) -> list[str]:
    """The figures and codes of a question, longest first; single digits tell nothing."""
    bare = DOC_NO.sub(" ", words)
    found = [one.rstrip(",") for one in FIGURE.findall(bare)]
    return sorted({one for one in found if len(one) > 1}, key=lambda one: (-len(one), one))


def holding(words: Sequence[str], candidates: Sequence[int], wanted: Sequence[str]) -> list[int]:
    """The candidates whose words hold every figure, in their order."""
    if not wanted:
        return []
    return [at for at in candidates if all(one in words[at] for one in wanted)]
