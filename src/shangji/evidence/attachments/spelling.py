"""What the words in braces of a pattern stand for, and how what was found becomes a value."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from shangji.evidence.figures import number, whole, yuan
from shangji.pack.patterns import SLOT

if TYPE_CHECKING:
    from decimal import Decimal

NUMERAL = "〇零○一二两三四五六七八九十百千万亿壹贰貳叁肆伍陆陸柒捌玖拾佰仟萬億"
FIGURE = r"\d[\d,，]*(?:\.\d+)?(?:\s?[千百十]?[万亿](?:\d+千)?|\s?[千百])?"
MONEY = (
    rf"(?:人民币\s?)?(?:[¥￥]\s?{FIGURE}(?:\s?(?:元|圆))?"
    rf"|{FIGURE}\s?(?:元|圆)|[{NUMERAL}点]+(?:元|圆)(?:零?[{NUMERAL}]角)?(?:零?[{NUMERAL}]分)?)"
    r"(?:整|正)?"
)
DATE = (
    r"\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日"
    r"|[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月"
    r"[一二三四五六七八九十]{1,3}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
)
# Numbers of a made county are marked as such, and the mark is part of them.
DOC_NO = (
    r"[一-鿿]{2,18}[〔\[［（(【]\s?\d{4}\s?[〕\]］）)】]\s?"
    r"(?:第\s?)?\d{1,5}\s?号(?:[（(]样例[）)])?"
)
SLOTS = {
    "money": MONEY,
    "date": DATE,
    "number": rf"\d[\d,，]*(?:\.\d+)?\s?[万亿]?|[{NUMERAL}]+",
    "doc_no": DOC_NO,
    "title": r"《[^《》\n]{2,80}》",
    "article": rf"第[{NUMERAL}\d]+条(?:第[{NUMERAL}\d]+款)?(?:第[（(]?[{NUMERAL}\d]+[）)]?项)?",
    "code": r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])",
    "text": r"[^\n\t，。；;：:、]{2,60}",
    "party": r"[一-鿿A-Za-z0-9（）()·]{4,60}",
}
SEPARATION = (
    r"[\s:：]*(?:为|是|共计|合计|共|约)?[\s:：]*(?:人民币)?"
    r"[\s:：]*(?:[（(](?:大写|小写)[)）])?[\s:：]*"
)
YEAR = r"(?P<year>\d{4})"
PLAIN_DATE = re.compile(r"(\d{4})[年\-/.](\d{1,2})[月\-/.](\d{1,2})日?")


@cache
def spelt(expression: str) -> re.Pattern[str]:
    """The expression of a pattern, its words in braces spelt out; the first of them is the value.

    Raises:
        KeyError: there is no such word.
    """
    first = True

    def word(match: re.Match[str]) -> str:
        nonlocal first
        name = match[0][1:-1]
        if name == "sep":
            return SEPARATION
        if name == "year":
            return YEAR
        group = "(?P<value>" if first else "(?:"
        first = False
        return f"{group}{SLOTS[name]})"

    return re.compile(SLOT.sub(word, expression))


def day(text: str) -> date | None:
    """A date, in figures or in Chinese numerals.

    >>> day("二〇二六年三月十五日"), day("2026-3-5"), day("2026年13月1日")
    (datetime.date(2026, 3, 15), datetime.date(2026, 3, 5), None)
    """
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    match = PLAIN_DATE.fullmatch(bare)
    if match:
        parts = [int(match[at]) for at in (1, 2, 3)]
    else:
        pieces = re.split("[年月日]", bare)[:3]
        read = [whole(piece.replace("○", "〇")) for piece in pieces]
        if len(read) < 3 or None in read:  # noqa: PLR2004 - year, month, day
            return None
        parts = [value or 0 for value in read]
    try:
        return date(parts[0], parts[1], parts[2])
    except ValueError:
        return None


def money(text: str, unit: str = "") -> Decimal | None:
    """An amount in yuan of what a pattern found, or of a cell under a heading that names a unit."""
    return yuan(text.replace("，", ","), unit)


def figure(text: str) -> Decimal | None:
    """A number with at most four decimals."""
    found = number(text.replace("，", ","))
    return found if found is not None and found == round(found, 4) else None


def numbered(text: str) -> str:
    """A document's number as it is compared: its year in the brackets that the norm wants.

    >>> numbered("某政发 [2026] 第 12 号")
    '某政发〔2026〕12号'
    """
    bare = "".join(text.split()).replace("(样例)", "（样例）")
    return re.sub(r"[〔\[［（(【](\d{4})[〕\]］）)】](?:第)?", r"〔\1〕", bare)
