"""What a review found of the bases that projects cite, read back from its snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.domain import wan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    import duckdb

    from shangji.pack import Pack

UNHELD = "not_loaded"
NAMED = 10


@dataclass(frozen=True, slots=True)
class Cited:
    """One basis of a project: as the unit cites it, what the library says, its own words."""

    project_code: str
    basis_no: int
    told: str
    state: str
    title: str
    article: str
    words: str
    file_name: str
    page: int

    @property
    def place(self) -> str:
        """Where the words stand."""
        page = f" 第 {self.page} 页" if self.page > 1 else ""
        return f"{self.file_name}{page}" if self.file_name else ""


def held(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the review held bases against a library; views as `explain.register`."""
    row = connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name = 'given_citation'"
    ).fetchone()
    return bool(row and row[0])


def cited(connection: duckdb.DuckDBPyConnection, project_code: str = "") -> list[Cited]:
    """The bases of a project, or of all, in order."""
    rows = connection.execute(
        """
        SELECT c.project_code, c.basis_no,
          concat_ws(' ', b.title, b.doc_no, b.article), c.state, coalesce(c.title, ''),
          coalesce(c.article, ''), coalesce(c.words, ''), coalesce(c.file_name, ''),
          coalesce(c.page, 0)
        FROM given_citation AS c LEFT JOIN given_basis AS b
          ON b.project_code = c.project_code AND b.basis_no = c.basis_no
        WHERE ? IN ('', c.project_code)
        ORDER BY c.project_code, c.basis_no, c.row_key
        """,
        [project_code],
    ).fetchall()
    return [Cited(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Found:
    """A document that only a paper of a project names, and what the library says of it."""

    project_code: str
    named: str
    state: str
    file_name: str
    page: int


def found(connection: duckdb.DuckDBPyConnection, project_code: str = "") -> list[Found]:
    """What the papers of a project, or of all, name that is not declared; none unchecked."""
    views = connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name IN "
        "('given_found_basis', 'given_document')"
    ).fetchone()
    if not views or views[0] != 2:  # noqa: PLR2004 - both
        return []
    rows = connection.execute(
        """
        SELECT f.project_code, f.named, f.state, coalesce(d.file_name, ''), f.page
        FROM given_found_basis AS f LEFT JOIN given_document AS d
          ON d.document_sha256 = f.document_sha256
        WHERE ? IN ('', f.project_code)
        ORDER BY f.project_code, d.file_name, f.page, f.row_key
        """,
        [project_code],
    ).fetchall()
    return [Found(*row) for row in rows]


def state_words(pack: Pack, state: str) -> str:
    """The result of a check in words."""
    listed = pack.codes["citation_state"].codes if "citation_state" in pack.codes else {}
    return listed.get(state, state)


def lines(connection: duckdb.DuckDBPyConnection, pack: Pack, project_code: str) -> Iterator[str]:
    """A project's bases with the words they rest on; nothing where none were checked."""
    told = cited(connection, project_code) if held(connection) else []
    if told:
        yield "依据核验（原文逐字照录）"
    for one in told:
        yield f"  {one.basis_no} {one.told or '（没有写名称）'}　{state_words(pack, one.state)}"
        if one.words:
            title = f"《{one.title}》{'' if one.article in one.words[:12] else one.article}"
            yield f"      {title}：{' '.join(one.words.split())}"
            yield f"      见 {one.place}"
    more = found(connection, project_code)
    if more:
        yield "资料里提到、没有列为依据的文件（没有收录的不作结论）"
    for other in more:
        place = f"{other.file_name} 第 {other.page} 页"
        yield f"  {other.named}　{state_words(pack, other.state)}　见 {place}"


@dataclass(frozen=True, slots=True)
class Citing:
    """Projects whose bases were found to be one article of one document, with what they ask."""

    title: str
    doc_no: str
    article: str
    words: str
    states: Sequence[str]
    projects: Sequence[str]
    asked_yuan: Decimal


def citing(connection: duckdb.DuckDBPyConnection, what: str) -> list[Citing]:
    """The projects that rest on a document, an article at a time; each project's money once."""
    if not held(connection):
        return []
    rows = connection.execute(
        """
        WITH one AS (
          SELECT DISTINCT c.title, coalesce(p.doc_no, '') AS doc_no,
            coalesce(c.article, '') AS article, coalesce(c.words, '') AS words, c.state,
            c.project_code, g.amount_yuan
          FROM given_citation AS c LEFT JOIN given_policy AS p ON p.policy_id = c.policy_id
          LEFT JOIN given_project AS g ON g.project_code = c.project_code
          WHERE c.title IS NOT NULL
        )
        SELECT title, doc_no, article, min(words), list(DISTINCT state ORDER BY state),
          list(DISTINCT project_code ORDER BY project_code),
          coalesce(sum(amount_yuan), 0)::DECIMAL(18,2)
        FROM one GROUP BY title, doc_no, article ORDER BY title, doc_no, article
        """
    ).fetchall()
    wanted = _plain(what)
    return [
        Citing(*row)
        for row in rows
        if wanted and wanted in _plain(f"{row[0]}{row[2]}|{row[1]}{row[2]}|{row[0]}{row[1]}")
    ]


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def citing_lines(found: Sequence[Citing], pack: Pack) -> Iterator[str]:
    """Who rests on a document, in lines."""
    for one in found:
        number = f"（{one.doc_no}）" if one.doc_no else ""
        yield f"《{one.title}》{number}{one.article.rstrip('、')}　项目所列依据"
        if one.words:
            yield f"  {' '.join(one.words.split())}"
        states = "、".join(state_words(pack, state) for state in one.states)
        some = "、".join(one.projects[:NAMED]) + ("…" if len(one.projects) > NAMED else "")
        asked = wan(one.asked_yuan)
        yield f"  {len(one.projects)} 个项目以它为依据（{states}），申报合计 {asked} 万元：{some}"
