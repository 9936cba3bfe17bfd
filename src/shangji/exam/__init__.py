"""The examination: what was frozen, the answer key, what a finding rests on, and the score.

The exam is scored blind to rule ids. What counts is written down in docs/reference/exam.md, and was
written before the first scoring.
"""

from shangji.exam.answers import Answer, counted, read_answers
from shangji.exam.columns import columns_read
from shangji.exam.frozen import (
    PARTS,
    Frozen,
    counted_once,
    folder_of,
    freeze,
    read_frozen,
    unchanged,
)
from shangji.exam.page import lines, record
from shangji.exam.scoring import Finding, Score, score
from shangji.exam.sitting import findings, sat

__all__ = [
    "PARTS",
    "Answer",
    "Finding",
    "Frozen",
    "Score",
    "columns_read",
    "counted",
    "counted_once",
    "findings",
    "folder_of",
    "freeze",
    "lines",
    "read_answers",
    "read_frozen",
    "record",
    "sat",
    "score",
    "unchanged",
]
