"""What is known of a document of the library, and how documents are named and compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.checking.basis import plain
from shangji.evidence.library.numerals import NUMERAL, number

if TYPE_CHECKING:
    from datetime import date

BRACKETS = r"[〔\[［（(【]"
CLOSES = r"[〕\]］）)】]"
DOC_NO = re.compile(
    rf"[\u4e00-\u9fa5A-Za-z]{{1,16}}\s?{BRACKETS}\s?(?:19|20)\d{{2}}\s?{CLOSES}\s?第?\s?\d{{1,5}}\s?号"
)
ORDER = re.compile(
    rf"(?:中华人民共和国)?([\u4e00-\u9fa5、]{{1,20}}?)令\s*[（(]?\s*第\s*([{NUMERAL}]+|\d+)\s*号"
)
LONG_NAME = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Repeal:
    """A document that another one says is repealed: by title, by number, or by both."""

    title: str
    doc_no: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a document. Dates that neither text nor catalogue says are none.

    `rank` is a level of the policy index (`domain.ACT_LEVELS`), `issuer_level` and `kind` codes of
    the pack, `place` the region's name as issuer or title has it, `own_end` the last day by its own
    words, `told_by` who repealed it as the bureau's catalogue says. `state` is in_force, revised (a
    later version is in the library), repealed or draft. `notes` say what a person should look at.
    """

    policy_id: str
    title: str
    doc_no: str
    issuer: str
    issuer_level: str
    rank: str
    kind: str
    place: str
    region: str
    issued_on: date | None
    effective_from: date | None
    effective_to: date | None
    own_end: date | None
    told_by: str
    state: str
    repealed_by: str
    numbering_complete: bool
    document_sha256: str
    text_sha256: str
    file_name: str
    size_bytes: int
    source_url: str
    repeals: tuple[Repeal, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Title and number as people cite it."""
        return f"《{self.title}》" + (f"（{self.doc_no}）" if self.doc_no else "")

    def in_force(self, day: date) -> bool | None:
        """Whether it is in force on a day; none where the text does not say when it began."""
        if self.state == "draft":
            return False
        if self.effective_to and day > self.effective_to:
            return False
        if self.effective_from is None:
            return None
        return day >= self.effective_from


def same_number(text: str) -> str:
    """A document number as it is compared; empty where a text names none.

    >>> same_number("财行[2016] 214 号") == same_number("财行〔2016〕第214号")
    True
    >>> same_number("中华人民共和国国务院令（第707号）") == same_number("国令第707号")
    True
    """
    bare = re.sub(r"[（(]\s*(?:样例|虚构)\s*[）)]", "", text)
    if found := DOC_NO.search(bare):
        return plain(found[0])
    if found := ORDER.search(re.sub(r"\s+", "", bare)):
        issuer = "国务院" if found[1] in {"国", "国务院"} else found[1]
        return f"{issuer}令{number(found[2])}号"
    return plain(bare) if re.search(r"\d+号", plain(bare)) else ""


def same_title(text: str) -> str:
    """A title as it is compared: one width, no blanks, no quotes, no full name of the state.

    >>> same_title("《中华人民共和国 预算法》（2018年修正）") == same_title("预算法")
    True
    """
    flat = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    flat = re.sub(
        r"\((?:\d{4}年?)?(?:第?[一二三四五六七八九]?次?)?(?:修正|修订|修改)\w*\)$", "", flat
    )
    flat = flat.replace("()", "")
    flat = re.sub(r"[《》〈〉<>「」“”\"'‘’]", "", flat)
    return flat.replace(LONG_NAME, "")
