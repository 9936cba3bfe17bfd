"""What options say, as values: packs, days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.pack import Pack


def packs_of(names: Sequence[str]) -> Pack:
    """The packs that options name, with what they require; the national pack where none is.

    Raises:
        Refused: a pack cannot be loaded.
    """
    from shangji.pack import load
    from shangji.pack.load import required

    loaded, trouble = load(required(tuple(names) or ("national",)))
    if loaded is None:
        raise Refused(trouble)
    return loaded


def day_of(text: str) -> date:
    """The day that an option names; today where it is empty.

    Raises:
        Refused: it is no date.
    """
    if not text:
        return datetime.now(tz=UTC).astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        fix = "请写成 2027-01-01 的样子。"
        raise Refused([Problem("cell-date", Where(), "不是日期。", fix, value=text)]) from error
