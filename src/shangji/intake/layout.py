"""How headings stand on a sheet: over several rows, under groups, with a row of numbers below."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.intake.cells import plain, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from shangji.intake.sheet import Area, Sheet

DEEPEST = 4
"""Rows that headings may take."""

NUMBERED = 3
"""Numbers in a row before it counts as the row that numbers the columns."""

WHOLE = 0.8
"""A merged cell over this share of the columns is a title, no group of headings."""

ORDINAL = re.compile(r"^[(]?(\d{1,3})[)]?(?:[=＝].*)?$")
LETTER = re.compile(r"^(?:[甲乙丙丁戊己庚辛]|[A-Z]|栏次|行次|栏号)$")
FIGURE = re.compile(r"^[-+]?[\d,.]+%?$")


@dataclass(frozen=True, slots=True)
class Label:
    """The heading of one column as written, and the headings over it, widest first."""

    leaf: str
    groups: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """All of it, as a mapping file names it."""
        return "/".join((*self.groups, self.leaf))


class Layout:
    """The top of a sheet with its merged cells seen as they are shown."""

    def __init__(self, sheet: Sheet, rows: int) -> None:
        """Look at the first `rows` rows."""
        self.rows = sheet.rows[:rows]
        self.width = max((len(row) for row in self.rows), default=0)
        self._area: dict[tuple[int, int], Area] = {}
        for area in sheet.merged:
            top, left, bottom, right = area
            if top < rows and right - left <= self.width + DEEPEST:
                for row in range(top, min(bottom + 1, rows)):
                    for column in range(left, min(right, self.width) + 1):
                        self._area[row, column] = area

    def text(self, row: int, column: int) -> str:
        """The text that a reader sees there: that of the merged cell where there is one."""
        area = self._area.get((row, column))
        if area:
            row, column = area[0], area[1]
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        return text_of(self.rows[row][column])

    def own(self, row: int) -> dict[int, str]:
        """The texts that stand in a row itself, by column."""
        return {at: text for at, cell in enumerate(self.rows[row]) if (text := text_of(cell))}

    def depth(self, at: int, known: Callable[[str, str], bool]) -> int:
        """How many rows below `at` are headings too.

        Args:
            at: the first row of the headings.
            known: whether a heading, under a group, names a column.
        """
        below = 0
        for column in self.own(at):
            area = self._area.get((at, column))
            if area and area[0] == at:
                below = max(below, area[2] - at)
        below = min(below, DEEPEST - 1, len(self.rows) - 1 - at)
        while below < DEEPEST - 1 and self._goes_on(at + below, known):
            below += 1
        return below

    def _goes_on(self, at: int, known: Callable[[str, str], bool]) -> bool:
        """Whether the row after `at` holds lower headings, for want of merged cells to say so."""
        if at + 1 >= len(self.rows):
            return False
        upper, lower = self.own(at), self.own(at + 1)
        if not lower or not upper or min(upper) in lower:
            return False
        if any(FIGURE.match(plain(text)) for text in lower.values()):
            return False
        fresh = [column for column in lower if column not in upper]
        return any(known(self._left(at, column), lower[column]) for column in fresh)

    def _left(self, row: int, column: int) -> str:
        """The nearest text to the left: the group that a blank heading stands under."""
        for at in range(column, -1, -1):
            text = self.text(row, at)
            if text:
                return text
        return ""

    def labels(self, at: int, below: int) -> dict[int, Label]:
        """The heading of every column that has one."""
        above = self._above(at)
        found = {}
        for column in range(self.width):
            stack: list[str] = []
            seen: set[Area] = set()
            for row in (*above, *range(at, at + below + 1)):
                area = self._area.get((row, column))
                if area in seen:
                    continue
                if area:
                    seen.add(area)
                text = self.text(row, column)
                if row in above and not (area and area[3] > area[1]):
                    text = ""
                if not text and at <= row < at + below and self.text(at + below, column):
                    text = self._left(row, column) if area is None else ""
                if text and (not stack or stack[-1] != text):
                    stack.append(text)
            if stack and any(self.text(row, column) for row in range(at, at + below + 1)):
                found[column] = Label(stack[-1], tuple(stack[:-1]))
        return found

    def _above(self, at: int) -> tuple[int, ...]:
        """The rows over the headings that hold groups: cells merged over some of the columns."""
        held = len(self.own(at)) or 1
        rows: list[int] = []
        for row in range(at - 1, max(at - DEEPEST, -1), -1):
            groups = [
                area
                for column, text in self.own(row).items()
                if (area := self._area.get((row, column)))
                and area[3] > area[1]
                and ":" not in plain(text)
            ]
            widest = max((area[3] - area[1] + 1 for area in groups), default=0)
            if not groups or widest > WHOLE * held:
                break
            rows.insert(0, row)
        return tuple(rows)

    def numbered(self, at: int) -> bool:
        """Whether a row only numbers the columns (甲 乙 1 2 3)."""
        if at >= len(self.rows):
            return False
        texts = [plain(text) for text in self.own(at).values()]
        numbers = [int(match[1]) for text in texts if (match := ORDINAL.match(text))]
        letters = sum(1 for text in texts if LETTER.match(text))
        return (
            len(numbers) >= NUMBERED
            and len(numbers) + letters == len(texts)
            and numbers == list(range(1, len(numbers) + 1))
        )
