"""One declared project with everything that stands beside it, and the ways to change it.

A fault is a list of changes to a clean bundle; the columns that the changes name are the columns
tampered with. What must follow (totals, fund rows) is settled afterwards and is not named.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

Cells = dict[str, str]
Rows = dict[str, list[Cells]]
Value = str | Callable[[str], str]
CENT = Decimal("0.01")
WAN = Decimal(10000)


def money(value: Decimal | int | str) -> str:
    """Yuan as text with two decimals."""
    return str(Decimal(value).quantize(CENT, ROUND_HALF_UP))


def plain(value: Decimal) -> str:
    """A number as text without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def add(step: str) -> Callable[[str], str]:
    """The old figure and a step."""
    return lambda old: plain(Decimal(old) + Decimal(step))


def mul(times: str) -> Callable[[str], str]:
    """The old figure times another, in whole 分."""
    return lambda old: plain((Decimal(old) * Decimal(times)).quantize(CENT, ROUND_HALF_UP))


def whole(times: str) -> Callable[[str], str]:
    """The old count times another, as a whole number."""
    return lambda old: str(int(Decimal(old) * Decimal(times)))


def tail(text: str) -> Callable[[str], str]:
    """The old text and more behind it."""
    return lambda old: old + text


@dataclass
class Bundle:
    """A project and its rows by table; the first row of `project` is the project itself."""

    code: str
    unit: str
    rows: Rows = field(default_factory=dict)

    def add(self, table: str, **cells: str) -> Cells:
        """Append a row to a table."""
        row = dict(cells)
        self.rows.setdefault(table, []).append(row)
        return row

    def own(self, table: str, **cells: str) -> Cells:
        """Append a row that carries the project's code."""
        return self.add(table, project_code=self.code, **cells)

    @property
    def project(self) -> Cells:
        """The project's own row."""
        return self.rows["project"][0]

    def set(self, **cells: str) -> None:
        """Set cells of the project's row."""
        self.project.update(cells)

    def copy(self) -> Bundle:
        """An independent copy."""
        return copy.deepcopy(self)

    def settle(self) -> Bundle:
        """Bring every total into line with the lines: amounts, funds, years, packages, cost."""
        total = Decimal(0)
        for line in self.rows.get("line", []):
            line["amount_yuan"] = money(product(line))
            total += Decimal(line["amount_yuan"])
        self.totals(total)
        return self

    def retotal(self) -> None:
        """Bring the totals into line with the lines' amounts as they stand."""
        lines = self.rows.get("line", [])
        self.totals(sum((Decimal(line["amount_yuan"]) for line in lines), Decimal(0)))

    def totals(self, total: Decimal) -> None:
        """Make every total of the project that amount, and every fund row its line's."""
        old = Decimal(self.project.get("amount_yuan") or total)
        amounts = {line["line_no"]: line for line in self.rows.get("line", [])}
        for number, line in amounts.items():
            funds = [row for row in self.rows.get("line_fund", []) if row["line_no"] == number]
            share(funds, Decimal(line["amount_yuan"]))
        self.set(
            amount_yuan=money(total), fiscal_yuan=money(total), dept_reviewed_yuan=money(total)
        )
        asked = [row for row in self.rows.get("project_year", []) if row["kind"] == "本次申报"]
        share(asked, total)
        for row in self.rows.get("package", []):
            part = Decimal("0.7") if row["package_level"] == "最低保障" else Decimal(1)
            row["amount_yuan"] = money(total * part)
        for row in self.rows.get("target", []):
            if row["level1"] == "成本指标" and row.get("measure_unit") == "万元":
                wan = (total / WAN).quantize(CENT, ROUND_HALF_UP)
                row["value"] = plain(wan)
                row["value_text"] = f"≤{plain(wan)}万元"
        self._papers(old, total)

    def _papers(self, old: Decimal, total: Decimal) -> None:
        """Let the procurement budget and the bases say the new amounts."""
        amounts = {line["line_no"]: line for line in self.rows.get("line", [])}
        for row in self.rows.get("procurement", []):
            amount = amounts[row["line_no"]]["amount_yuan"]
            row["amount_yuan"] = amount
            if row.get("sme_reserved_yuan"):
                row["sme_reserved_yuan"] = amount
        for row in self.rows.get("basis", []):
            if row.get("named_amount_yuan") and Decimal(row["named_amount_yuan"]) == old:
                row["named_amount_yuan"] = money(total)

    def count(self) -> None:
        """Let the quantity target say what the lines say."""
        lines = self.rows["line"]
        for row in self.rows.get("target", []):
            if row["level2"] == "数量指标" and "quantity" in lines[0]:
                same = [at for at in lines if at["unit_of_measure"] == lines[0]["unit_of_measure"]]
                row["value"] = plain(sum((Decimal(at["quantity"]) for at in same), Decimal(0)))
                row["measure_unit"] = lines[0]["unit_of_measure"]
                row["value_text"] = f"{row['direction']}{row['value']}{row['measure_unit']}"

    def retext(self, clean: Bundle) -> None:
        """Let the text of a target follow its value where only the value was changed."""
        before = {row["target_no"]: row for row in clean.rows.get("target", [])}
        for row in self.rows.get("target", []):
            old = before.get(row["target_no"], row)
            if row["value"] != old["value"] and row["value_text"] == old["value_text"]:
                row["value_text"] = f"{row['direction']}{row['value']}{row['measure_unit']}"


