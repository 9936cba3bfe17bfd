"""Characters of a document that a reader of the page does not see; they are taken out and said."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from shangji.intake.documents.model import Hidden

if TYPE_CHECKING:
    from collections.abc import Iterable

ZERO_WIDTH = re.compile("[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2064"
                        "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e007f]")  # fmt: skip
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
BLANKS = re.compile("[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+")
LONGEST_HIDDEN = 300
SHOWN = 20
"""Hidden pieces of one kind on one page that are told; more would only repeat them."""


def shown(text: str, page: int, hidden: list[Hidden]) -> str:
    """The text without characters that nobody sees; each kind of them is noted once a page."""
    for kind, pattern in (("zero_width", ZERO_WIDTH), ("direction", DIRECTION)):
        if pattern.search(text):
            spelt = {f"U+{ord(char):04X}" for char in pattern.findall(text)}
            note(hidden, page, kind, "、".join(sorted(spelt)[:8]))
            text = pattern.sub("", text)
    text = CONTROL.sub("", text)
    # A radical or a compatibility form looks like its character and is no other word.
    return "".join(_plain(char) for char in text)


def _plain(char: str) -> str:
    if "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff":
        return unicodedata.normalize("NFKC", char)
    return char


def one_line(text: str) -> str:
    """A line with its blanks as single spaces."""
    return BLANKS.sub(" ", text).strip()


def note(hidden: list[Hidden], page: int, kind: str, text: str) -> None:
    """Note something hidden; the same kind on the same page is told a few times only."""
    if not text.strip():
        return
    same = [item for item in hidden if item.page == page and item.kind == kind]
    if kind in {"zero_width", "direction"} and same:
        return
    if len(same) < SHOWN:
        hidden.append(Hidden(page, kind, text.strip()[:LONGEST_HIDDEN]))


def joined(lines: Iterable[str]) -> str:
    """Lines as the text of a page."""
    return "\n".join(lines)
