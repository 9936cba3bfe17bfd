"""What an engine is, and how one is chosen by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shangji.compile import Plan
    from shangji.results import Results
    from shangji.snapshot import Snapshot


class Engine(Protocol):
    """Carries out plans over snapshots."""

    name: str

    def run(self, plan: Plan, snapshot: Snapshot, out: Path) -> Results:
        """Carry out a plan; result tables go to `out` as Parquet in key order.

        Raises:
            Refused: a check of the plan found rows, or a figure overflowed.
        """

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query in DuckDB's dialect over what the last run made."""


def engine(name: str = "duckdb", **settings: Any) -> Engine:  # noqa: ANN401 - each engine has its own
    """Return an engine by name: `duckdb`, `local[2]` or `spark://…`."""
    if name == "duckdb":
        from shangji.engines.duckdb_engine import DuckDBEngine

        return DuckDBEngine(**settings)
    if name == "spark" or name.startswith(("spark://", "local[", "yarn")):
        from shangji.engines.spark_engine import SparkEngine

        return SparkEngine("local[2]" if name == "spark" else name)
    raise Refused(
        [
            Problem(
                "engine-missing",
                Where(field="--engine"),
                f"没有名为“{name}”的引擎。",
                "可用 duckdb、local[2] 或 spark://主机:端口。",
            )
        ]
    )


def overflowed(message: str) -> Problem:
    """The problem of a figure that no type can hold; the column ranges should have caught it."""
    return Problem(
        "engine-overflow",
        Where(),
        f"有金额或数量大到无法计算（{message.splitlines()[0][:120]}）。",
        "请检查申报表中金额单位是否填错，或在表定义里收紧该列上限。",
    )


def violated(check: str, rows: Sequence[Sequence[Any]]) -> Problem:
    """The problem of a table that has several rows where one is allowed."""
    table, _, _ = check.partition(":")
    keys = "；".join("、".join(map(str, row)) for row in rows[:3])
    return Problem(
        "fact-fanout",
        Where(field=table),
        f"“{table}”里同一编码有多行（{keys}），无法确定用哪一行。",
        "请在数据里只保留一行后重新审核。",
    )
