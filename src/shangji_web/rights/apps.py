"""The rights as a part of the site; the site does not start with a page that has no rule."""

from __future__ import annotations

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """The app of rights."""

    name = "shangji_web.rights"
    verbose_name = "权限"

    def ready(self) -> None:
        """Register the check of pages against rules."""
        from shangji_web.rights import checks  # noqa: F401 - importing it registers it
