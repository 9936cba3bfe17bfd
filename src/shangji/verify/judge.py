"""Every rule on every row once more: verdicts, coverage, and what the remedies take off."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.verify import language
from shangji.verify.model import DAMAGES, NotDerived
from shangji.verify.seals import canonical, shown
from shangji.verify.seat import Seat, View
from shangji.verify.shape import Shape, exact, places, value_kind
from shangji.verify.standards import rounded

if TYPE_CHECKING:
    from shangji.verify.rulebook import Rule
    from shangji.verify.world import Path, Row, World

NOUGHT = Decimal("0.00")
STATUSES = ("draft", "trial", "active")
Answer = dict[str, Any]


@dataclass
class Judged:
    """What a rule answered: its findings by key, its counts, the remedies that bind."""

    rule: Rule
    by_sql: bool = False
    why: str = ""
    verdicts: dict[str, Answer] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    cuts: dict[str, Decimal] = field(default_factory=dict)
    remedies: list[Answer] = field(default_factory=list)


@dataclass
class Seated:
    """The rows of a subject as seats, made once for all its rules."""

    world: World
    seats: dict[str, list[Seat]] = field(default_factory=dict)
    owned: dict[str, dict[Any, list[Seat]]] = field(default_factory=dict)

    def of(self, subject: str) -> list[Seat]:
        """The seats of a subject."""
        if subject not in self.seats:
            view = View(self.world, self.world.book.tables[subject])
            self.seats[subject] = [Seat(view, row) for row in self.world.rows(subject)]
        return self.seats[subject]

    def belonging(self, subject: str, projects: set[Any]) -> list[Seat]:
        """The seats of a subject that belong to some projects."""
        if subject not in self.owned:
            held = self.owned.setdefault(subject, {})
            for seat in self.of(subject):
                held.setdefault(owners(seat)[0], []).append(seat)
        held = self.owned[subject]
        return [seat for project in held if project in projects for seat in held[project]]


def running(world: World) -> list[Rule]:
    """The rules that run: in force on the first of January, with something to ask."""
    day: date = world.review["year_start"]
    brought: dict[str, set[str]] = {}
    for source in world.report.manifest["sources"]:
        for name, columns in source["supplied"].items():
            brought.setdefault(name, set()).update(columns)
    found = []
    for rule in world.book.rules.values():
        started = not rule.start or date.fromisoformat(rule.start) <= day
        over = rule.end and date.fromisoformat(rule.end) < day
        if rule.status not in {"trial", "active"} or not started or over:
            continue
        if rule.column is not None and rule.column.name not in brought.get(rule.subject, ()):
            owed = rule.id.startswith("C-") and rule.column.supplied_by == "unit"
            if not owed:
                continue
        if world.present(rule.subject):
            found.append(rule)
    return found


def judge(seated: Seated, rule: Rule, projects: set[Any] | None = None) -> Judged:
    """A rule on every row of its subject; where it cannot be derived, `why` says so.

    Args:
        seated: the rows.
        rule: the rule.
        projects: where given, only the rows of these projects.
    """
    made = Judged(rule)
    try:
        shape = Shape(seated.world.book, seated.world.book.tables[rule.subject], rule.uses)
        made.by_sql = shape.by_sql(rule.texts)
        one = _One(rule, shape)
        counted = dict.fromkeys(("not_applicable", "pass", "unknown", "fail"), 0)
        seats = seated.of(rule.subject)
        if projects is not None:
            seats = seated.belonging(rule.subject, projects)
        view = View(seated.world, seated.world.book.tables[rule.subject], rule.uses)
        for seat in seats:
            counted[one.judge(seat.under(view), made)] += 1
    except NotDerived as error:
        return Judged(rule, made.by_sql, str(error))
    except DAMAGES as error:
        return Judged(rule, made.by_sql, f"表达式算不了（{type(error).__name__}）")
    rows = sum(counted.values())
    made.counts = {
        "rows": rows,
        "not_applicable": counted["not_applicable"],
        "applied": rows - counted["not_applicable"],
        "fail": counted["fail"],
        "unknown": counted["unknown"],
    }
    return made


class _One:
    """One rule, with all that does not change from row to row."""

    def __init__(self, rule: Rule, shape: Shape) -> None:
        self.rule, self.shape = rule, shape
        self.inputs = shape.inputs(rule.applies, rule.fails)
        self.mends = shape.amount_remedy(rule.set, rule.to)
        self.kind = value_kind(shape, (rule.measured, rule.allowed), rule.scale)
        read = dict.fromkeys(path[0] for path in language.refs(*rule.texts))
        self.groups = [
            alias
            for alias in read
            if alias not in rule.uses
            and alias in shape.aliases
            and shape.aliases[alias].sql
            and "members_unknown" in shape.aliases[alias].columns
        ]

    def judge(self, seat: Seat, made: Judged) -> str:
        rule = self.rule
        applies = seat.value(rule.applies)
        if applies is False:
            return "not_applicable"
        fails = seat.value(rule.fails)
        if fails is False:
            return "pass"
        outcome = "fail" if applies is True and fails is True else "unknown"
        answer = self.answer(seat, outcome)
        made.verdicts[str(answer["key"])] = answer
        if rule.set and outcome == "fail":
            made.remedies += self.remedy(seat, answer)
        binding = (outcome, answer["status"], rule.status) == ("fail", "active", "active")
        if self.mends and binding and answer["severity"] != "hint":
            self.cut(seat, made)
        return outcome

    def answer(self, seat: Seat, outcome: str) -> Answer:
        """The row of the verdict table."""
        rule, unknown = self.rule, outcome == "unknown"
        used = [seat.standard(use) for use in rule.uses.values()]
        weaker = STATUSES[: STATUSES.index(rule.status)]
        held = {standard["status"] for standard in used}
        loose = any(standard["binding"] is False for standard in used)
        project, unit = owners(seat)
        return {
            "rule_id": rule.id,
            "rule_digest": rule.digest,
            "subject": rule.subject,
            "key": seat.row.values["row_key"],
            "project_code": project,
            "unit_code": unit,
            "outcome": outcome,
            "status": next((name for name in weaker if name in held), rule.status),
            "severity": "hint" if loose else rule.severity,
            "measured": self.shows(seat, rule.measured),
            "allowed": self.shows(seat, rule.allowed),
            "value_kind": self.kind,
            "at_stake_yuan": self.stake(seat),
            "owed_by": owed_by(seat, self.inputs) if unknown else None,
            "members_unknown": sum(self.outside(seat, alias) for alias in self.groups),
            "standards": canonical([one["id"] for one in used if one["id"] is not None]),
            "evidence": "[]",
            "missing": canonical(self.missing(seat)) if unknown else "[]",
        }

    def shows(self, seat: Seat, text: str) -> str | None:
        """A value as canonical text."""
        value = seat.value(text) if text else None
        if value is None:
            return None
        if self.shape.kind(text)[0] != "number":
            return shown(value)
        number = exact(value) * Decimal(self.rule.scale or 1)
        return f"{rounded(number, places(self.shape, text, self.rule.scale)):f}"

    def stake(self, seat: Seat) -> Decimal | None:
        """The money at stake."""
        rule = self.rule
        if not self.mends:
            value = seat.value(rule.at_stake) if rule.at_stake else None
            return None if value is None else rounded(exact(value), 2)
        asked, to = seat.value(rule.set), seat.value(rule.to)
        if asked is None or to is None:
            return None
        least = max(NOUGHT, rounded(exact(to), 2))
        return rounded(max(NOUGHT, asked - least), 2)

    def cut(self, seat: Seat, made: Judged) -> None:
        asked, to = seat.value(self.rule.set), seat.value(self.rule.to)
        if asked is not None and to is not None:
            least = max(NOUGHT, rounded(exact(to), 2))
            made.cuts[str(seat.row.values["row_key"])] = min(asked, least)

    def remedy(self, seat: Seat, answer: Answer) -> list[Answer]:
        """What the remedy would set, and where; nothing where that is unknown."""
        rule = self.rule
        alias, name = language.refs(rule.set)[0][:2]
        value, row = seat.value(rule.to), seat.neighbour(alias)
        if value is None:
            return []
        column = self.shape.aliases[alias].columns[name]
        if self.shape.kind(rule.set)[0] == "number":
            value = rounded(exact(value), column.scale)
            value = max(NOUGHT, value) if column.kind == "money" else value
        given = seat.value(rule.set)
        return [
            {
                **{key: answer[key] for key in ("rule_id", "key", "project_code")},
                "at_table": self.shape.aliases[alias].name,
                "at_key": row.values["row_key"] if row else None,
                "at_column": name,
                "given": None if given is None else shown(given),
                "set_to": shown(value),
            }
        ]

    @staticmethod
    def outside(seat: Seat, alias: str) -> int:
        """The members of a group that could not take part."""
        return int(seat.get((alias, "members_unknown")) or 0)

    def missing(self, seat: Seat) -> list[str]:
        """The inputs that were unknown, in reading order."""
        labels: dict[str, bool] = {}
        for path in self.inputs:
            use = self.rule.uses.get(path[0])
            if use is not None:
                label, lacking = f"standard:{use.code}", seat.standard(use)["found"] is False
            else:
                label, lacking = ".".join(path[:2]), seat.get(path) is None
            labels[label] = labels.get(label, False) or lacking
        return [label for label, lacking in labels.items() if lacking]


def owners(seat: Seat) -> tuple[str | None, str | None]:
    """The project and the unit of a row."""
    table, values = seat.row.table, seat.row.values
    project = values[table.project] if table.project else None
    if table.unit:
        return project, values[table.unit]
    behind: Row | None = seat.row
    if table.name != "project":
        behind = seat.neighbour("project") if table.project and "project" in seat.aliases else None
    return project, behind.values.get("unit_code") if behind else None


def owed_by(seat: Seat, inputs: list[Path]) -> str:
    """Who owes what is unknown: a unit's omission comes first, then the bureau's."""
    owing = {owner(seat, path) for path in inputs if seat.get(path) is None}
    return next((name for name in ("unit", "bureau") if name in owing), "external")


def owner(seat: Seat, path: Path) -> str:
    """Who owes the value of a reference."""
    alias = path[0]
    if alias in seat.view.uses:
        return "bureau"
    table, world = seat.aliases[alias], seat.view.world
    if path[1] == "found":
        return table.supplied_by
    row, column = seat.neighbour(alias), table.columns.get(path[1])
    if column is None:
        return world.fact(row, path[1])[1] if row else "unit"
    if table.sql or column.supplied_by != "unit":
        return column.supplied_by
    return "bureau" if row is None or row.lists("row_unsupplied", column.name) else "unit"
