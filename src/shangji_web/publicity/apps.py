"""What the public reads after 批复."""

from __future__ import annotations

from django.apps import AppConfig


class PublicityConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.publicity"
    verbose_name = "公开"

    def ready(self) -> None:
        """Register the count."""
        from shangji_web.publicity import appraising  # noqa: F401 - importing it registers
