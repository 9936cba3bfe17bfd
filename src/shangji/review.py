"""A review, end to end: plan, engine, summary, report; the old result stays until all is done."""

from __future__ import annotations

import json
import platform
import resource
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shangji import LANGUAGE, __version__, digest
from shangji import compile as compiler
from shangji.allocate import allocated, solver
from shangji.engines import engine as engine_named
from shangji.errors import Problem, Refused, Where
from shangji.failpoints import reach
from shangji.pack import shipped
from shangji.path import paths
from shangji.report import Summary, summarise
from shangji.report.page import write_page
from shangji.report.workbook import write_workbook
from shangji.responses import responses
from shangji.results import Results
from shangji.snapshot import Snapshot, made_beside, put, recovered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from shangji.engines import Engine
    from shangji.pack import Pack
    from shangji.report.page.quotes import Pictures

RESULT, RUN, INTAKE = "result.json", "run.json", "intake.json"
WORKBOOK = "审核结果.xlsx"
SNAPSHOT, TABLES, PACK = "snapshot", "tables", "pack"


@dataclass(frozen=True)
class Report:
    """A finished review: its folder, what result.json and run.json say, what was met on the way."""

    folder: Path
    result: Mapping[str, Any]
    run: Mapping[str, Any]
    summary: Summary
    problems: Sequence[Problem] = ()


def review(  # noqa: PLR0913 - each is named where it is called
    snapshot: Snapshot,
    pack: Pack,
    *,
    out: Path,
    engine: Engine | None = None,
    folders: Sequence[str | Path] = ("national",),
    problems: Sequence[Problem] = (),
    cells: Mapping[str, int] | None = None,
    told: Mapping[str, Any] | None = None,
    papers: Sequence[Callable[[Path], None]] = (),
    pictures: Pictures | None = None,
) -> Report:
    """Review a snapshot under a pack and write the report at `out`, whole or not at all.

    Args:
        snapshot: the frozen data.
        pack: the pack, loaded from `folders`.
        out: the report's folder; an older report there is replaced by one rename at the end.
        engine: DuckDB unless told otherwise.
        folders: where the pack was loaded from; its files are kept with the report.
        problems: what intake met, shown and kept beside the result.
        cells: intake's count of cells read, kept, changed and refused.
        told: what else intake.json keeps: the count of each sheet, placeholders.
        pictures: draws the quoted lines of documents for the page.
        papers: writers of further files, each called with the report's folder.

    Raises:
        Refused: a check found rows, a figure overflowed, or the folder cannot be written.
    """
    started = time.perf_counter()
    engine = engine or engine_named("duckdb")
    with made_beside(out) as work:
        plan = compiler.plan(
            pack,
            snapshot.tables,
            snapshot.facts,
            regions=snapshot.regions,
            supplied=snapshot.supplied,
        )
        reach("review.planned")
        results = paths(snapshot, engine.run(plan, snapshot, work / TABLES), pack)
        results, money = allocated(snapshot, results, pack)
        problems = [*problems, *responses(snapshot, results).problems(), *money.problems]
        summary = summarise(snapshot, results, pack)
        result = _result(snapshot, results, pack, summary)
        write_json(work / RESULT, result)
        write_json(work / INTAKE, _intake(problems, cells, told))
        reach("review.result")
        _keep(snapshot, folders, work)
        write_workbook(work / WORKBOOK, snapshot, results, pack, summary, problems)
        given = (work, snapshot, results, pack, summary)
        met = (problems, cells or {})
        write_page(*given, result=str(result["digest"]), intake=met, pictures=pictures)
        for write in papers:
            write(work)
        write_json(work / RUN, run := _run(engine, started))
        reach("review.written")
        put(work, out)
    return Report(out, result, run, summary, problems)


