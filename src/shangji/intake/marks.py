"""Marks in cells that say what a row is: a mark of secrecy, a total, a part of the row above."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji.intake.cells import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

STAMP = re.compile(r"(?:绝密|机密|秘密)级?[★☆]")
SIGN = "密"
"""What every mark of secrecy has in it, unless a pack adds one of another kind."""

SUMS = "合计|小计|总计|累计|共计"
TOTAL = re.compile(
    rf"^(?:[(（]?[一二三四五六七八九十]{{1,3}}[)）、.])?"
    rf"(?:本页|本表|本部门|本单位|全县|全市|全区|全省|项目|金额)?(?:{SUMS})(?:\([^)]*\))?[:]?$"
)
TOTAL_OF = re.compile(r"(?:合计|小计|总计|共计)[:]?$")
PART_OF = re.compile(r"^其中")
PLACEHOLDER = frozenset({"unit_code", "unit_name", "functional_class", "amount_yuan", "is_secret"})
"""The columns that a secret row may fill to be kept as a placeholder: unit, class, amount."""


def stamped(texts: Iterable[str], stamps: tuple[str, ...]) -> bool:
    """Whether a text bears a mark of secrecy as documents bear it (机密★)."""
    every = any(SIGN not in stamp for stamp in stamps)
    for text in texts:
        if text and (every or SIGN in text):  # comparing is dear, and almost no text has the sign
            bare = plain(text)
            if STAMP.search(bare) or any(stamp in bare for stamp in stamps):
                return True
    return False


def total(first: str, *, keyed: bool, has_keys: bool) -> str:
    """What a row is by its first text: `total`, `part` of the row above, or data ("").

    Args:
        first: the first text of the row, plain.
        keyed: whether the row has a key of its own; a name that merely ends so is data then.
        has_keys: whether the sheet has key columns at all.
    """
    if TOTAL.match(first):
        return "total"
    if keyed or not has_keys:
        return ""
    if TOTAL_OF.search(first):
        return "total"
    return "part" if PART_OF.match(first) else ""


def secret(where: Where, what: str) -> Problem:
    """The problem of a file or sheet with a mark of secrecy: the fact, nothing of the content."""
    return Problem(
        "row-secret",
        where,
        f"{what}标有密级，整个{what}没有收入，内容也没有留存。",
        "请走线下涉密渠道；误标的请去掉密级标志后重报。",
    )


def secret_row(where: Where, *, kept: bool = False) -> Problem:
    """The problem of a secret row: it names the place only, what stands there is repeated nowhere.

    Args:
        where: the row.
        kept: whether unit, class and amount, all that the row says, were kept as a placeholder.
    """
    if kept:
        says = "这一行标明涉密，只有单位、科目和金额，作线下评审的占位，不参加审核。"
        return Problem("row-secret", where, says, "项目内容走线下涉密渠道。")
    return Problem(
        "row-secret",
        where,
        "这一行标明涉密，没有收入，内容也没有留存。",
        "请删去后重报，涉密项目走线下涉密渠道；同一项目的明细也不收。",
    )
