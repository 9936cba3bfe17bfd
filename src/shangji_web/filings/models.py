"""What a unit files: a draft that it writes on, versions that nobody changes, papers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from shangji_web.projects.models import Project


class Draft(models.Model):
    """The one working copy of a project's filing; `lock` counts savings.

    `content` is canonical JSON {table: [row, …]} with every value as the text of the form.
    """

    project = models.OneToOneField(Project, models.CASCADE, related_name="draft")
    content = models.TextField()
    lock = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT)


class SavedBefore(models.Model):
    """A draft as it was at a count of savings: what two who began from it are compared with."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="saved_before")
    lock = models.PositiveIntegerField()
    content = models.TextField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["draft", "lock"], name="saved_before_once")
        ]


class Filing(models.Model):
    """A version as it was submitted. Never changed: a change is a new version."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="filings")
    version = models.PositiveIntegerField()
    round = models.PositiveSmallIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    tables_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT, null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "version"], name="filing_once")
        ]


class Paper(models.Model):
    """A file that a unit attached; the bytes lie under their digest outside the web root.

    `scan` says how far a scanned one was read; of one with a mark of secrecy the bytes are gone.
    """

    WAITING, READ, UNREAD, SECRET = "waiting", "read", "unread", "secret"

    project = models.ForeignKey(Project, models.PROTECT, related_name="papers")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=40, blank=True)
    finding_id = models.CharField(max_length=40, blank=True)  # an answer's paper belongs to it
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT, null=True)
    removed_at = models.DateTimeField(null=True)
    scan = models.CharField(max_length=10, blank=True)
    quarantined_at = models.DateTimeField(null=True)
