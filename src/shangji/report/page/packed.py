"""Rows as columns, each text once: 5 000 projects stay under ten megabytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from shangji.schema.identity import id_no_masked, id_no_valid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

CENTS = 100
LONG_NUMBER = re.compile(r"\d{8}")
ID_NO = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
CARD = re.compile(r"(?<![0-9A-Za-z])62\d{14,17}(?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<![0-9A-Za-z.])1[3-9]\d{9}(?![0-9A-Za-z]|\.\d| ?元)")
ACCOUNT = re.compile(r"([账帐卡]号?[：:\s]{0,3})(\d{4})\d{4,}(\d{4})")


def masked(text: str) -> str:
    """A text without the numbers of persons: citizens', cards', accounts', mobile phones'.

    >>> masked("经办人360426199101010071，卡号6222021234567890123")
    '经办人360426***********1，卡号6222***********0123'
    """
    if not LONG_NUMBER.search(text):
        return text
    text = ID_NO.sub(
        lambda found: id_no_masked(found[0]) if id_no_valid(found[0]) else found[0], text
    )
    for pattern in (CARD, MOBILE):
        text = pattern.sub(lambda found: _ends(found[0]), text)
    return ACCOUNT.sub(lambda found: f"{found[1]}{found[2]}****{found[3]}", text)


def _ends(number: str) -> str:
    shown = 4 if len(number) > 11 else 3  # noqa: PLR2004 - eleven digits are a telephone
    return f"{number[:shown]}{'*' * (len(number) - shown - 4)}{number[-4:]}"


def masked_all(value: Any, name: str = "") -> Any:  # noqa: ANN401 - any JSON value
    """A JSON value with every text masked but money, and codes and keys, which make links."""
    if isinstance(value, dict):
        return {key: masked_all(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [masked_all(item, name) for item in value]
    if isinstance(value, str) and not name.endswith(("_yuan", "_code", "_id", "key", "codes")):
        return masked(value)
    return value


def cents(amount_yuan: Decimal | str | None) -> int | None:
    """Yuan as whole 分, so that the page adds whole numbers only."""
    from decimal import Decimal as _Decimal

    return None if amount_yuan is None else int(_Decimal(amount_yuan) * CENTS)


class Texts:
    """Texts by number; a text that stands in many rows is written once."""

    def __init__(self) -> None:
        self.all: list[str] = [""]
        self.at: dict[str, int] = {"": 0}

    def code(self, text: str | None) -> int:
        """The number of a code: shown as it is."""
        found = text or ""
        if found not in self.at:
            self.at[found] = len(self.all)
            self.all.append(found)
        return self.at[found]

    def free(self, text: str | None) -> int:
        """The number of a text that people wrote: numbers of persons are masked."""
        return self.code(masked(text or ""))


def packed(
    names: Sequence[str], rows: Iterable[Sequence[Any]], texts: Sequence[str] = ()
) -> dict[str, Any]:
    """Rows as columns; `texts` names the columns that hold numbers of texts."""
    columns: list[list[Any]] = [[] for _ in names]
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    made: Mapping[str, list[Any]] = dict(zip(names, columns, strict=True))
    return {"texts": list(texts), "columns": made}
