"""Spark for a province: the same plan, carried over by sqlglot. Sameness first, speed later."""

from __future__ import annotations

import os
import shutil
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

import duckdb

from shangji.compile.steps import CHECK, RESULT, VIEW
from shangji.engines.base import overflowed, violated
from shangji.engines.duckdb_engine import load_input, scratch, write_result
from shangji.errors import Problem, Refused, Where
from shangji.results import Results

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shangji.compile import Plan
    from shangji.compile.steps import Step
    from shangji.snapshot import Snapshot

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.driver.memory": "3g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "ERROR",
}
"""Sent to a session of our own; a cluster's administrator sets the rest."""

OVERFLOWS = ("ARITHMETIC_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE", "CAST_OVERFLOW")


def missing() -> Problem | None:
    """Why Spark cannot run here, or None."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        says, fix = "没有安装 pyspark。", "请执行 pip install -r requirements/spark.txt。"
        return Problem("engine-missing", Where(field="spark"), says, fix)
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        says, fix = "没有 Java。", "请执行 apt-get install openjdk-17-jre-headless。"
        return Problem("engine-missing", Where(field="spark"), says, fix)
    return None


class SparkEngine:
    """Runs plans in one Spark session; results are ordered and written as DuckDB writes them."""

    def __init__(self, master: str = "local[2]") -> None:
        """Remember the master; the session starts with the first statement."""
        problem = missing()
        if problem:
            raise Refused([problem])
        self.master = master
        self.name = master
        self.work = scratch()

    @cached_property
    def session(self) -> Any:  # noqa: ANN401 - pyspark is imported late
        """The Spark session."""
        from pyspark.sql import SparkSession

        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master(self.master).appName("shangji")
        for key, value in SETTINGS.items():
            builder = builder.config(key, value)
        return builder.getOrCreate()

    def run(self, plan: Plan, snapshot: Snapshot, out: Path) -> Results:
        """Carry out a plan; result tables go to `out` as Parquet in key order."""
        self.session.catalog.clearCache()
        self._tables(plan, snapshot)
        out.mkdir(parents=True, exist_ok=True)
        rows: dict[str, int] = {}
        digests: dict[str, str] = {}
        with duckdb.connect() as connection:
            for step in plan.steps:
                try:
                    frame = self._carry_out(step)
                    if step.kind == RESULT:
                        source, columns = self._collected(step, frame)
                        rows[step.name], digests[step.name] = write_result(
                            connection, step, source, columns, out
                        )
                except Exception as error:
                    if any(word in str(error) for word in OVERFLOWS):
                        raise Refused([overflowed(str(error))]) from error
                    raise
        return Results(out, rows, digests)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query in DuckDB's dialect over what the last run made."""
        for value in parameters:
            sql = sql.replace("?", "'" + str(value).replace("'", "''") + "'", 1)
        return [tuple(row) for row in self.session.sql(spark_sql(sql)).collect()]

    def _carry_out(self, step: Step) -> Any:  # noqa: ANN401 - a DataFrame
        frame = self.session.sql(spark_sql(step.chosen(self.query)))
        if step.kind == CHECK:
            found = [tuple(row) for row in frame.take(3)]
            if found:
                raise Refused([violated(step.name, found)])
            return frame
        if step.kind != VIEW:
            frame = self._kept(step, frame)
        frame.createOrReplaceTempView(f"`{step.name}`")
        return frame

    def _kept(self, step: Step, frame: Any) -> Any:  # noqa: ANN401 - DataFrames
        """The rows of a step as files, read back: a plan that grew with each step took minutes."""
        folder = self._folder(step)
        frame.write.mode("overwrite").parquet(str(folder))
        return self.session.read.schema(frame.schema).parquet(str(folder))

    def _folder(self, step: Step) -> Path:
        return self.work / step.name.replace("/", "_")

    def _collected(self, step: Step, frame: Any) -> tuple[str, list[str]]:  # noqa: ANN401
        """The rows of a result as files that DuckDB puts in order."""
        target = str(self._folder(step) / "*.parquet").replace("'", "''")
        return f"read_parquet('{target}')", list(frame.columns)

    def _tables(self, plan: Plan, snapshot: Snapshot) -> None:
        held = set(snapshot.tables)
        for name, types in plan.tables.items():
            if name in held:
                frame = self.session.read.parquet(str(snapshot.path(name)))
            else:
                nulls = ", ".join(
                    f'CAST(NULL AS {sql}) AS "{column}"' for column, sql in types.items()
                )
                frame = self.session.sql(spark_sql(f"SELECT {nulls} WHERE 1 = 0"))
            frame.createOrReplaceTempView(f"`{name}`")
        with duckdb.connect() as connection:
            for name, given in plan.inputs.items():
                load_input(connection, name, given)
                path = self.work / f"input-{name}.parquet"
                connection.execute(f"COPY \"{name}\" TO '{path}' (FORMAT parquet)")
                self.session.read.parquet(str(path)).createOrReplaceTempView(f"`{name}`")


def spark_sql(sql: str) -> str:
    """A statement of a plan in Spark's words."""
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(sql, read="duckdb")
    for cast in tree.find_all(exp.Cast):
        if cast.to.this == exp.DataType.Type.INT128:
            cast.set("to", exp.DataType.build("DECIMAL(38, 0)"))
    return tree.sql(dialect="spark")


__all__ = ["SparkEngine", "missing", "spark_sql"]
