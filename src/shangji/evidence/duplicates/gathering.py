"""What a filing declares, as records: its projects, the bureau's history, what was paid."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.evidence.duplicates.record import ASKED, PAID, PAST, Line, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shangji.snapshot import Collected, RunFacts

Row = dict[str, Any]
RIGID = "rigid"
FULL_YEAR = 12
SPENT = 95
"""Per cent of a full year's budget that, once spent, is taken as finished where nobody says."""


def gather(collected: Collected, facts: RunFacts) -> list[Record]:
    """Records of a filing in the order of their keys; what is recomputed by rule is left out."""
    rows = collected.rows
    names = {row["unit_code"]: text(row, "unit_name") for row in rows.get("organisation", ())}
    asked = list(_asked(collected, facts, names))
    home = {record.unit: record.region for record in asked}
    made = [*asked, *_past(rows.get("history", ())), *_paid(rows, facts.budget_year)]
    for record in made:
        record.region = record.region or home.get(record.unit) or facts.region[:6]
        record.unit_name = record.unit_name or names.get(record.unit, "")
    return sorted(made, key=lambda record: (record.side, record.key))


def _asked(collected: Collected, facts: RunFacts, names: Mapping[str, str]) -> Iterable[Record]:
    children = {name: _by_project(collected, name) for name in ("line", "line_fund", "lineage")}
    for row in collected.rows.get("project", ()):
        code = row.get("project_code")
        if code and row.get("project_name") and row.get("lane") != RIGID:
            held = {name: found[code] for name, found in children.items()}
            made = _project(row, held, facts.budget_year)
            made.unit_name = names.get(made.unit, "") or text(row, "unit_name")
            yield made


def _by_project(collected: Collected, table: str) -> defaultdict[str, list[Row]]:
    made: defaultdict[str, list[Row]] = defaultdict(list)
    for row in collected.rows.get(table, ()):
        if row.get("project_code"):
            made[row["project_code"]].append(row)
    return made


def _project(row: Row, children: Mapping[str, list[Row]], year: int) -> Record:
    lines = children["line"]
    items = [text(line, "expense_item") for line in lines]
    prior = {text(found, "prior_project_code") for found in children["lineage"]}
    funds = {text(found, "fund_source") for found in (*lines, *children["line_fund"])}
    funds |= {f"专项{text(row, 'special_fund_code')}"} if row.get("special_fund_code") else set()
    places = [text(row, "place"), *(text(line, "place") for line in lines)]
    return Record(
        key=text(row, "project_code"),
        code=text(row, "project_code"),
        name=text(row, "project_name"),
        side=ASKED,
        year=int(row.get("budget_year") or year),
        region=text(row, "region")[:6],
        unit=text(row, "unit_code"),
        department=text(row, "department_code"),
        place="、".join(dict.fromkeys(filter(None, places))),
        content="，".join(filter(None, [text(row, "summary"), *items])),
        lane=text(row, "lane"),
        attribute=text(row, "project_attribute"),
        cents=cents(row.get("amount_yuan")),
        total_cents=cents(row.get("total_investment_yuan")),
        start=text(row, "start_date"),
        end=text(row, "end_date"),
        persons=row.get("beneficiary_count"),
        funds=frozenset(filter(None, funds)),
        prior=frozenset(filter(None, {*prior, text(row, "prior_project_code")})),
        lines=tuple(_line(line) for line in lines),
    )


def _line(row: Row) -> Line:
    return Line(
        text(row, "expense_item"),
        text(row, "quantity"),
        text(row, "unit_of_measure"),
        text(row, "unit_price_yuan"),
        text(row, "payee"),
    )


def _past(rows: Iterable[Row]) -> Iterable[Record]:
    """The last row of each project of an earlier year."""
    last: dict[str, Row] = {}
    for row in rows:
        code = row.get("project_code")
        if code and row.get("project_name"):
            held = last.get(code)
            if held is None or _when(row) > _when(held):
                last[code] = row
    for code, row in last.items():
        spent, budget = row.get("executed_yuan"), row.get("adjusted_yuan")
        done = row.get("is_finished")
        if done is None and spent is not None and budget:
            full = row.get("period_months") in {None, FULL_YEAR}
            done = full and 100 * spent >= SPENT * budget
        yield Record(
            key=code,
            code=code,
            name=text(row, "project_name"),
            side=PAST,
            year=int(row.get("year") or 0),
            unit=text(row, "unit_code"),
            department=text(row, "department_code"),
            cents=cents(budget),
            finished=bool(done),
        )


def _when(row: Row) -> tuple[str, str]:
    return text(row, "year"), text(row, "as_of")


def _paid(rows: Mapping[str, list[Row]], year: int) -> Iterable[Record]:
    """What was paid for one purpose to one payee, by project."""
    held: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for row in rows.get("payment", ()):
        if row.get("purpose") and row.get("amount_yuan") is not None:
            names = ("project_code", "unit_code", "payee", "purpose", "fund_source")
            held[tuple(text(row, name) for name in names)] += row["amount_yuan"]
    for (code, unit, payee, purpose, fund), amount in held.items():
        yield Record(
            key=f"{code}|{payee}|{purpose}",
            code=code,
            name=purpose,
            side=PAID,
            year=year - 1,
            unit=unit,
            cents=cents(amount),
            funds=frozenset({fund} - {""}),
            finished=True,
            lines=(Line(payee=payee),) if payee else (),
        )


def text(row: Row, name: str) -> str:
    """A cell as its text, empty where there is none."""
    value = row.get(name)
    return "" if value is None else str(value)


def cents(value: Decimal | None) -> int | None:
    """Yuan as whole 分."""
    return None if value is None else int(value * 100)
