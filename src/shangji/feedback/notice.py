"""What one unit is told after a review: its own findings that it may see, and how they moved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from shangji.remarks import told
from shangji.responses import responses
from shangji.rounds import FLAGGED, RESOLVED, STATES, WAYS, WITHHELD, compare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji.pack import Pack, Rule
    from shangji.remarks import Owed, Remark
    from shangji.responses import Response
    from shangji.results import Results
    from shangji.rounds import FindingChange
    from shangji.snapshot import Snapshot

BATCH_DIGITS = 12
OPEN, NEW, EXPLAINED, DONE, DOUBTED = "未解决", "新增", "单位已说明", "已解决", "改动需说明"
PROGRESS = (NEW, OPEN, EXPLAINED, DOUBTED, DONE)
"""How a finding moved since the round before; the first round has none of them."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a notice: the remark, how it moved, and what the unit said before."""

    remark: Remark
    progress: str = ""
    remark_on_change: str = ""
    said: str = ""

    @property
    def closed(self) -> bool:
        """Whether nothing more is asked."""
        return self.progress == DONE

    @property
    def situation(self) -> str:
        """What was found, with how it changed since."""
        if self.remark_on_change:
            return f"{self.remark.says}\n（上次的问题：{self.remark_on_change}）"
        return self.remark.says

    @property
    def wanted(self) -> str:
        """What the unit is to do."""
        if self.closed:
            return "不用再答复。"
        if self.progress == DOUBTED:
            return "问题不再出现，但没有补充新的事实。请说明实际情况有什么变化，并附材料。"
        return self.remark.fix

    @property
    def place(self) -> str:
        """File, and sheet with cell."""
        place = self.remark.place
        return f"{PurePosixPath(place.file).name}\n{place}" if place.file else str(place)


@dataclass(frozen=True)
class Notice:
    """What goes to one unit."""

    unit_code: str
    unit_name: str
    items: Sequence[Item]
    owed: Sequence[Owed]
    batch: str
    budget_year: int
    title: str
    data_kind: str
    deadline: str = ""
    second: bool = False

    def counts(self) -> dict[str, int]:
        """Lines by progress, in the order of `PROGRESS`."""
        return {name: n for name in PROGRESS if (n := sum(i.progress == name for i in self.items))}


@dataclass(frozen=True)
class Earlier:
    """The review before: its snapshot, results and pack."""

    snapshot: Snapshot
    results: Results
    pack: Pack


def may_see(rule: Rule) -> bool:
    """Whether a unit is sent what a rule finds: visible to it, and in force."""
    return rule.visible_to == "unit" and rule.status == "active"


def notices(
    snapshot: Snapshot,
    results: Results,
    pack: Pack,
    batch: str,
    *,
    deadline: str = "",
    before: Earlier | None = None,
) -> list[Notice]:
    """The notices of a review, by unit in the order of codes; a unit without a finding has none.

    Args:
        snapshot: what was judged.
        results: what the review made.
        pack: the pack of the review.
        batch: the digest of the review, so that rounds can be told apart.
        deadline: until when the unit answers, as 2026-12-05, or nothing.
        before: the review before, for a second round.
    """
    found = told(snapshot, results, pack, may_see)
    said = responses(snapshot, results).by_finding
    moved = _moved(snapshot, results, pack, before)
    units: dict[str, list[Item]] = {}
    for remark in found.remarks:
        units.setdefault(remark.unit_code, []).append(
            _item(remark, said.get(remark.id, ()), moved, second=before is not None)
        )
    if before is not None:
        for remark in told(before.snapshot, before.results, before.pack, may_see).remarks:
            change = moved.get((remark.rule_id, remark.key))
            if change is not None and change.state in {RESOLVED, WITHHELD}:
                units.setdefault(remark.unit_code, []).append(_gone(remark, change))
    names = unit_names(snapshot)
    facts = snapshot.facts
    return [
        Notice(
            unit_code=code,
            unit_name=names.get(code, code),
            items=sorted(items, key=lambda item: item.closed),
            owed=found.owed_of.get(code, ()),
            batch=batch[:BATCH_DIGITS],
            budget_year=facts.budget_year,
            title=facts.title,
            data_kind=facts.data_kind,
            deadline=deadline,
            second=before is not None,
        )
        for code, items in sorted(units.items())
        if code
    ]


def _moved(
    snapshot: Snapshot, results: Results, pack: Pack, before: Earlier | None
) -> Mapping[tuple[str, str], FindingChange]:
    if before is None:
        return {}
    made = compare((before.snapshot, before.results), (snapshot, results), pack)
    return {(change.rule_id, change.key): change for change in made.findings}


def _item(
    remark: Remark,
    said: Sequence[Response],
    moved: Mapping[tuple[str, str], FindingChange],
    *,
    second: bool,
) -> Item:
    words = "；".join(dict.fromkeys(response.words for response in said))
    if words:
        return Item(remark, EXPLAINED, said=words)
    change = moved.get((remark.rule_id, remark.key))
    if not second:
        return Item(remark)
    return Item(remark, NEW if change is not None and change.state == "new" else OPEN)


def _gone(remark: Remark, change: FindingChange) -> Item:
    """A finding of the round before that is no more; by words alone it is still asked about."""
    if not change.flagged:
        return Item(remark, DONE, WAYS.get(change.way, STATES[change.state]))
    how = WAYS[change.way] if change.way in FLAGGED else STATES[change.state]
    return Item(remark, DOUBTED, how)


def unit_names(snapshot: Snapshot) -> dict[str, str]:
    """Names of units by code: the bureau's register first, else what the projects say."""
    import duckdb

    names: dict[str, str] = {}
    with duckdb.connect() as connection:
        for table in ("project", "organisation"):
            if table in snapshot.tables:
                names |= dict(
                    connection.execute(
                        "SELECT unit_code, any_value(unit_name ORDER BY row_key) "
                        "FROM read_parquet(?) WHERE unit_code IS NOT NULL "
                        "AND unit_name IS NOT NULL GROUP BY ALL",
                        [str(snapshot.path(table))],
                    ).fetchall()
                )
    return names
