"""Giving posts, and keeping those apart that no one person may hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.errors import Problem, Refused, Where
from shangji_web.people.models import Post
from shangji_web.rights.roles import apart, roles

if TYPE_CHECKING:
    from shangji_web.people.models import Person


def give_post(person: Person, role: str, place: str = "", **codes: str) -> Post:
    """Give a person a post.

    Args:
        person: who.
        role: a role of the data.
        place: the unit's or division's name, for the screen.
        codes: unit_code, department_code, division_code as the role's scope needs.

    Raises:
        Refused: the person holds a post that must be another's.
    """
    if role not in roles():
        raise Refused(
            [Problem("post-role", Where(), "没有这个岗位。", "请从岗位表中选。", value=role)]
        )
    kept_apart(person, role)
    post, _ = Post.objects.get_or_create(
        person=person, role=role, **codes, defaults={"place_name": place}
    )
    return post


def kept_apart(person: Person, role: str) -> None:
    """Refuse a role beside one that another person has to hold; posts that ended do not count.

    Raises:
        Refused: the person holds such a post, or one is asked for.
    """
    held = {post.role for post in person.posts.all() if not post.ended}
    for group in apart():
        other = (held & group) - {role}
        if role in group and other:
            names = "、".join(sorted(roles()[name].zh for name in other))
            says = f"{person.name} 已是{names}，不能再兼任{roles()[role].zh}。"
            fix = "这些岗位要由不同的人担任，请另派人员，或先免去原岗位。"
            raise Refused([Problem("post-apart", Where(), says, fix)])
