"""A review of the pool as the library made it, and what people said to each finding."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from shangji_web.projects.models import Project
from shangji_web.seasons.models import MONEY, Season


class Run(models.Model):
    """A finished review of everything that was submitted; its folder holds the whole report."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="runs")
    folder = models.CharField(max_length=200)
    result_digest = models.CharField(max_length=64)
    snapshot_digest = models.CharField(max_length=64)
    pack_digest = models.CharField(max_length=64)
    projects_count = models.PositiveIntegerField()
    summary = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]


class Finding(models.Model):
    """A verdict that failed or is unknown, in words, for lists and rights; the run is the proof."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="findings")
    project = models.ForeignKey(Project, models.CASCADE, related_name="findings")
    finding_id = models.CharField(max_length=40)
    rule_id = models.CharField(max_length=100)
    subject = models.CharField(max_length=60)
    key = models.CharField(max_length=300)
    outcome = models.CharField(max_length=10)
    status = models.CharField(max_length=10)
    severity = models.CharField(max_length=10)
    dimension = models.CharField(max_length=30)
    to_unit = models.BooleanField()  # the unit may read it (visible_to)
    before = models.BooleanField()  # the unit can have known it from its self-check
    blocks = models.BooleanField(default=False)
    title = models.CharField(max_length=120)
    says = models.TextField()
    why = models.TextField()
    fix = models.TextField(blank=True)
    limits = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    measured = models.CharField(max_length=300, blank=True)
    allowed = models.CharField(max_length=300, blank=True)
    at_stake_yuan = models.DecimalField(**MONEY, null=True)
    owed_by = models.CharField(max_length=10, blank=True)
    evidence = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "finding_id"], name="finding_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["run", "project"]),
            models.Index(fields=["run", "rule_id"]),
        ]


class Outcome(models.Model):
    """What a run came to for a project: gate, scores, amounts, causes of each cut yuan."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="outcomes")
    project = models.ForeignKey(Project, models.CASCADE, related_name="outcomes")
    filing_sha256 = models.CharField(max_length=64, blank=True)  # of the version that was reviewed
    gate = models.CharField(max_length=20, blank=True)
    low_grade = models.CharField(max_length=20, blank=True)
    high_grade = models.CharField(max_length=20, blank=True)
    scores = models.JSONField(default=dict)  # node: [low, high, known, full] as text
    asked_yuan = models.DecimalField(**MONEY, null=True)
    approved_yuan = models.DecimalField(**MONEY, null=True)
    arranged_yuan = models.DecimalField(**MONEY, null=True)
    reductions = models.JSONField(default=list)  # [{cause_kind, cause_id, words, yuan, finding_id}]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "project"], name="outcome_once")
        ]


class Ruling(models.Model):
    """What a reviewer said to a finding: it stands, or not and why. The latest one counts."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="rulings")
    finding_id = models.CharField(max_length=40)
    rule_id = models.CharField(max_length=100)
    stands = models.BooleanField()
    reason = models.TextField(blank=True)
    blind = models.BooleanField(default=False)
    unsure = models.BooleanField(default=False)  # a blind answer: the papers do not decide it
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT)
    role = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["project", "finding_id"])]


class Sampled(models.Model):
    """A row of a run's blinded sample: what stands in it, and not what the system said of it."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="sampled")
    project = models.ForeignKey(Project, models.CASCADE, related_name="sampled")
    number = models.PositiveIntegerField()
    finding_id = models.CharField(max_length=40)
    rule_id = models.CharField(max_length=100)
    title = models.CharField(max_length=120)
    place = models.CharField(max_length=300)
    facts = models.TextField()

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "number"], name="sampled_once")
        ]


class Deduction(models.Model):
    """A named part of what is taken from the amount asked; suggested = asked less all of these."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="deductions")
    finding_id = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120)
    amount_yuan = models.DecimalField(**MONEY)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT)
    removed_at = models.DateTimeField(null=True)


class Assignment(models.Model):
    """A project given to one reviewer of its division; without one it is everybody's."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="assignment")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="assignments")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")


class Opinion(models.Model):
    """The review opinion as it was drafted from the findings and as a person left it."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="opinions")
    drafted = models.TextField()
    words = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
