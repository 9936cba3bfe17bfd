"""What units file: drafts, immutable versions, papers, the self-check."""

from __future__ import annotations

from django.apps import AppConfig


class FilingsConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.filings"
    verbose_name = "申报"

    def ready(self) -> None:
        """Register the guards, the counts, and the unit's page of a project."""
        from shangji_web.filings import guards, pages, queries, scans  # noqa: F401 - importing registers
