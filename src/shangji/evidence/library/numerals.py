"""Numbers of articles and dates as documents spell them: 第十六条, 第16条, 二〇〇五年三月三日."""

from __future__ import annotations

import re
from datetime import date

from shangji.evidence.figures import whole

HAN = "一二三四五六七八九"
NUMERAL = "一二三四五六七八九十百千零〇两"

ARTICLE = re.compile(rf"第\s*([{NUMERAL}]+|\d{{1,4}})\s*条(之[{NUMERAL}]+)?")
DAY = re.compile(
    r"([〇○零一二三四五六七八九]{4}|\d{4})\s*[年.\-/]\s*"
    r"([一二三四五六七八九十]{1,3}|\d{1,2})\s*[月.\-/]\s*([一二三四五六七八九十]{1,3}|\d{1,2})\s*日?"
)


def number(text: str) -> int:
    """The whole number that Chinese or Arabic digits spell.

    >>> number("一百零三"), number("十六"), number("二〇一九"), number("16")
    (103, 16, 2019, 16)
    """
    found = int(text) if text.isdecimal() else whole(text)
    if found is None:
        raise ValueError(text)
    return found


def spelled(value: int) -> str:
    """A number below ten thousand as an article is numbered.

    >>> [spelled(one) for one in (7, 10, 16, 20, 103, 110)]
    ['七', '十', '十六', '二十', '一百零三', '一百一十']
    """
    parts, rest, gap = "", value, False
    for unit, zh in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, rest = divmod(rest, unit)
        if digit:
            parts += "零" if gap and parts else ""
            parts += HAN[digit - 1] + zh
            gap = False
        else:
            gap = bool(parts)
    return parts[1:] if parts.startswith("一十") else parts


def article(text: str) -> str:
    """The article that a text names, in its one spelling; empty where it names none.

    >>> article("第16条第二款"), article("第一百零三条"), article("附则")
    ('第十六条', '第一百零三条', '')
    """
    found = ARTICLE.search(text)
    if not found:
        return ""
    return f"第{spelled(number(found[1]))}条{found[2] or ''}"


def day(text: str) -> date | None:
    """The first date that a text names, in either digits; none where it names no real day.

    >>> day("二〇〇五年三月三日"), day("自2019年7月1日起施行")
    (datetime.date(2005, 3, 3), datetime.date(2019, 7, 1))
    """
    for found in DAY.finditer(text):
        try:
            return date(number(found[1]), number(found[2]), number(found[3]))
        except (ValueError, KeyError):
            continue
    return None
