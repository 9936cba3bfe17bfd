"""Whether a document speaks of a project's matter and of its money."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.evidence.citations.quoting import flat_of
from shangji.evidence.figures import yuan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.evidence.citations.quoting import Readable
    from shangji.evidence.library.text import Passage

NAMED, SILENT = 0.75, 0.34
"""Shares of a matter's pairs of signs: so many in one passage name it, so few nowhere do not."""

YEARS = re.compile(r"(?:19|20)\d{2}(?:[—\-至](?:19|20)?\d{2,4})?年?度?")
ASIDE = re.compile(r"[（(][^（）()]*[）)]")
GENERIC = re.compile(
    r"(?:专项)?(?:项目|工程|经费|资金|补助|补贴|费用|支出|专项|建设|采购|工作|购置|服务|运行|维护)+$"
)
HAN = "一二三四五六七八九十百千万亿两零〇壹贰叁肆伍陆柒捌玖拾佰仟萬億点"
AMOUNT = re.compile(
    r"(?<![\d,.])\d[\d,]{0,20}(?:\.\d{1,6})?"
    r"(?: ?[亿百万千](?:\d[\d,]{0,12}(?:\.\d{1,6})?)?){0,6} ?元"
    rf"|(?<![{HAN}])[{HAN}]{{1,30}}[元圆]整?"
)
ANY_AMOUNT = re.compile(rf"{AMOUNT.pattern}|每人每[年月日]|按\d+%")
SHARE = re.compile(
    r"(?:县|区|本)级?(?:财政|政府)?(?:负担|承担|分担|配套|安排|落实|解决|保障)|县财政|本级财政|同级财政"
    r"|纳入(?:县级|本级|同级)?(?:财政)?预算|列入[^，。]{0,12}预算"
)
DECLINED = re.compile(r"暂不|不予|不同意|缓议|暂缓|不再安排|不列入|再议|取消")
AGREED = re.compile(r"(?<!不)同意|批准|核准|原则通过")
CLOSE = Decimal(50)


def core(project_name: str, *names: str) -> str:
    """What a project is about: its name without year, asides, place and general words.

    >>> core("2027年枫林镇初级中学屋面防水及教室维修经费", "样例县教育体育局")
    '枫林镇初级中学屋面防水及教室维修'
    """
    flat = flat_of(ASIDE.sub("", YEARS.sub("", project_name)))
    for name in names:
        own = flat_of(name)
        if own and flat.startswith(own) and len(flat) > len(own) + 1:
            flat = flat[len(own) :]
    bare = GENERIC.sub("", flat)
    return bare if len(bare) > 1 else flat


def pairs(flat: str) -> frozenset[str]:
    """The pairs of neighbouring signs."""
    return frozenset(flat[at : at + 2] for at in range(len(flat) - 1))


class Speaking:
    """A document's passages as a matter is looked for in them."""

    def __init__(self, readable: Readable, passages: Sequence[Passage]) -> None:
        """Keep the passages with their pairs of signs."""
        self.passages = passages
        self.flats = [readable.span(one.start, one.end) for one in passages]
        self.pairs = [pairs(flat) for flat in self.flats]

    def of(self, matter: str) -> tuple[bool | None, list[Passage]]:
        """Whether the document names a matter, none where that is not clear; and where it does."""
        wanted = pairs(matter)
        if not wanted:
            return None, []
        shares = [
            1.0 if matter in flat else len(wanted & held) / len(wanted)
            for flat, held in zip(self.flats, self.pairs, strict=True)
        ]
        best = max(shares, default=0.0)
        if best >= NAMED:
            named = sorted(
                (at for at, share in enumerate(shares) if share >= NAMED),
                key=lambda at: (-shares[at], at),
            )
            return True, [self.passages[at] for at in named]
        return (False if best < SILENT else None), []


def amounts(words: str) -> list[Decimal]:
    """The amounts that a text names, in yuan."""
    read = (yuan(found[0]) for found in AMOUNT.finditer(words))
    return [one for one in read if one is not None]


def holds_amount(words: str, amount: Decimal) -> bool:
    """Whether a text names an amount, to half of the last digit in 万元."""
    return any(abs(one - amount) <= CLOSE for one in amounts(words))


def declines(told: Sequence[str]) -> bool | None:
    """Whether what a document says of a matter is a no; none where it does not speak of it."""
    if not told:
        return None
    return all(DECLINED.search(words) and not AGREED.search(words) for words in told)
