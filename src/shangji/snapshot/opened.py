"""An opened snapshot: its manifest, its tables' files, and whether they are what was sealed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shangji import digest
from shangji.errors import Problem, Refused, Where
from shangji.snapshot.facts import RunFacts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Snapshot:
    """An opened snapshot."""

    folder: Path
    manifest: Mapping[str, Any]

    @classmethod
    def open(cls, folder: Path) -> Snapshot:
        """Open a snapshot; a manifest that does not fit its own digest is refused."""
        path = folder / MANIFEST
        try:
            manifest = json.loads(path.read_text("utf-8"))
            sealed = manifest["digest"]
            fits = digest.of_json(sealed_part(manifest)) == sealed
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Refused(
                [_damaged(path.name, f"清单读不出来（{type(error).__name__}）。")]
            ) from error
        if not fits:
            raise Refused([_damaged(path.name, "清单与自身摘要不符。")])
        for name, table in manifest["tables"].items():
            if not (folder / table["file"]).is_file():
                raise Refused([_damaged(table["file"], f"缺少“{name}”表的数据文件。")])
        return cls(folder, manifest)

    @property
    def digest(self) -> str:
        """The digest of everything in the snapshot."""
        return str(self.manifest["digest"])

    @property
    def facts(self) -> RunFacts:
        """The facts of the review."""
        facts = self.manifest["facts"]
        return RunFacts(**{**facts, "as_of": date.fromisoformat(facts["as_of"])})

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables held, in name order."""
        return tuple(sorted(self.manifest["tables"]))

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions of its projects, in order, six digits each."""
        return tuple(self.manifest["regions"])

    @property
    def supplied(self) -> dict[str, set[str]]:
        """The columns that some source brought, by table."""
        found: dict[str, set[str]] = {}
        for source in self.sources:
            for name, columns in source["supplied"].items():
                found.setdefault(name, set()).update(columns)
        return found

    @property
    def sources(self) -> tuple[Mapping[str, Any], ...]:
        """The files read."""
        return tuple(self.manifest["sources"])

    def cell(self, table: str, source: str, sheet: str, row: int, column: str) -> str:
        """The name of a cell in the file that was read, or nothing where its column was not."""
        letters = self._placed.get(source, {}).get(table, {}).get(sheet, {}).get(column)
        return f"{letters}{row}" if letters else ""

    @cached_property
    def _placed(self) -> Mapping[str, Any]:
        """Where each source's columns stood: table, sheet, column, letters."""
        return {item["id"]: item.get("placed", {}) for item in self.sources}

    def rows(self, table: str) -> int:
        """The number of rows of a table."""
        return int(self.manifest["tables"][table]["rows"])

    def path(self, table: str) -> Path:
        """The Parquet file of a table."""
        return self.folder / str(self.manifest["tables"][table]["file"])

    def check(self) -> list[Problem]:
        """Re-read every table and compare digests; returns what does not fit."""
        import duckdb

        problems = []
        with duckdb.connect() as connection:
            for name, table in self.manifest["tables"].items():
                try:
                    found = digest.of_parquet(connection, self.path(name), table["columns"])
                except (duckdb.Error, ValueError):  # text that is none any more
                    found = (-1, "")
                if found != (table["rows"], table["sha256"]):
                    problems.append(_damaged(table["file"], f"“{name}”表的内容与清单不符。"))
        return problems


def _damaged(file: str, says: str) -> Problem:
    return Problem("snapshot-damaged", Where(file), says, "请用原始申报表重新审核。")


def sealed_part(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a snapshot's digest covers: everything but itself and the names of the files inside."""
    tables = {
        name: {key: value for key, value in table.items() if key != "file"}
        for name, table in manifest["tables"].items()
    }
    kept = {key: value for key, value in manifest.items() if key not in {"digest", "tables"}}
    return {**kept, "tables": tables}
