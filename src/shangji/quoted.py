"""The words of documents behind a finding, read back from the snapshot in which they are sealed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from shangji.pack import Pack

EVIDENCE, MODEL = "evidence", "model_reading"
QUOTED = (EVIDENCE, MODEL)
"""Tables of which a row is words of a document: read by patterns, pointed to by a model."""

MOST = 6
"""Quotes of one finding; more are in the snapshot."""

NAMED = re.compile(r"fact (?:=|IN) \(?((?:'[a-z_]+'(?:,\s*)?)+)", re.IGNORECASE)
ONE = re.compile(r"'([a-z_]+)'")
MARKS = frozenset({"document_kind"})
"""Facts by which a relation finds its documents: their words are a heading, no reason."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document: where they stand, what they say, how sure, and who read them."""

    document: str
    file: str
    page: int
    box: str
    quote: str
    fact: str
    confidence: str
    extractor: str

    @property
    def place(self) -> str:
        """File and page as a person reads them."""
        return f"{self.file} 第 {self.page} 页"


def held(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the review read attachments; views as `explain.register`."""
    row = connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name IN "
        "('given_evidence', 'given_document')"
    ).fetchone()
    return bool(row and row[0] == 2)  # noqa: PLR2004 - both


def read_facts(pack: Pack, subject: str) -> tuple[str, ...]:
    """The facts that a relation reads of evidence, as its SQL names them."""
    relation = pack.relations.get(subject)
    if relation is None or EVIDENCE not in relation.reads:
        return ()
    found = [name for part in NAMED.findall(relation.sql) for name in ONE.findall(part)]
    names = tuple(dict.fromkeys(name for name in found if name not in MARKS))
    return names or tuple(dict.fromkeys(found))


SELECTED = """
    SELECT e.document_sha256, d.file_name, e.page, coalesce(e.box, ''), e.quote, e.fact,
      CAST(e.confidence AS VARCHAR), e.extractor
    FROM given_{} AS e JOIN given_document AS d ON d.document_sha256 = e.document_sha256
    WHERE {} ORDER BY d.file_name, e.page, e.start_char, e.fact
"""


def quotes(
    connection: duckdb.DuckDBPyConnection, pack: Pack, subject: str, key: str, project: str
) -> list[Quote]:
    """The words behind one finding: its own row of evidence, or what its relation read."""
    if subject in QUOTED:
        return list(_selected(connection, subject, "e.row_key = ?", [key]))
    facts = read_facts(pack, subject)
    if not facts or not project:
        return []
    where = "e.project_code = ? AND list_contains(?, e.fact)"
    found = list(_selected(connection, EVIDENCE, where, [project, list(facts)]))
    own = [one for one in found if one.document in key]
    return (own or found)[:MOST]


def _selected(
    connection: duckdb.DuckDBPyConnection, table: str, where: str, given: Sequence[object]
) -> Iterator[Quote]:
    for row in connection.execute(SELECTED.format(table, where), list(given)).fetchall():
        yield Quote(*row)


def lines(
    connection: duckdb.DuckDBPyConnection, pack: Pack, subject: str, key: str, project: str
) -> Iterator[str]:
    """The quotes of a finding as lines of a screen."""
    for one in quotes(connection, pack, subject, key, project):
        words = " ".join(one.quote.split())
        sure = "" if float(one.confidence) >= 0.9 else f"（可信度 {one.confidence}，请看原件）"  # noqa: PLR2004 - below it a reading is doubtful
        yield f"      原文：“{words}” 见 {one.place}{sure}"


def model_lines(connection: duckdb.DuckDBPyConnection, pack: Pack, project: str) -> Iterator[str]:
    """What a model read out of a project's papers and no pattern did; nothing where none read."""
    views = connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name IN "
        "('given_model_reading', 'given_document')"
    ).fetchone()
    if not views or views[0] != 2:  # noqa: PLR2004 - both
        return
    names = {one.fact: one.zh for held in pack.patterns for one in held.patterns}
    where = "e.project_code = ? AND e.kind = '事实'"
    found = list(_selected(connection, MODEL, where, [project]))
    if found:
        yield "模型从资料里读出、规则没有读出的（只作参考，不进任何结论）"
    for one in found:
        words = " ".join(one.quote.split())
        yield f"  {names.get(one.fact, one.fact)}：“{words}” 见 {one.place}　{one.extractor}"
