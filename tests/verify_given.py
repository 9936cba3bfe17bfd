"""A written review for the tests of the checker, and what a careful forger does to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from shangji import digest
from shangji.cli.reviewing import review_paths
from shangji.snapshot.opened import sealed_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from shangji.verify import Difference, Verified

ROOT = Path(__file__).resolve().parents[1]


def reviewed(out: Path) -> Path:
    options: dict[str, Any] = {
        "paths": [str(ROOT / "samples" / "small")],
        "out": str(out),
        "packs": (),
        "year": None,
        "as_of": None,
        "region": None,
        "engine": "duckdb",
        "threads": 2,
    }
    review_paths(options)
    return out


def rewrite(path: Path, change: str) -> None:
    """Replace a Parquet file by a query over it, its rows kept in order."""
    new = path.with_suffix(".new")
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{path}')")
        connection.execute(change)
        connection.execute(f"COPY t TO '{new}' (FORMAT parquet)")
    new.replace(path)


def reseal(report: Path) -> None:
    """Make every digest fit again, as a careful forger would."""
    manifest_path, result_path = report / "snapshot" / "manifest.json", report / "result.json"
    manifest = json.loads(manifest_path.read_text("utf-8"))
    result = json.loads(result_path.read_text("utf-8"))
    with duckdb.connect() as connection:
        for table in manifest["tables"].values():
            path = report / "snapshot" / table["file"]
            table["rows"], table["sha256"] = digest.of_parquet(connection, path, table["columns"])
        for name, table in result["tables"].items():
            path = report / "tables" / f"{name}.parquet"
            rows = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            columns = [column[0] for column in rows.description or ()]
            table["rows"], table["sha256"] = digest.of_parquet(connection, path, columns)
    manifest["digest"] = digest.of_json(sealed_part(manifest))
    manifest_path.write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")
    result["snapshot"] = manifest["digest"]
    result.pop("digest")
    result["digest"] = digest.of_json(result)
    result_path.write_text(json.dumps(result, ensure_ascii=False), "utf-8")


def named(found: Verified, **wanted: str) -> list[Difference]:
    return [
        one
        for one in found.problems
        if all(getattr(one, name) == value for name, value in wanted.items())
    ]


def restate(report: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what result.json says, and seal it again."""
    path = report / "result.json"
    result = json.loads(path.read_text("utf-8"))
    change(result)
    result.pop("digest")
    path.write_text(json.dumps({**result, "digest": digest.of_json(result)}), "utf-8")
