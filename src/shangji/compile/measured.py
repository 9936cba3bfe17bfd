"""SQL of measures: numerator and denominator on every row of the subject, never their quotient."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.compile.rows import text
from shangji.compile.scope import typed

if TYPE_CHECKING:
    from shangji.compile.subject import Subject
    from shangji.language import Expr
    from shangji.pack import Measure


@dataclass
class Measured:
    """A measure on its subject: numerator and denominator, never their quotient."""

    measure: Measure
    subject: Subject
    numerator: Expr = field(init=False)
    denominator: Expr | None = field(init=False)

    def __post_init__(self) -> None:
        """Type the expressions and ask for what they read."""
        measure, scope = self.measure, self.subject.scope
        self.numerator = typed(measure.numerator, scope, measure.name)
        self.denominator = (
            typed(measure.denominator, scope, measure.name) if measure.denominator else None
        )
        self.subject.ask(self.numerator, self.denominator)

    def sql(self) -> str:
        """SELECT of the measure on every row of its subject where it is known."""
        measure, subject = self.measure, self.subject
        below = subject.sql(self.denominator) if self.denominator else "1"
        review = subject.rows.review["budget_year"].value
        return (
            f"SELECT {text(measure.name)} AS name, {text(measure.subject)} AS subject, "
            f"row_key AS key, '{review}' AS period, "
            f"CAST({subject.sql(self.numerator)} AS DECIMAL(18,2)) AS numerator, "
            f"CAST({below} AS DECIMAL(18,2)) AS denominator, {text(measure.unit)} AS unit "
            f"FROM judged_{measure.subject} WHERE {subject.sql(self.numerator)} IS NOT NULL"
        )
