"""Which version of which document is in force on a day: later versions, and what others repeal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shangji.evidence.library.policy import same_number, same_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shangji.evidence.library.policy import Policy

EARLIEST = date.min


def order_of(policy: Policy) -> tuple[date, date, str]:
    """By which versions of one document stand in order: issued, then in force, then content."""
    return (
        policy.issued_on or policy.effective_from or EARLIEST,
        policy.effective_from or EARLIEST,
        policy.policy_id,
    )


def identity(policy: Policy) -> tuple[str, str]:
    """What makes two texts versions of one document: title, and issuer where titles are common."""
    return same_title(policy.title), policy.place


def by_document(policies: Iterable[Policy]) -> dict[tuple[str, str], list[Policy]]:
    """The versions of each document, oldest first."""
    found: dict[tuple[str, str], list[Policy]] = defaultdict(list)
    for policy in policies:
        found[identity(policy)].append(policy)
    return {key: sorted(found[key], key=order_of) for key in sorted(found)}


def settled(policies: Sequence[Policy]) -> list[Policy]:
    """Say of each policy whether it is in force, revised or repealed, and until when.

    All of the library is wanted at once: what was settled before is settled anew.
    """
    policies = [_unsettled(one) for one in policies]
    made: list[Policy] = []
    for versions in by_document(policies).values():
        final = [one for one in versions if one.state != "draft"]
        made += [one for one in versions if one.state == "draft"]
        for at, policy in enumerate(final):
            later = next((one for one in final[at + 1 :] if _newer(one, policy)), None)
            made.append(_revised(policy, later))
    repealing = _repealing(made)
    return sorted((_repealed(one, repealing) for one in made), key=lambda one: one.policy_id)


def _newer(one: Policy, than: Policy) -> bool:
    """Whether it is a later version, not the same one kept twice."""
    return order_of(one)[0] > order_of(than)[0]


def _revised(policy: Policy, later: Policy | None) -> Policy:
    if later is None:
        return policy
    begins = later.effective_from or later.issued_on
    until = begins - timedelta(days=1) if begins else policy.effective_to
    if policy.effective_to and until:
        until = min(until, policy.effective_to)
    return replace(policy, state="revised", effective_to=until, repealed_by=_cited(later))


def _cited(policy: Policy) -> str:
    if policy.doc_no:
        return policy.doc_no
    issued = f"（{policy.issued_on}）" if policy.issued_on else ""
    return f"{policy.title[:60]}{issued}"


Repealing = dict[str, list["Policy"]]


def _repealing(policies: Iterable[Policy]) -> Repealing:
    """Who repeals a document, by its number and by its title as they are compared."""
    found: Repealing = defaultdict(list)
    for policy in sorted(policies, key=order_of):
        if policy.state == "draft":
            continue
        for gone in policy.repeals:
            for key in {same_number(gone.doc_no), f"《{same_title(gone.title)}"} - {"", "《"}:
                found[key].append(policy)
    return found


def repealer(policy: Policy, repealing: Mapping[str, Sequence[Policy]]) -> Policy | None:
    """The first policy that says it repeals this one, issued no earlier than this version.

    A number decides where both have one: a later document may bear the same title.
    """
    number, title = same_number(policy.doc_no), f"《{same_title(policy.title)}"
    for one in [*repealing.get(number, ()), *repealing.get(title, ())]:
        if one.policy_id == policy.policy_id or order_of(one) < order_of(policy):
            continue
        said = [gone for gone in one.repeals if f"《{same_title(gone.title)}" == title]
        if said and number and all(same_number(gone.doc_no) not in {"", number} for gone in said):
            continue
        return one
    return None


def _unsettled(policy: Policy) -> Policy:
    state = "draft" if policy.state == "draft" else "in_force"
    return replace(policy, state=state, repealed_by="", effective_to=policy.own_end)


def _repealed(policy: Policy, repealing: Repealing) -> Policy:
    if policy.state == "draft":
        return policy
    if policy.told_by:
        return replace(policy, state="repealed", repealed_by=policy.told_by)
    one = repealer(policy, repealing)
    if one is None:
        return policy
    begins = one.effective_from or one.issued_on
    until = begins - timedelta(days=1) if begins else policy.effective_to
    if policy.effective_to and until and policy.effective_to < until:
        return policy  # it had ended, or a later version had replaced it, before
    return replace(policy, state="repealed", effective_to=until, repealed_by=_cited(one))