def share(rows: list[Cells], total: Decimal) -> None:
    """Give a total to fund rows: the first takes what the others leave."""
    rest = sum((Decimal(row["amount_yuan"]) for row in rows[1:]), Decimal(0))
    if rows:
        rows[0]["amount_yuan"] = money(total - rest)


def product(line: Cells) -> Decimal:
    """Quantity times the factors times the price."""
    made = Decimal(line["quantity"]) * Decimal(line["unit_price_yuan"])
    for name in ("factor_2", "factor_3", "factor_4"):
        if line.get(name):
            made *= Decimal(line[name])
    return made


@dataclass(frozen=True)
class Change:
    """One change: rows of a table that match get cells; or are dropped; or one is copied."""

    table: str
    where: Cells
    cells: dict[str, Value]
    how: str = "set"
    named: bool = True

    def carry_out(self, bundle: Bundle) -> None:
        """Change the bundle; a change that meets no row is a mistake of the exam."""
        rows = bundle.rows.setdefault(self.table, [])
        found = [row for row in rows if self.where.items() <= row.items()]
        if self.how == "new":
            rows.append(self._made(bundle))
            return
        if not found:
            raise LookupError(f"{bundle.code}: no {self.table} row with {self.where}")
        if self.how == "drop":
            bundle.rows[self.table] = [row for row in rows if row not in found]
            return
        if self.how == "again":
            found = [dict(found[0])]
            rows.append(found[0])
        for row in found:
            for name, value in self.cells.items():
                row[name] = value(row.get(name, "")) if callable(value) else value

    def _made(self, bundle: Bundle) -> Cells:
        """A new row: the project's code, or the code that it had before, and its unit."""
        row = {name: str(value) for name, value in self.cells.items()}
        if self.table not in NO_PROJECT:
            code = row.get("project_code") or (PRIOR if self.table == "carry_over" else bundle.code)
            prior = bundle.project.get("prior_project_code") or bundle.code
            row["project_code"] = prior if code == PRIOR else code
        if self.table in OF_UNIT:
            row["unit_code"] = bundle.unit
        if "finding_no" in row:
            row["finding_no"] += f"-{bundle.code[-4:]}"
        return row

    def columns(self, bundle: Bundle) -> set[str]:
        """The columns that it names; of dropped and copied rows all that were filled."""
        names = set(self.cells)
        if not self.named:
            return set()
        if self.how in {"drop", "again"}:
            rows = [
                row for row in bundle.rows.get(self.table, []) if self.where.items() <= row.items()
            ]
            names |= {name for row in rows for name, value in row.items() if value}
        return {f"{self.table}.{name}" for name in names if name != "project_code"}


PRIOR = "@prior"
OF_UNIT = frozenset(
    "evaluation audit_finding carry_over asset vehicle building information_system staff".split()
)
NO_PROJECT = frozenset(
    "organisation asset vehicle building information_system policy special_fund entitlement "
    "beneficiary_count transfer_notice debt_item fund_pool staff duty".split()
)


def put(table: str, where: Cells | str | None = None, **cells: Value) -> Change:
    """Set cells of the rows that match."""
    return Change(table, where if isinstance(where, dict) else {}, cells)


def drop(table: str, **where: str) -> Change:
    """Drop the rows that match."""
    return Change(table, where, {}, "drop")


def again(table: str, where: Cells | str | None = None, **cells: Value) -> Change:
    """Copy the first row that matches, with other cells."""
    return Change(table, where if isinstance(where, dict) else {}, cells, "again")


def new(table: str, **cells: str) -> Change:
    """A row that was not there."""
    return Change(table, {}, dict(cells), "new")


def quiet(change: Change) -> Change:
    """A change that must follow from another, so that its columns are not named."""
    return replace(change, named=False)
