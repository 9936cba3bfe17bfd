"""The self-check of a draft: the library's own dry run against what the bureau last held."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

from shangji.remarks import own_column
from shangji.selfcheck import Checker
from shangji.snapshot import Collected
from shangji_web import snapshot
from shangji_web.filings import pool as pools
from shangji_web.filings.content import sheets, table_of

if TYPE_CHECKING:
    from datetime import datetime

    from shangji.errors import Problem
    from shangji.remarks import Remark
    from shangji.selfcheck import SelfCheck
    from shangji_web.filings.content import Content
    from shangji_web.projects.models import Project

KEPT = 128


@dataclass(frozen=True)
class Noted:
    """A remark with the field of the form to which it leads, where it is about one."""

    remark: Remark
    table: str
    row: int
    column: str

    @property
    def anchor(self) -> str:
        """The field's id on its sheet."""
        return f"f-{self.table}-{self.row}-{self.column}" if self.column else ""


@dataclass(frozen=True)
class Checked:
    """What a self-check came to, and the time of the pool against which it was made."""

    found: SelfCheck
    unread: list[Problem]
    pool_at: datetime | None
    seconds: float

    @property
    def blocking(self) -> list[Noted]:
        """What has to be mended before the filing may go up."""
        return [_noted(item) for item in self.found.blocking]

    @property
    def to_explain(self) -> list[Noted]:
        """What has to be explained."""
        return [_noted(item) for item in self.found.to_explain]

    @property
    def must_mend(self) -> int:
        """How many things stand in the way."""
        return len(self.found.blocking) + len(self.unread)

    @property
    def clean(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.found.blocking and not self.unread


_kept: OrderedDict[tuple[str, str], Checked] = OrderedDict()
_lock = Lock()


def check(project: Project, content: Content) -> Checked:
    """Try a content as it stands; a second asking of the same gives the same without trying."""
    pool = pools.pool(project.season)
    _, sha256 = snapshot.canonical(content)
    key = (f"{project.pk}|{sha256}", pool.key)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _checked(project, content, sha256)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


@cache
def _checker(folders: tuple[str, ...]) -> Checker:  # noqa: ARG001 - the pack is of them
    return Checker(snapshot.pack())


def _checked(project: Project, content: Content, sha256: str) -> Checked:
    began = perf_counter()
    pack = snapshot.pack()
    rows, unread = snapshot.rows_of(content, pack, project.code)
    draft = Collected()
    draft.rows = rows
    draft.sources = [snapshot.source_of(project.code, project.unit_name, content, sha256)]
    beside = pools.pool_of(project.season, project.unit_code)
    found = _checker(snapshot.pack_folders()).check(draft, beside, snapshot.facts(project.season))
    refused = [item for item in unread if item.effect == "refused"]
    at = pools.pool(project.season).at
    return Checked(found, refused, at, perf_counter() - began)


def _noted(remark: Remark) -> Noted:
    """The field that a remark is about; what is about more leads to the sheet to be mended."""
    pack = snapshot.pack()
    if remark.subject not in pack.tables or not remark.place.sheet:
        return Noted(remark, "", 0, "")
    rule, table = pack.rules[remark.rule_id], table_of(remark.subject)
    column = own_column(rule, table)
    if column or rule.remedy is None:
        return Noted(remark, table.name, remark.place.row, column)
    aims = (text.partition(".")[0] for text in (rule.remedy.set, rule.remedy.supply))
    return Noted(remark, next((name for name in aims if name in sheets()), table.name), 0, "")
