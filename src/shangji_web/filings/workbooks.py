"""A unit's whole workbook: read without keeping, shown as what would change, then taken over."""

from __future__ import annotations

import hashlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from shangji.errors import FATAL, REFUSED, Problem, Refused, Where
from shangji.forms import Prefilled, write_template
from shangji.intake import read
from shangji_web import place, snapshot
from shangji_web.filings import services
from shangji_web.filings.content import PROJECT, form, opened, settled, sheets
from shangji_web.filings.differences import differences
from shangji_web.filings.papers import plain_name
from shangji_web.filings.queries import may_change
from shangji_web.ledgered.services import log
from shangji_web.projects.models import Project
from shangji_web.projects.services import refuse
from shangji_web.seasons.seeding import filed_contents

if TYPE_CHECKING:
    from shangji.snapshot import Collected
    from shangji_web.filings.content import Content
    from shangji_web.filings.differences import Change
    from shangji_web.people.models import Post
    from shangji_web.seasons.models import Season

FOLDER = "uploads"
CHILDREN = 1
"""A workbook is read in a process of its own, with limits."""

SHOWN = 5
KEPT_SECONDS = 24 * 60 * 60
NEW, CHANGED, SAME, STOPPED = "新增", "有改动", "没有变化", "不能接收"
SECRET = "row-secret"  # noqa: S105 - a problem's code


@dataclass(frozen=True)
class Planned:
    """What a project of the workbook would become."""

    code: str
    name: str
    state: str
    changes: list[Change]
    problems: list[Problem]
    content: Content


@dataclass(frozen=True)
class DryRun:
    """A workbook as it was read: nothing of it is taken over yet."""

    name: str
    collected: Collected
    problems: list[Problem]
    planned: list[Planned]

    @property
    def refused(self) -> list[Problem]:
        """What was not read in and has to be mended first."""
        return [item for item in self.problems if item.effect == REFUSED]

    @property
    def other(self) -> list[Problem]:
        """What was rewritten or should be looked at."""
        return [item for item in self.problems if item.effect != REFUSED]

    @property
    def ties(self) -> bool:
        """Whether every cell is accounted for."""
        return all(count.ties for count in self.collected.counts)

    @property
    def ready(self) -> bool:
        """Whether it can be taken over: nothing was refused, and something would change."""
        stopped = any(item.state == STOPPED for item in self.planned)
        changes = any(item.state in (NEW, CHANGED) for item in self.planned)
        return changes and not stopped and not self.refused and self.ties


def template(season: Season, post: Post) -> bytes:
    """The empty workbook with the unit's cover filled in."""
    cover = Prefilled(str(season.year), season.region, season.as_of.isoformat(), post.place_name)
    with tempfile.TemporaryDirectory(prefix="shangji-") as folder:
        path = Path(folder) / "form.xlsx"
        write_template(path, snapshot.pack(), form(), cover)
        return path.read_bytes()


def keep(name: str, data: bytes) -> str:
    """Keep an upload for a day, until it is taken over; return its digest."""
    folder = place.folder(FOLDER)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    digest = hashlib.sha256(data).hexdigest()
    (folder / f"{digest}{Path(name).suffix.lower()}").write_bytes(data)
    return digest


def kept(name: str, digest: str) -> bytes:
    """A kept upload.

    Raises:
        Refused: it is no longer there.
    """
    path = place.folder(FOLDER) / f"{digest}{Path(name).suffix.lower()}"
    if not path.is_file():
        says = "上传的工作簿已经不在了。"
        raise Refused([Problem("paper-refused", Where(name), says, "请重新上传。")])
    return path.read_bytes()


def drop(name: str, digest: str) -> None:
    """Forget an upload."""
    (place.folder(FOLDER) / f"{digest}{Path(name).suffix.lower()}").unlink(missing_ok=True)


def read_workbook(name: str, data: bytes) -> tuple[Collected, list[Problem]]:
    """What a workbook under its plain name holds, read in a child process.

    Raises:
        Refused: it is no workbook, or is too large.
    """
    if Path(name).suffix.lower() != ".xlsx" or len(data) > settings.UPLOAD_BYTES:
        says = f"只收 .xlsx 工作簿，不超过 {settings.UPLOAD_BYTES >> 20} MB。"
        raise Refused([Problem("paper-refused", Where(name), says, "请另存为 .xlsx 后再传。")])
    with tempfile.TemporaryDirectory(prefix="shangji-") as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return read([path], snapshot.pack(), children=CHILDREN)


