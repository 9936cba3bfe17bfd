"""The review opinion: drafted from the findings that stand, edited by a person, both kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from shangji.domain import wan
from shangji.papers.entries import fitting
from shangji_web import snapshot
from shangji_web.projects.services import act
from shangji_web.reviews.amounts import amount_of
from shangji_web.reviews.models import Opinion
from shangji_web.reviews.standing import REJECTED, WITHDRAWN, latest_run, standing
from shangji_web.reviews.turns import taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shangji.pack import Pack
    from shangji_web.people.models import Post
    from shangji_web.projects.models import Event, Project
    from shangji_web.reviews.amounts import Amount
    from shangji_web.reviews.standing import Stood

PASSES = {"first_reviewer": "pass_first", "second_reviewer": "pass_second"}
"""The act by which a role passes a project on."""


def draft(project: Project, found: Sequence[Stood], amount: Amount) -> str:
    """The opinion as the findings say it; those that were rejected say nothing."""
    pack = snapshot.pack()
    said = [one for one in found if one.to_rule and one.state not in {REJECTED, WITHDRAWN}]
    taken_for = {part.finding_id for part in amount.parts if part.finding_id}
    parts = [_money(amount)]
    cuts = list(_cuts(pack, amount))
    if cuts:
        parts.append("审减：" + "".join(f"{n}. {text}" for n, text in enumerate(cuts, 1)))
    asks = list(_asks(pack, [one for one in said if one.finding.finding_id not in taken_for]))
    if asks:
        parts.append(
            "请单位补正或说明：" + "".join(f"{n}. {text}" for n, text in enumerate(asks, 1))
        )
    if not cuts and not asks:
        parts.append(_closing(pack, project))
    return "\n".join(part for part in parts if part)


def _money(amount: Amount) -> str:
    if amount.asked is None or amount.suggested is None:
        return "申报金额没有填写，不能核定。"
    asked, suggested = f"{wan(amount.asked)} 万元", f"{wan(amount.suggested)} 万元"
    if not amount.taken:
        return f"申报 {asked}，建议核定 {suggested}。"
    return f"申报 {asked}，审减 {wan(amount.taken)} 万元，建议核定 {suggested}。"


def _ended(text: str) -> str:
    return text if text.endswith(("。", "？", "！")) else f"{text}。"


def _cuts(pack: Pack, amount: Amount) -> Iterator[str]:
    for part in amount.parts:
        sentence = fitting(pack, "cut", part.rule_id or _rule_of(part.kept))
        says = part.reason or (sentence.says if sentence else part.name)
        yield f"{part.name}，减 {wan(part.yuan)} 万元：{_ended(says)}"


def _rule_of(kept: object) -> str:
    return getattr(kept, "rule_id", "")


def _asks(pack: Pack, said: Sequence[Stood]) -> Iterator[str]:
    told = set()
    for one in said:
        sentence = fitting(pack, "opinion", one.finding.rule_id)
        text = sentence.says if sentence else f"{one.finding.title}。{one.finding.fix}"
        if text not in told:
            told.add(text)
            yield _ended(text)


def _closing(pack: Pack, project: Project) -> str:
    outcome = project.outcomes.order_by("pk").last()
    for one in pack.reasons:
        lane = one.lane and one.lane == project.lane
        gate = one.gate and outcome is not None and one.gate == outcome.gate
        if one.kind == "opinion" and (lane or gate):
            return one.says
    return ""


def latest_opinion(project: Project) -> Opinion | None:
    """The opinion as a person last left it."""
    return project.opinions.select_related("by").last()


def drafted(project: Project) -> str:
    """The draft as the findings stand now."""
    found = standing(project, latest_run(project.season))
    return draft(project, found, amount_of(project, found))


def save_opinion(project: Project, post: Post, words: str) -> Opinion:
    """Keep an opinion as a person left it, beside the draft of the moment.

    Raises:
        Refused: it is not the post's turn.
    """
    with transaction.atomic():
        project = taken(project, post)
        project.lock += 1
        project.save(update_fields=["lock"])
        return _kept(project, post, words)


def _kept(project: Project, post: Post, words: str) -> Opinion:
    text = words.strip().replace("\r\n", "\n")
    return Opinion.objects.create(
        project=project, drafted=drafted(project), words=text, by=post.person
    )


def pass_on(project: Project, post: Post, lock: int, words: str) -> Event:
    """Pass a project to the next step with its opinion, whole or not at all.

    Raises:
        Refused: a finding is unruled, the turn is another's, or somebody was faster.
    """
    with transaction.atomic():
        event = act(project, post, PASSES[post.role], lock=lock, words=words)
        last = latest_opinion(project)
        if last is None or last.words != event.words:
            _kept(project, post, words)
    return event
