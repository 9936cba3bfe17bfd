"""What the reviewers do whom the tests kill: a review of a few projects, and a look at what stands.

What people read is written from the same tables and is no part of the result: left out for speed.
"""

from __future__ import annotations

import functools
import importlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlglot.dialects.duckdb  # noqa: F401 - imported once, before the forks

import shangji.engines.duckdb_engine
import shangji.path.again
import shangji.report.workbook
import shangji.review
import shangji.snapshot.place
from shangji.cli import reviewing
from shangji.review import open_report
from zygote import say

if TYPE_CHECKING:
    from types import ModuleType


def nothing(*_: object, **__: object) -> None:
    """Stand in for what is left out."""


def bare(path: Path, *_: object) -> None:
    """Stand in for a paper that must be there."""
    path.touch()


stands_in: dict[tuple[ModuleType, str], object] = {
    (shangji.review, "write_workbook"): nothing,
    (shangji.review, "write_page"): nothing,
    (reviewing, "write_marked"): bare,
    (reviewing, "load"): functools.cache(vars(reviewing)["load"]),
    (reviewing, "read"): functools.partial(vars(reviewing)["read"], children=0),
}
for (module, name), what in stands_in.items():
    setattr(module, name, what)
with suppress(ImportError):  # an extra; a review asks for its version
    importlib.import_module("highspy")


def run(sources: str, out: str, pack: str) -> None:
    """Review a folder, to the end or to the fail point."""
    options: dict[str, Any] = {
        "paths": [sources],
        "out": out,
        "packs": (pack,),
        "year": 2027,
        "as_of": "2026-11-20",
        "region": "990101",
        "engine": "duckdb",
        "threads": 1,
    }
    reviewing.review_paths(options)


def unrecovered() -> None:
    """The twin: nobody looks for what a killed review left behind."""
    for place in (shangji.snapshot.place, shangji.review):
        vars(place)["recovered"] = nothing


def run_unrecovered(sources: str, out: str, pack: str) -> None:
    """Review without recovery."""
    unrecovered()
    run(sources, out, pack)


def tell(out: str) -> None:
    """Open what stands and say which it is."""
    snapshot, _, result, _ = open_report(Path(out))
    say("stands", result["digest"], snapshot.rows("project"), len(list(Path(out).iterdir())))


def tell_unrecovered(out: str) -> None:
    """Open what stands, without recovery."""
    unrecovered()
    tell(out)
