"""Text on a screen of fixed columns, a Chinese character counted as two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wcwidth import wcswidth, wcwidth

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 96
PIECE = re.compile(r"[A-Za-z0-9.,%/_\-]+[，。；：、）”]*|[（“]?.[，。；：、）”]*", re.DOTALL)
"""What stays on one line: a word or figure, or one character, with the marks that close it."""


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Text cut and filled to a display width."""
    text = cut(text, width)
    gap = " " * (width - wcswidth(text))
    return gap + text if right else text + gap


def cut(text: str, width: int) -> str:
    """Text that fits a display width; what was cut is shown by an ellipsis."""
    if wcswidth(text) <= width:
        return text
    kept, used = "", 0
    for char in text:
        used += max(0, wcwidth(char))
        if used > width - 1:
            break
        kept += char
    return kept + "…"


def wrapped(text: str, indent: int, width: int = WIDTH) -> Iterator[str]:
    """Lines of a text, later ones indented, none wider than the screen."""
    line, used = "", 0
    for piece in PIECE.findall(text):
        wide = max(0, wcswidth(piece))
        if used + wide > width and line.strip():
            yield line.rstrip()
            line, used = " " * indent, indent
            if not piece.strip():
                continue
        line += piece
        used += wide
    if line.strip():
        yield line.rstrip()
