"""The site for tests: a home of its own, a database in memory, one person in every role.

`season`, `people` (role → Person), `asked` (a client logged in as a role) are for every test of the
site. Passwords are hashed cheaply here: how Argon2 hashes is tested by its authors.
"""

from __future__ import annotations

import os
import tempfile
from datetime import date
from typing import TYPE_CHECKING, Any

import django
import pytest

from web.reached import PASSWORD

os.environ["SHANGJI_HOME"] = tempfile.mkdtemp(prefix="shangji-web-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji_web.settings")
for name in ("SHANGJI_DATABASE_URL", "SHANGJI_HTTPS", "SHANGJI_OTP"):
    os.environ.pop(name, None)
# The same tests again on PostgreSQL: the address of a server on which a database may be made.
if os.environ.get("SHANGJI_WEB_ON_POSTGRES"):
    os.environ["SHANGJI_DATABASE_URL"] = os.environ["SHANGJI_POSTGRES"]
django.setup()

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNIT, DEPARTMENT, DIVISION = "U001", "D01", "V01"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def ledger_left_empty(request: Any, django_db_blocker: Any) -> Iterator[None]:
    """What a test with transactions of its own wrote goes again: Django empties no such table."""
    yield
    marked = request.node.get_closest_marker("django_db")
    own = marked is not None and marked.kwargs.get("transaction")
    if own or {"transactional_db", "live_server"} & set(request.fixturenames):
        from django.db import connection

        with django_db_blocker.unblock(), connection.cursor() as cursor:
            for name in ("outbox", "entry", "node", "leaf", "checkpoint"):
                cursor.execute(f"DELETE FROM ledger_{name}")


@pytest.fixture
def season(db: None) -> Any:  # noqa: ARG001 - opens the database
    """The year 2027 of a made-up county."""
    from shangji_web.seasons.models import Season

    return Season.objects.create(
        year=2027,
        region="330299",
        title="样例县",
        data_kind="虚构数据",
        as_of=date(2026, 11, 20),
    )


@pytest.fixture
def people(db: None) -> dict[str, Any]:  # noqa: ARG001 - opens the database
    """One person in every role but the public's: unit U001, department D01, division V01."""
    from shangji_web.people.models import Person
    from shangji_web.people.services import give_post
    from shangji_web.rights.roles import roles

    made = {}
    for name, role in roles().items():
        if role.side == "public":
            continue
        person = Person.objects.create_user(name, PASSWORD, name=f"测试{role.zh}")
        codes = {"unit_code": UNIT} if role.side == "unit" else {}
        if role.scope == "department":
            codes["department_code"] = DEPARTMENT
        if role.scope == "division":
            codes["division_code"] = DIVISION
        give_post(person, name, f"{role.zh}所在", **codes)
        made[name] = person
    return made


@pytest.fixture
def asked(client: Any, people: dict[str, Any]) -> Callable[[str], Any]:
    """A client logged in as the person of a role; `asked("")` is somebody without a log-in."""

    def as_role(role: str) -> Any:
        client.logout()
        if role:
            client.force_login(people[role], backend=BACKEND)
        return client

    return as_role
