"""The first three accounts: three people, or nobody."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from shangji_web.people.models import Person

pytestmark = pytest.mark.django_db


def test_three_people_are_made_and_have_to_change_their_passwords() -> None:
    said = StringIO()
    call_command("admins", "a=甲", "b=乙", "c=丙", stdout=said)
    made = Person.objects.order_by("pk")
    assert [person.posts.get().role for person in made] == [
        "system_admin",
        "security_admin",
        "audit_admin",
    ]
    assert all(person.must_change for person in made)
    first = said.getvalue().splitlines()[0].rpartition(" ")[2]
    assert made[0].check_password(first)
    with pytest.raises(CommandError, match="已经有管理员"):
        call_command("admins", "d=丁", "e=戊", "f=己")


def test_one_person_is_not_two_administrators() -> None:
    with pytest.raises(CommandError, match="三个不同的人"):
        call_command("admins", "a=甲", "a=甲", "c=丙")
    assert not Person.objects.exists()
