"""Numbers that a page or a person sent as text: nothing but a number is taken for one."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

CENT, WAN_PLACES = Decimal("0.01"), 4
DIGITS_MOST = 18
"""Of a key or a count: what every database keeps as a whole number."""
YUAN_MOST = Decimal(10) ** 15
"""Nobody's budget: more than a column of money holds."""
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
"""Full-width letters, digits and signs, as an input method leaves them, to plain ones."""


def count(text: str | None, unread: int = -1) -> int:
    """A key or a count that a page carried; what is none is `unread`.

    >>> count("12"), count("²"), count("9" * 30), count(None)
    (12, -1, -1, -1)
    """
    if text is None or not text.isascii() or not text.isdigit() or len(text) > DIGITS_MOST:
        return unread
    return int(text)


def wan_to_yuan(text: str) -> Decimal:
    """An amount written in 万元 as yuan.

    Raises:
        ValueError: it is no number, says less than 分, or is more than any budget.

    >>> wan_to_yuan("1,234.56"), wan_to_yuan("１２．６")
    (Decimal('12345600.00'), Decimal('126000.00'))
    """
    try:
        exact = Decimal(text.translate(WIDE).strip().replace(",", "")).scaleb(WAN_PLACES)
        amount = exact.quantize(CENT)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if amount != exact or abs(amount) > YUAN_MOST:
        raise ValueError(text)
    return amount
