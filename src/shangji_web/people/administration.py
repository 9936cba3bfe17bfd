"""What administrators do to accounts: one asks, another approves, the ledger keeps it.

The system's administrator makes accounts and asks for posts; the security's approves posts and
recusals, unlocks, resets. Neither acts on the own account, and neither sees a project.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from shangji.errors import Problem, Refused, Where
from shangji_web.ledgered.services import log, person_digest
from shangji_web.people.models import Person, Post, Recusal
from shangji_web.people.services import kept_apart
from shangji_web.rights.roles import roles

if TYPE_CHECKING:
    from datetime import date

NEEDED = {"unit": "unit_code", "department": "department_code", "division": "division_code"}
"""The code without which a role of a scope sees nothing."""
PASSWORD_BYTES = 9
ACTS = {
    "person_made": "开立账号",
    "person_stopped": "停用账号",
    "person_resumed": "恢复账号",
    "post_asked": "申请授予岗位",
    "post_approved": "核准岗位",
    "post_refused": "不同意授予岗位",
    "post_ended": "免去岗位",
    "password_reset": "重置口令",
    "unlocked": "解除锁定",
    "device_removed": "解除动态口令绑定",
    "device_bound": "绑定动态口令",
    "recused": "登记回避",
    "recusal_lifted": "解除回避",
}
"""What is done to accounts, in words; the names stand in the ledger."""


def make_person(by: Post, login: str, name: str) -> tuple[Person, str]:
    """Make an account; return it and its first password, which is shown once.

    Raises:
        Refused: the log-in exists.
    """
    if Person.objects.filter(login=login).exists():
        says = "已有这个登录名。"
        problem = Problem("person-login", Where(), says, "请换一个。", value=login)
        raise Refused([problem])
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with transaction.atomic():
        person = Person.objects.create_user(login, password, name=name, must_change=True)
        _note(by, "person_made", person)
    return person, password


def ask_post(by: Post, person: Person, role: str, place: str, **codes: str) -> Post:
    """Ask for a post; it holds once it is approved.

    Raises:
        Refused: the role needs a unit, department or division, or must be another person's.
    """
    needed = NEEDED.get(roles()[role].scope, "")
    if needed and not codes.get(needed):
        says = f"{roles()[role].zh}要写明所在的单位、部门或科室。"
        raise Refused([Problem("post-place", Where(), says, "请从名单中选。")])
    with transaction.atomic():
        kept_apart(person, role)
        post, _ = Post.objects.update_or_create(
            person=person,
            role=role,
            unit_code=codes.get("unit_code", ""),
            department_code=codes.get("department_code", ""),
            division_code=codes.get("division_code", ""),
            defaults={
                "place_name": place,
                "waiting": True,
                "asked_by": by.person,
                "approved_by": None,
                "since": timezone.localdate(),
                "until": None,
            },
        )
        _note(by, "post_asked", person, post)
    return post


def approve_post(by: Post, post: Post) -> None:
    """Approve a post that waits.

    Raises:
        Refused: it is one's own, or one asked for it.
    """
    _not_own(by, post.person)
    if post.asked_by_id == by.person_id:
        says = "申请岗位的人不能自己核准。"
        raise Refused([Problem("same-person", Where(), says, "请由另一位管理员办理。")])
    with transaction.atomic():
        post.waiting, post.approved_by = False, by.person
        post.save()
        _note(by, "post_approved", post.person, post)


def refuse_post(by: Post, post: Post) -> None:
    """Refuse a post that waits; it is taken back, the ledger keeps that it was asked for."""
    with transaction.atomic():
        _note(by, "post_refused", post.person, post)
        post.delete()


def end_post(by: Post, post: Post, last: date) -> None:
    """End a post: its last day is given.

    Raises:
        Refused: it is one's own.
    """
    _not_own(by, post.person)
    with transaction.atomic():
        post.until = last
        post.save(update_fields=["until"])
        _note(by, "post_ended", post.person, post)


def set_active(by: Post, person: Person, *, active: bool) -> None:
    """Stop an account, or let it log in again.

    Raises:
        Refused: it is one's own.
    """
    _not_own(by, person)
    with transaction.atomic():
        person.is_active = active
        person.save(update_fields=["is_active"])
        _note(by, "person_resumed" if active else "person_stopped", person)


def reset_password(by: Post, person: Person) -> str:
    """Give a new first password, which is shown once; whoever is logged in as the person is out.

    Raises:
        Refused: it is one's own.
    """
    _not_own(by, person)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with transaction.atomic():
        person.set_password(password)
        person.must_change = True
        person.save(update_fields=["password", "must_change"])
        _note(by, "password_reset", person)
    return password


def unlock(by: Post, person: Person) -> None:
    """Take back the lock that wrong passwords brought."""
    from axes.utils import reset

    with transaction.atomic():
        reset(username=person.login)
        _note(by, "unlocked", person)


def remove_devices(by: Post, person: Person) -> None:
    """Take away the person's code devices; the person binds a new one.

    Raises:
        Refused: it is one's own.
    """
    from django_otp import devices_for_user

    _not_own(by, person)
    with transaction.atomic():
        for device in devices_for_user(person, confirmed=None):
            device.delete()
        _note(by, "device_removed", person)


def note_device(person: Person, by: Post | None) -> None:
    """Note that a person bound a device for codes; call it in the binding's transaction."""
    if by is not None:
        _note(by, "device_bound", person)


def recuse(
    by: Post, person: Person, reason: str, unit_code: str = "", project_code: str = ""
) -> Recusal:
    """Keep a person out of a unit or a project, from now on.

    Raises:
        Refused: neither is named, or no reason is given.
    """
    if not (unit_code or project_code):
        says = "没有写明回避哪个单位或哪个项目。"
        raise Refused([Problem("fields-missing", Where(), says, "请选单位，或填项目编号。")])
    if not reason.strip():
        raise Refused([Problem("words-missing", Where(), "回避要写明原因。", "请用一句话说清楚。")])
    with transaction.atomic():
        made = Recusal.objects.create(
            person=person,
            unit_code=unit_code,
            project_code=project_code,
            reason=reason.strip(),
            by=by.person,
        )
        _note(by, "recused", person, unit=unit_code, project=project_code)
    return made


def lift(by: Post, recusal: Recusal) -> None:
    """Lift a recusal; the ledger keeps that there was one.

    Raises:
        Refused: it is one's own.
    """
    _not_own(by, recusal.person)
    with transaction.atomic():
        told = {"unit": recusal.unit_code, "project": recusal.project_code}
        _note(by, "recusal_lifted", recusal.person, **told)
        recusal.delete()


def _not_own(by: Post, person: Person) -> None:
    if by.person_id == person.pk:
        says = "管理员不能办理自己的账号和岗位。"
        raise Refused([Problem("own-account", Where(), says, "请由另一位管理员办理。")])


def _note(by: Post, act: str, person: Person, post: Post | None = None, **more: Any) -> None:  # noqa: ANN401 - JSON
    told = {"act": act, "about": person_digest(person), **more}
    if post is not None:
        told["post"] = post.role
        told["place"] = post.unit_code or post.department_code or post.division_code
    log("decision", by, told)
