"""Sections once more: every cell that a report shows of a subject's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.verify.rulebook import text, uses
from shangji.verify.seals import shown
from shangji.verify.seat import View
from shangji.verify.shape import Shape, exact, places, value_kind
from shangji.verify.standards import rounded

if TYPE_CHECKING:
    from shangji.verify.judge import Answer, Seated
    from shangji.verify.rulebook import Doc
    from shangji.verify.seat import Seat


class Section:
    """A section on its subject."""

    def __init__(self, seated: Seated, doc: Doc) -> None:
        """Take the document and the standards that it names."""
        self.seated, self.doc, self.uses = seated, doc, uses(doc)
        self.name, self.subject = text(doc, "section"), text(doc, "subject")
        book = seated.world.book
        self.shape = Shape(book, book.tables[self.subject], self.uses)

    def rows(self) -> list[Answer]:
        """The cells of every row to which the section applies for certain."""
        made = []
        world = self.seated.world
        view = View(world, world.book.tables[self.subject], self.uses)
        for plain in self.seated.of(self.subject):
            seat = plain.under(view)
            if seat.value(text(self.doc, "applies", "TRUE")) is not True:
                continue
            for at, column in enumerate(self.doc["columns"], start=1):
                value = text(column, "value")
                made.append(
                    {
                        "section": self.name,
                        "subject": self.subject,
                        "key": seat.row.values["row_key"],
                        "place": at,
                        "value": self.cell(seat, value),
                        "below": self.cell(seat, text(column, "over")),
                        "value_kind": value_kind(self.shape, (value,), ""),
                    }
                )
        return made

    def cell(self, seat: Seat, expression: str) -> str | None:
        """The canonical text of an expression, or nothing."""
        value = seat.value(expression) if expression else None
        if value is None:
            return None
        if self.shape.kind(expression)[0] != "number":
            return shown(value)
        return f"{rounded(exact(value), places(self.shape, expression, '')):f}"

    @property
    def by_sql(self) -> bool:
        """Whether it rests on a relation."""
        given = [text(self.doc, "applies", "TRUE")]
        for column in self.doc["columns"]:
            given += [one for key in ("value", "over") if (one := text(column, key))]
        return self.shape.by_sql(given)
