"""Numbers that name a person: masked before anything leaves the reading process.

What stays is where each stood, whether its check digit is right, and a keyed digest that tells two
places of one number from two numbers. Without the key the digest says nothing.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shangji.schema.identity import ID_LENGTH, credit_code_valid, id_no_masked, id_no_valid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.intake.documents.model import Draft

ID, ACCOUNT, MOBILE = "id_no", "account", "mobile"
ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]"
    r"(?![0-9A-Za-z])"
)
ACCOUNT_NUMBER = re.compile(
    r"(?:账\s*号|帐\s*号|账\s*户|卡\s*号)[:：\s]*((?:\d[ -]?){9,29}\d)"
    r"|(?<![0-9A-Za-z.])(\d{16,19})(?![0-9A-Za-z.])"
)
MOBILE_NUMBER = re.compile(r"(?<![0-9A-Za-z.])1[3-9]\d{9}(?![0-9A-Za-z.])")
KEPT_BACK, KEPT_FRONT = 4, 3
DIGEST_LETTERS = 32


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that was masked: page, place in its text, kind, whether its check digit is right."""

    page: int
    start: int
    end: int
    kind: str
    valid: bool
    digest: str


def mask(draft: Draft, key: bytes) -> list[Mark]:
    """Mask the numbers in a draft and return where they stood.

    Args:
        draft: pages, tables and hidden text; lengths stay as they are.
        key: of the digests; none are made where it is empty.
    """
    marks = []
    for at, page in enumerate(draft.pages):
        text = page.text
        for start, end, kind in _found(page.text):
            number = page.text[start:end]
            text = text[:start] + _masked(number, kind) + text[end:]
            valid = _valid(number, kind)
            marks.append(Mark(page.number, start, end, kind, valid, _digest(number, key)))
        draft.pages[at] = replace(page, text=text)
    draft.tables[:] = [
        replace(table, rows=tuple(tuple(masked(cell) for cell in row) for row in table.rows))
        for table in draft.tables
    ]
    draft.hidden[:] = [replace(item, text=masked(item.text)) for item in draft.hidden]
    return marks


def masked(text: str) -> str:
    """The text with the numbers of persons masked, at its length.

    >>> masked("身份证号 360426199101010071，电话 13800001234")
    '身份证号 360426***********1，电话 138****1234'
    """
    for start, end, kind in _found(text):
        text = text[:start] + _masked(text[start:end], kind) + text[end:]
    return text


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    taken: list[tuple[int, int]] = []
    for kind, pattern in ((ID, ID_NUMBER), (ACCOUNT, ACCOUNT_NUMBER), (MOBILE, MOBILE_NUMBER)):
        for match in pattern.finditer(text):
            group = next((n for n in (1, 2) if n <= pattern.groups and match[n]), 0)
            start, end = match.span(group)
            if any(start < stop and end > begin for begin, stop in taken):
                continue
            if _is_other(text[start:end], kind, bare=group == 2):  # noqa: PLR2004 - a number without a label
                continue
            taken.append((start, end))
            yield start, end, kind


def _is_other(number: str, kind: str, *, bare: bool) -> bool:
    """Whether a number only looks like one of its kind."""
    if len(number) == ID_LENGTH and credit_code_valid(number) and not id_no_valid(number):
        return True
    return kind == ACCOUNT and bare and not _luhn(number)


def _valid(number: str, kind: str) -> bool:
    if kind == ID:
        return id_no_valid(number)
    return kind == MOBILE or _luhn("".join(char for char in number if char.isdigit()))


def _luhn(number: str) -> bool:
    """Whether the last digit of a card's number fits the others."""
    total = 0
    for at, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of its two digits
    return total % 10 == 0


def _masked(number: str, kind: str) -> str:
    if kind == ID:
        return id_no_masked(number)
    front = KEPT_FRONT if kind == MOBILE else 0
    hidden = len(number) - front - KEPT_BACK
    return number[:front] + "*" * hidden + number[-KEPT_BACK:]


def _digest(number: str, key: bytes) -> str:
    bare = "".join(char for char in number.upper() if char.isalnum())
    return hmac.new(key, bare.encode(), "sha256").hexdigest()[:DIGEST_LETTERS] if key else ""
