"""What leaves the bureau: a version handed to congress and audit, notices to the public."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from shangji_web.meetings.models import FrozenVersion
from shangji_web.reviews.models import Run
from shangji_web.seasons.models import Season

GRADES = {"good": "予以肯定", "improve": "建议改进", "doubt": "有疑问", "wrong": "认为不当"}
"""What congress and audit may say of a project, beside their words."""

NOTICES = {"execution": "预算执行情况", "problem": "问题通报"}


class Handover(models.Model):
    """What was handed to congress and audit: a frozen version and a review, as of a moment.

    `extract` is the text of the findings and decisions that were handed; `whole` says that the
    review's whole folder, snapshot and pack included, was handed too.
    """

    season = models.ForeignKey(Season, models.PROTECT, related_name="handovers")
    version = models.ForeignKey(FrozenVersion, models.PROTECT)
    run = models.ForeignKey(Run, models.PROTECT, null=True)
    receiver = models.CharField(max_length=120)
    extract = models.TextField(blank=True)
    extract_sha256 = models.CharField(max_length=64, blank=True)
    whole = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]


class Appraisal(models.Model):
    """What congress or audit says of a handed project, and the bureau's answer; both once."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="appraisals")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    grade = models.CharField(max_length=20)
    words = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    @property
    def zh(self) -> str:
        """The appraisal in a word."""
        return GRADES.get(self.grade, self.grade)


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
