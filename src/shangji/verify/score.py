"""Frameworks once more: leaves to intervals, intervals to scores, gates and grades; measures too.

Points are whole hundredths until they are written.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.verify.judge import owner, owners
from shangji.verify.rulebook import text, texts
from shangji.verify.seals import canonical
from shangji.verify.shape import Shape, exact
from shangji.verify.standards import rounded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji.verify.judge import Answer, Seated
    from shangji.verify.rulebook import Doc
    from shangji.verify.seat import Seat

Leaf = tuple[int, int, int, int]
"""Low, high, known and full of a leaf on a row."""
Interval = tuple[int, int, bool, int]
"""Low, high, whether the unit owes what is open, weight."""

STANDS = {"bureau": 1, "external": 1, "unit": 2}
FAILED = 3


def hundredths(value: str) -> int:
    """Points as whole hundredths."""
    return int((Decimal(value) * 100).to_integral_value())


def cents(points: int) -> Decimal:
    """Hundredths as a decimal."""
    return Decimal(points).scaleb(-2)


@dataclass
class Scored:
    """A framework on its subject, with every verdict by the row to which it belongs."""

    seated: Seated
    doc: Doc
    verdicts: list[Answer]
    by_row: dict[Any, list[Answer]] = field(default_factory=dict)
    known: list[tuple[str, list[Leaf]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Gather leaves and verdicts; a project has those of its lines and papers too."""
        self.name, self.subject = text(self.doc, "framework"), text(self.doc, "subject")
        self.nodes: list[Doc] = self.doc["nodes"]
        self.leaves = [node for node in self.nodes if int(node.get("weight") or 0)]
        for one in self.verdicts:
            if self.subject == "project":
                self.by_row.setdefault(one["project_code"], []).append(one)
            elif one["subject"] == self.subject:
                self.by_row.setdefault(one["key"], []).append(one)
        self.shape = Shape(self.book, self.book.tables[self.subject])

    @property
    def book(self) -> Any:  # noqa: ANN401 - the rule book
        """The pack."""
        return self.seated.world.book

    def under(self, name: str) -> list[int]:
        """The places of the leaves under a node."""
        names = {name}
        for node in self.nodes:
            if node.get("parent") in names:
                names.add(node["node"])
        return [at for at, leaf in enumerate(self.leaves) if leaf["node"] in names]

    def expressions(self, leaf: Doc) -> list[str]:
        """What a leaf reads."""
        found = [text(step, "when") for step in leaf.get("steps") or []]
        if leaf.get("scale"):
            measure = self.book.measures[leaf["scale"]["measure"]]
            found += [text(measure, "numerator"), text(measure, "denominator")]
        return [one for one in found if one]

    def belonging(self, seat: Seat) -> list[Answer]:
        """The verdicts that belong to a row."""
        key = owners(seat)[0] if self.subject == "project" else seat.row.values["row_key"]
        return self.by_row.get(key, []) if key is not None else []

    # Leaves.

    def leaf(self, seat: Seat, leaf: Doc) -> Interval:
        """The interval of a leaf on a row."""
        weight = int(leaf["weight"]) * 100
        if "deduct" in leaf:
            return self._deducted(seat, leaf, weight)
        if "judged" in leaf:
            return self._by_judges(seat, leaf, weight)
        return self._scaled(seat, leaf, weight) if "scale" in leaf else self._steps(seat, leaf)

    def _steps(self, seat: Seat, leaf: Doc) -> Interval:
        """The steps that may be the first that holds."""
        weight = int(leaf["weight"]) * 100
        possible, owing = [], False
        for step in leaf["steps"]:
            when = text(step, "when")
            holds = seat.value(when) if when else True
            if holds is False:
                continue
            possible.append(hundredths(text(step, "value")))
            if holds is True:
                break
            owing = owing or self._unit_owes(seat, [when])
        else:
            if text(leaf["steps"][-1], "when"):
                possible.append(0)
        return min([weight, *possible]), max([0, *possible]), owing, weight

    def _unit_owes(self, seat: Seat, given: list[str]) -> bool:
        paths = self.shape.inputs(*given)
        return any(seat.get(path) is None and owner(seat, path) == "unit" for path in paths)

    def _by_judges(self, seat: Seat, leaf: Doc, weight: int) -> Interval:
        wanted = (self.name, leaf["node"], leaf["judged"]["by"], seat.row.values["row_key"])
        names = ("framework", "node", "judge_kind", "subject_key")
        given = [
            int(rounded(row.values["value"] * 100, 0))
            for row in self.seated.world.rows("judgement")
            if tuple(row.values[name] for name in names) == wanted
            and row.values["value"] is not None
        ]
        if not given:
            return 0, weight, False, weight
        mean = (2 * sum(given) + len(given)) // (2 * len(given))
        return mean, mean, False, weight

    def _deducted(self, seat: Seat, leaf: Doc, weight: int) -> Interval:
        """Full marks less what the bureau cannot count, what failed, what is doubtful."""
        stands: dict[str, int] = {}
        for one in self.belonging(seat):
            if one["status"] == "active":
                now = FAILED if one["outcome"] == "fail" else STANDS[one["owed_by"]]
                stands[one["rule_id"]] = max(now, stands.get(one["rule_id"], 0))
        lost = {FAILED: 0, 2: 0, 1: 0}
        for rule_id, stand in stands.items():
            lost[stand] += self._points(leaf, rule_id)
        full = max(0, weight - lost[1])
        low = min(full, max(0, weight - lost[FAILED] - lost[2]))
        return low, min(full, max(0, weight - lost[FAILED])), True, full

    def _points(self, leaf: Doc, rule_id: str) -> int:
        rule, deduct = self.book.rules[rule_id], leaf["deduct"]
        named = (deduct.get("rules") or {}).get(rule_id)
        dimension = text(deduct, "dimension")
        kind = deduct.get(rule.severity) if dimension in {"", rule.dimension} else None
        points = named if named is not None else kind
        return hundredths(points) if points is not None and rule.status == "active" else 0

    def _scaled(self, seat: Seat, leaf: Doc, weight: int) -> Interval:
        """A piecewise-linear map of a measure, rounded half up once."""
        given = self.expressions(leaf)
        above, below = seat.value(given[0]), (seat.value(given[1]) if len(given) > 1 else 1)
        if above is None or below is None or below <= 0:
            return 0, weight, self._unit_owes(seat, given), weight
        n, d = int(rounded(exact(above) * 10000, 0)), int(rounded(exact(below) * 10000, 0))
        points = [(hundredths(x), hundredths(y)) for x, y in leaf["scale"]["points"]]
        mapped = points[-1][1]
        if n * 100 <= points[0][0] * d:
            mapped = points[0][1]
        else:
            for (x0, y0), (x1, y1) in itertools.pairwise(points):
                if n * 100 <= x1 * d:
                    number = 2 * (y0 * (x1 - x0) * d + (y1 - y0) * (n * 100 - x0 * d))
                    mapped = (number + (x1 - x0) * d) // (2 * (x1 - x0) * d)
                    break
        return mapped, mapped, self._unit_owes(seat, given), weight

    # Tables.

    def rows(self) -> list[tuple[str, list[Leaf]]]:
        """Low, high, known and full of every leaf, on every row that the framework is for."""
        made = self.known
        for seat in self.seated.of(self.subject) if not made else ():
            if seat.value(text(self.doc, "applies", "TRUE")) is not True:
                continue
            found = []
            for leaf in self.leaves:
                low, high, owing, weight = self.leaf(seat, leaf)
                counted, sure = low == high or owing, low == high
                known, full = (weight if sure else 0), (weight if counted else 0)
                found.append((low if counted else 0, high if counted else 0, known, full))
            made.append((str(seat.row.values["row_key"]), found))
        return made

    def head(self, key: str) -> Answer:
        """The columns that name a row of scores."""
        as_of = self.seated.world.review["as_of"]
        return {"framework": self.name, "subject": self.subject, "key": key, "as_of": as_of}

    def scores(self) -> list[Answer]:
        """The score table."""
        made = []
        for key, found in self.rows():
            for node in self.nodes:
                low, high, known, full = _sums(found, self.under(node["node"]))
                made.append(
                    {
                        **self.head(key),
                        "node": node["node"],
                        "low": cents(low),
                        "high": cents(high),
                        "known": known // 100,
                        "full": full // 100,
                    }
                )
        return made

    def grades(self) -> list[Answer]:
        """The grade table; a row below the known share has no grade and no rank."""
        said = self.doc["grades"]
        least = int(text(self.doc, "known_at_least", "70"))
        bands = [(name, hundredths(value)) for name, value in (said.get("bands") or {}).items()]
        axes = [self.under(said[axis]) for axis in (("score",) if bands else ("x", "y"))]
        weights = [sum(int(self.leaves[at]["weight"]) * 100 for at in axis) for axis in axes]
        made, order = [], []
        for key, found in self.rows():
            sums = [_sums(found, axis) for axis in axes]
            shares = zip(sums, weights, strict=True)
            known = min(one[2] * 100 // weight for one, weight in shares)
            grades = []
            for end in (0, 1):
                grade = _banded(bands, sums[0], end) if bands else _quartered(said, sums, end)
                grades.append(grade if known >= least else "")
            total = sum(one[0] * 10000 // (one[3] or 1) for one in sums)
            row = {"low_grade": grades[0], "high_grade": grades[1], "known": known, "rank": None}
            made.append({**self.head(key), **row})
            first = "" if bands else grades[0]
            order.append((grades[0] == "", first, -total, key, len(made) - 1))
        for rank, (none, _, _, _, at) in enumerate(sorted(order), start=1):
            made[at]["rank"] = None if none else rank
        return made

    def gates(self) -> list[Answer]:
        """The gate table: the first line that catches a row, with its rules."""
        made: list[Answer] = []
        if not self.doc.get("gate"):
            return made
        for seat in self.seated.of(self.subject):
            mine = [one for one in self.belonging(seat) if one["status"] == "active"]
            outcome: str | None = None
            rules: Iterable[str] = ()
            for line in self.doc["gate"]:
                if not line.get("verdict"):
                    outcome = line["gate"]
                    break
                rules = sorted({one["rule_id"] for one in mine if self._catches(line, one)})
                if rules:
                    outcome = line["gate"]
                    break
            row = {"subject": self.subject, "key": seat.row.values["row_key"]}
            made.append({**row, "outcome": outcome, "rules": canonical(list(rules))})
        return made

    def _catches(self, line: Doc, one: Answer) -> bool:
        graded, within = texts(line, "severity"), texts(line, "dimension")
        dimension = self.book.rules[one["rule_id"]].dimension
        fits = not within or dimension in within
        return (
            one["outcome"] == line["verdict"]
            and fits
            and one["severity"] in (graded or [one["severity"]])
        )

    def by_sql(self, node: str = "") -> bool:
        """Whether a node, or the whole, rests on a relation."""
        at = self.under(node) if node else range(len(self.leaves))
        given = [one for place in at for one in self.expressions(self.leaves[place])]
        return self.shape.by_sql([*given, text(self.doc, "applies", "TRUE")])

    def by_rules(self, node: str = "") -> bool:
        """Whether a node, or the whole, rests on verdicts."""
        at = self.under(node) if node else range(len(self.leaves))
        return any("deduct" in self.leaves[place] for place in at)


def _sums(found: list[Leaf], under: list[int]) -> Leaf:
    low, high, known, full = (sum(found[at][part] for at in under) for part in range(4))
    return low, high, known, full


def _quartered(said: Doc, sums: list[Leaf], end: int) -> str:
    """The letter of the quarter in which both axes put a row."""
    cut, letters = hundredths(said["cut"]), list(said["names"])
    x, y = (one[end] * 10000 >= cut * one[3] for one in sums)
    return str(letters[(0 if y else 1) if x else (2 if y else 3)])


def _banded(bands: list[tuple[str, int]], one: tuple[int, int, int, int], end: int) -> str:
    """The first band whose least share of full marks is reached, else the last."""
    for name, least in bands:
        if one[end] * 10000 >= least * one[3]:
            return name
    return bands[-1][0]


def measured(seated: Seated, doc: Doc) -> list[Answer]:
    """The rows of a measure: numerator and denominator where the numerator is known."""
    made = []
    subject, below = text(doc, "subject"), text(doc, "denominator")
    for seat in seated.of(subject):
        number = seat.value(text(doc, "numerator"))
        if number is None:
            continue
        under = seat.value(below) if below else 1
        made.append(
            {
                "name": text(doc, "measure"),
                "subject": subject,
                "key": seat.row.values["row_key"],
                "period": str(seated.world.review["budget_year"]),
                "numerator": rounded(exact(number), 2),
                "denominator": None if under is None else rounded(exact(under), 2),
                "unit": text(doc, "unit"),
            }
        )
    return made


def rests_on_sql(seated: Seated, doc: Doc) -> bool:
    """Whether a measure rests on a relation."""
    given = [text(doc, "numerator"), text(doc, "denominator")]
    shape = Shape(seated.world.book, seated.world.book.tables[text(doc, "subject")])
    return shape.by_sql(one for one in given if one)
