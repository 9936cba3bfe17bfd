"""Long work on one lease table."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.jobs"
    verbose_name = "任务"
