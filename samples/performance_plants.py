"""How faults are planted in the fictitious year: each changes a few cells and names its row."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from performance_departments import Row, Rows

Plant = Callable[["Rows", int], "Row | None"]
"""Plants a fault in the free row of that number and returns the row to be found."""

CENT = Decimal("0.01")


def project_rows(rows: Rows, table: str, at: int) -> list[Row]:
    """A project's rows of a table."""
    code = rows["self_evaluation"][at]["project_code"]
    return [row for row in rows[table] if row["project_code"] == code]


def last(rows: Rows, at: int, level2: str, table: str = "indicator_progress") -> Row:
    """A project's last row of an indicator."""
    return [row for row in project_rows(rows, table, at) if row["level2"] == level2][-1]


def execute(rows: Rows, at: int, when: int, share: str) -> Row:
    """Let a project have executed a share at a monitoring date, in both registers."""
    row = project_rows(rows, "monitoring", at)[when]
    row["executed_yuan"] = (row["adjusted_yuan"] * Decimal(share)).quantize(CENT)
    project_rows(rows, "history", at)[when]["executed_yuan"] = row["executed_yuan"]
    return row


def change(row: Row, cells: dict[str, object]) -> Row:
    """Put cells into a row, numbers with two decimals; a callable is given the row."""
    for name, value in cells.items():
        made = value(row) if callable(value) else value
        row[name] = made.quantize(CENT) if isinstance(made, Decimal) else made
    return row


def put(table: str, which: int = -1, **cells: object) -> Plant:
    """Change cells of a project's row."""
    return lambda rows, at: change(project_rows(rows, table, at)[which], cells)


def indicator(level2: str, table: str = "self_indicator", **cells: object) -> Plant:
    """Change cells of a project's indicator."""

    def plant(rows: Rows, at: int) -> Row:
        row = change(last(rows, at, level2, table), cells)
        if table == "self_indicator" and "score" in cells:
            settle(rows, at)
        return row

    return plant


def settle(rows: Rows, at: int) -> None:
    """Let the total again be the sum of its parts."""
    head = rows["self_evaluation"][at]
    parts = project_rows(rows, "self_indicator", at)
    head["total_score"] = head["execution_score"] + sum(
        (Decimal(row["score"]) for row in parts), Decimal(0)
    )


def yellow(rows: Rows, at: int) -> Row:
    """A little money spent by October."""
    return execute(rows, at, 1, "0.75")


def red(rows: Rows, at: int) -> Row:
    """Hardly any money spent by July."""
    return execute(rows, at, 0, "0.12")


def ahead(rows: Rows, at: int) -> Row:
    """Money well ahead of the quantity done."""
    row = next(
        one for one in project_rows(rows, "indicator_progress", at) if one["level2"] == "数量指标"
    )
    execute(rows, at, 0, "0.66")
    half = (row["target_value"] * Decimal("0.5")).quantize(CENT)
    return change(row, {"planned_value": half, "actual_value": half})


def slow(rows: Rows, at: int) -> Row:
    """Less than four fifths of the quantity planned by October; the money went on."""
    row = last(rows, at, "数量指标")
    row["actual_value"] = (row["planned_value"] * Decimal("0.797")).quantize(CENT)
    rows["also R-0304"].append(row)
    return row


def forecast(rows: Rows, at: int) -> Row:
    """Half a year gone, a third done, and the unit says that it will be done."""
    row = next(
        one for one in project_rows(rows, "indicator_progress", at) if one["level2"] == "数量指标"
    )
    execute(rows, at, 0, "0.45")
    done = (row["target_value"] * Decimal("0.42")).quantize(CENT)
    return change(row, {"planned_value": done, "actual_value": done})


def unmonitored(rows: Rows, at: int) -> Row:
    """Money reported, no indicator."""
    row = project_rows(rows, "monitoring", at)[0]
    rows["indicator_progress"] = [
        one
        for one in rows["indicator_progress"]
        if (one["project_code"], one["as_of"]) != (row["project_code"], row["as_of"])
    ]
    return row


def weights(rows: Rows, at: int) -> Row:
    """Ten points moved from output to benefit."""
    parts = project_rows(rows, "self_indicator", at)
    parts[0]["full_score"] -= 10
    parts[4]["full_score"] += 10
    parts[0]["score"] = min(Decimal(parts[0]["score"]), Decimal(parts[0]["full_score"])) - 1
    parts[4]["score"] = parts[4]["full_score"]
    settle(rows, at)
    return rows["self_evaluation"][at]


def overfull(rows: Rows, at: int) -> Row:
    """Two points more than there are."""
    last(rows, at, "质量指标", "self_indicator")["full_score"] = 12
    return rows["self_evaluation"][at]


def execution_overscored(rows: Rows, at: int) -> Row:
    """More for execution than was executed; the sum agrees."""
    rows["self_evaluation"][at]["execution_score"] = Decimal("9.99")
    settle(rows, at)
    return rows["self_evaluation"][at]


