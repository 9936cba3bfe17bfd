"""Units' answers to findings: how each finds its way back, and what no longer fits.

An answer is a row of the pack's table `response`, read like any other and frozen with the rest. It
belongs to a finding by a name that is made of the rule and the row. Nothing that a unit wrote is
lost: what fits no finding stays in the table and is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shangji import digest
from shangji.domain import FAIL
from shangji.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji.results import Results
    from shangji.snapshot import Snapshot

TABLE = "response"
ID_DIGITS, CHECK_DIGITS = 16, 4
ATTACHED, GONE, FOREIGN, EDITED = "attached", "gone", "foreign", "edited"
STATES = {
    ATTACHED: "已接到问题上",
    GONE: "所答问题已不存在",
    FOREIGN: "不是本次审核的项目",
    EDITED: "编号缺失或被改动",
}
"""What became of an answer, and its words."""

CODES = {GONE: "answer-gone", FOREIGN: "answer-foreign", EDITED: "answer-edited"}


def finding_id(rule_id: str, subject: str, key: str) -> str:
    """A name for a finding that holds as long as its rule and its row do, with a check of itself.

    >>> known = finding_id("R-0001", "line", "P1|3")
    >>> len(known), holds(known), holds(known[:-1] + "?")
    (21, True, False)
    """
    body = digest.of_json([rule_id, subject, key])[:ID_DIGITS]
    return f"{body}-{digest.of_json(body)[:CHECK_DIGITS]}"


def holds(name: str) -> bool:
    """Whether a name is one that was given out: its check fits."""
    body, _, check = name.partition("-")
    return len(body) == ID_DIGITS and digest.of_json(body)[:CHECK_DIGITS] == check


@dataclass(frozen=True, slots=True)
class Response:
    """One answer of a unit: to which finding, what it says, where it stands, what became of it."""

    finding_id: str
    state: str
    answer: str
    attachment_name: str
    batch: str
    title: str
    project_code: str
    rule_id: str
    source: str
    sheet: str
    row: int

    @property
    def words(self) -> str:
        """What the unit said, with the name of what it attached."""
        name = f"（附件：{self.attachment_name}）" if self.attachment_name else ""
        return f"{self.answer}{name}"

    @property
    def where(self) -> Where:
        """The place of the answer."""
        return Where(self.source, self.sheet, line=self.row)


@dataclass(frozen=True)
class Responses:
    """All answers of a review: by finding, and all of them in order."""

    given: Sequence[Response]
    by_finding: Mapping[str, Sequence[Response]]

    def problems(self) -> list[Problem]:
        """What no longer fits, and findings that were answered more than once in one round."""
        found = [_unfit(item) for item in self.given if item.state != ATTACHED]
        for items in self.by_finding.values():
            seen: dict[str, Response] = {}
            for item in items:
                first = seen.setdefault(item.batch, item)
                if first is not item:
                    says = f"同一问题在第 {first.row} 行已有一条说明，两条都已留存。"
                    fix = "请与单位核对以哪一条为准。"
                    found.append(Problem("answer-doubled", item.where, says, fix))
        return found


def responses(snapshot: Snapshot, results: Results) -> Responses:
    """The answers that a snapshot holds, each with what became of it under these results."""
    rows = _rows(snapshot)
    if not rows:
        return Responses((), {})
    import duckdb

    with duckdb.connect() as connection:
        failing = {
            finding_id(*row)
            for row in connection.execute(
                "SELECT rule_id, subject, key FROM read_parquet(?) WHERE outcome = ?",
                [str(results.path("verdict")), FAIL],
            ).fetchall()
        }
        projects = set()
        if "project" in snapshot.tables:
            projects = {
                row[0]
                for row in connection.execute(
                    "SELECT DISTINCT project_code FROM read_parquet(?)",
                    [str(snapshot.path("project"))],
                ).fetchall()
            }
    given = [_response(row, failing, projects) for row in rows]
    by_finding: dict[str, list[Response]] = {}
    for item in given:
        if item.state == ATTACHED:
            by_finding.setdefault(item.finding_id, []).append(item)
    return Responses(given, by_finding)


def _rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The rows in which a unit wrote something, in the order in which they stood."""
    if TABLE not in snapshot.tables:
        return []
    import duckdb

    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT * FROM read_parquet(?) WHERE answer IS NOT NULL OR attachment_name IS NOT NULL "
            "ORDER BY row_source, row_sheet, row_number",
            [str(snapshot.path(TABLE))],
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _response(row: Mapping[str, Any], failing: set[str], projects: set[str]) -> Response:
    name = str(row["finding_id"] or "")
    made_of = [row[column] for column in ("rule_id", "subject", "row_name")]
    state = ATTACHED
    if not holds(name) or (None not in made_of and finding_id(*made_of) != name):
        state = EDITED
    elif name not in failing:
        state = GONE if row["project_code"] in projects else FOREIGN
    return Response(
        finding_id=name,
        state=state,
        answer=str(row["answer"] or ""),
        attachment_name=str(row["attachment_name"] or ""),
        batch=str(row["batch"] or ""),
        title=str(row["title"] or ""),
        project_code=str(row["project_code"] or ""),
        rule_id=str(row["rule_id"] or ""),
        source=row["row_source"],
        sheet=row["row_sheet"],
        row=row["row_number"],
    )


def _unfit(item: Response) -> Problem:
    says = {
        GONE: "所答的问题在本次审核中已经没有了，说明留存备查。",
        FOREIGN: "本次审核里没有这个项目，说明没有接到问题上，原文留存。",
        EDITED: "回填编号缺失、被改动，或与所在行对不上，说明没有接到问题上，原文留存。",
    }[item.state]
    fix = {
        GONE: "",
        FOREIGN: "请核对是不是别的单位或别的年度的反馈单。",
        EDITED: "请在原反馈单上填写，不要改动隐藏列，重新交回。",
    }[item.state]
    value = item.finding_id or "（空）"
    return Problem(CODES[item.state], item.where, says, fix, value=value)
