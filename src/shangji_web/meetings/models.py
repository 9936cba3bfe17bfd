"""Meetings and what they decided, batch cuts that can be taken back, frozen versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from shangji_web.projects.models import Project
from shangji_web.seasons.models import MONEY, Season

if TYPE_CHECKING:
    from decimal import Decimal


class Meeting(models.Model):
    """A meeting that decides: its kind, day and minute."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=40)  # a code of decision_meeting_kind
    name = models.CharField(max_length=120)
    held_on = models.DateField()
    minute_no = models.CharField(max_length=80)


class Batch(models.Model):
    """One cut over many projects, as one act: the rule of it, and whether it was taken back."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="batches")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True)
    name = models.CharField(max_length=120)
    rule = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")


class Decision(models.Model):
    """The amount decided for a project, beside the one suggested; the latest counts."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="decisions")
    meeting = models.ForeignKey(Meeting, models.PROTECT)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="decisions")
    suggested_yuan = models.DecimalField(**MONEY, null=True)
    before_yuan = models.DecimalField(**MONEY, null=True)
    decided_yuan = models.DecimalField(**MONEY)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    @property
    def cut_yuan(self) -> Decimal | None:
        """What it took from the amount before."""
        return None if self.before_yuan is None else self.before_yuan - self.decided_yuan


class FrozenVersion(models.Model):
    """The amounts of every project at a moment, named for a meeting (党组会稿)."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="frozen_versions")
    name = models.CharField(max_length=80)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT)
