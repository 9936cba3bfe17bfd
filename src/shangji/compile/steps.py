"""What a plan is made of: statements in order, and rows that it brings along."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from shangji.compile.rows import quoted
from shangji.results import RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TABLE, VIEW, CHECK, RESULT = "table", "view", "check", "result"

Key = tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A part of a union that has rows only where one of some counts is not zero."""

    table: str
    counts: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Step:
    """One statement: a table or view to make, a check that must find no row, a result to write.

    `parts` are joined by UNION ALL, those left out whose counts are all zero; without any left the
    statement is `sql`, which finds no row.
    """

    name: str
    sql: str
    key: Key = ()
    kind: str = TABLE
    parts: tuple[Part, ...] = ()

    def chosen(self, query: Callable[[str], list[tuple[Any, ...]]]) -> str:
        """The statement, its parts chosen by asking for their counts."""
        if not self.parts:
            return self.sql
        wanted: dict[str, list[str]] = {}
        for part in self.parts:
            wanted.setdefault(part.table, []).extend(part.counts)
        counts: dict[tuple[str, str], Any] = {}
        for table, names in wanted.items():
            (row,) = query(f"SELECT {', '.join(names)} FROM {table}")
            counts.update({(table, name): n for name, n in zip(names, row, strict=True)})
        kept = [
            part.sql for part in self.parts if any(counts[part.table, name] for name in part.counts)
        ]
        return " UNION ALL ".join(kept) or self.sql


@dataclass(frozen=True)
class Input:
    """Rows that the plan brings along: column → SQL type, and the rows in order."""

    columns: Mapping[str, str]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Plan:
    """Everything an engine must do, in order."""

    tables: Mapping[str, Mapping[str, str]]
    inputs: Mapping[str, Input]
    steps: tuple[Step, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)

    def for_results(self, *names: str) -> Plan:
        """The same plan with only these results, and without what none of them reads.

        Every check stays: what is refused does not depend on what is asked for.
        """
        kept: list[Step] = []
        read: list[str] = []
        for step in reversed(self.steps):
            asked = step.name in names if step.kind == RESULT else step.kind == CHECK
            if asked or any(step.name in text for text in read):
                kept.append(step)
                read += [step.sql, *(f"{part.table} {part.sql}" for part in step.parts)]
        return replace(self, steps=tuple(reversed(kept)))

    def named(self, name: str) -> Step:
        """The step of that name."""
        return next(step for step in self.steps if step.name == name)


def empty(name: str, *more: str) -> str:
    """SELECT of no row with the columns of a result table, and more text columns."""
    columns = dict(RESULTS[name].types) | dict.fromkeys(more, "VARCHAR")
    shown = ", ".join(f"CAST(NULL AS {sql}) AS {quoted(name)}" for name, sql in columns.items())
    return f"SELECT {shown} WHERE 1 = 0"
