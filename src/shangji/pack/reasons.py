"""The library of reasons: sentences for cuts, opinions, decisions; what brings each about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.domain import DIMENSIONS

if TYPE_CHECKING:
    from shangji.pack.reader import Reader

KINDS = {"cut": "审减理由", "opinion": "评审意见", "decision": "决定理由"}
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence; of its triggers one that fits is enough, and without any a person picks it."""

    name: str
    kind: str
    says: str
    rules: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    dimension: str = ""
    gate: str = ""
    lane: str = ""


def reasons(reader: Reader) -> list[Reason]:
    """Return the sentences of a document."""
    for key in ("reasons", "zh"):
        reader.text(key, need=True)
    reader.text("note")
    found = []
    for item in reader.each("rows", need=True):
        made = Reason(
            item.text("reason", need=True),
            item.choice("kind", KINDS),
            item.text("says", need=True),
            item.texts("rules"),
            item.texts("titles"),
            item.choice("dimension", DIMENSIONS) if "dimension" in item.doc else "",
            item.text("gate"),
            item.text("lane"),
        )
        if len(made.says) > LONGEST:
            item.trouble("pack-value", f"一条最多 {LONGEST} 个字。", "says", made.says)
        item.done()
        found.append(made)
    reader.done()
    return found
