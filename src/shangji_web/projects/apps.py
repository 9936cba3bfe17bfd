"""Projects on their way through the steps, and every act done on them."""

from __future__ import annotations

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.projects"
    verbose_name = "项目"

    def ready(self) -> None:
        """Register the guards."""
        from shangji_web.projects import guards  # noqa: F401 - importing it registers them
