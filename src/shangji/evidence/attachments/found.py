"""A fact of a document with the words that say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from shangji.intake.documents import Page
    from shangji.intake.documents.model import Box

EXTRACTOR = "rules-1"
"""The patterns of the pack, and the version of the code that reads by them."""


@dataclass(frozen=True, slots=True)
class Value:
    """What was read: as text, and as an amount in yuan, a number, a day or a year if it is one.

    `label` says of what: an indicator, a person's place in order, a row of a table.
    """

    text: str
    amount: Decimal | None = None
    number: Decimal | None = None
    day: date | None = None
    year: int | None = None
    label: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact: page, span and place of its quote, who read it and how sure (DECIMAL(3,2)).

    `secret` is the digest of a masked number: it is compared inside one review and not kept.
    """

    page: int
    start: int
    end: int
    box: Box | None
    quote: str
    fact: str
    value: Value
    extractor: str
    confidence: Decimal
    secret: str = ""

    def founded(self, page: Page | None) -> bool:
        """Whether the quote stands on the page word for word, where it is said to stand."""
        return page is not None and page.text[self.start : self.end] == self.quote != ""
