"""A budget year: its calendar, its units and divisions, ceilings, and the bureau's own tables."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

MONEY = {"max_digits": 18, "decimal_places": 2}
STAGES = {
    "first_up": "一上申报",
    "review": "财政审核",
    "first_down": "一下与申辩",
    "second_up": "二上申报",
    "second_down": "二下与批复",
}
"""Stretches of the calendar, in their order."""


class Season(models.Model):
    """One budget year of one region, and what has been told, handed over and published of it."""

    year = models.PositiveSmallIntegerField("预算年度", unique=True)
    region = models.CharField("区划代码", max_length=6)
    title = models.CharField("名称", max_length=120)
    data_kind = models.CharField("数据性质", max_length=40, blank=True)
    as_of = models.DateField("数据截至日")
    told_at = models.DateTimeField("一下", null=True, blank=True)
    approved_on = models.DateField("人代会批准", null=True, blank=True)
    published_at = models.DateTimeField("公开", null=True, blank=True)
    handed_at = models.DateTimeField("移交人大、审计", null=True, blank=True)
    ceilings_told_at = models.DateTimeField("公布控制数", null=True, blank=True)
    ceilings_bind = models.BooleanField("超出控制数不能送审", default=False)
    ceilings_given = models.CharField("一下下达的控制数", max_length=10, default="decided")

    def __str__(self) -> str:
        return f"{self.title} {self.year}"

    @property
    def told_year(self) -> bool:
        """Whether the year has to be told beside the title, which may have it."""
        return str(self.year) not in self.title


class Stage(models.Model):
    """A stretch of the calendar: `name` is one of `STAGES`."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="stages")
    name = models.CharField(max_length=40)
    opens_on = models.DateField()
    closes_on = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["opens_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["season", "name"], name="stage_once")
        ]

    @property
    def zh(self) -> str:
        """The stretch in words."""
        return STAGES.get(self.name, self.name)

    @property
    def state(self) -> str:
        """Where today stands to it: before, on, over."""
        today = timezone.localdate()
        if today < self.opens_on:
            return "before"
        return "on" if today <= self.closes_on else "over"

    @property
    def days_left(self) -> int:
        """Days until it closes, today not counted."""
        return (self.closes_on - timezone.localdate()).days


class Unit(models.Model):
    """A budget unit in a year: under which department, looked after by which division."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="units")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    department_code = models.CharField(max_length=40)
    department_name = models.CharField(max_length=120)
    division_code = models.CharField(max_length=40, blank=True)
    division_name = models.CharField(max_length=120, blank=True)
    is_township = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["season", "code"], name="unit_once")
        ]


class Ceiling(models.Model):
    """The ceiling of a department or a unit by fund source (控制数), as it stood at 一下.

    `origin` says of what it was made: `decided` amounts, or what the budget office had `typed`.
    Both are kept; the year's `ceilings_given` is the one that binds.
    """

    season = models.ForeignKey(Season, models.CASCADE, related_name="ceilings")
    department_code = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=40, blank=True)
    fund_source = models.CharField(max_length=40, blank=True)
    amount_yuan = models.DecimalField(**MONEY)
    origin = models.CharField(max_length=10, default="decided")
    kind = models.CharField(max_length=20, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)


class BureauFile(models.Model):
    """A file of the bureau's or an outsider's tables as it was read: canonical JSON and its source.

    `content` is {"source": the record of the source, "rows": {table: [rows]}, "facts": {…}}, values
    as text; the door to the library turns them into values again.
    """

    season = models.ForeignKey(Season, models.CASCADE, related_name="bureau_files")
    name = models.CharField(max_length=200)
    origin = models.CharField(max_length=20)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.PROTECT, null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["season", "name"], name="bureau_file_once")
        ]