def dry_run(season: Season, post: Post, name: str, data: bytes) -> DryRun:
    """Read a workbook in a child process and say what would become of it.

    Raises:
        Refused: it is no workbook, is too large, holds something secret, or cannot be read.
    """
    name = plain_name(name)
    collected, problems = read_workbook(name, data)
    stopping = [item for item in problems if item.effect == FATAL or item.code == SECRET]
    refuse(stopping)
    if not collected.rows.get(PROJECT):
        says = "没有读到一个项目。"
        fix = "请用本页下载的表样，填在“项目申报表”里，列名不要改。"
        raise Refused([Problem("folder-empty", Where(name), says, fix), *problems[:SHOWN]])
    planned = [
        _planned(season, post, code, content)
        for code, content in sorted(filed_contents(collected).items())
    ]
    return DryRun(name, collected, problems, planned)


def _planned(season: Season, post: Post, code: str, content: Content) -> Planned:
    row = content["rows"][PROJECT][0]
    name = row.get("project_name") or code
    rows = {table: held for table, held in content["rows"].items() if table in sheets()}
    made: Content = {"rows": rows, "supplied": content["supplied"]}
    project = Project.objects.filter(season=season, code=code).first()
    problems = _foreign(season, post, code, row, project)
    if problems:
        return Planned(code, name, STOPPED, [], problems, made)
    if project is None:
        return Planned(code, name, NEW, [], [], made)
    held = settled(project, opened(services.draft_of(project, post).content))
    changes = differences(held, settled(project, made))
    if not changes:
        return Planned(code, name, SAME, [], [], made)
    problems = may_change(project, post)
    return Planned(code, name, STOPPED if problems else CHANGED, changes, problems, made)


def _foreign(
    season: Season, post: Post, code: str, row: dict[str, str], project: Project | None
) -> list[Problem]:
    """Why a row is not the unit's to file."""
    where = Where(field=row.get("project_name") or code)
    unit = row.get("unit_code") or post.unit_code
    if unit != post.unit_code or (project is not None and project.unit_code != post.unit_code):
        says = "写的不是本单位的单位代码，或这个项目代码已被别的单位使用。"
        return [Problem("draft-name", where, says, "请核对单位代码和项目代码。", value=code)]
    if project is None:
        name = row.get("project_name", "")
        return services.new_wrong(season, post.unit_code, name, code)
    return []


def take(season: Season, post: Post, name: str, data: bytes) -> list[Planned]:
    """Take a workbook over into drafts, whole or not at all.

    Raises:
        PermissionDenied: the role does not write filings.
        Refused: something in it has to be mended first.
    """
    if post.role != "unit_clerk":
        raise PermissionDenied
    found = dry_run(season, post, name, data)
    if not found.ready:
        stopping = [*found.refused, *(p for item in found.planned for p in item.problems)]
        says = "没有可以接收的改动。"
        nothing = Problem("paper-refused", Where(name), says, "请核对是不是传错了文件。")
        raise Refused(stopping or [nothing])
    taken = [item for item in found.planned if item.state in (NEW, CHANGED)]
    with transaction.atomic():
        for item in taken:
            project = Project.objects.filter(season=season, code=item.code).first()
            if project is None:
                project = services.begin(season, post, item.name, item.code)
            draft = services.draft_of(project, post)
            tables = {table: item.content["rows"].get(table, []) for table in sheets()}
            services.save(project, post, tables, lock=draft.lock)
        sha256 = hashlib.sha256(data).hexdigest()
        body = {"act": "workbook_taken", "year": season.year, "sha256": sha256}
        log("input", post, {**body, "projects": [item.code for item in taken]})
    return taken


def marked(name: str, data: bytes) -> bytes:
    """The workbook's own sheets with every problem marked in them."""
    from shangji.report.marked import write_marked

    name = plain_name(name)
    with tempfile.TemporaryDirectory(prefix="shangji-") as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        collected, problems = read([path], snapshot.pack(), children=CHILDREN)
        refuse([item for item in problems if item.code == SECRET])
        copy = Path(folder) / "marked.xlsx"
        write_marked(copy, [path], collected, problems)
        return copy.read_bytes()
