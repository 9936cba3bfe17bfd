"""Keeping the county's own standards: entered as drafts, tried, put in force, retired."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from shangji.domain import ACTIVE, DRAFT, RETIRED, TRIAL
from shangji.errors import Problem, Where
from shangji.standards import store
from shangji.standards.paste import pasted
from shangji_web import place, snapshot
from shangji_web.ledgered.services import log
from shangji_web.projects.services import refuse

if TYPE_CHECKING:
    from datetime import date

    from shangji_web.people.models import Post
    from shangji_web.seasons.models import Season

OWN = "county"
PACK_FILE = """name = "county"
zh = "本县规则包"
version = "1"
language = 1
requires = ["national"]
"""
MOVES = {TRIAL: "试行", ACTIVE: "启用", RETIRED: "停用"}
WHY_LEAST = 4


def own_pack() -> Path:
    """The folder of the bureau's own pack; made where there is none."""
    folders = snapshot.pack_folders()[1:]
    if folders:
        return Path(folders[-1])
    made = place.folder(place.PACK) / OWN
    made.mkdir(exist_ok=True)
    (made / "pack.toml").write_text(PACK_FILE, "utf-8")
    return made


def read_table(
    text: str, season: Season, post: Post, code: str, start: date, basis: dict[str, str]
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Read a table that was copied from a document: a draft a standard, and what cannot be read.

    Args:
        text: cells parted by tabs, a line a row, the headings first.
        season: whose region the standards are of.
        post: who enters them.
        code: the one standard of a table without a column for it; empty otherwise.
        start: the day on which they take effect.
        basis: the county's document: kind, doc_no, title.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "标准.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(line.split("\t") for line in text.splitlines())
        drafts, problems = pasted(
            [path],
            snapshot.pack(),
            code=code,
            region=season.region,
            start=start,
            basis=basis,
            by=post.person.name,
            on=timezone.localdate(),
        )
    told = [problem for problem in problems if problem.effect != "changed"]
    if not drafts and not told:
        says = "没有读到一行标准。"
        fix = "请连表头一起复制：标准（或先选定标准）、分类、标准金额。"
        told.append(Problem("standard-entry", Where(), says, fix))
    return drafts, told


def enter(post: Post, drafts: list[dict[str, Any]], reason: str) -> list[str]:
    """Write drafts into the county's own pack; return the codes of the standards.

    A draft judges nothing: it is put on trial or in force by a step of its own.

    Raises:
        Refused: no reason, or the same region and day stand already.
    """
    _reason(reason)
    step = store.Step(DRAFT, post.person.name, timezone.localdate(), reason.strip())
    with transaction.atomic():
        for draft in drafts:
            told = {"standard": draft["standard"], "status": DRAFT, "words": reason.strip()}
            log("pack", post, {"act": "standard", **told})
        for draft in drafts:
            store.publish(own_pack(), draft, step)
    return [str(draft["standard"]) for draft in drafts]


def move(post: Post, code: str, at: tuple[str, str], to: str, reason: str) -> None:
    """Change the status of a dated value of the county's own.

    Args:
        post: who decides.
        code: the standard.
        at: region and day of the value.
        to: trial, active or retired.
        reason: why, as the meeting and the document.

    Raises:
        Refused: no reason, no such value, or the step is not allowed.
    """
    _reason(reason)
    step = store.Step(to, post.person.name, timezone.localdate(), reason.strip())
    with transaction.atomic():
        told = {"standard": code, "region": at[0], "from": at[1], "status": to, "words": reason}
        log("pack", post, {"act": "standard", **told})
        store.move(own_pack(), code, at, step)


def _reason(reason: str) -> None:
    if len(reason.strip()) < WHY_LEAST:
        says = "标准的录入和变动要写明理由。"
        refuse([Problem("words-missing", Where(), says, "请写明会议、文号或为什么。")])
