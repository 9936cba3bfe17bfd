"""The answer key of a part: one row an item, read strictly."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.errors import ShangjiError

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = "answers.csv"
FAULT, CLEAN = "fault", "clean"
VERDICT, QUESTION = "verdict", "question"
DETERMINISTIC, SEMANTIC = "deterministic", "semantic"


@dataclass(frozen=True)
class Answer:
    """An item: what it is, where it stands, which columns were tampered with, and the truth.

    `codes` are the projects that the item is about: one, or for a pair two. `unit` is given where
    the project has a unit of its own, so that a finding on the unit is a finding on the item.
    """

    item: str
    kind: str
    disguise: str
    semantic: bool
    question: bool
    codes: tuple[str, ...]
    unit: str
    columns: frozenset[str]
    fault: bool
    words: str


def read_answers(folder: Path) -> list[Answer]:
    """The answers of a part, in their order.

    Raises:
        ShangjiError: a row says what the key does not know.
    """
    with (folder / ANSWERS).open(encoding="utf-8", newline="") as file:
        return [_answer(row) for row in csv.DictReader(file)]


def counted(answers: list[Answer]) -> tuple[int, int]:
    """How many items are faults, and how many are clean."""
    faults = sum(answer.fault for answer in answers)
    return faults, len(answers) - faults


def _answer(row: dict[str, str]) -> Answer:
    for name, known in (
        ("truth", (FAULT, CLEAN)),
        ("counts_as", (VERDICT, QUESTION)),
        ("class", (DETERMINISTIC, SEMANTIC)),
    ):
        if row[name] not in known:
            raise ShangjiError(f"{row['item']}: {name} is {row[name]!r}")
    return Answer(
        item=row["item"],
        kind=row["kind"],
        disguise=row["disguise"],
        semantic=row["class"] == SEMANTIC,
        question=row["counts_as"] == QUESTION,
        codes=tuple(filter(None, (row["project_code"], *row["rows"].split()))),
        unit=row["unit_code"],
        columns=frozenset(row["columns"].split()),
        fault=row["truth"] == FAULT,
        words=row["words"],
    )
