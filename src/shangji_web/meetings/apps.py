"""Meetings: decided amounts, batch cuts, frozen versions, 一下 and 二下."""

from __future__ import annotations

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.meetings"
    verbose_name = "决策"

    def ready(self) -> None:
        """Register what is done as jobs."""
        from shangji_web.meetings import handlers  # noqa: F401 - importing it registers them