def unlike_history(rows: Rows, at: int) -> Row:
    """The bureau's figure of the year differs."""
    project_rows(rows, "history", at)[-1]["executed_yuan"] += 3000
    return rows["self_evaluation"][at]


def no_benefit(rows: Rows, at: int) -> Row:
    """Every benefit indicator called output."""
    for row in project_rows(rows, "self_indicator", at):
        if row["level1"] == "效益指标":
            row["level1"] = "产出指标"
    return rows["self_evaluation"][at]


def without_effect(rows: Rows, at: int) -> Row:
    """Output done, benefit not."""
    for row in project_rows(rows, "self_indicator", at):
        if row["level2"] == "社会效益指标":
            row["reason"] = "效果尚未显现"
            if row["direction"] == "定性":
                row["state"] = "未达成且效果较差"
                row["score"] = Decimal(row["full_score"]) / 2
            else:
                row["actual_value"] = Decimal(40)
                row["score"] = (row["full_score"] * Decimal(40) / row["target_value"]).quantize(
                    CENT
                ) - CENT
    settle(rows, at)
    return rows["self_evaluation"][at]


def without_output(rows: Rows, at: int) -> Row:
    """Money spent, nothing done; the unit says so itself."""
    for row in project_rows(rows, "self_indicator", at):
        if row["level1"] == "产出指标":
            row.update(actual_value=Decimal(0), score=Decimal(0), reason="设备没有到货")
    for row in project_rows(rows, "indicator_progress", at):
        if row["level2"] == "数量指标":
            row.update(
                actual_value=Decimal(0), unit_forecast="可能完不成", planned_value=Decimal(0)
            )
            rows["also R-0304"].append(row)
    settle(rows, at)
    return rows["self_evaluation"][at]


def unfiled(rows: Rows, at: int) -> Row:
    """A project of the year whose self-evaluation never came; another project's stays."""
    row = project_rows(rows, "history", at)[-1]
    other = dict(
        row, project_code=row["project_code"].replace("T", "W"), project_name="未报自评（样例）"
    )
    rows["history"].append(other)
    return other


def paid_own(rows: Rows, at: int) -> Row:
    """The last payment went to the unit's own account."""
    project_rows(rows, "payment", at)[-1].update(payee_kind="本单位账户", pay_method="转入单位账户")
    return rows["self_evaluation"][at]


def paid_less(rows: Rows, at: int) -> Row:
    """The treasury paid less than what was said to be executed."""
    project_rows(rows, "payment", at)[0]["amount_yuan"] -= 5000
    return rows["self_evaluation"][at]


def department(**cells: object) -> Plant:
    """Change cells of a department."""

    return lambda rows, at: change(rows["department_evaluation"][at], cells)


def ex_ante(**cells: object) -> Plant:
    """Change cells of an ex-ante evaluation."""

    def plant(rows: Rows, at: int) -> Row | None:
        row = rows["ex_ante"][at]
        if row["result"] != "予以支持":
            return None
        if cells.get("variant") and row["variant"] != cells["variant"]:
            return None
        return change(row, cells)

    return plant


def low_spending(rows: Rows, at: int) -> Row:
    """Half the money spent, and ninety points all the same; every register agrees."""
    head = rows["self_evaluation"][at]
    spent = (head["adjusted_yuan"] * Decimal("0.55")).quantize(CENT)
    before = head["executed_yuan"]
    head.update(executed_yuan=spent, evidence_yuan=spent, execution_score=Decimal("5.5"))
    project_rows(rows, "history", at)[-1]["executed_yuan"] = spent
    project_rows(rows, "payment", at)[-1]["amount_yuan"] -= before - spent
    code = head["department_code"]
    whole = next(row for row in rows["department_evaluation"] if row["department_code"] == code)
    whole["project_executed_yuan"] -= before - spent
    settle(rows, at)
    return head


def evaluation_lower(rows: Rows, at: int) -> Row:
    """The outside evaluation far below the self-evaluation."""
    row = project_rows(rows, "evaluation", at)[0]
    row.update(score=Decimal(68), grade="中")
    for use in project_rows(rows, "result_use", at):
        use.update(grade="中", action="整改后安排")
    return row


def department_higher(rows: Rows, at: int) -> Row | None:
    """The department's evaluation far above the bureau's."""
    found = project_rows(rows, "evaluation", at)
    if len(found) < 2:  # noqa: PLR2004 - both evaluated it
        return None
    found[0].update(score=Decimal("99.5"), grade="优")
    found[1].update(score=Decimal("89.4"), grade="良")
    return found[0]


def unused(rows: Rows, at: int) -> Row:
    """Nothing was noted of how the result is used."""
    row = project_rows(rows, "evaluation", at)[0]
    rows["result_use"] = [
        one for one in rows["result_use"] if one["project_code"] != row["project_code"]
    ]
    return row
