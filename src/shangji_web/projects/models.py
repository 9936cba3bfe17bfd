"""Projects on their way, what was done to them, and to whom they were referred."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from shangji_web.seasons.models import MONEY, Season


class Project(models.Model):
    """A project in a year: where it stands, who did the first review, the amounts of each stage.

    `code`, `name`, `asked_yuan`, `lane`, `category` are written from the latest filing alone.
    `lock` counts acts: who acts on an older count is told what has changed.
    """

    season = models.ForeignKey(Season, models.PROTECT, related_name="projects")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    unit_code = models.CharField(max_length=40)
    unit_name = models.CharField(max_length=120)
    department_code = models.CharField(max_length=40)
    department_name = models.CharField(max_length=120)
    division_code = models.CharField(max_length=40, blank=True)
    lane = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=10, blank=True)
    step = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField(default=1)  # 1 一上, 2 二上
    version = models.PositiveIntegerField(default=0)
    lock = models.PositiveIntegerField(default=0)
    asked_yuan = models.DecimalField(**MONEY, null=True)
    suggested_yuan = models.DecimalField(**MONEY, null=True)
    decided_yuan = models.DecimalField(**MONEY, null=True)
    issued_yuan = models.DecimalField(**MONEY, null=True)
    handed_up_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    first_reviewer = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="first_reviewed"
    )
    open_fields = models.JSONField(default=list)  # in a 补正 only these may change
    due_on = models.DateField(null=True)
    unknown_count = models.PositiveIntegerField(default=0)
    finding_count = models.PositiveIntegerField(default=0)
    at_stake_yuan = models.DecimalField(**MONEY, null=True)
    worst = models.CharField(max_length=10, blank=True)  # the gravest severity among the findings
    grade = models.CharField(max_length=10, blank=True)
    grade_high = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["season", "code"], name="project_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["season", "division_code", "step"]),
            models.Index(fields=["season", "department_code"]),
            models.Index(fields=["season", "unit_code"]),
            models.Index(fields=["season", "step", "at_stake_yuan"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Event(models.Model):
    """One act on a project: who, in which post, when, from where to where, with what words.

    Never changed and never deleted; the way of a project is read from these.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT)
    role = models.CharField(max_length=40)
    act = models.CharField(max_length=40)
    from_step = models.CharField(max_length=40)
    to_step = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["project", "act"])]


class Referral(models.Model):
    """A project handed to a person beside the line: 会审, 评审中心, third party, expert."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="referrals")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="referrals")
    role = models.CharField(max_length=40)
    asked_at = models.DateTimeField(default=timezone.now)
    question = models.CharField(max_length=500, blank=True)
    due_on = models.DateField(null=True)
    answer = models.TextField(blank=True)
    suggested_yuan = models.DecimalField(**MONEY, null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "person", "role"], name="referral_once")
        ]
