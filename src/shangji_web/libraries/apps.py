"""Libraries to read: policies, standards, indicators, rules."""

from __future__ import annotations

from django.apps import AppConfig


class LibrariesConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.libraries"
    verbose_name = "资料库"
