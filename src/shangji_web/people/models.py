"""People, their posts, and what they have recused themselves from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from shangji_web.rights.roles import roles


class PersonManager(BaseUserManager):
    """Makes people."""

    def create_user(self, login: str, password: str, **more: Any) -> Person:  # noqa: ANN401 - fields
        """Make a person who can log in."""
        person = self.model(login=login, **more)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Who can log in. What a person may do stands in the posts."""

    login = models.CharField("登录名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    is_active = models.BooleanField("可以登录", default=True)
    must_change = models.BooleanField("须先改口令", default=False)
    password_on = models.DateField("口令修改日", default=timezone.localdate)
    created_at = models.DateTimeField(default=timezone.now)

    def password_aged(self) -> bool:
        """Whether the password is older than the operator allows."""
        days = settings.PASSWORD_DAYS
        return bool(days) and (timezone.localdate() - self.password_on).days > days

    objects = PersonManager()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A role that a person holds for a unit, a department or a division of the bureau.

    A post that the system's administrator asked for is `waiting` until the security's approves it.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="posts")
    role = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=40, blank=True)
    department_code = models.CharField(max_length=40, blank=True)
    division_code = models.CharField(max_length=40, blank=True)
    place_name = models.CharField("单位或科室", max_length=120, blank=True)
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)
    waiting = models.BooleanField("待安全管理员核准", default=False)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "role", "unit_code", "department_code", "division_code"],
                name="post_once",
            )
        ]

    def __str__(self) -> str:
        return self.zh if self.place_name in ("", self.zh) else f"{self.place_name} {self.zh}"

    @property
    def zh(self) -> str:
        """The role in words."""
        return roles()[self.role].zh

    @property
    def ended(self) -> bool:
        """Whether its last day is over."""
        return self.until is not None and self.until < timezone.localdate()

    @property
    def side(self) -> str:
        """Whose side the role is on: unit, bureau, outside, admin, public."""
        return roles()[self.role].side


class Recusal(models.Model):
    """A unit or a project that a person keeps out of, and why (回避)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="recusals")
    unit_code = models.CharField(max_length=40, blank=True)
    project_code = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
