"""Everything that a page shows, as JSON values; the numbers come from summary and tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shangji.domain import DIMENSIONS, OUTCOMES, SEVERITIES, STATUSES, SUPPLIERS, VISIBLE
from shangji.errors import CHANGED, EFFECTS, FATAL, NOTED, REFUSED
from shangji.report.page import frameworks, projects, rules, sections
from shangji.report.page.citations import citations
from shangji.report.page.packed import Texts, masked_all, packed
from shangji.report.page.paths import paths
from shangji.report.page.rules import came_to
from shangji.report.summary import unknown_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from shangji.errors import Problem
    from shangji.pack import Pack
    from shangji.report.page.quotes import Quoted
    from shangji.report.summary import Summary
    from shangji.responses import Response
    from shangji.snapshot import Snapshot

CHANGES_SHOWN = 2_000
"""Changed cells that a page lists; every one of them is in the workbook."""

EVERY_FIELD = 1_000_000
URGENCY = (FATAL, REFUSED, NOTED, CHANGED)

WORDS = {
    "severities": SEVERITIES,
    "statuses": STATUSES,
    "dimensions": DIMENSIONS,
    "outcomes": OUTCOMES,
    "suppliers": SUPPLIERS,
    "visible": VISIBLE,
    "effects": EFFECTS,
}


@dataclass(frozen=True)
class Met:
    """What intake met and what units answered: not counted, only shown."""

    problems: Sequence[Problem] = ()
    cells: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, Sequence[Response]] = field(default_factory=dict)
    quotes: Quoted = field(default_factory=dict)


def stated(connection: duckdb.DuckDBPyConnection, pack: Pack) -> dict[str, Any]:
    """What is the same on every page of a review: the rules in words."""
    return {"rules": rules.rules(connection, pack)}


def counted(connection: duckdb.DuckDBPyConnection, pack: Pack) -> dict[str, Any]:
    """What is counted over all rows: missing fields, and what rules and articles came to."""
    return {
        "unknown_fields": unknown_fields(connection, pack, EVERY_FIELD),
        "came_to": came_to(connection, pack),
    }


def content(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    pack: Pack,
    summary: Summary,
    said: tuple[Mapping[str, Any], Mapping[str, Any]],
    met: Met,
) -> dict[str, Any]:
    """A page of what `open_reviewed` made readable, or of a part of it.

    `said` is the page's head, and what `stated` and `counted` gave: an index has them of the whole.
    """
    head, whole = said
    texts = Texts()
    at = projects.positions(connection)
    page = {
        "head": dict(head),
        "words": WORDS,
        "summary": masked_all(summary.record()),
        **whole,
        "cells": dict(met.cells),
        "projects": projects.projects(connection, pack, texts),
        "findings": rules.findings(
            connection, (snapshot, at, pack, texts), (met.answers, met.quotes)
        ),
        "reductions": projects.reductions(connection, at, pack, texts),
        "causes": projects.causes(connection, at, pack, texts),
        "funded": projects.funded_paths(connection, at, pack, texts),
        "unknowns": projects.unknowns(connection, at, pack, texts),
        "paths": paths(connection, at, pack, texts),
        "citations": citations(connection, at, pack, texts),
        "history": projects.history(connection, at),
        "measures": projects.measures(connection, snapshot, at, pack, texts),
        "frameworks": frameworks.frameworks(connection, snapshot, at, pack, texts),
        "sections": [] if head["department"] else sections.sections(connection, pack, texts),
        "problems": _problems(met.problems, texts),
    }
    return {**page, "texts": texts.all}


def _problems(found: Sequence[Problem], texts: Texts) -> dict[str, Any]:
    ordered = sorted(found, key=lambda item: URGENCY.index(item.effect))
    changed = [item for item in ordered if item.effect == CHANGED]
    shown = [item for item in ordered if item.effect != CHANGED] + changed[:CHANGES_SHOWN]
    names = ("effect", "title", "file", "sheet", "cell", "field", "value", "says", "fix")
    rows = [
        (
            texts.code(item.effect),
            texts.code(item.title),
            texts.free(item.where.file),
            texts.free(item.where.sheet),
            texts.code(item.where.cell or (f"第 {item.where.line} 行" if item.where.line else "")),
            texts.free(item.where.field),
            texts.free(item.value),
            texts.free(item.says),
            texts.free(item.fix),
        )
        for item in shown
    ]
    return {"total": len(ordered), "rows": packed(names, rows, names)}
