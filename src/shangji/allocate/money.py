"""Whole 分 and yuan."""

from __future__ import annotations

from decimal import Decimal

FEN = Decimal("0.01")
HUNDRED = 100
WAN = 1_000_000
"""分 in 万元."""


def yuan(fen: int) -> Decimal:
    """分 as yuan."""
    return fen * FEN


def fen(value: Decimal | None) -> int:
    """Yuan as whole 分; nothing is nought."""
    return 0 if value is None else int((value * HUNDRED).to_integral_value())


def wan(amount: int) -> str:
    """分 as 万元 with two decimals, for words."""
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    return f"{sign}{amount // WAN:,}.{amount % WAN // 10_000:02d} 万元"
