"""Units' answers and appeals, and what the bureau says to them."""

from __future__ import annotations

from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.responses"
    verbose_name = "申辩"

    def ready(self) -> None:
        """Register the guard and the count of the menu."""
        from shangji_web.responses import deciding, guards  # noqa: F401 - registered so
