"""From paths on a command line to a finished review: read, freeze, judge, report."""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji.engines import engine as engine_named
from shangji.errors import Problem, Refused, Where
from shangji.intake import read
from shangji.pack import Pack, load
from shangji.pack.load import required
from shangji.report.screen import Reviewed, lines
from shangji.review import Report, review
from shangji.snapshot import Collected, RunFacts, freeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

YEARS = range(2000, 2101)
REGION_DIGITS = (6, 9)


@dataclass(frozen=True)
class Done:
    """A finished review with what its screen needs."""

    report: Report
    pack: Pack
    problems: Sequence[Problem]
    cells: Mapping[str, int]
    files: int
    hint: str


def review_paths(options: Mapping[str, Any]) -> Done:
    """Read, freeze and review what the options name."""
    folders = required(tuple(options["packs"]) or ("national",))
    pack, trouble = load(folders)
    if pack is None:
        raise Refused(trouble)
    paths = [Path(path) for path in options["paths"]]
    collected, problems = read(paths, pack)
    fatal = [problem for problem in problems if problem.fatal]
    if fatal:
        raise Refused(fatal)
    if not any(collected.rows.get(name) for name in evaluated(pack)):
        names = "”或“".join(pack.tables[name].zh for name in evaluated(pack))
        fix = f"请确认里面有“{names}”工作表，列名与申报模板一致。"
        missing = Problem(
            "folder-empty", Where("、".join(map(str, paths))), "没有读到一行可以评的数据。", fix
        )
        raise Refused([*[item for item in problems if item.effect == "refused"][:5], missing])
    collected.rows.setdefault("project", [])  # what a fund or a company is told of has no project
    facts = run_facts(collected, options)
    with tempfile.TemporaryDirectory(prefix="shangji-") as folder:
        snapshot, refused = freeze(collected, pack.tables, facts, Path(folder) / "snapshot")
        problems = [*problems, *refused]
        settings = {"threads": options["threads"]} if options["engine"] == "duckdb" else {}
        report = review(
            snapshot,
            pack,
            out=Path(options["out"]),
            folders=folders,
            problems=problems,
            cells=collected.cells,
            engine=engine_named(options["engine"], **settings),
        )
    hint = next((row["project_code"] for row in report.summary.first if row["project_code"]), "")
    return Done(
        report, pack, report.problems, collected.cells, len(collected.sources), hint or "项目代码"
    )


def evaluated(pack: Pack) -> list[str]:
    """The tables that some framework of the pack evaluates; projects in any case."""
    subjects = (framework.subject for framework in pack.frameworks.values())
    return [name for name in dict.fromkeys(("project", *subjects)) if name in pack.tables]


def program() -> str:
    """How this program was called, so that the commands shown can be typed as they stand."""
    called = Path(sys.argv[0])
    found = shutil.which(called.name)
    if called.name != "shangji" or (found and Path(found).resolve() == called.resolve()):
        return "shangji"
    try:
        return str(called.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(called)


def run_facts(collected: Collected, options: Mapping[str, Any]) -> RunFacts:
    """Budget year, data day and region: from the options, else the cover; never guessed."""
    told = collected.facts
    year = str(options["year"] or told.get("budget_year", ""))
    as_of = options["as_of"] or told.get("as_of", "")
    region = options["region"] or told.get("region", "")
    problems = []
    if not year.isdigit() or int(year) not in YEARS:
        problems.append(_lacking("预算年度", year, "--year 2027"))
    if not region.isdigit() or len(region) not in REGION_DIGITS:
        problems.append(_lacking("区划代码", region, "--region 六位代码"))
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        problems.append(_lacking("数据截至日", as_of, "--as-of 2026-11-20"))
        day = date.min
    if problems:
        raise Refused(problems)
    facts = RunFacts(int(year), day, region[:6])
    return replace(facts, title=told.get("title", ""), data_kind=told.get("data_kind", ""))


def _lacking(name: str, value: str, example: str) -> Problem:
    says = f"“{name}”{'不对' if value else '没有给出'}。"
    fix = f"请在封面页填写，或在命令里加 {example}。"
    return Problem("facts-missing", Where(field=name), says, fix, value=value)


def graded(done: Done, paths: Sequence[str]) -> Iterator[str]:
    """Lines that grade a review against the faults planted in a made county; none elsewhere."""
    from shangji.columns import wrapped
    from shangji.faults import grading

    beside = grading.side_file([Path(path) for path in paths])
    if beside is None:
        return
    found = grading.findings(done.report.folder)
    projects = done.report.result["summary"]["tables"]["project"]
    made = grading.grade(grading.read_side(beside), found, done.problems, projects)
    yield ""
    for line in grading.shown(made):
        yield from wrapped(line, 4)


def screen(done: Done, out: str) -> Iterator[str]:
    """The screen of a finished review."""
    report = done.report
    return lines(
        Reviewed(
            summary=report.summary,
            facts=report.result["facts"],
            pack=done.pack,
            run=report.run,
            problems=done.problems,
            cells=done.cells,
            files=done.files,
            out=out,
            hint=done.hint,
            program=program(),
        )
    )
