"""What a pack shows of its rows beside findings and scores: a table, declared column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.pack.read_rules import uses

if TYPE_CHECKING:
    from shangji.pack.model import Use
    from shangji.pack.reader import Reader


@dataclass(frozen=True, slots=True)
class SectionColumn:
    """An expression on a row; with `over` the two are shown as their quotient, in `unit`."""

    zh: str
    value: str
    over: str = ""
    unit: str = ""

    @property
    def expressions(self) -> tuple[str, ...]:
        """What the column reads."""
        return (self.value, self.over) if self.over else (self.value,)


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the report: rows of a subject, in order of the column `largest` if one is named.

    Only rows on which `applies` holds for certain are shown; the columns may use standards.
    """

    name: str
    zh: str
    subject: str
    applies: str
    columns: tuple[SectionColumn, ...]
    standards: tuple[Use, ...] = ()
    largest: str = ""
    note: str = ""

    @property
    def expressions(self) -> tuple[str, ...]:
        """Everything that the section reads."""
        return (self.applies, *(text for column in self.columns for text in column.expressions))


def section(reader: Reader) -> Section:
    """Return a section."""
    columns = []
    for item in reader.each("columns", need=True):
        columns.append(
            SectionColumn(
                zh=item.text("zh", need=True),
                value=item.text("value", need=True),
                over=item.text("over"),
                unit=item.text("unit"),
            )
        )
        item.done()
    made = Section(
        name=reader.text("section", need=True),
        zh=reader.text("zh", need=True),
        subject=reader.text("subject", need=True),
        applies=reader.text("applies", "TRUE"),
        columns=tuple(columns),
        standards=uses(reader.below("standards")),
        largest=reader.text("largest"),
        note=reader.text("note"),
    )
    names = [column.zh for column in made.columns]
    if made.largest and made.largest not in names:
        reader.trouble("pack-reference", "largest 要写某一列的名称。", "largest", made.largest)
    if len(set(names)) < len(names):
        reader.trouble("pack-duplicate", "两列同名。", "columns")
    reader.done()
    return made
