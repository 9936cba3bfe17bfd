"""What the page holds of the bases that projects cite: result, and the words they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.cited import UNHELD, cited, found, held, state_words
from shangji.report.page.packed import Texts, packed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from shangji.pack import Pack

LONGEST = 400
"""Signs of an article that a page shows; `shangji explain` shows all of it."""


def citations(
    connection: duckdb.DuckDBPyConnection, at: Mapping[str, int], pack: Pack, texts: Texts
) -> dict[str, Any] | None:
    """Every basis that the library holds something of, and how many it does not; none unchecked."""
    if not held(connection):
        return None
    every = [one for one in cited(connection) if one.project_code in at]
    rows = [
        (
            at[one.project_code],
            one.basis_no,
            texts.free(one.told),
            texts.code(state_words(pack, one.state)),
            one.state == "verified",
            texts.free(one.title),
            texts.code(one.article if one.article.startswith("第") else ""),
            texts.free(_short(one.words)),
            texts.free(one.place),
        )
        for one in every
        if one.state != UNHELD
    ]
    names = ("project", "no", "told", "state", "sound", "title", "article", "words", "place")
    made = packed(names, rows, ("told", "state", "title", "article", "words", "place"))
    more = [one for one in found(connection) if one.project_code in at]
    return {
        "rows": made,
        "checked": len(every),
        "unheld": len(every) - len(rows),
        "found": len(more),
        "found_held": sum(one.state != UNHELD for one in more),
    }


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}……"
