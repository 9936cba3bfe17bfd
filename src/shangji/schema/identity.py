"""Check digits of the credit code (GB 32100-2015) and of the citizen's number (GB 11643-1999)."""

from __future__ import annotations

import unicodedata

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 characters: digits and capital letters without I, O, S, V, Z."""

CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
CREDIT_LENGTH = 18

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
ID_LENGTH = 18
SHOWN_FRONT, SHOWN_BACK = 6, 1


def credit_code_text(text: str) -> str:
    """Return a credit code as it is compared: half-width capitals, no blanks."""
    return unicodedata.normalize("NFKC", text).upper().replace(" ", "")


def credit_code_valid(text: str) -> bool:
    """Whether an 18-character credit code carries the right check character.

    >>> credit_code_valid("91330106MA2B12345N"), credit_code_valid("91330106MA2B123450")
    (True, False)
    """
    code = credit_code_text(text)
    if len(code) != CREDIT_LENGTH or any(char not in CREDIT_ALPHABET for char in code):
        return False
    total = sum(
        CREDIT_ALPHABET.index(char) * weight
        for char, weight in zip(code, CREDIT_WEIGHTS, strict=False)
    )
    return CREDIT_ALPHABET[-total % 31] == code[-1]


def id_no_valid(text: str) -> bool:
    """Whether an 18-character citizen's number carries the right check character.

    >>> id_no_valid("360426199101010071")
    True
    """
    number = unicodedata.normalize("NFKC", text).upper().replace(" ", "")
    if len(number) != ID_LENGTH or not number[:-1].isdigit() or not number.isascii():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, ID_WEIGHTS, strict=False))
    return ID_CHECKS[total % 11] == number[-1]


def id_no_masked(text: str) -> str:
    """Return the number with everything but the first six characters and the last masked."""
    hidden = len(text) - SHOWN_FRONT - SHOWN_BACK
    if hidden <= 0:
        return "*" * len(text)
    return f"{text[:SHOWN_FRONT]}{'*' * hidden}{text[-SHOWN_BACK:]}"
