"""Two rounds of one filing compared: each finding resolved, still there or new, and by what change.

A finding that went away although no fact was added (only wording or a code was changed, or rows
were taken out) is flagged: a person should look at it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shangji.compile.reach import columns_read
from shangji.domain import FAIL, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import duckdb

    from shangji.pack import Pack, Rule
    from shangji.results import Results
    from shangji.schema import Table
    from shangji.snapshot import Snapshot

RESOLVED, STILL, NEW, WITHHELD = "resolved", "still", "new", "withheld"
STATES = {NEW: "新出现", STILL: "仍在", WITHHELD: "改后不知道", RESOLVED: "已消除"}
FACT, TEXT, CODE, REMOVED, ELSEWHERE = "fact", "text", "code", "removed", "elsewhere"
WAYS = {
    FACT: "补了或改了数据",
    TEXT: "只改了文字",
    CODE: "只改了代码",
    REMOVED: "只删了行",
    ELSEWHERE: "单位没有改动有关内容",
}
"""How a finding went away, in words; the middle three are flagged."""
FLAGGED = (TEXT, CODE, REMOVED)

Key = tuple[str, str]


@dataclass(frozen=True)
class CellChange:
    """A cell that differs between two rounds; `column` empty: a whole row came or went."""

    table: str
    key: str
    column: str
    was: str | None
    now: str | None


@dataclass(frozen=True)
class FindingChange:
    """A finding in one or both of two rounds, and what was changed of all that it reads."""

    rule_id: str
    key: str
    project_code: str | None
    unit_code: str | None
    state: str
    way: str = ""
    cells: tuple[CellChange, ...] = ()

    @property
    def flagged(self) -> bool:
        """Whether it went away, or became unknown, without a fact being added."""
        return self.state == WITHHELD or (self.state == RESOLVED and self.way in FLAGGED)


@dataclass
class Rounds:
    """What changed from one round to the next."""

    findings: list[FindingChange] = field(default_factory=list)
    cells: dict[str, list[CellChange]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Findings by state."""
        found = dict.fromkeys(STATES, 0)
        for one in self.findings:
            found[one.state] += 1
        return found


def compare(old: tuple[Snapshot, Results], new: tuple[Snapshot, Results], pack: Pack) -> Rounds:
    """Compare two reports.

    Args:
        old: snapshot and results of the earlier round.
        new: those of the later round.
        pack: the pack of the later round; it says what a rule reads.
    """
    import duckdb

    made = Rounds()
    with duckdb.connect(config={"threads": 1}) as connection:
        moved: dict[Key, str] = {}
        for name in sorted(set(old[0].tables) & set(new[0].tables) & set(pack.tables)):
            for project, change, pair in _changes(connection, old[0], new[0], pack.tables[name]):
                if change is not None:
                    made.cells.setdefault(project, []).append(change)
                if pair is not None:
                    moved[name, pair[0]] = pair[1]
        before, after = (_findings(connection, results) for _, results in (old, new))
    before = {
        (rule, moved.get((row["subject"], key), key)): row for (rule, key), row in before.items()
    }
    for at in sorted(before.keys() | after.keys()):
        one = _one(at, before.get(at), after.get(at), made.cells, pack)
        if one is not None:
            made.findings.append(one)
    return made


def _one(
    at: Key,
    was: Mapping[str, Any] | None,
    now: Mapping[str, Any] | None,
    cells: Mapping[str, list[CellChange]],
    pack: Pack,
) -> FindingChange | None:
    failed = was is not None and was["outcome"] == FAIL
    fails = now is not None and now["outcome"] == FAIL
    row = was or now
    if not (failed or fails) or row is None:
        return None
    head = (*at, row["project_code"], row["unit_code"])
    if fails:
        return FindingChange(*head, STILL if failed else NEW)
    state = WITHHELD if now is not None and now["outcome"] == UNKNOWN else RESOLVED
    rule = pack.rules.get(at[0])
    if rule is None:
        return FindingChange(*head, state, ELSEWHERE)
    read = columns_read(pack, rule)
    tables = {table for table, _ in read}
    mine = tuple(
        one
        for one in cells.get(row["project_code"] or "", ())
        if {(one.table, one.column), (one.table, "*")} & read
        or (not one.column and one.table in tables)
    )
    return FindingChange(*head, state, _way(pack, rule, mine), mine)


