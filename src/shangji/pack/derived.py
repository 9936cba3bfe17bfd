"""Rules that the tables themselves state: required columns, and codes that must be in their list.

A table says `required_when`; that this makes a completeness rule is said here, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.pack.model import Basis, Remedy, Rule
from shangji.pack.read_rules import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji.schema import Column, Table

FORM = Basis("data_standard", title="申报表及数据字典", note="必填项和代码取值")


def derived_rules(tables: Iterable[Table]) -> list[Rule]:
    """The completeness rules C-table.column and the validity rules V-table.column."""
    made = []
    for table in tables:
        for column in table.columns:
            if column.required_when:
                made.append(_required(table, column))
            if column.judged_valid:
                made.append(_valid(table, column))
    return made


def _required(table: Table, column: Column) -> Rule:
    name = f"{table.name}.{column.name}"
    applies = "TRUE" if column.required_when == "always" else column.required_when
    return Rule(
        id=f"C-{name}",
        title=f"{table.zh}未填{column.zh}",
        subject=table.name,
        dimension="completeness",
        severity="major",
        status="active",
        visible_to="unit" if column.supplied_by == "unit" else "bureau",
        basis=(FORM,),
        applies=applies,
        fails=f"{name}.missing",
        message=f"{table.zh}的“{column.zh}”没有填。",
        digest=digest({"applies": applies, "fails": f"{name}.missing"}),
        remedy=Remedy(supply=name),
        derived=True,
    )


def _valid(table: Table, column: Column) -> Rule:
    """A list that is not complete can only be unknown, so its rule is on trial.

    A cell left empty is no wrong code: whether it may be empty is the completeness rule's question.
    """
    name = f"{table.name}.{column.name}"
    partial = bool(column.codes and not column.codes.complete)
    return Rule(
        id=f"V-{name}",
        title=f"{table.zh}的{column.zh}不合代码或格式",
        subject=table.name,
        dimension="completeness",
        severity="minor",
        status="trial" if partial else "active",
        visible_to="unit" if column.supplied_by == "unit" else "bureau",
        basis=(FORM,),
        applies=f"NOT {name}.missing",
        fails=f"NOT {name}.valid",
        message=f"{table.zh}的“{column.zh}”写作“{{measured}}”，不在代码表内或格式不对。",
        digest=digest({"fails": f"NOT {name}.valid", "status": "trial" if partial else "active"}),
        measured=name,
        remedy=Remedy(supply=name),
        derived=True,
    )
