"""Amounts and numbers as papers write them: 叁佰万元整, ￥3,000,000.00, 12万3千元, 3096（万元）.

A text that is no number whole is none: nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

DIGITS = {
    **dict(zip("零〇一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
    "貳": 2,
    "叄": 3,
    "參": 3,
    "陸": 6,
    "两": 2,
    "兩": 2,
    "○": 0,
    "Ｏ": 0,
}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
GROUPS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
UNITS = {
    "元": Decimal(1), "圆": Decimal(1), "万元": Decimal(10**4), "萬元": Decimal(10**4),
    "亿元": Decimal(10**8), "千元": Decimal(1000), "百万元": Decimal(10**6),
}  # fmt: skip
SUFFIX = re.compile(r"(?:人民币|正|整|左右|以内|以下)+$")
CENT = Decimal("0.01")
SCALED = re.compile(r"(\d[\d,]*(?:\.\d+)?)([千百十]?[万亿]|[千百])")


def whole(text: str) -> int | None:
    """A whole number in Chinese numerals, or None.

    >>> whole("壹仟贰佰叁拾肆万"), whole("二〇二七"), whole("十五"), whole("百")
    (12340000, 2027, 15, 100)
    """
    if not text or any(char not in DIGITS and char not in TENS and char not in GROUPS
                       for char in text):  # fmt: skip
        return None
    if all(char in DIGITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    total = section = digit = 0
    given = False
    for char in text:
        if char in DIGITS:
            if given and digit:
                return None
            digit, given = DIGITS[char], True
        elif char in TENS:
            section += (digit if given else 1) * TENS[char]
            digit, given = 0, False
        else:
            section += digit
            if not section and not total:
                return None
            # 万 of 亿: what stands before both is multiplied by both.
            total = (total + section) * GROUPS[char] if GROUPS[char] > total > 0 else (
                total + section * GROUPS[char]
            )  # fmt: skip
            section, digit, given = 0, 0, False
    return total + section + digit


def number(text: str) -> Decimal | None:
    """A number in figures, in Chinese numerals, or in figures with 万, 千: 12万3千 is 123 000.

    >>> number("三百五十六点八万"), number("12万3千"), number("1,234.50"), number("3096")
    (Decimal('3568000.0'), Decimal('123000'), Decimal('1234.50'), Decimal('3096'))
    """
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    if FIGURE.fullmatch(bare):
        return Decimal(bare.replace(",", ""))
    scaled = _scaled(bare)
    if scaled is not None:
        return scaled
    before, point, after = bare.partition("点")
    if not point:
        found = whole(bare)
        return None if found is None else Decimal(found)
    tail = after.rstrip("万萬亿億千百")
    scale = after[len(tail) :]
    head = whole(before)
    if head is None or not tail or any(char not in DIGITS for char in tail):
        return None
    places = "".join(str(DIGITS[char]) for char in tail)
    factor = Decimal(1)
    for char in scale:
        factor *= (GROUPS | TENS)[char]
    return Decimal(f"{head}.{places}") * factor


def _scaled(bare: str) -> Decimal | None:
    """Figures with 万 or 亿 behind each: the parts are added; a last one may go without."""
    at, total, least = 0, Decimal(0), None
    while match := SCALED.match(bare, at):
        factor = Decimal(1)
        for char in match[2]:
            factor *= (GROUPS | TENS)[char]
        if least is not None and factor >= least:
            return None
        total += Decimal(match[1].replace(",", "")) * factor
        least, at = factor, match.end()
    if not at:
        return None
    rest = bare[at:]
    if rest and not FIGURE.fullmatch(rest):
        return None
    last = Decimal(rest.replace(",", "")) if rest else Decimal(0)
    return total + last if least is None or last < least else None


def yuan(text: str, unit: str = "") -> Decimal | None:
    """An amount in yuan, to the cent; `unit` is that of a heading where the text names none.

    >>> yuan("叁佰万元整"), yuan("￥3,000,000.00"), yuan("12万3千元"), yuan("3096", "万元")
    (Decimal('3000000.00'), Decimal('3000000.00'), Decimal('123000.00'), Decimal('30960000.00'))
    >>> yuan("3096"), yuan("壹佰元伍角"), yuan("约三百元")
    (None, Decimal('100.50'), None)
    """
    bare = "".join(unicodedata.normalize("NFKC", text).split()).removeprefix("人民币")
    signed = bare.startswith(("¥", "￥", "RMB"))
    bare = SUFFIX.sub("", bare.lstrip("¥￥RMB:"))
    small = Decimal(0)
    match = re.fullmatch(r"(.*元)(?:零?(.)角)?(?:零?(.)分)?", bare.replace("圆", "元"))
    if match and (match[2] or match[3]):
        for char, worth in ((match[2], Decimal("0.1")), (match[3], CENT)):
            if char and char not in DIGITS and not char.isdigit():
                return None
            small += worth * (DIGITS.get(char, int(char) if char and char.isdigit() else 0)
                              if char else 0)  # fmt: skip
        bare = match[1]
    if bare.endswith(("元", "圆")):
        return _cents(number(bare[:-1]), Decimal(1), small)
    if signed:
        return _cents(number(bare), Decimal(1), small)
    if unit in UNITS:
        return _cents(number(bare), UNITS[unit], small)
    return None


def _cents(value: Decimal | None, factor: Decimal, small: Decimal) -> Decimal | None:
    """The amount where it is whole cents; a finer one was no amount."""
    if value is None:
        return None
    try:
        made = value * factor + small
        cents = made.quantize(CENT)
    except InvalidOperation:
        return None
    return cents if cents == made else None
