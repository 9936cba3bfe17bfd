"""What the remedies set and take off, once more: figures, cuts, each fund's share to the cent.

Lines come before projects; a project's lines together lose no more than it may lose.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.verify.judge import owners
from shangji.verify.rulebook import text, texts
from shangji.verify.seals import canonical
from shangji.verify.shape import exact
from shangji.verify.standards import rounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.verify.judge import Answer, Judged, Seated
    from shangji.verify.seat import Seat

NOUGHT = Decimal("0.00")
AMOUNT = "amount_yuan"
Funds = dict[str, Decimal]


class Cutting:
    """Cuts every line and project of a review again."""

    def __init__(self, seated: Seated, judged: dict[str, Judged]) -> None:
        """Take the seats and what the rules answered."""
        self.seated, self.judged = seated, judged
        self.book = seated.world.book
        stated = self.book.reduction
        order = texts(stated, "fund_order")
        self.place = {name: at for at, name in enumerate(order)}
        self.floors = list(stated.get("floors") or [])
        self.taken: dict[Any, Funds] = {}
        self.lost: dict[Any, Decimal] = {}

    def rows(self) -> list[Answer]:
        """The rows of the table of reductions."""
        return [*self._lines(), *self._projects()]

    def _wanted(self, subject: str) -> Iterator[tuple[Seat, str, Decimal, Decimal, str, str]]:
        """Each row that is to be cut: seat, key, asked, approved, cause, the others."""
        if not self.seated.world.present(subject):
            return
        cutting = [one for one in self.judged.values() if one.rule.subject == subject and one.cuts]
        for seat in self.seated.of(subject) if cutting else []:
            key, asked = str(seat.row.values["row_key"]), seat.row.values[AMOUNT]
            found = sorted((one.cuts[key], one.rule.id) for one in cutting if key in one.cuts)
            if not found or asked is None or found[0][0] >= asked:
                continue
            least, cause = found[0]
            approved = max(least, min(asked, self._floor(seat, subject)))
            others = sorted(name for _, name in found if name != cause)
            yield seat, key, asked, approved, cause, canonical(others)

    def _floor(self, seat: Seat, subject: str) -> Decimal:
        """The greatest floor of a kind on a row; one that is unknown binds nothing."""
        values = [
            seat.value(text(one, "at_least"))
            for one in self.floors
            if one["subject"] == subject and seat.value(text(one, "applies", "TRUE")) is True
        ]
        known = [rounded(exact(value), 2) for value in values if value is not None]
        return max([NOUGHT, *known])

    def _lines(self) -> Iterator[Answer]:
        used: dict[Any, Decimal] = {}
        found = list(self._wanted("line"))
        for seat, key, asked, approved, cause, also in sorted(found, key=lambda one: one[1]):
            project = owners(seat)[0]
            cut = asked - approved
            whole = seat.get(("project", AMOUNT)) if "project" in seat.aliases else None
            if whole is not None:
                left = whole - self._floor(seat, "project") - used.get(project, NOUGHT)
                used[project] = used.get(project, NOUGHT) + cut
                cut = max(NOUGHT, min(cut, left))
            if cut <= 0:
                continue
            self.lost[project] = self.lost.get(project, NOUGHT) + cut
            head = {"project_code": project, "line_key": key, "step": "line", "cause_id": cause}
            shares = self._shares(asked, cut, self._funds(seat))
            mine = self.taken.setdefault(key, {})
            for source, amount, take in shares:
                mine[source] = take
                yield self._row({**head, "also": also}, source, amount, take)

    def _projects(self) -> Iterator[Answer]:
        for seat, _, asked, approved, cause, also in self._wanted("project"):
            project = owners(seat)[0]
            left = asked - self.lost.get(project, NOUGHT)
            if left <= approved:
                continue
            head = {"project_code": project, "line_key": "", "step": "project", "cause_id": cause}
            shares = self._shares(left, left - approved, self._left(project))
            for source, amount, take in shares:
                yield self._row({**head, "also": also}, source, amount, take)

    @staticmethod
    def _row(head: Answer, source: str, amount: Decimal, take: Decimal) -> Answer:
        money = {"asked_yuan": amount, "approved_yuan": amount - take}
        return {**head, "fund_source": source, **money, "cause_kind": "rule"}

    # Funds.

    def _funds(self, seat: Seat) -> Funds:
        """What each fund pays of a line."""
        values = seat.row.values
        several, name = self.book.tables.get("line_fund"), values.get("fund_source")
        if several is not None:
            link = {there: values[here] for there, here in several.parent_on.items()}
            rows = self.seated.world.matching("line_fund", link)
            if rows and None not in link.values():
                found: Funds = {}
                for row in rows:
                    source, amount = row.values["fund_source"], row.values[AMOUNT]
                    if source is not None and amount is not None and amount > 0:
                        found[source] = found.get(source, NOUGHT) + amount
                return found
        amount = values[AMOUNT]
        return {name: amount} if name is not None and amount is not None and amount > 0 else {}

    def _left(self, project: Any) -> Funds:  # noqa: ANN401 - a code or nothing
        """What each fund still pays of a project after the cuts of its lines."""
        found: Funds = {}
        if project is None or not self.seated.world.present("line"):
            return found
        for seat in self.seated.of("line"):
            if seat.row.values["project_code"] == project:
                taken = self.taken.get(str(seat.row.values["row_key"]), {})
                for source, amount in self._funds(seat).items():
                    left = amount - taken.get(source, NOUGHT)
                    found[source] = found.get(source, NOUGHT) + left
        return found

    def _shares(
        self, asked: Decimal, cut: Decimal, funds: Funds
    ) -> Iterator[tuple[str, Decimal, Decimal]]:
        """Each fund's share of a cut, one fund whole before the next; the rest under ''."""
        last = len(self.place)
        left = cut
        for source in sorted(funds, key=lambda name: (self.place.get(name, last), name)):
            take = max(NOUGHT, min(funds[source], left))
            left -= take
            if take > 0:
                yield source, funds[source], take
        if left > 0:
            yield "", max(asked - sum(funds.values(), NOUGHT), left), left
