"""`admins`: the first three accounts of a new site, one administrator of each kind."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from shangji_web.people.models import Person
from shangji_web.people.services import give_post
from shangji_web.rights.roles import roles

if TYPE_CHECKING:
    from argparse import ArgumentParser

KINDS = ("system_admin", "security_admin", "audit_admin")
PASSWORD_BYTES = 12


class Command(BaseCommand):
    """The command."""

    help = "建系统、安全、审计三名管理员（三个不同的人），印出各自的初始口令；首次登录须改。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take three people as login=name."""
        parser.add_argument(
            "people", nargs=3, metavar="登录名=姓名", help="依次为系统、安全、审计管理员"
        )

    def handle(self, *_: Any, **options: Any) -> None:  # noqa: ANN401 - Django's
        """Make them, all or none."""
        if Person.objects.filter(posts__role__in=KINDS).exists():
            raise CommandError("已经有管理员了；其余账号由系统管理员在网站上建。")
        given = [item.partition("=")[::2] for item in options["people"]]
        if not all(login and name for login, name in given) or len(dict(given)) < len(KINDS):
            raise CommandError("要三个不同的人，写成 登录名=姓名。")
        with transaction.atomic():
            for (login, name), role in zip(given, KINDS, strict=True):
                password = secrets.token_urlsafe(PASSWORD_BYTES)
                person = Person.objects.create_user(login, password, name=name, must_change=True)
                give_post(person, role)
                self.stdout.write(f"{roles()[role].zh}  {login}  {name}  初始口令 {password}")
        self.stdout.write("口令只印这一次，请当面交给本人。")
