"""The leader's page."""

from __future__ import annotations

from django.apps import AppConfig


class LeadersConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.leaders"
    verbose_name = "领导"
