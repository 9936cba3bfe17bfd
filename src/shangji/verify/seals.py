"""Every digest of a report, computed again in plain Python; Parquet is read by SELECT * only."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.verify.model import DAMAGES, Difference, Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

BLOCK = 1000
UNIT, RECORD, NULL = "\x1f", "\x1e", "\x00"

PLAIN = re.compile(r"\w[\w.-]*")
"""A name that stands for a file or folder inside the report."""

COLUMNS = {
    "verdict": "rule_id rule_digest subject key project_code unit_code outcome status severity "
    "measured allowed value_kind at_stake_yuan owed_by members_unknown standards evidence missing",
    "coverage": "rule_id subject rows not_applicable applied fail unknown",
    "gate": "subject key outcome rules",
    "score": "framework subject key as_of node low high known full",
    "grade": "framework subject key as_of low_grade high_grade known rank",
    "measure": "name subject key period numerator denominator unit",
    "shown": "section subject key place value below value_kind",
    "reduction": "project_code line_key fund_source step asked_yuan approved_yuan cause_kind "
    "cause_id also",
    "path": "project_code reader step_no action rules at_table at_key at_column given set_to "
    "cost_yuan verified",
    "path_end": "project_code reader steps unverified left gate_before gate_after",
    "remedy": "rule_id key project_code at_table at_key at_column given set_to",
}
"""The columns of the result tables, in order."""

PLAN = {
    "plan": "project_code package fund_source year amount_yuan bound_by",
    "plan_cause": "project_code fund_source cause_no cause_kind cause_id amount_yuan also",
    "plan_part": "part_no project_code fund_source package class_no after_no is_whole weight "
    "amount_yuan arranged_yuan",
    "plan_limit": "limit_name kind sense limit_fen used_fen",
    "plan_term": "limit_name part_no coefficient",
    "plan_stage": "class_no grade value bound relaxed_bound is_proven",
    "plan_price": "class_no limit_name price from_fen to_fen",
}
"""The same of a plan; a report has all of them or none."""

Rows = list[dict[str, Any]]


@dataclass
class Report:
    """A report as it was found: what its JSON says, its rows, and which digests do not fit."""

    folder: Path
    result: dict[str, Any]
    manifest: dict[str, Any]
    order: list[str]
    snapshot: dict[str, Rows] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)
    problems: list[Difference] = field(default_factory=list)

    def check(self, table: str, what: str, reported: object, derived: object) -> None:
        """Note a difference where two things that must be equal are not."""
        if reported != derived:
            found = Difference(table, "", "", what, str(reported), str(derived))
            self.problems.append(found)


def canonical(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """JSON with sorted keys and no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """SHA-256 of canonical JSON."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def shown(value: Any) -> str:  # noqa: ANN401 - any cell
    """The canonical text of a cell."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def rows_digest(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The digest of rows: over the column names and the digest of every block of rows."""
    whole = hashlib.sha256(canonical(list(columns)).encode())
    for start in range(0, len(rows), BLOCK):
        block = (UNIT.join(map(shown, row)) for row in rows[start : start + BLOCK])
        whole.update(hashlib.sha256(RECORD.join(block).encode()).hexdigest().encode())
    return whole.hexdigest()


def opened(folder: Path) -> Report:
    """Read a report and compare every digest in it; what does not fit is in `problems`.

    Raises:
        Unreadable: a file is not there or is none of its kind.
    """
    result = _json(folder / "result.json")
    manifest = _json(folder / "snapshot" / "manifest.json")
    order = _json(folder / "pack" / "order.json")
    if not (isinstance(result, dict) and isinstance(manifest, dict) and isinstance(order, list)):
        raise Unreadable("result.json、manifest.json 或 order.json 的结构不对")
    if not all(isinstance(name, str) and PLAIN.fullmatch(name) for name in order):
        raise Unreadable("order.json 里有不是名称的内容")
    report = Report(folder, result, manifest, order)
    import duckdb

    try:
        _heads(report)
        with duckdb.connect(config={"threads": 1}) as reader:
            _tables(report, reader)
        planned = PLAN.keys() if PLAN.keys() & result["tables"].keys() else set()
        for name in (COLUMNS.keys() | planned) - result["tables"].keys():
            report.check("result.json", f"结果表 {name}", "没有", "应有")
        report.check("规则包", "摘要", result["pack"]["digest"], _pack_digest(report))
    except DAMAGES as error:
        raise Unreadable(f"result.json 或 manifest.json 缺少内容（{error}）") from error
    return report


def _tables(report: Report, reader: DuckDBPyConnection) -> None:
    """Read every table that the manifest and the result name."""
    for name, held in report.manifest["tables"].items():
        if not PLAIN.fullmatch(name):
            raise Unreadable(f"快照清单里的表名“{name}”不对")
        path, shown_as = report.folder / "snapshot" / f"{name}.parquet", f"快照 {name}"
        report.check(shown_as, "文件名", held["file"], path.name)
        found = _table(report, reader, path, shown_as, held["columns"], held)
        report.snapshot[name] = found
    for name, held in report.result["tables"].items():
        if not PLAIN.fullmatch(name):
            raise Unreadable(f"result.json 里的结果表名“{name}”不对")
        known = {**COLUMNS, **PLAN}.get(name)
        columns = known.split() if known else None
        path = report.folder / "tables" / f"{name}.parquet"
        report.tables[name] = _table(report, reader, path, f"结果 {name}", columns, held)


def _json(path: Path) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path.name} 读不出来（{type(error).__name__}）") from error


def _heads(report: Report) -> None:
    result, manifest = report.result, report.manifest
    sealed = {key: value for key, value in result.items() if key != "digest"}
    report.check("result.json", "摘要", result["digest"], sha(sealed))
    tables = {
        name: {key: value for key, value in table.items() if key != "file"}
        for name, table in manifest["tables"].items()
    }
    kept = {key: value for key, value in manifest.items() if key not in {"digest", "tables"}}
    report.check("快照", "摘要", manifest["digest"], sha({**kept, "tables": tables}))
    report.check("result.json", "快照摘要", result["snapshot"], manifest["digest"])
    report.check(
        "result.json", "基本事实", canonical(result["facts"]), canonical(manifest["facts"])
    )
    report.check("result.json", "规则语言", result["language"], 1)
    report.check("result.json", "格式", result["format"], 1)


def _table(
    report: Report,
    reader: DuckDBPyConnection,
    path: Path,
    shown_as: str,
    columns: Sequence[str] | None,
    held: dict[str, Any],
) -> Rows:
    import duckdb

    try:
        found = reader.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    except (duckdb.Error, ValueError, OverflowError) as error:
        raise Unreadable(f"{shown_as} 的 {path.name} 读不出来（{type(error).__name__}）") from error
    report.check(shown_as, "列", names, names if columns is None else list(columns))
    report.check(shown_as, "行数", held["rows"], len(rows))
    report.check(shown_as, "摘要", held["sha256"], rows_digest(names, rows))
    return [dict(zip(names, row, strict=True)) for row in rows]


def _pack_digest(report: Report) -> str:
    whole = hashlib.sha256()
    for name, folder in zip(report.result["pack"]["names"], report.order, strict=False):
        base = report.folder / "pack" / folder
        for path in sorted(base.rglob("*")):
            if path.suffix in {".yaml", ".csv", ".toml"} and path.is_file():
                inner = path.relative_to(base).as_posix()
                whole.update(f"{name}/{inner}\0".encode() + path.read_bytes() + b"\0")
    report.check("规则包", "包数", len(report.result["pack"]["names"]), len(report.order))
    return whole.hexdigest()
