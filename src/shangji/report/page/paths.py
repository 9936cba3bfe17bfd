"""What the page holds of the path to pass: where it ends, its steps, and who may be shown them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shangji.report.page.packed import Texts, cents, packed
from shangji.report.path_sheet import STEPS
from shangji.report.rows import dicts
from shangji.words import end_words, step_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from shangji.pack import Pack


def paths(
    connection: duckdb.DuckDBPyConnection, at: Mapping[str, int], pack: Pack, texts: Texts
) -> dict[str, Any]:
    """The bureau's path of every project that has one: its end, and its steps in order."""
    ends: dict[int, int] = {}
    steps = []
    for row in dicts(connection, STEPS):
        project = at.get(row["project_code"])
        if project is None:
            continue
        ends[project] = texts.code(end_words(pack, row))
        if row["step_no"] is not None:
            steps.append(
                (
                    project,
                    texts.free(step_words(pack, row)),
                    cents(row["cost_yuan"]),
                    int(bool(row["verified"])),
                    int(bool(row["shown"])),
                    [texts.code(name) for name in json.loads(row["rules"])],
                )
            )
    return {
        "ends": packed(("project", "says"), ends.items(), ("says",)),
        "steps": packed(
            ("project", "says", "cost", "verified", "shown", "rules"), steps, ("says",)
        ),
    }
