"""Notices: what happened that a post should know of. Questions of units, and their answers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Notice(models.Model):
    """A notice to everybody who holds a role in a unit, a department or a division.

    With a person it is to that one alone.
    """

    role = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=40, blank=True)
    department_code = models.CharField(max_length=40, blank=True)
    division_code = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey("people.Person", models.CASCADE, null=True, related_name="notices")
    words = models.CharField(max_length=300)
    link = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["role", "unit_code", "division_code"])
        ]


class Seen(models.Model):
    """Who has read which notice."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="seen")
    person = models.ForeignKey("people.Person", models.CASCADE)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["notice", "person"], name="seen_once")
        ]


class Question(models.Model):
    """What somebody of a unit asked, and the bureau's answer.

    `common` is the question as everybody reads it, in the bureau's words: a unit's own words go to
    no other unit. One that asks the same points to it by `same_as`, and is counted there.
    """

    unit_code = models.CharField(max_length=40, blank=True)
    department_code = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=120)
    words = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    common = models.CharField(max_length=300, blank=True)
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="asked_again")

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
