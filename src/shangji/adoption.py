"""采纳率: how often, and with how much money, a meeting decided what was suggested to it.

The one definition: a project is adopted where the decided amount equals the suggested one to the
cent; projects without either amount are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.domain import wan

if TYPE_CHECKING:
    from collections.abc import Iterable

NOUGHT = Decimal("0.00")


@dataclass(frozen=True)
class Adoption:
    """Projects decided and adopted, and what decisions gave above and below what was suggested."""

    decided: int = 0
    adopted: int = 0
    raised_yuan: Decimal = NOUGHT
    lowered_yuan: Decimal = NOUGHT

    @property
    def words(self) -> str:
        """As a sentence; that it is not known where nothing was decided."""
        if not self.decided:
            return "采纳率：不知道，会议定数以后才有"
        share = f"{self.adopted * 100 / self.decided:.1f}%"
        said = f"会议定数 {self.decided} 个项目，按建议数采纳 {self.adopted} 个，采纳率 {share}"
        moved = [
            f"{name} {wan(amount)} 万元"
            for name, amount in (("比建议多给", self.raised_yuan), ("少给", self.lowered_yuan))
            if amount
        ]
        return f"{said}；{'、'.join(moved)}" if moved else said


def adoption(pairs: Iterable[tuple[Decimal | None, Decimal | None]]) -> Adoption:
    """Count pairs of what was suggested and what was decided, in yuan."""
    known = [(one, two) for one, two in pairs if one is not None and two is not None]
    moves = [two - one for one, two in known]
    return Adoption(
        len(known),
        sum(not move for move in moves),
        sum((move for move in moves if move > 0), NOUGHT),
        sum((-move for move in moves if move < 0), NOUGHT),
    )
