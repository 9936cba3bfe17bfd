"""One row a project as totals read it: who asks, under which heading, what was cut."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shangji.verify.rulebook import Doc
    from shangji.verify.seals import Report

NO_GRADE = "材料不足，暂不评级"
SPREAD = "区间跨级，待补材料"
RIGID = "刚性测算，不评级"
NO_LANE = "评审分类不明，不评级"
NO_UNIT = "（未填单位）"
NOUGHT = Decimal("0.00")


@dataclass
class Asking:
    """One project as totals read it."""

    key: Any
    name: Any
    unit: str
    unit_name: str
    department: str
    department_name: str
    grade: str
    gate: str | None
    asked: Decimal | None
    cut: Decimal
    code: Any


def projects(report: Report, framework: str) -> list[Asking]:
    """Every project of a report, graded by a framework."""
    units = _least(report, "unit_name", "department_code", "department_name")
    heads: dict[str, str] = {}
    for held in units.values():
        code, name = held["department_code"], held["department_name"]
        if code is not None and name is not None:
            heads[code] = min(heads.get(code, name), name)
    cuts: dict[Any, Decimal] = {}
    for row in report.tables["reduction"]:
        less = row["asked_yuan"] - row["approved_yuan"]
        cuts[row["project_code"]] = cuts.get(row["project_code"], NOUGHT) + less
    heading = {
        row["key"]: graded(row)
        for row in report.tables["grade"]
        if row["framework"] == framework and row["subject"] == "project"
    }
    gates = {
        row["key"]: row["outcome"] for row in report.tables["gate"] if row["subject"] == "project"
    }
    made = []
    for row in report.snapshot.get("project", []):
        unit: Any = row.get("unit_code")
        own: Any = row.get("department_code")
        known: dict[str, Any] = units.get(unit, {})
        places = (own, known.get("department_code"), unit, "")
        called = (
            heads.get(own),
            known.get("department_name"),
            known.get("unit_name"),
            row.get("unit_name"),
            own,
            unit,
            NO_UNIT,
        )
        grade = heading.get(row["row_key"], RIGID if row.get("lane") == "rigid" else NO_LANE)
        gate, cut = gates.get(row["row_key"]), cuts.get(row["project_code"], NOUGHT)
        place, name = _first(places), _first(called)
        who = _first((known.get("unit_name"), row.get("unit_name"), unit, NO_UNIT))
        head = (row["row_key"], row["project_name"], _first((unit, "")), who, place, name)
        made.append(Asking(*head, grade, gate, row["amount_yuan"], cut, row["project_code"]))
    return made


def _least(report: Report, *columns: str) -> dict[Any, dict[str, Any]]:
    """The least value of each column by unit; nothing where no list of units was given."""
    made: dict[Any, dict[str, Any]] = {}
    for row in report.snapshot.get("organisation", []):
        if row["unit_code"] is not None:
            held = made.setdefault(row["unit_code"], dict.fromkeys(columns))
            for name in columns:
                found = [one for one in (held[name], row[name]) if one is not None]
                held[name] = min(found, default=None)
    return made


def graded(row: Doc) -> str:
    """Under which heading a graded row is counted."""
    if row["low_grade"] == "":
        return NO_GRADE
    return str(row["low_grade"]) if row["low_grade"] == row["high_grade"] else SPREAD


def _first(given: tuple[Any, ...]) -> str:
    return str(next(one for one in given if one is not None))
