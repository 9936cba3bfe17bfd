"""What a text says as a pattern's kind of value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.evidence.attachments import spelling
from shangji.evidence.attachments.found import Value
from shangji.schema.identity import credit_code_valid

if TYPE_CHECKING:
    from shangji.pack.patterns import Pattern


def value_of(pattern: Pattern, text: str, unit: str = "") -> Value | None:
    """What a text says as a pattern's kind of value, or None where it is none."""
    bare = " ".join(text.split()).strip(" :：，。；、")
    if not bare:
        return None
    if pattern.value in {"money", "number", "date"}:
        return _measured(pattern, bare, unit)
    if pattern.value == "doc_no":
        return Value(spelling.numbered(bare)[:80])
    if pattern.value == "code":
        return Value(bare) if credit_code_valid(bare) else None
    return Value(bare.strip("《》") if pattern.value == "title" else bare[:300])


def _measured(pattern: Pattern, bare: str, unit: str) -> Value | None:
    """An amount, a number or a day, or None where the text is none whole."""
    if pattern.value == "money":
        amount = spelling.money(bare, unit)
        return None if amount is None else Value(bare[:300], amount=amount, unit="元")
    if pattern.value == "number":
        number = spelling.figure(bare)
        return None if number is None else Value(bare[:300], number=number, unit=pattern.unit)
    day = spelling.day(bare)
    return None if day is None else Value(bare[:300], day=day)
