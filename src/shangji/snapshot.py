"""The frozen data of a review: one Parquet file a table and a manifest of digests.

`freeze` is the only writer. A snapshot appears whole or not at all: it is made in a folder beside
its place and moved there by one rename.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji import digest
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shangji.schema import Table

FORMAT = 1
MANIFEST = "manifest.json"
KEY_DIGITS = 16


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a review is about: budget year, data day, region, and what kind of data it is."""

    budget_year: int
    as_of: date
    region: str
    title: str = ""
    data_kind: str = ""

    def record(self) -> dict[str, Any]:
        """The facts as JSON values."""
        return {**asdict(self), "as_of": self.as_of.isoformat()}


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read: whose it is, and the columns it supplied by table.

    `origin` is unit, bureau or external. What a unit's own file lacks was left empty by the unit;
    what another's file lacks is not known.
    """

    id: str
    file: str
    origin: str
    sha256: str
    supplied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wan: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """The source as JSON values."""
        return {
            "id": self.id,
            "file": self.file,
            "origin": self.origin,
            "sha256": self.sha256,
            "supplied": {name: list(columns) for name, columns in self.supplied.items()},
            "wan": {name: list(columns) for name, columns in self.wan.items()},
        }


@dataclass
class Collected:
    """Rows by table as intake leaves them, with the files they came from. Nothing is frozen yet."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    cells: dict[str, int] = field(default_factory=dict)


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
            fits = digest.of_json(_sealed(manifest)) == sealed
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
                except duckdb.Error:
                    found = (-1, "")
                if found != (table["rows"], table["sha256"]):
                    problems.append(_damaged(table["file"], f"“{name}”表的内容与清单不符。"))
        return problems


def _damaged(file: str, says: str) -> Problem:
    return Problem("snapshot-damaged", Where(file), says, "请用原始申报表重新审核。")


def _sealed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a snapshot's digest covers: everything but itself and the names of the files inside."""
    tables = {
        name: {key: value for key, value in table.items() if key != "file"}
        for name, table in manifest["tables"].items()
    }
    kept = {key: value for key, value in manifest.items() if key not in {"digest", "tables"}}
    return {**kept, "tables": tables}


def freeze(
    collected: Collected, tables: Mapping[str, Table], facts: RunFacts, out: Path
) -> tuple[Snapshot, list[Problem]]:
    """Write collected rows as a snapshot at `out`, replacing what stands there.

    Returns:
        The snapshot, and the rows that could not be kept under their key (named, never dropped
        in silence).
    """
    problems: list[Problem] = []
    with made_beside(out) as work:
        import duckdb

        with duckdb.connect() as connection:
            for name in sorted(collected.rows):
                rows, refused = keyed(collected, tables[name])
                problems += refused
                write_table(connection, name, tables[name].stored(), rows, work)
        seal(work, {name: tables[name] for name in collected.rows}, facts, collected.sources)
        put(work, out)
    return Snapshot.open(out), problems


def seal(
    folder: Path, tables: Mapping[str, Table], facts: RunFacts, sources: Iterable[Source] = ()
) -> None:
    """Write the manifest over the Parquet files of a folder, rows in key order in each."""
    import duckdb

    held = {}
    regions: set[str] = set()
    with duckdb.connect() as connection:
        for name in sorted(tables):
            path = folder / f"{name}.parquet"
            columns = list(tables[name].stored())
            rows, sha256 = digest.of_parquet(connection, path, columns)
            held[name] = {"file": path.name, "rows": rows, "sha256": sha256, "columns": columns}
            if name == "project":
                regions = {
                    str(row[0])[:6]
                    for row in connection.execute(
                        "SELECT DISTINCT region FROM read_parquet(?) WHERE region IS NOT NULL",
                        [str(path)],
                    ).fetchall()
                }
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "facts": facts.record(),
        "regions": sorted(regions),
        "sources": [source.record() for source in sources],
        "tables": held,
    }
    manifest["digest"] = digest.of_json(_sealed(manifest))
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")


