"""What a filing holds: rows as the texts of the form, what the site itself knows, hot columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shangji_web import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shangji.errors import Problem
    from shangji.pack.form import Form, FormSheet
    from shangji.schema import Table
    from shangji_web.projects.models import Project

    Content = snapshot.Content
    Rows = list[dict[str, str]]

FORM, PROJECT, ATTACHMENT = "declaration", "project", "attachment"
KEY = ("project_code",)
OF_PROJECT = (*KEY, "unit_code", "unit_name", "department_code", "budget_year", "region")
KEYED = 2
"""Columns of the key of a numbered child table: the project, and the number of the row."""


def form() -> Form:
    """The form that units fill in."""
    return snapshot.pack().forms[FORM]


def sheets() -> dict[str, FormSheet]:
    """The sheets of the form by their table."""
    return {sheet.table: sheet for sheet in form().sheets}


def table_of(name: str) -> Table:
    """The table behind a sheet."""
    return snapshot.pack().tables[name]


def number_column(table: Table) -> str:
    """The column that only numbers the rows of a project; empty where the key says more."""
    last = table.key[-1]
    return last if len(table.key) == KEYED and last.endswith("_no") else ""


def given(project: Project) -> dict[str, str]:
    """What the site knows of a project and nobody types."""
    return {
        "project_code": project.code,
        "unit_code": project.unit_code,
        "unit_name": project.unit_name,
        "department_code": project.department_code,
        "budget_year": str(project.season.year),
        "region": project.season.region,
    }


def fixed(table: str) -> frozenset[str]:
    """The columns of a table that the site itself writes."""
    columns = table_of(table).by_name
    wanted = OF_PROJECT if table == PROJECT else (*KEY, number_column(table_of(table)))
    return frozenset(name for name in wanted if name in columns)


def blank(project: Project) -> Content:
    """The content of a new project: what the site knows, and its name."""
    row = {name: text for name, text in given(project).items() if name in fixed(PROJECT)}
    return settled(project, {"rows": {PROJECT: [{**row, "project_name": project.name}]}})


def settled(project: Project, content: Mapping[str, Any]) -> Content:
    """A content with what the site knows written in, rows numbered, and what the form asks listed.

    What the form asked and nobody filled in was left empty; it is not unknown.
    """
    rows: dict[str, Rows] = {}
    known = given(project)
    for name, held in content["rows"].items():
        numbered = number_column(table_of(name))
        made: Rows = []
        for number, row in enumerate(held, 1):
            kept = {column: text for column, text in row.items() if text}
            kept |= {column: known[column] for column in fixed(name) if column in known}
            if numbered:
                kept[numbered] = kept.get(numbered) or _next(made, numbered, number)
            made.append(kept)
        if made or name == PROJECT:
            rows[name] = made
    supplied = {name: list(columns) for name, columns in content.get("supplied", {}).items()}
    for sheet in form().sheets:
        asked = dict.fromkeys([*supplied.get(sheet.table, ()), *fixed(sheet.table), *sheet.columns])
        rounding = [item.name for item in table_of(sheet.table).columns if item.rounds in asked]
        supplied[sheet.table] = sorted({*asked, *rounding})
    return {"rows": rows, "supplied": supplied}


def _next(made: Rows, column: str, number: int) -> str:
    """A number that no row before has."""
    taken = [int(row[column]) for row in made if row.get(column, "").isdecimal()]
    return str(max([number, *(one + 1 for one in taken)]))


def opened(text: str) -> Content:
    """A stored content."""
    content: Content = json.loads(text)
    return content


def parsed(content: Content) -> tuple[dict[str, list[dict[str, Any]]], list[Problem]]:
    """The values of a content, and what in it cannot be read."""
    return snapshot.rows_of(content, snapshot.pack(), "")


def hot(content: Content) -> dict[str, Any]:
    """The columns of a project by which lists sort and filter, from its content alone."""
    rows, _ = parsed({"rows": {PROJECT: content["rows"].get(PROJECT, [])[:1]}, "supplied": {}})
    row = rows[PROJECT][0]
    return {
        "code": row["project_code"],
        "name": row["project_name"] or row["project_code"],
        "asked_yuan": row["amount_yuan"],
        "lane": row["lane"] or "",
        "category": row["project_category"] or "",
    }


def texts(content: Content) -> Iterator[str]:
    """Every text of a content."""
    for rows in content["rows"].values():
        for row in rows:
            yield from row.values()


def without(content: Content, names: Iterable[str]) -> Content:
    """A content without some tables."""
    left = set(names)
    return {
        "rows": {name: rows for name, rows in content["rows"].items() if name not in left},
        "supplied": content["supplied"],
    }
