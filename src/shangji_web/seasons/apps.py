"""Budget years: calendar, units, ceilings, the bureau's own tables."""

from __future__ import annotations

from django.apps import AppConfig


class SeasonsConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.seasons"
    verbose_name = "年度"

    def ready(self) -> None:
        """Register the guards, and what is done as jobs."""
        from shangji_web.seasons import handlers, standing  # noqa: F401 - importing registers them