class made_beside:  # noqa: N801 - reads as a verb at its use
    """A folder beside a place, removed on the way out whatever happens; faults become words."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.work: Path | None = None

    def __enter__(self) -> Path:
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            made = tempfile.mkdtemp(prefix=f".{self.out.name}-", dir=self.out.parent)
        except OSError as error:
            raise Refused([unwritable(self.out, error)]) from error
        self.work = Path(made)
        return self.work

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self.work is not None:
            shutil.rmtree(self.work, ignore_errors=True)
        if isinstance(error, OSError):
            raise Refused([unwritable(self.out, error)]) from error
        if error is not None and "No space left" in str(error):
            full = OSError(errno.ENOSPC, "No space left on device")
            raise Refused([unwritable(self.out, full)]) from error


def unwritable(place: Path, error: OSError) -> Problem:
    """The problem of a folder that cannot be written."""
    if error.errno == errno.ENOSPC:
        return Problem(
            "output-full", Where(place.name), "磁盘没有空间了。", "请清理后重试；原有结果没有改动。"
        )
    reason = {errno.EACCES: "没有权限。", errno.EROFS: "只读。"}.get(error.errno or 0, "写入失败。")
    return Problem(
        "output-unwritable", Where(place.name), reason, "请换一个可写的文件夹；原有结果没有改动。"
    )


def put(work: Path, out: Path) -> None:
    """Move a finished folder to its place; the old one steps aside and comes back on failure."""
    old = out.with_name(f".{out.name}-old-{os.getpid()}")
    moved = out.exists()
    if moved:
        out.rename(old)
    try:
        work.rename(out)
    except OSError:
        if moved:
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def keyed(collected: Collected, table: Table) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Give every row its key and what its blanks mean; returns rows in key order, and refusals."""
    sources = {source.id: source for source in collected.sources}
    registers = {
        name for source in collected.sources if source.origin != "unit" for name in source.supplied
    }
    made: dict[str, dict[str, Any]] = {}
    problems = []
    rows = sorted(
        collected.rows[table.name],
        key=lambda row: (row["row_source"], row["row_sheet"], row["row_number"]),
    )
    absent: dict[str, tuple[str | None, str]] = {}
    for row in rows:
        source = sources[row["row_source"]]
        if source.id not in absent:
            absent[source.id] = _absent(source, table, registers, collected)
        row["row_unsupplied"], row["row_tables"] = absent[source.id]
        given = _given_key(row, table)
        key = given or _content_key(row, table)
        if key in made and given and not table.parent:
            problems.append(_doubled(row, made[key], table))
            continue
        ordinal = 2
        first = key
        while key in made:
            key = f"{first}#{ordinal}"
            ordinal += 1
        row["row_key"] = key
        made[key] = row
    return [made[key] for key in sorted(made)], problems


def _given_key(row: Mapping[str, Any], table: Table) -> str:
    values = [row.get(name) for name in table.key]
    return "|".join(map(str, values)) if values and None not in values else ""


def _content_key(row: Mapping[str, Any], table: Table) -> str:
    content = [_text(row.get(column.name)) for column in table.columns]
    return "~" + hashlib.sha256(digest.canonical(content).encode()).hexdigest()[:KEY_DIGITS]


def _absent(
    source: Source, table: Table, registers: set[str], collected: Collected
) -> tuple[str | None, str]:
    """Which blanks of a source's rows are no answers, and which tables it or a register brought.

    A unit's own file answers for every column and table that the unit owes.
    """
    given = set(source.supplied.get(table.name, ()))
    own = source.origin == "unit"
    lacking = [
        column.name
        for column in table.columns
        if column.name not in given and not (own and column.supplied_by == "unit")
    ]
    tables = registers | set(source.supplied)
    if own:
        tables |= set(collected.rows)
        tables |= {"line", "target", "basis", "attachment"}
    unsupplied = f"|{'|'.join(lacking)}|" if lacking else None
    return unsupplied, f"|{'|'.join(sorted(tables))}|"


def _doubled(row: Mapping[str, Any], first: Mapping[str, Any], table: Table) -> Problem:
    key = "、".join(str(row[name]) for name in table.key)
    return Problem(
        "row-duplicate-key",
        Where(str(row["row_source"]), str(row["row_sheet"]), f"第 {row['row_number']} 行"),
        f"与 {first['row_source']} 第 {first['row_number']} 行的编码相同，本行没有收入。",
        "请核对哪一行有效，改正编码后重报。",
        value=key,
    )


def write_table(
    connection: Any,  # noqa: ANN401 - duckdb is imported late
    name: str,
    types: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    folder: Path,
) -> None:
    """Write rows, which stand in key order, as the Parquet file of a table."""
    lines = folder / f"{name}.ndjson"
    with lines.open("w", encoding="utf-8") as file:
        for row in rows:
            record = {column: _text(row.get(column)) for column in types}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    spelled = ", ".join(f"'{column}': '{sql}'" for column, sql in types.items())
    shown = ", ".join(f'"{column}"' for column in types)
    nulls = ", ".join(f'CAST(NULL AS {sql}) AS "{column}"' for column, sql in types.items())
    target = str(folder / f"{name}.parquet").replace("'", "''")
    source = f"SELECT {nulls} WHERE 1 = 0"
    if rows:
        source = (
            f"SELECT {shown} FROM read_json(?, format='newline_delimited', "
            f"columns={{{spelled}}}) ORDER BY row_key"
        )
    connection.execute(
        f"COPY ({source}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)",
        [str(lines)] if rows else [],
    )
    lines.unlink()


def _text(value: Any) -> Any:  # noqa: ANN401 - any cell value, as JSON
    """A value as JSON keeps it exactly: money and dates as text."""
    return str(value) if isinstance(value, (Decimal, date)) else value