def _way(pack: Pack, rule: Rule, cells: Iterable[CellChange]) -> str:
    """The strongest of the changes: a fact, a code, words, rows taken out."""
    ways = {_kind(pack, rule, cell) for cell in cells}
    return next((way for way in (FACT, CODE, TEXT, REMOVED) if way in ways), ELSEWHERE)


def _kind(pack: Pack, rule: Rule, cell: CellChange) -> str:
    """What a change is: filling a blank is a fact, and so is a figure that a text did not have."""
    if not cell.column:
        return FACT if cell.now is not None else REMOVED
    column = pack.tables[cell.table].by_name[cell.column]
    if cell.was is None or column.kind != "text":
        return FACT
    if cell.now is None:
        return REMOVED
    if rule.dimension == "completeness" or rule.derived:
        return FACT  # what it asked for is the wording or the code itself
    if column.codes is not None:
        return CODE
    added = {mark for mark in cell.now if mark.isdigit()} - set(cell.was)
    return FACT if added else TEXT


def _findings(connection: duckdb.DuckDBPyConnection, results: Results) -> dict[Key, dict[str, Any]]:
    found = connection.execute(
        "SELECT rule_id, key, subject, project_code, unit_code, outcome FROM read_parquet(?) "
        "WHERE status IN ('active', 'trial') ORDER BY rule_id, key",
        [str(results.path("verdict"))],
    )
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(row["rule_id"], row["key"]): row for row in rows}


def _changes(
    connection: duckdb.DuckDBPyConnection, old: Snapshot, new: Snapshot, table: Table
) -> Iterator[tuple[str, CellChange | None, Key | None]]:
    """Changed cells of a table by project; rows under a new key are paired with what they were."""
    names = [column.name for column in table.columns if not column.rounds]
    shown = ", ".join(f'CAST(t."{name}" AS VARCHAR)' for name in names)
    project = f't."{table.project}"' if table.project else "NULL"
    gone, come, kept = (
        connection.execute(
            f"SELECT t.row_key, {project}, {shown} FROM read_parquet(?) AS t {how} "
            "ORDER BY t.row_number, t.row_key",
            [str(one.path(table.name)), str(other.path(table.name))],
        ).fetchall()
        for one, other, how in (
            (old, new, "ANTI JOIN read_parquet(?) AS o USING (row_key)"),
            (new, old, "ANTI JOIN read_parquet(?) AS o USING (row_key)"),
            (old, new, "SEMI JOIN read_parquet(?) AS o USING (row_key)"),
        )
    )
    now = {
        row[0]: row
        for row in connection.execute(
            f"SELECT t.row_key, {project}, {shown} FROM read_parquet(?) AS t "
            "SEMI JOIN read_parquet(?) AS o USING (row_key)",
            [str(new.path(table.name)), str(old.path(table.name))],
        ).fetchall()
    }
    pairs = [(row, now[row[0]]) for row in kept]
    left, right = list(gone), list(come)
    for row in gone:  # a row without a number has its content for a key
        twins = [one for one in right if one[1] == row[1] and row[0][:1] == "~"]
        if twins:
            twin = max(twins, key=lambda one: sum(a == b for a, b in zip(one, row, strict=True)))
            pairs.append((row, twin))
            left.remove(row)
            right.remove(twin)
            yield row[1] or "", None, (row[0], twin[0])
    for was, is_now in pairs:
        for name, one, two in zip(names, was[2:], is_now[2:], strict=True):
            if one != two:
                change = CellChange(table.name, is_now[0], name, one, two)
                yield is_now[1] or was[1] or "", change, None
    for row in left:
        yield row[1] or "", CellChange(table.name, row[0], "", "整行", None), None
    for row in right:
        yield row[1] or "", CellChange(table.name, row[0], "", None, "整行"), None
