"""Where a document names a project: its name whole, or without its year and what is in brackets."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.evidence.attachments.found import EXTRACTOR, Evidence, Value

if TYPE_CHECKING:
    from shangji.intake.documents import Document

YEAR = re.compile(r"^\d{4}年?度?")
BRACKETS = re.compile(r"\([^()]*\)")
SHORTEST = 5
SURE = Decimal("0.95")


def naming(document: Document, name: str) -> Evidence | None:
    """The first place at which a document names a project, or None."""
    wanted = _names(name)
    for page in document.pages:
        places = [at for at, char in enumerate(page.text) if not char.isspace()]
        bare = "".join(_half(page.text[at]) for at in places)
        for one in wanted:
            at = bare.find(one)
            if at >= 0:
                start, end = places[at], places[at + len(one) - 1] + 1
                return Evidence(
                    page.number, start, end, page.box(start, end), page.text[start:end],
                    "names_project", Value(name[:300]), EXTRACTOR, SURE,
                )  # fmt: skip
    return None


def _names(name: str) -> list[str]:
    """How a project may be called, from the fullest; too short a name names nothing."""
    whole = "".join(_half(char) for char in name if not char.isspace())
    bare = BRACKETS.sub("", YEAR.sub("", whole))
    return [
        one for one in dict.fromkeys((whole, YEAR.sub("", whole), bare)) if len(one) >= SHORTEST
    ]


def _half(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char
