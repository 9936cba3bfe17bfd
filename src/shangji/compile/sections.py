"""SQL of sections: what the report shows of a subject's rows, as canonical text, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.compile.rows import text
from shangji.compile.scope import RuleScope, typed
from shangji.compile.verdicts import canonical, kind_of

if TYPE_CHECKING:
    from shangji.compile.subject import Subject
    from shangji.language import Expr
    from shangji.pack import Section


@dataclass
class Showing:
    """A section on its subject."""

    section: Section
    subject: Subject
    applies: Expr = field(init=False)
    columns: list[tuple[Expr, Expr | None]] = field(init=False)

    def __post_init__(self) -> None:
        """Type the expressions and ask for what they read."""
        section = self.section
        scope = RuleScope(self.subject.rows.pack, self.subject.table, section.standards)

        def expr(source: str) -> Expr:
            return typed(source, scope, section.name)

        self.applies = expr(section.applies)
        self.columns = [
            (expr(column.value), expr(column.over) if column.over else None)
            for column in section.columns
        ]
        read = [one for pair in self.columns for one in pair]
        self.subject.ask(self.applies, *read, uses=section.standards)

    def sql(self) -> str:
        """SELECT of one row a cell, on the rows to which the section applies for certain."""
        return " UNION ALL ".join(
            self._cell(at, value, over) for at, (value, over) in enumerate(self.columns, start=1)
        )

    def _cell(self, at: int, value: Expr, over: Expr | None) -> str:
        section, subject = self.section, self.subject
        below = canonical(over, subject.sql(over, section)) if over else "CAST(NULL AS VARCHAR)"
        return (
            f"SELECT {text(section.name)} AS section, {text(section.subject)} AS subject, "
            f"row_key AS key, CAST({at} AS BIGINT) AS place, "
            f"{canonical(value, subject.sql(value, section))} AS value, {below} AS below, "
            f"{text(kind_of(value))} AS value_kind "
            f"FROM judged_{section.subject} WHERE {subject.sql(self.applies, section)}"
        )
