"""What a unit does with its filing: begin, write, hand in. Each is one transaction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from shangji.errors import Problem, Refused, Where
from shangji.intake.marks import stamped
from shangji_web import snapshot
from shangji_web.filings.checking import check
from shangji_web.filings.content import PROJECT, blank, hot, opened, parsed, settled, texts
from shangji_web.filings.differences import differences
from shangji_web.filings.models import Draft, Filing
from shangji_web.filings.queries import may_change, open_fields
from shangji_web.filings.threeway import remember
from shangji_web.ledgered.services import log
from shangji_web.projects.models import Project
from shangji_web.projects.services import act, refuse

if TYPE_CHECKING:
    from shangji_web.filings.content import Content, Rows
    from shangji_web.people.models import Post
    from shangji_web.projects.models import Event
    from shangji_web.seasons.models import Season

NAME_LONGEST = 180
CODE = re.compile(r"[A-Za-z0-9-]{1,38}")
OFF_LINE = "涉密项目请走线下涉密渠道；误标的请去掉密级字样后再填。"


class Stale(Refused):
    """Somebody else saved in between; `draft` is what they saved, `mine` what was handed in.

    `seen` is the count of savings from which mine began.
    """

    def __init__(self, draft: Draft, mine: Content, seen: int = -1) -> None:
        says = f"您打开之后，{draft.by.name}在 {timezone.localtime(draft.saved_at):%H:%M} 保存过。"
        fix = "您填的没有丢，也没有覆盖别人的；请逐项选用后保存。"
        super().__init__([Problem("draft-stale", Where(field=draft.project.name), says, fix)])
        self.draft, self.mine, self.seen = draft, mine, seen


def begin(season: Season, post: Post, name: str, code: str = "") -> Project:
    """Begin a new project of the acting clerk's unit, with an empty draft.

    Raises:
        PermissionDenied: the post is no clerk's of a unit of this season.
        Refused: the name is empty, too long, taken in the unit, or bears a mark of secrecy.
    """
    unit = season.units.filter(code=post.unit_code).first()
    if post.role != "unit_clerk" or unit is None:
        raise PermissionDenied
    name = name.strip()
    refuse(new_wrong(season, unit.code, name, code))
    with transaction.atomic():
        project = Project.objects.create(
            season=season,
            code=code or _next_code(season, unit.code),
            name=name,
            unit_code=unit.code,
            unit_name=unit.name,
            department_code=unit.department_code,
            department_name=unit.department_name,
            division_code=unit.division_code,
            step="drafting",
        )
        text, _ = snapshot.canonical(blank(project))
        Draft.objects.create(project=project, content=text, by=post.person)
    return project


def new_wrong(season: Season, unit_code: str, name: str, code: str) -> list[Problem]:
    """Why a new project of a unit may not be called so."""
    return [*_name_wrong(season, unit_code, name), *_code_wrong(season, code)]


def _name_wrong(season: Season, unit_code: str, name: str) -> list[Problem]:
    where = Where(field="项目名称")
    if not name or len(name) > NAME_LONGEST:
        says = f"项目名称要写，不超过 {NAME_LONGEST} 字。"
        return [Problem("draft-name", where, says, "请写清做什么事。")]
    if stamped([name], ()):
        return [Problem("draft-secret", where, "名称标有密级，没有保存。", OFF_LINE)]
    if Project.objects.filter(season=season, unit_code=unit_code, name=name).exists():
        says = "本单位本年度已有同名项目。"
        return [Problem("draft-name", where, says, "请直接修改已有的项目，或换一个名称。")]
    return []


def _code_wrong(season: Season, code: str) -> list[Problem]:
    where = Where(field="项目代码")
    if code and not CODE.fullmatch(code):
        says = "项目代码只能有字母、数字和横线。"
        return [Problem("draft-name", where, says, "请核对一体化系统里的代码。", value=code)]
    if code and Project.objects.filter(season=season, code=code).exists():
        says = "这个代码本年度已经用过。"
        return [Problem("draft-name", where, says, "请核对代码，或空着由系统暂编。", value=code)]
    return []


def _next_code(season: Season, unit_code: str) -> str:
    """Unit, year and the next serial number: what the form tells who has no code yet to write."""
    stem = f"{unit_code}{season.year}"
    taken = Project.objects.filter(season=season, code__startswith=stem)
    serials = [
        int(code[len(stem) :])
        for code in taken.values_list("code", flat=True)
        if code[len(stem) :].isdecimal()
    ]
    return f"{stem}{max(serials, default=0) + 1:02d}"


def draft_of(project: Project, post: Post) -> Draft:
    """The working copy; made from the latest version where the project came back without one."""
    found = Draft.objects.filter(project=project).select_related("by").first()
    if found is not None:
        return found
    latest = project.filings.last()
    content = opened(latest.content) if latest else blank(project)
    text, _ = snapshot.canonical(settled(project, content))
    made, _ = Draft.objects.get_or_create(
        project=project, defaults={"content": text, "by": post.person}
    )
    return made


def save(project: Project, post: Post, tables: dict[str, Rows], *, lock: int) -> Draft:
    """Write sheets into the draft, whole or not at all; what cannot be read is kept as typed.

    Args:
        project: the project.
        post: the clerk.
        tables: all rows of each sheet that was written on.
        lock: the count of savings that the clerk saw.

    Raises:
        PermissionDenied: the post may not write.
        Stale: somebody saved in between; nothing is overwritten.
        Refused: the project is on its way, a field is not open, or something is marked secret.
    """
    with transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        refuse(may_change(project, post))
        draft = draft_of(project, post)
        held = opened(draft.content)
        rows = {**held["rows"], **tables}
        content = settled(project, {"rows": rows, "supplied": held["supplied"]})
        refuse([*secret(content), *_closed(project, held, content)])
        if draft.lock != lock:
            raise Stale(draft, content, lock)
        text, _ = snapshot.canonical(content)
        if text != draft.content:
            remember(draft)
            draft.content, draft.lock = text, draft.lock + 1
            draft.saved_at, draft.by = timezone.now(), post.person
            draft.save()
    return draft


def secret(content: Content) -> list[Problem]:
    """A mark of secrecy anywhere in a content: it is refused, and nothing of it repeated."""
    rows, _ = parsed({"rows": {PROJECT: content["rows"].get(PROJECT, [])}, "supplied": {}})
    if any(row["is_secret"] for row in rows[PROJECT]):
        says = "标明是涉密项目，没有保存，内容也没有留存。"
        return [Problem("draft-secret", Where(field="是否涉密"), says, OFF_LINE)]
    if stamped(texts(content), ()):
        says = "填报内容里有密级字样，没有保存，内容也没有留存。"
        return [Problem("draft-secret", Where(), says, OFF_LINE)]
    return []


def _closed(project: Project, was: Content, now: Content) -> list[Problem]:
    """Changes to fields that a 补正 did not open."""
    allowed = open_fields(project)
    if not allowed:
        return []
    found = []
    for change in differences(settled(project, was), now):
        if f"{change.table}.{change.column}" in allowed or f"{change.table}.*" in allowed:
            continue
        where = Where("", change.sheet, field=change.field)
        says = "这次补正没有开放这一栏，没有保存。"
        fix = "请只改开放的栏目；确需改别处的，请与审核人员联系。"
        found.append(Problem("draft-closed", where, says, fix, value=change.now[:60]))
    return found


def submit(project: Project, post: Post, *, lock: int, draft_lock: int, words: str = "") -> Event:
    """Hand in the draft: freeze it as the next version, and move the project to the unit's head.

    Raises:
        PermissionDenied: the role may not do this.
        Stale: somebody saved in between.
        Refused: an entry condition is not met, or the project moved.
    """
    if post.role != "unit_clerk":
        raise PermissionDenied
    # The dry run takes a second; it is made before the records are locked, and remembered.
    first = draft_of(project, post)
    check(project, settled(project, opened(first.content)))
    with transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        draft = draft_of(project, post)
        content = settled(project, opened(draft.content))
        if draft.lock != draft_lock:
            raise Stale(draft, content, draft_lock)
        refuse(secret(content))
        filing = freeze(project, post, content)
        return act(project, post, "submit", lock=lock, words=words, sha256=filing.sha256)


def freeze(project: Project, post: Post | None, content: Content) -> Filing:
    """Keep a content as the next version, and write the project's hot columns from it alone."""
    text, sha256 = snapshot.canonical(content)
    project.version += 1
    for name, value in hot(content).items():
        setattr(project, name, value)
    project.save()
    filing = Filing.objects.create(
        project=project,
        version=project.version,
        round=project.round,
        content=text,
        sha256=sha256,
        tables_sha256=snapshot.tables_digest(),
        by=post.person if post else None,
    )
    body: dict[str, Any] = {
        "project": project.code,
        "year": project.season.year,
        "version": filing.version,
        "round": filing.round,
        "sha256": sha256,
    }
    log("input", post, body)
    return filing
