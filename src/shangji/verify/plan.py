"""A plan once more: every limit counted in whole 分, every class bounded by weak duality.

The prices that the report stores prove an upper bound of what a class could be worth, whoever made
them: any prices of the right sign bound it. What is told as the bound of the linear program must be
that, up to the rounding of the prices; how near the plan comes to it is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from shangji.verify.causing import Causing
from shangji.verify.parts import WITHOUT, Limit, Part, Parting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.verify.seals import Report
    from shangji.verify.wanted import Wanted

Answer = dict[str, Any]
NEAR = Fraction(1, 10**6)
"""What a solver of doubles may miss of a bound."""
FIRST = ("needs", "excludes", "ceiling", "next_years", "reserve", "pot")
AFTER = "after"


def yuan(amount: int) -> Decimal:
    """分 as yuan."""
    return Decimal(amount).scaleb(-2)


@dataclass
class Planning:
    """The plan of a report."""

    report: Report
    wanted: Wanted
    given: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make parts and limits anew; take from the report only what was arranged, and prices."""
        made = Parting(self.wanted)
        self.parts, self.limits, self.made = made.parts, made.limits, made
        for row in self.report.tables["plan_part"]:
            self.given[row["part_no"]] = int((row["arranged_yuan"] * 100).to_integral_value())
        self.prices: dict[int, dict[str, int]] = {}
        for row in self.report.tables["plan_price"]:
            self.prices.setdefault(row["class_no"], {})[row["limit_name"]] = int(row["price"])

    def have(self, at: int) -> int:
        """The money of a part."""
        return self.given.get(at, 0)

    def takes(self, limit: Limit, at: int, amount: int) -> int:
        """What money of a part counts for in a limit: itself, or its share rounded up."""
        coefficient, whole = limit.terms[at], self.parts[at].amount
        if limit.kind not in WITHOUT and coefficient == whole:
            return amount
        return -(-coefficient * amount // whole)

    def used(self, limit: Limit, below: int | None = None) -> int:
        """What is used of a limit, by all classes or by those before one."""
        return sum(
            self.takes(limit, at, self.have(at))
            for at in limit.terms
            if below is None or self.parts[at].grade < below
        )

    # What must hold.

    def broken(self) -> Iterator[tuple[str, str, str]]:
        """Yield what does not hold: where, what is, what may be."""
        for part in self.parts:
            have = self.have(part.at)
            before = None if part.after is None else self.parts[part.after]
            if part.grade == 0 and have != part.amount:
                yield f"必须安排的单元 {part.at}", str(have), str(part.amount)
            if not 0 <= have <= part.amount or (part.whole and have not in {0, part.amount}):
                yield f"单元 {part.at} 的金额", str(have), f"0 或 {part.amount}"
            if have and before is not None and self.have(before.at) < before.amount:
                yield f"单元 {part.at} 的先后", "已安排", f"单元 {before.at} 还没有安排足"
        for limit in self.limits:
            used = self.used(limit)
            if used < limit.amount if limit.least else used > limit.amount:
                most = f"{'不少于' if limit.least else '不多于'} {limit.amount}"
                yield f"约束 {limit.name}", str(used), most

    def stages(self) -> Iterator[tuple[str, str, str]]:
        """Yield what is told wrongly of a class: its worth, its bounds."""
        told = {row["class_no"]: row for row in self.report.tables["plan_stage"]}
        for grade, _ in enumerate(self.made.classes, start=1):
            row = told.get(grade)
            if row is None:
                yield f"第 {grade} 步", "没有这一行", "有这一行"
                continue
            worth = self.worth(grade)
            value, bound = int(row["value"]), int(row["bound"])
            relaxed = int(row["relaxed_bound"])
            if value != worth:
                yield f"第 {grade} 步的目标值", str(value), str(worth)
            if not any(part.grade == grade for part in self.parts):
                continue
            proven, slack = self.bound(grade)
            if abs(relaxed - proven) > slack:
                yield f"第 {grade} 步的线性规划上界", str(relaxed), f"价格证明的是 {proven}"
            if not worth <= bound <= relaxed + slack:
                yield f"第 {grade} 步的上界", str(bound), f"在 {worth} 与 {relaxed} 之间"
            if row["is_proven"] and bound != worth:
                yield f"第 {grade} 步已证最优", str(bound), str(worth)
        for limit in {name for held in self.prices.values() for name in held} - self.named():
            yield f"价格 {limit}", "有这一行", "没有这个约束"

    def named(self) -> set[str]:
        """The names that a price may have."""
        chains = {f"{AFTER}|{part.at}" for part in self.parts if part.after is not None}
        return chains | {limit.name for limit in self.limits}

    def worth(self, grade: int) -> int:
        """Weight times 分 of a class."""
        return sum(part.weight * self.have(part.at) for part in self.parts if part.grade == grade)

    def bound(self, grade: int) -> tuple[int, Fraction]:
        """The bound that the prices of a class prove, and what their rounding may have added.

        Prices of the wrong sign count as nought. With y ≥ 0 on every limit, the worth of any plan
        that keeps the limits is at most Σ y·room + Σ max(0, worth − Σ y·coefficient).
        """
        prices = self.prices.get(grade, {})
        opened = {part.at for part in self.parts if part.grade >= grade}
        left = {at: self.parts[at].weight * self.parts[at].amount for at in opened}
        left = {at: worth if self.parts[at].grade == grade else 0 for at, worth in left.items()}
        total, moved = 0, 0
        for limit in self.limits:
            terms = {at: c for at, c in limit.terms.items() if at in opened}
            if not terms:
                continue
            price = prices.get(limit.name, 0)
            price = min(0, price) if limit.least else max(0, price)
            room = limit.amount - self.used(limit, grade)
            total += price * room
            if price:
                moved += abs(room) + sum(map(abs, terms.values()))
            for at, coefficient in terms.items():
                left[at] -= price * coefficient
        for part in self.parts:
            price = max(0, prices.get(f"{AFTER}|{part.at}", 0))
            if price and part.after in opened and part.at in opened:
                left[part.at] -= price
                left[part.after] += price
                moved += 2
        shut = {
            part.at
            for part in self.parts
            if part.after is not None
            and part.after not in opened
            and self.have(part.after) < self.parts[part.after].amount
        }
        total += sum(max(0, left[at]) for at in opened - shut)
        return total, Fraction(moved, 2) + NEAR * abs(total)

    def reached(self) -> list[tuple[str, Decimal]]:
        """How much of the bound that its prices prove each class comes to, in per cent."""
        found = []
        for grade, name in enumerate(self.made.classes, start=1):
            proven, _ = self.bound(grade)
            if proven > 0:
                found.append((name, Decimal(100 * self.worth(grade)) / Decimal(proven)))
        return found

    # Tables.

    def tables(self) -> dict[str, list[Answer]]:
        """The rows of the tables that are derived whole."""
        return {
            "plan": list(self._plan()),
            "plan_cause": list(Causing(self).rows()),
            "plan_part": [self._part(part) for part in self.parts],
            "plan_limit": [
                {
                    "limit_name": one.name,
                    "kind": one.kind,
                    "sense": "at_least" if one.least else "at_most",
                    "limit_fen": one.amount,
                    "used_fen": self.used(one),
                }
                for one in self.limits
            ],
            "plan_term": [
                {"limit_name": one.name, "part_no": at, "coefficient": coefficient}
                for one in self.limits
                for at, coefficient in one.terms.items()
            ],
        }

    def _part(self, part: Part) -> Answer:
        return {
            "part_no": part.at,
            "project_code": part.project,
            "fund_source": part.source,
            "package": part.level,
            "class_no": part.grade,
            "after_no": part.after,
            "is_whole": part.whole,
            "weight": part.weight,
            "amount_yuan": yuan(part.amount),
            "arranged_yuan": yuan(self.have(part.at)),
        }

    def _plan(self) -> Iterator[Answer]:
        held: dict[tuple[str, str, str], list[Part]] = {}
        for part in self.parts:
            held.setdefault((part.project, part.level, part.source), []).append(part)
        for (project, level, source), parts in held.items():
            short = next((part for part in parts if self.have(part.at) < part.amount), None)
            amount = sum(self.have(part.at) for part in parts)
            yield self._row(project, level, source, amount, self._blocked(short) if short else "")
        for (project, source), why in self.made.barred.items():
            yield self._row(project, "", source, 0, why)

    def _row(self, project: str, level: str, source: str, amount: int, why: str) -> Answer:
        return {
            "project_code": project,
            "package": level,
            "fund_source": source,
            "year": self.wanted.year,
            "amount_yuan": yuan(amount),
            "bound_by": why,
        }

    def _blocked(self, part: Part) -> str:
        """The first limit without room for the rest of a part, or of the one that it waits for."""
        while part.after is not None and self.have(part.after) < self.parts[part.after].amount:
            part = self.parts[part.after]
        rest, found = part.amount - self.have(part.at), []
        for limit in self.limits:
            coefficient = limit.terms.get(part.at, 0)
            if limit.least or coefficient <= 0:
                continue
            more = rest if coefficient == part.amount else coefficient
            if self.used(limit) + more > limit.amount:
                found.append((FIRST.index(limit.kind), limit.name))
        return min(found)[1] if found else "order"
