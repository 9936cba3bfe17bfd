"""Ruled tables: horizontal and vertical strokes to cells, merged cells to every place they cover.

One way for strokes of a PDF, of an OFD and of a scanned page. Units are the caller's; the
tolerance is in the same units.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STROKES = 20_000
"""More on a page are a drawing, no table."""

CELLS = 20_000
LEAST = 2
"""Strokes each way, and cells, without which nothing is a table."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight stroke: `at` is its fixed coordinate, from `low` to `high` the other."""

    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text with the middle of its place."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's texts and merged cells, with its outer place (left, top, right, bottom)."""

    rows: tuple[tuple[str, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...]
    box: tuple[float, float, float, float]


def grids(
    across: Sequence[Stroke], down: Sequence[Stroke], words: Iterable[Word], tolerance: float
) -> list[Grid]:
    """The tables of a page from the top, y growing downwards.

    Args:
        across: horizontal strokes.
        down: vertical strokes.
        words: the text, piece by piece, in reading order; of one cell they are joined as they come.
        tolerance: how far strokes that belong together may be apart.
    """
    if len(across) + len(down) > STROKES:
        return []
    rows, columns = _merged(across, tolerance), _merged(down, tolerance)
    held = list(words)
    found = []
    for level, upright in _groups(rows, columns, tolerance):
        made = _grid(level, upright, held, tolerance)
        if made:
            found.append(made)
    return sorted(found, key=lambda grid: (grid.box[1], grid.box[0]))


def _merged(strokes: Sequence[Stroke], tolerance: float) -> list[Stroke]:
    """Strokes in one line that touch, as one."""
    lines: dict[int, list[Stroke]] = defaultdict(list)
    level, last = -1, float("-inf")
    for stroke in sorted(strokes, key=lambda one: one.at):
        if stroke.at - last > tolerance:
            level += 1
            last = stroke.at
        lines[level].append(stroke)
    made = []
    for line in lines.values():
        at = sum(one.at for one in line) / len(line)
        low, high = None, 0.0
        for one in sorted(line, key=lambda each: each.low):
            if low is not None and one.low <= high + tolerance:
                high = max(high, one.high)
                continue
            if low is not None:
                made.append(Stroke(at, low, high))
            low, high = one.low, one.high
        if low is not None:
            made.append(Stroke(at, low, high))
    return made


def _groups(
    across: list[Stroke], down: list[Stroke], tolerance: float
) -> list[tuple[list[Stroke], list[Stroke]]]:
    """Strokes that cross or touch each other, together."""
    parent = list(range(len(across) + len(down)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for i, flat in enumerate(across):
        for j, tall in enumerate(down):
            if (
                flat.low - tolerance <= tall.at <= flat.high + tolerance
                and tall.low - tolerance <= flat.at <= tall.high + tolerance
            ):
                parent[root(i)] = root(len(across) + j)
    found: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for i, flat in enumerate(across):
        found.setdefault(root(i), ([], []))[0].append(flat)
    for j, tall in enumerate(down):
        found.setdefault(root(len(across) + j), ([], []))[1].append(tall)
    return [
        pair for _, pair in sorted(found.items()) if len(pair[0]) >= LEAST and len(pair[1]) >= LEAST
    ]


def _grid(
    across: list[Stroke], down: list[Stroke], words: list[Word], tolerance: float
) -> Grid | None:
    ys, xs = _levels(across, tolerance), _levels(down, tolerance)
    height, width = len(ys) - 1, len(xs) - 1
    if height < 1 or width < 1 or height * width > CELLS or height * width < LEAST:
        return None
    regions = _regions(ys, xs, across, down, tolerance)
    texts: dict[tuple[int, int], str] = {}
    for word in words:
        row, column = bisect_right(ys, word.y) - 1, bisect_right(xs, word.x) - 1
        if 0 <= row < height and 0 <= column < width:
            first = regions[row, column]
            texts[first] = texts.get(first, "") + word.text
    rows = tuple(
        tuple(texts.get(regions[row, column], "").strip() for column in range(width))
        for row in range(height)
    )
    if not any(any(row) for row in rows):
        return None
    return Grid(rows, _spans(regions), (xs[0], ys[0], xs[-1], ys[-1]))


def _levels(strokes: list[Stroke], tolerance: float) -> list[float]:
    found: list[float] = []
    for at in sorted(one.at for one in strokes):
        if not found or at - found[-1] > tolerance:
            found.append(at)
    return found


def _regions(
    ys: list[float], xs: list[float], across: list[Stroke], down: list[Stroke], tolerance: float
) -> dict[tuple[int, int], tuple[int, int]]:
    """For every place of the grid the first place of the cell that covers it."""
    height, width = len(ys) - 1, len(xs) - 1
    parent = {(row, column): (row, column) for row in range(height) for column in range(width)}

    def root(one: tuple[int, int]) -> tuple[int, int]:
        while parent[one] != one:
            one = parent[one]
        return one

    walls, floors = _near(down, xs, tolerance), _near(across, ys, tolerance)
    for row in range(height):
        middle = (ys[row] + ys[row + 1]) / 2
        for column in range(width):
            centre = (xs[column] + xs[column + 1]) / 2
            right = column + 1 < width and not _covered(walls[column + 1], middle)
            below = row + 1 < height and not _covered(floors[row + 1], centre)
            for open_side, other in ((right, (row, column + 1)), (below, (row + 1, column))):
                if open_side:
                    first, second = sorted((root((row, column)), root(other)))
                    parent[second] = first
    return {place: root(place) for place in parent}


def _near(strokes: list[Stroke], levels: list[float], tolerance: float) -> list[list[Stroke]]:
    return [[one for one in strokes if abs(one.at - level) <= tolerance] for level in levels]


def _covered(strokes: list[Stroke], at: float) -> bool:
    return any(one.low <= at <= one.high for one in strokes)


def _spans(
    regions: dict[tuple[int, int], tuple[int, int]],
) -> tuple[tuple[int, int, int, int], ...]:
    """The cells that cover more than one place."""
    members: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for place, first in regions.items():
        members[first].append(place)
    found = []
    for places in members.values():
        if len(places) > 1:
            top, left = min(row for row, _ in places), min(column for _, column in places)
            bottom, right = max(row for row, _ in places), max(column for _, column in places)
            found.append((top, left, bottom - top + 1, right - left + 1))
    return tuple(sorted(found))
