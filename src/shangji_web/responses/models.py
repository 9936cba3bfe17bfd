"""A unit's answer to a finding, and what the bureau says to it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from shangji_web.projects.models import Project


class Answer(models.Model):
    """An answer between 一下 and 二上: one a finding, one round; upheld or withdrawn with a reason.

    `outcome` is empty while it waits, `withdrawn` where the bureau takes the finding back (the
    unit was right), `upheld` where the finding stands.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="answers")
    finding_id = models.CharField(max_length=40)
    rule_id = models.CharField(max_length=100)
    title = models.CharField(max_length=120)
    words = models.TextField()
    restores_yuan = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, blank=True)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "finding_id"], name="answer_once")
        ]
