"""Notices to people."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.notices"
    verbose_name = "通知"

    def ready(self) -> None:
        """Register the count."""
        from shangji_web.notices import questions  # noqa: F401 - importing it registers
