"""Notices: what happened that a post should know of."""

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
