"""DuckDB in process: the default engine."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from shangji import digest
from shangji.compile.rows import CASE_COLUMN
from shangji.compile.steps import CHECK, RESULT, VIEW
from shangji.engines.base import overflowed, violated
from shangji.errors import Refused
from shangji.results import RESULTS, Results

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji.compile import Input, Plan, Step
    from shangji.snapshot import Snapshot

OVERFLOWS = ("Overflow", "out of range", "Could not cast", "Conversion Error")

SMALL_BYTES = 8_000_000
"""Size of a snapshot's files up to which looking codes up in a list beats planning joins.

It is that of some 100 000 rows.
"""


class DuckDBEngine:
    """Runs plans in one in-memory database that is dropped with the engine."""

    name = "duckdb"

    def __init__(self, threads: int = 2, memory: str = "3GB", *, plain: bool = False) -> None:
        """Open a database.

        Args:
            threads: how many work at it.
            memory: how much of it is held before it spills to disk.
            plain: carry out statements as they stand. For the rows of one filing the optimizer
                takes longer than it saves; the findings are the same.
        """
        self.plain = plain
        self.spill = tempfile.TemporaryDirectory(prefix="shangji-")
        self.connection = duckdb.connect(
            config={
                "threads": threads,
                "memory_limit": memory,
                "temp_directory": self.spill.name,
                "preserve_insertion_order": False,
                # Sixty predicates with lists of codes in one statement: this pass alone takes 20
                # seconds to plan it, and lists of a few codes gain nothing from it.
                "disabled_optimizers": "in_clause",
            }
        )

    def run(self, plan: Plan, snapshot: Snapshot, out: Path) -> Results:
        """Carry out a plan; result tables go to `out` as Parquet in key order."""
        if self.plain:
            self.connection.execute("PRAGMA disable_optimizer")
        self._tables(plan, snapshot)
        # Each long IN list is planned as a join of its own: seconds of planning for a statement
        # that holds every rule of a subject, which only many rows pay back.
        held = sum(snapshot.path(name).stat().st_size for name in snapshot.tables)
        small = held <= SMALL_BYTES
        self.connection.execute(f"SET disabled_optimizers = '{'in_clause' if small else ''}'")
        rows: dict[str, int] = {}
        digests: dict[str, str] = {}
        out.mkdir(parents=True, exist_ok=True)
        apart = any(CASE_COLUMN in columns for columns in plan.tables.values())
        for step in plan.steps:
            try:
                if step.kind == RESULT:
                    rows[step.name], digests[step.name] = self._result(step, out, apart=apart)
                else:
                    self._carry_out(step)
            except duckdb.Error as error:
                if any(word in str(error) for word in OVERFLOWS):
                    raise Refused([overflowed(str(error))]) from error
                raise
        return Results(out, rows, digests)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query over what the last run made."""
        return self.connection.execute(sql, list(parameters)).fetchall()

    def _carry_out(self, step: Step) -> None:
        if step.kind == CHECK:
            found = self.connection.execute(f"{step.sql} LIMIT 3").fetchall()
            if found:
                raise Refused([violated(step.name, found)])
            return
        seen = step.kind == VIEW and not self.plain  # few rows are made rather than planned twice
        kind, other = ("VIEW", "TABLE") if seen else ("TABLE", "VIEW")
        with contextlib.suppress(duckdb.CatalogException):  # an earlier run made it of that kind
            self.connection.execute(f'DROP {other} IF EXISTS "{step.name}"')
        self.connection.execute(f'CREATE OR REPLACE {kind} "{step.name}" AS {step.sql}')

    def _result(self, step: Step, out: Path, *, apart: bool) -> tuple[int, str]:
        """Make and write a result table; cases that are kept apart bring one more column."""
        held: list[str] = []
        sql = step.chosen(self.query)
        if apart:
            described = self.connection.execute(f"DESCRIBE {sql}").fetchall()
            held = [row[0] for row in described]
        self.connection.execute("SET preserve_insertion_order = true")
        try:
            return write_result(self.connection, step, f"({sql}) AS r", held, out)
        finally:
            self.connection.execute("SET preserve_insertion_order = false")

    def _tables(self, plan: Plan, snapshot: Snapshot) -> None:
        """Views over the snapshot's files, typed empty ones for what it lacks, and the inputs."""
        held = set(snapshot.tables)
        for name, types in plan.tables.items():
            if name in held:
                path = str(snapshot.path(name)).replace("'", "''")
                source = f"SELECT * FROM read_parquet('{path}')"
            else:
                nulls = ", ".join(
                    f'CAST(NULL AS {sql}) AS "{column}"' for column, sql in types.items()
                )
                source = f"SELECT {nulls} WHERE 1 = 0"
            # Few rows are read at once: else every statement that reads a table opens its file.
            kind = "TABLE" if self.plain else "VIEW"
            self.connection.execute(f'CREATE OR REPLACE {kind} "{name}" AS {source}')
        for name, given in plan.inputs.items():
            load_input(self.connection, name, given)


def write_result(
    connection: duckdb.DuckDBPyConnection, step: Step, source: str, held: Sequence[str], out: Path
) -> tuple[int, str]:
    """Make a result table in key order, with the declared columns, and write it as it stands.

    Args:
        connection: reads `source` and keeps the order of rows (DuckDB does unless told otherwise).
        step: the result's step.
        source: what stands behind FROM.
        held: the columns of the source; `row_case` is kept where a test brings it.
        out: the folder.

    Returns:
        The rows and the digest of the table.
    """
    types = RESULTS[step.name].types
    extra = [CASE_COLUMN] if CASE_COLUMN in held else []
    columns = ", ".join(f'CAST("{name}" AS {sql}) AS "{name}"' for name, sql in types.items())
    columns += "".join(f', "{name}"' for name in extra)
    keys = ", ".join(f'"{key}" NULLS FIRST' for key in (*extra, *step.key))
    path = out / f"{step.name}.parquet"
    target = str(path).replace("'", "''")
    # Sorting into a table and copying that takes two thirds of the time of copying a sorted query.
    connection.execute(
        f'CREATE OR REPLACE TABLE "{step.name}" AS SELECT {columns} FROM {source} ORDER BY {keys}'
    )
    connection.execute(f"COPY \"{step.name}\" TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    return digest.of_parquet(connection, path, [*types, *extra])


def load_input(connection: duckdb.DuckDBPyConnection, name: str, given: Input) -> None:
    """Make a table of the rows that a plan brings along."""
    types: Mapping[str, str] = given.columns
    if given.rows:  # whole columns at once: a statement a row takes seconds for a province
        columns = [list(column) for column in zip(*given.rows, strict=True)]
        shown = ", ".join(f'unnest(CAST(? AS {sql}[])) AS "{n}"' for n, sql in types.items())
        connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT {shown}', columns)
        return
    spelled = ", ".join(f'"{column}" {sql}' for column, sql in types.items())
    connection.execute(f'CREATE OR REPLACE TABLE "{name}" ({spelled})')


def scratch() -> Path:
    """A new folder for what an engine passes to another."""
    return Path(tempfile.mkdtemp(prefix="shangji-"))
