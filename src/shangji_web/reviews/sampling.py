"""A blinded sample: rows that rules judged, shown to people without what the rules said of them.

The draw is the library's: the same run, number and seed give the same rows. What the system said is
never stored beside them; it is read back from the run's findings when agreement is counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from shangji.domain import FAIL, OUTCOMES, PASS, UNKNOWN
from shangji.errors import Problem, Refused, Where
from shangji.score.agreement import alpha, covered, kappa
from shangji_web.ledgered.services import log
from shangji_web.projects.models import Project
from shangji_web.reviews.models import Finding, Ruling, Sampled
from shangji_web.reviews.rates import rates
from shangji_web.rights.scope import projects_seen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from django.db.models import QuerySet

    from shangji.pack import Pack
    from shangji.score.agreement import Agreement
    from shangji_web.people.models import Person, Post
    from shangji_web.reviews.models import Run

STANDS, FALLS, UNSURE = "stands", "falls", "unsure"
ANSWERS = {STANDS: "不符合", FALLS: "符合", UNSURE: "材料不足，判断不了"}
SAYS = {STANDS: FAIL, FALLS: PASS, UNSURE: UNKNOWN}
TWO = 2


def draw(run: Run, folder: Path, pack: Pack) -> list[Sampled]:
    """Draw the sample of a run from its report; nothing is written yet.

    Args:
        run: the run.
        folder: its report.
        pack: the pack of the site.
    """
    from shangji.review import open_report
    from shangji.triage.drawn import drawn

    snapshot, _, _, _ = open_report(folder)
    known = rates()
    rows = drawn(snapshot, pack, known.blind_number, known.blind_seed)
    held = {item.code: item for item in Project.objects.filter(season=run.season)}
    return [
        Sampled(
            run=run,
            project=held[item.project_code],
            number=number,
            finding_id=item.id,
            rule_id=item.rule.id,
            title=item.rule.title,
            place=item.place[:300],
            facts=item.says,
        )
        for number, item in enumerate(rows, 1)
        if item.project_code in held
    ]


def keep(run: Run, rows: Sequence[Sampled]) -> int:
    """Write a sample where the run has none yet; return how many rows it has."""
    with transaction.atomic():
        if not run.sampled.exists():
            Sampled.objects.bulk_create(rows)
    return run.sampled.count()


def for_person(post: Post, run: Run) -> QuerySet[Sampled]:
    """The rows of a sample that a post may judge: of the projects that it sees."""
    return run.sampled.filter(project__in=projects_seen(post).values("pk")).order_by("number")


def unanswered(post: Post, run: Run) -> QuerySet[Sampled]:
    """The rows that the person has not judged yet."""
    done = Ruling.objects.filter(blind=True, by=post.person).values("finding_id")
    return for_person(post, run).exclude(finding_id__in=done)


def judge(post: Post, run: Run, number: int, answer: str, reason: str) -> Ruling:
    """Say blindly whether a row holds; once a person and row.

    Raises:
        PermissionDenied: it is no row of the post's sample.
        Refused: the person has judged it already.
    """
    row = for_person(post, run).filter(number=number).first()
    if row is None or answer not in ANSWERS:
        raise PermissionDenied
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=row.project_id)
        own = Ruling.objects.filter(blind=True, by=post.person, finding_id=row.finding_id)
        if own.exists():
            says = "这一条您已经判断过，盲审不能改。"
            raise Refused([Problem("project-stale", Where(field=row.title), says, "请看下一条。")])
        made = Ruling.objects.create(
            project=row.project,
            finding_id=row.finding_id,
            rule_id=row.rule_id,
            stands=answer == STANDS,
            unsure=answer == UNSURE,
            reason=reason.strip(),
            blind=True,
            by=post.person,
            role=post.role,
        )
        body = {"act": "blind", "finding": row.finding_id, "rule": row.rule_id, "answer": answer}
        log("decision", post, {**body, "project": row.project.code})
    return made


@dataclass
class Told:
    """What the sample says: agreement with the system, between people, and why some is not told."""

    rows: int
    answered: int
    machine: Agreement | None = None
    people: Agreement | None = None
    refused: list[str] = field(default_factory=list)
    table: list[tuple[str, list[int]]] = field(default_factory=list)
    by_person: list[tuple[Person, int, int]] = field(default_factory=list)


def agreement(run: Run) -> Told:
    """How far people and the system, and people among themselves, agree on a run's sample."""
    rows = list(run.sampled.all())
    names = {row.finding_id for row in rows}
    given = list(
        Ruling.objects.filter(blind=True, finding_id__in=names).select_related("by").order_by("pk")
    )
    found = Finding.objects.filter(run=run, finding_id__in=names)
    system = dict(found.values_list("finding_id", "outcome"))
    answers = [(one.finding_id, _said(one), one.by) for one in given]
    told = Told(len(rows), len({name for name, _, _ in answers}))
    if not answers:
        told.refused.append("还没有人盲审，不计算一致程度。")
        return told
    judged = {name: system.get(name, PASS) for name, _, _ in answers}
    pairs = [(judged[name], said) for name, said, _ in answers]
    told.table = _table(pairs)
    told.by_person = _people(answers, judged)
    lacking = covered(list(judged.values()), _whole(rows, system))
    if lacking is not None:
        words = "、".join(f"“{OUTCOMES[name]}”" for name in lacking.lacking)
        told.refused.append(
            f"已盲审的行里没有系统结论为{words}的，样本不全，暂不计算一致程度；请把样本判完。"
        )
    else:
        told.machine = kappa(pairs)
    things: dict[str, list[str]] = {}
    for name, said, _ in answers:
        things.setdefault(name, []).append(said)
    if any(len(said) >= TWO for said in things.values()):
        told.people = alpha(list(things.values()))
    else:
        told.refused.append("没有一行由两人以上分别盲审，不计算人与人的一致程度。")
    return told


def _said(ruling: Ruling) -> str:
    if ruling.unsure:
        return UNKNOWN
    return FAIL if ruling.stands else PASS


def _whole(rows: Sequence[Sampled], system: Mapping[str, str]) -> dict[str, int]:
    counted = Counter(system.get(row.finding_id, PASS) for row in rows)
    return {name: counted[name] for name in (FAIL, PASS, UNKNOWN)}


def _table(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, list[int]]]:
    counted = Counter(pairs)
    order = (FAIL, PASS, UNKNOWN)
    return [(OUTCOMES[one], [counted[one, two] for two in order]) for one in order]


def _people(
    answers: Sequence[tuple[str, str, Person]], judged: Mapping[str, str]
) -> list[tuple[Person, int, int]]:
    made: dict[int, tuple[Person, int, int]] = {}
    for name, said, person in answers:
        _, number, same = made.get(person.pk, (person, 0, 0))
        made[person.pk] = (person, number + 1, same + (said == judged[name]))
    return list(made.values())
