"""From paths on a command line to a finished review: read, freeze, judge, report."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji.cli.attaching import attached_to
from shangji.cli.run_facts import run_facts
from shangji.engines import engine as engine_named
from shangji.errors import Problem, Refused, Where
from shangji.evidence.citations import held_against
from shangji.evidence.duplicates import with_duplicates
from shangji.evidence.library.place import SETTING
from shangji.intake import read
from shangji.pack import Pack, load
from shangji.pack.load import required
from shangji.pack.mapping import read_mapping
from shangji.report.beside import Beside
from shangji.report.marked import NAME as MARKED
from shangji.report.marked import write_marked
from shangji.report.screen import Reviewed, lines
from shangji.review import Report, review
from shangji.snapshot import freeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from shangji.evidence.attachments import Attached
    from shangji.pack import SheetMapping
    from shangji.snapshot import Collected


@dataclass(frozen=True)
class Done:
    """A finished review with what its screen needs."""

    report: Report
    pack: Pack
    problems: Sequence[Problem]
    cells: Mapping[str, int]
    files: int
    hint: str
    citations: Mapping[str, int] = field(default_factory=dict)
    attached: Attached | None = None


def review_paths(options: Mapping[str, Any]) -> Done:
    """Read, freeze and review what the options name."""
    folders = required(tuple(options["packs"]) or ("national",))
    pack, trouble = load(folders)
    if pack is None:
        raise Refused(trouble)
    paths = [Path(path) for path in options["paths"]]
    mappings = required_mappings(options.get("mappings", ()), pack)
    year = str(options.get("year") or "")
    collected, problems = read(paths, pack, mappings=mappings, year=year)
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

    def marked(read: Collected, met: Sequence[Problem]) -> Beside:
        return Beside(MARKED, lambda path: write_marked(path, paths, read, met))

    return review_collected(collected, problems, pack, {**options, "packs": folders}, marked)


def review_collected(
    collected: Collected,
    problems: Sequence[Problem],
    pack: Pack,
    options: Mapping[str, Any],
    marked: Callable[[Collected, Sequence[Problem]], Beside] | None = None,
) -> Done:
    """Attach, search, freeze and review what was collected, from files or from the site's records.

    Args:
        collected: rows by table with their sources; evidence is added to it.
        problems: what collecting met.
        pack: loaded from `options["packs"]`.
        options: as the command line names them: out, packs, library, attachments, engine, threads …
        marked: makes the sender's own workbooks with the problems marked in them, where there are.

    Raises:
        Refused: nothing can be reviewed, or the folder cannot be written.
    """
    facts = run_facts(collected, options)
    files = len(collected.sources)
    attached = attached_to(collected, pack, options)
    if attached:
        problems = [*problems, *attached.problems]
    collected = with_duplicates(collected, pack, facts)
    library = options.get("library") or os.environ.get(SETTING)
    citations = held_against(collected, pack, facts, Path(library)) if library else {}
    with tempfile.TemporaryDirectory(prefix="shangji-") as folder, ExitStack() as held:
        snapshot, refused = freeze(collected, pack.tables, facts, Path(folder) / "snapshot")
        problems = [*problems, *refused]
        papers = [held.enter_context(marked(collected, problems)).put] if marked else []
        settings = {"threads": options["threads"]} if options["engine"] == "duckdb" else {}
        report = review(
            snapshot,
            pack,
            out=Path(options["out"]),
            folders=options["packs"],
            problems=problems,
            cells=collected.cells,
            told={**told(collected), **({"attachments": attached.record()} if attached else {})},
            papers=papers,
            pictures=attached.pictures if attached else None,
            engine=engine_named(options["engine"], **settings),
        )
    hint = next((row["project_code"] for row in report.summary.first if row["project_code"]), "")
    done = (report, pack, report.problems, collected.cells, files, hint or "项目代码", citations)
    return Done(*done, attached)


def evaluated(pack: Pack) -> list[str]:
    """The tables that some framework of the pack evaluates; projects in any case."""
    subjects = (framework.subject for framework in pack.frameworks.values())
    return [name for name in dict.fromkeys(("project", *subjects)) if name in pack.tables]


def told(collected: Collected) -> dict[str, Any]:
    """What intake.json keeps of reading besides its problems."""
    return {
        "sheets": [asdict(count) for count in collected.counts],
        "placeholders": [item.record() for item in collected.placeholders],
    }


def required_mappings(paths: Sequence[str | Path], pack: Pack) -> list[SheetMapping]:
    """The mappings of files that a person named; one that cannot be used stops the work."""
    made: list[SheetMapping] = []
    problems: list[Problem] = []
    for path in paths:
        found, trouble = read_mapping(Path(path), pack.tables)
        made += found
        problems += trouble
    if problems:
        raise Refused(problems)
    return made


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


def graded(done: Done, paths: Sequence[str]) -> Iterator[str]:
    """Lines that grade a review against the faults planted in a made county; none elsewhere."""
    from shangji.columns import wrapped
    from shangji.faults import grading

    beside = grading.side_file([Path(path) for path in paths])
    if beside is None:
        return
    found = grading.findings(done.report.folder)
    projects = done.report.result["summary"]["tables"]["project"]
    papers = grading.papers_beside(beside) if done.attached else []
    made = grading.grade(grading.read_side(beside), found, done.problems, projects, papers)
    yield ""
    for line in grading.shown(made):
        yield from wrapped(line, 4)
    for line in grading.shown_papers(papers, found) if papers else ():
        yield from wrapped(line, 4)


def screen(done: Done, out: str) -> Iterator[str]:
    """The screen of a finished review."""
    from shangji.columns import wrapped

    report = done.report
    yield from lines(
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
    if done.citations:
        states = done.pack.codes["citation_state"].codes
        order = [name for name in states if name in done.citations]
        told = "，".join(f"{states[name]} {done.citations[name]}" for name in order)
        yield ""
        yield from wrapped(f"依据与政策法规库核对 {sum(done.citations.values())} 项：{told}", 4)
