"""One department of a review at a time, read under the same names as the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.report.summary import Summary, summarised

if TYPE_CHECKING:
    import duckdb

    from shangji.pack import Pack
    from shangji.snapshot import Snapshot

BY_PROJECT = ("verdict", "reduction", "remedy", "path", "path_end")
BY_KEY = ("gate", "grade", "score", "measure")
GIVEN = (
    "given_attachment",
    "given_basis",
    "given_citation",
    "given_duplicate_pair",
    "given_evidence",
    "given_found_basis",
    "given_model_reading",
)
"""What was given and is counted by project; the rest of the snapshot is read as a whole."""


class Parts:
    """The result tables of a review with each row's department, and views on one of them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
        self.connection = connection
        self.by_project = (
            *BY_PROJECT,
            *(name for name in GIVEN if name.removeprefix("given_") in snapshot.tables),
        )
        run = connection.execute
        run("CREATE SCHEMA whole")
        run("CREATE TABLE whole.reviewed AS FROM reviewed ORDER BY department_code, row_key")
        run("DROP TABLE reviewed")
        run(
            "CREATE TABLE whole.owner AS SELECT row_key AS name, department_code "
            "FROM whole.reviewed UNION SELECT project_code, min(department_code) "
            "FROM whole.reviewed WHERE project_code IS NOT NULL AND project_code NOT IN "
            "(SELECT row_key FROM whole.reviewed) GROUP BY project_code"
        )
        for names, join in (
            (self.by_project, "o.name = t.project_code"),
            (BY_KEY, "t.subject = 'project' AND o.name = t.key"),
        ):
            for name in names:
                run(
                    f"CREATE TABLE whole.{name} AS SELECT t.*, o.department_code AS department "
                    f"FROM {name} AS t LEFT JOIN whole.owner AS o ON {join} ORDER BY department"
                )

    def show(self, department: str | None) -> None:
        """Let every name mean one department's rows; None: the rows that no department owns."""
        for name in (*self.by_project, *BY_KEY):
            self._view(name, "department", department)
        self._view("reviewed", "department_code", department)

    def _view(self, name: str, column: str, department: str | None) -> None:
        test = "IS NULL" if department is None else "= '{}'".format(department.replace("'", "''"))
        self.connection.execute(
            f"CREATE OR REPLACE VIEW {name} AS FROM whole.{name} WHERE {column} {test}"
        )

    def summary(self, snapshot: Snapshot, pack: Pack) -> Summary:
        """The summary of the department that is shown."""
        return summarised(self.connection, snapshot, pack)