def _intake(
    problems: Sequence[Problem], cells: Mapping[str, int] | None, told: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What intake.json says: cells counted, problems met, what else reading told."""
    found = [_record(item) for item in problems]
    return {"cells": dict(cells or {}), "problems": found, **(told or {})}


def _result(snapshot: Snapshot, results: Results, pack: Pack, summary: Summary) -> dict[str, Any]:
    """What result.json says: what was judged under what, the tables' digests, the figures."""
    result: dict[str, Any] = {
        "format": 1,
        "language": LANGUAGE,
        "snapshot": snapshot.digest,
        "pack": {"names": list(pack.names), "version": pack.version, "digest": pack.digest},
        "facts": snapshot.facts.record(),
        "tables": {
            name: {"rows": results.rows[name], "sha256": results.digests[name]}
            for name in sorted(results.rows)
        },
        "summary": summary.record(),
    }
    return {**result, "digest": digest.of_json(result)}


def write_json(path: Path, value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Write a value as readable JSON with sorted keys: one value, one text."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def _record(problem: Problem) -> dict[str, Any]:
    where = problem.where
    return {
        "code": problem.code,
        "title": problem.title,
        "effect": problem.effect,
        "file": where.file,
        "sheet": where.sheet,
        "cell": where.cell,
        "field": where.field,
        "line": where.line,
        "value": problem.value,
        "says": problem.says,
        "fix": problem.fix,
    }


def _keep(snapshot: Snapshot, folders: Sequence[str | Path], work: Path) -> None:
    """Keep what the result is a function of: the snapshot and the pack's own files."""
    shutil.copytree(snapshot.folder, work / SNAPSHOT)
    for given in folders:
        from pathlib import Path as _Path

        folder = _Path(given) if _Path(given).is_dir() else shipped(str(given))
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".yaml", ".csv", ".toml"}:
                target = work / PACK / folder.name / path.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    order = [(_Path(given).name if _Path(given).is_dir() else str(given)) for given in folders]
    write_json(work / PACK / "order.json", order)


def _run(engine: Engine, started: float) -> dict[str, Any]:
    """What no result may depend on: time, host, versions, memory."""
    return {
        "version": __version__,
        "engine": engine.name,
        "solver": solver.version() if solver.available() else "",
        "python": platform.python_version(),
        "seconds": round(time.perf_counter() - started, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def open_report(folder: Path) -> tuple[Snapshot, Results, Mapping[str, Any], list[Path]]:
    """Open a written report: snapshot, result tables, result.json, and its pack's folders.

    Every table is read and compared with its digest: what is damaged is refused, not shown.

    Raises:
        Refused: no report there, or one that does not fit its own digests.
    """
    recovered(folder)
    path = folder / RESULT
    if not path.is_file():
        fix = "请先执行 shangji review，或用 --report 指明位置。"
        raise Refused([Problem("report-missing", Where(str(folder)), "这里没有审核结果。", fix)])
    try:
        result = json.loads(path.read_text("utf-8"))
        order = json.loads((folder / PACK / "order.json").read_text("utf-8"))
        sealed = {key: value for key, value in result.items() if key != "digest"}
        fits = digest.of_json(sealed) == result["digest"]
    except (OSError, ValueError, KeyError) as error:
        raise Refused([_damaged(path)]) from error
    if not fits:
        raise Refused([_damaged(path)])
    rows = {name: table["rows"] for name, table in result["tables"].items()}
    digests = {name: table["sha256"] for name, table in result["tables"].items()}
    snapshot = Snapshot.open(folder / SNAPSHOT)
    packs = [folder / PACK / name for name in order]
    results = Results(folder / TABLES, rows, digests)
    damaged = [*snapshot.check(), *_changed(results)]
    if snapshot.digest != result["snapshot"]:
        damaged.append(_damaged(path))
    if damaged:
        raise Refused(damaged)
    return snapshot, results, result, packs


def _changed(results: Results) -> list[Problem]:
    """The result tables that no longer fit their digests."""
    import duckdb

    found = []
    with duckdb.connect() as connection:
        for name, rows in results.rows.items():
            path = results.path(name)
            told = (rows, results.digests[name])
            try:
                columns = connection.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(path)])
                names = [column[0] for column in columns.description or ()]
                fits = digest.of_parquet(connection, path, names) == told
            except (duckdb.Error, ValueError):
                fits = False
            if not fits:
                found.append(_damaged(path))
    return found


def _damaged(path: Path) -> Problem:
    says = "审核结果与自身摘要不符，可能被改动或没有写完。"
    return Problem("report-damaged", Where(path.name), says, "请重新审核。")
