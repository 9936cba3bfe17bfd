"""The rows of a made county before they are workbooks: cells as a clerk would fill them in."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = dict[str, Any]
"""A row by column name; codes stand as their Chinese names, as people write them."""

OWN = ("line", "line_fund", "target", "basis", "attachment", "contract", "commitment", "package")
"""Tables whose rows belong to one project."""

CENT = Decimal("0.01")
RIGID = "刚性测算"


@dataclass
class Project:
    """A project's own row, the rows under it, and what the generator knows about it."""

    key: str
    row: Row
    kind: str = ""
    prior: Row = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in OWN})

    @property
    def code(self) -> str:
        """The project's code."""
        return str(self.row["project_code"])

    @property
    def lines(self) -> list[Row]:
        """Its lines of spending."""
        return self.tables["line"]

    @property
    def targets(self) -> list[Row]:
        """Its performance targets."""
        return self.tables["target"]

    @property
    def rigid(self) -> bool:
        """Whether it is of the lane that is recomputed and never graded."""
        return bool(self.row["lane"] == RIGID)

    @property
    def amount(self) -> Decimal:
        """What it asks for, in yuan."""
        return Decimal(self.row["amount_yuan"])

    def total(self) -> None:
        """Make the project's amounts the sums of its lines, by kind of source."""
        own = carried = Decimal(0)
        for row in self.lines:
            own += row["amount_yuan"] if row.get("fund_source") == "单位资金" else Decimal(0)
            carried += row["amount_yuan"] if row.get("fund_source") == "结转结余" else Decimal(0)
        for row in self.tables["line_fund"]:
            own += row["amount_yuan"] if row["fund_source"] == "单位资金" else Decimal(0)
            carried += row["amount_yuan"] if row["fund_source"] == "结转结余" else Decimal(0)
        asked = sum((row["amount_yuan"] for row in self.lines), Decimal(0))
        self.row["amount_yuan"] = asked
        self.row["fiscal_yuan"] = asked - own - carried
        self.row["own_fund_yuan"] = own
        self.row["prior_carry_over_yuan"] = carried

    def add(self, table: str, **values: Any) -> Row:  # noqa: ANN401 - cells of any kind
        """Append a row, numbered within the project."""
        numbers = {
            "line": "line_no",
            "target": "target_no",
            "basis": "basis_no",
            "attachment": "attachment_no",
        }
        rows = self.tables[table]
        row: Row = {"project_code": self.code, **values}
        if table in numbers:
            last = max((int(old[numbers[table]]) for old in rows), default=0)
            row[numbers[table]] = last + 1
        rows.append(row)
        return row


def product(row: Row) -> Decimal:
    """Quantity times price times factors, to the cent; the amount where nothing is multiplied."""
    if row.get("quantity") in {None, ""}:
        return Decimal(row["amount_yuan"])
    amount = Decimal(row["quantity"]) * Decimal(row["unit_price_yuan"])
    for name in ("factor_2", "factor_3", "share"):
        amount *= Decimal(row.get(name) or 1)
    return amount.quantize(CENT)


@dataclass
class World:
    """A county's filing: projects, and what the bureau and others hold."""

    seed: int
    facts: dict[str, str]
    projects: list[Project]
    bureau: dict[str, list[Row]] = field(default_factory=dict)
    external: dict[str, list[Row]] = field(default_factory=dict)

    def reviewed(self) -> Iterator[Project]:
        """Projects that are graded: all but pay, running costs and debt."""
        return (project for project in self.projects if not project.rigid)

    def rows(self, table: str) -> list[Row]:
        """Rows of a table over all projects."""
        if table == "project":
            return [project.row for project in self.projects]
        return [row for project in self.projects for row in project.tables[table]]
