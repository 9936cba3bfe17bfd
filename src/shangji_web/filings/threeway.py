"""Two who wrote on the same draft: what it was, what the other saved, what is mine, by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji_web.filings.content import PROJECT, number_column, opened, settled, sheets, table_of
from shangji_web.filings.differences import differences, row_key, row_name, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shangji_web.filings.content import Content, Rows
    from shangji_web.filings.differences import Change
    from shangji_web.filings.models import Draft

MINE, THEIRS = "mine", "theirs"
WHOLE_ROW = "一行"
KEPT = 30
"""So many former savings of a draft are kept for those who still have it open."""


@dataclass(frozen=True)
class Choice:
    """A cell that differs: what it was, theirs, mine, and which is meant where only one changed."""

    change: Change
    was: str | None
    pick: str

    @property
    def both(self) -> bool:
        """Whether both changed it: then somebody has to choose."""
        return not self.pick


def remember(draft: Draft) -> None:
    """Keep a draft as it stands before it is saved anew, and forget what is old."""
    draft.saved_before.get_or_create(lock=draft.lock, defaults={"content": draft.content})
    draft.saved_before.filter(lock__lt=draft.lock - KEPT).delete()


def base_of(draft: Draft, lock: int) -> Content | None:
    """The draft as it was at a count of savings; None where that is no longer kept."""
    held = draft.saved_before.filter(lock=lock).first()
    return settled(draft.project, opened(held.content)) if held else None


def apart(base: Content | None, theirs: Content, mine: Content) -> Content:
    """Mine, with the rows that both began under the same number told apart by a new one."""
    rows: dict[str, Rows] = {}
    for name, held in mine["rows"].items():
        numbered = number_column(table_of(name))
        rows[name] = [dict(row) for row in held]
        if not numbered or base is None:
            continue
        before = _by_key(name, base)
        other = _by_key(name, theirs)
        taken = {row.get(numbered, "") for row in (*held, *other.values())}
        for row in rows[name]:
            key = row_key(table_of(name), row)
            if key in other and key not in before and other[key] != row:
                row[numbered] = _free(taken)
                taken.add(row[numbered])
    return {**mine, "rows": rows}


def _free(taken: Iterable[str]) -> str:
    return str(1 + max((int(one) for one in taken if one.isdecimal()), default=0))


def choices(base: Content | None, theirs: Content, mine: Content) -> list[Choice]:
    """Every cell in which theirs and mine differ, beside what it was."""
    held = {name: _by_key(name, base) for name in sheets()} if base else {}
    others = {name: _by_key(name, theirs) for name in sheets()}
    own = {name: _by_key(name, mine) for name in sheets()}
    made = []
    for change in differences(theirs, mine):
        if base is None:
            made.append(Choice(change, None, ""))
            continue
        rows = [one[change.table].get(change.key) for one in (held, others, own)]
        made.append(_cell(change, *rows) if change.column else _row(change, *rows))
    return made


def _cell(
    change: Change,
    was: Mapping[str, str] | None,
    theirs: Mapping[str, str] | None,
    mine: Mapping[str, str] | None,
) -> Choice:
    texts = [(row or {}).get(change.column, "") for row in (was, theirs, mine)]
    pick = MINE if texts[1] == texts[0] else THEIRS if texts[2] == texts[0] else ""
    column = table_of(change.table).column(change.column)
    return Choice(change, shown(column, texts[0]), pick)


def _row(
    change: Change,
    was: Mapping[str, str] | None,
    theirs: Mapping[str, str] | None,
    mine: Mapping[str, str] | None,
) -> Choice:
    """A row that one of the two has not: begun by one, or removed by one."""
    if was is None:
        return Choice(change, "", THEIRS if mine is None else MINE)
    name = row_name(table_of(change.table), was) or WHOLE_ROW
    left = theirs if mine is None else mine
    if left == was:
        return Choice(change, name, MINE if mine is None else THEIRS)
    return Choice(change, name, "")


def _by_key(name: str, content: Content) -> dict[str, dict[str, str]]:
    table = table_of(name)
    rows = content["rows"].get(name, [])
    return {"" if name == PROJECT else row_key(table, row): row for row in rows}
