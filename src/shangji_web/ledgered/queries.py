"""Reading the ledger for people: who, when, what, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from shangji.ledger import KINDS, Ledger
from shangji.ledger.database import PREFIX
from shangji.ledger.entry import decode
from shangji.ledger.note import Checkpoint
from shangji_web.ledgered.services import SYSTEM, person_digest, sequence
from shangji_web.ledgered.store import opened
from shangji_web.people.administration import ACTS
from shangji_web.people.models import Person
from shangji_web.projects.flow import flow
from shangji_web.rights.roles import roles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from shangji.ledger import Entry
    from shangji_web.seasons.models import Season

ORIGIN = "shangji.site/{region}/{year}"
BATCH = 500
FARTHEST = 50_000
"""So many entries back a search with conditions looks."""
KEYS = {
    "year": "年度",
    "projects": "项目数",
    "files": "文件数",
    "project": "项目",
    "round": "第几上",
    "version": "版本",
    "meeting": "会议",
    "finding": "疑点",
    "rule": "规则",
}
DEEDS = {
    "hold_meeting": "登记会议",
    "batch_cut": "批量压减",
    "batch_undo": "撤销压减",
    "freeze": "冻结版本",
    "set_stage": "设定日程",
    "tell_season": "年度一下",
    "approve": "登记人代会批准",
    "issue_season": "年度批复",
    "publish": "向社会公开",
    "hand_over": "移交人大、审计",
    "give_notice": "发布公示",
    "appraise": "人大、审计评价意见",
    "answer_appraisal": "答复评价意见",
    "set_ceilings": "填报控制数",
    "settle_ceilings": "设定控制数怎样管",
    "publish_ceilings": "公布控制数",
    "withdraw_notice": "撤回公示",
    "standard": "支出标准",
    "uphold": "认定疑点",
    "reject": "不认定疑点",
    "deduct": "扣减",
    "undo_deduction": "撤销扣减",
    "blind": "盲审",
    "refer": "委托",
    "take_back_referral": "撤回委托",
    "answer_referral": "答复委托",
    "answer": "单位说明",
    "upheld": "申辩后维持疑点",
    "withdrawn": "申辩后撤回疑点",
    "paper_taken": "收附件",
    "paper_removed": "删去附件",
    "paper_quarantined": "隔离标有密级的附件",
    "workbook_taken": "收申报工作簿",
}
"""What is done outside the steps of a project, by the name under which the ledger has it."""
ROUNDS = {1: "一上", 2: "二上"}


@dataclass(frozen=True)
class Line:
    """An entry in words; `number` is None while it waits for its number."""

    number: int | None
    when: datetime
    who: str
    role: str
    kind: str
    what: str
    digest: str


def lines(kind: str = "", login: str = "", project: str = "") -> Iterator[Line]:
    """Entries in words, the latest first; conditions look back `FARTHEST` entries at most."""
    names = {person_digest(person): person for person in Person.objects.all()}
    wanted = next((key for key, person in names.items() if person.login == login), login)
    for number, entry in _entries():
        if kind and entry.kind != kind:
            continue
        about = entry.body.get("about", "") if isinstance(entry.body, dict) else ""
        if login and wanted not in (entry.who, about):
            continue
        if project and not _tells_of(entry, project):
            continue
        yield _line(number, entry, names)


def _tells_of(entry: Entry, project: str) -> bool:
    return isinstance(entry.body, dict) and str(entry.body.get("project", "")) == project


def _entries() -> Iterator[tuple[int | None, Entry]]:
    """What waits in the outbox, then what has its number, the latest first."""
    sql = f"SELECT data FROM {PREFIX}outbox WHERE number IS NULL ORDER BY id DESC LIMIT {BATCH}"
    for (data,) in read(sql):
        yield None, decode(bytes(data))
    top = read(f"SELECT max(number) FROM {PREFIX}entry")[0][0]
    below, looked = (-1 if top is None else top) + 1, 0
    while below > 0 and looked < FARTHEST:
        sql = f"SELECT number, data FROM {PREFIX}entry WHERE number < %s ORDER BY number DESC"
        found = read(f"{sql} LIMIT {BATCH}", [below])
        if not found:
            return
        for number, data in found:
            yield number, decode(bytes(data))
        below, looked = found[-1][0], looked + len(found)


def number_of(kind: str, **told: str) -> int | None:
    """The number of the latest entry of a kind that says these things; None where there is none."""
    sequence()
    for number, entry in _entries():
        body = entry.body if isinstance(entry.body, dict) else {}
        same = all(body.get(name) == value for name, value in told.items())
        if number is not None and entry.kind == kind and same:
            return number
    return None


def read(sql: str, given: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Rows of the ledger's tables, over the connection of the request."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given or [])
        return list(cursor.fetchall())


def _line(number: int | None, entry: Entry, names: Mapping[str, Person]) -> Line:
    body = entry.body if isinstance(entry.body, dict) else {}
    role = roles().get(str(body.get("role", "")))
    return Line(
        number,
        entry.when,
        _who(entry.who, names),
        role.zh if role else "",
        KINDS[entry.kind],
        _what(body, names),
        entry.body_digest,
    )


def _who(digest: str, names: Mapping[str, Person]) -> str:
    if digest == SYSTEM:
        return "本系统"
    person = names.get(digest)
    return f"{person.name}（{person.login}）" if person else digest


def _what(body: Mapping[str, Any], names: Mapping[str, Person]) -> str:
    """What was done, without amounts and opinions: those are the project's, not the audit's."""
    act = str(body.get("act") or body.get("outcome") or "")
    if act in ACTS:
        post = roles().get(str(body.get("post", "")))
        place = body.get("place") or body.get("unit") or body.get("project")
        parts = [_who(str(body.get("about", "")), names), post.zh if post else "", place or ""]
        return f"{ACTS[act]}：" + "，".join(str(part) for part in parts if part)
    if act in flow().acts:
        steps = flow().steps
        way = [steps[body[key]].zh for key in ("from", "to") if body.get(key) in steps]
        return f"{flow().acts[act].zh}：项目 {body.get('project', '')}，" + " → ".join(way)
    deed = [DEEDS[act]] if act in DEEDS else []
    told = deed + [
        f"{zh} {ROUNDS.get(body[key], body[key]) if key == 'round' else body[key]}"
        for key, zh in KEYS.items()
        if isinstance(body.get(key), str | int)
    ]
    return "，".join(told) or "内容见摘要"


def standing_root(season: Season) -> Checkpoint | None:
    """The ledger's size and root now, unsigned, for a paper; None while it holds nothing."""
    with opened() as store:
        log = Ledger(store)
        if not log.size:
            return None
        origin = ORIGIN.format(region=season.region, year=season.year)
        return Checkpoint(origin, log.size, log.root())
