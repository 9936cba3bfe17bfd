"""What leaves the bureau: a version handed to congress and audit, notices to the public."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from shangji_web.meetings.models import FrozenVersion
from shangji_web.reviews.models import Run
from shangji_web.seasons.models import Season

NOTICES = {"execution": "预算执行情况", "problem": "问题通报"}


class Handover(models.Model):
    """What was handed to congress and audit: a frozen version and a review, as of a moment."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="handovers")
    version = models.ForeignKey(FrozenVersion, models.PROTECT)
    run = models.ForeignKey(Run, models.PROTECT, null=True)
    receiver = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]


class PublicNotice(models.Model):
    """A notice on a department in the public area; the bureau may take it back, with a reason."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="public_notices")
    kind = models.CharField(max_length=20)
    department_code = models.CharField(max_length=40)
    department_name = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    words = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    @property
    def zh(self) -> str:
        """Its kind in words."""
        return NOTICES.get(self.kind, self.kind)
