"""People: who logs in, which posts they hold, from what they have recused themselves."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app of people."""

    name = "shangji_web.people"
    verbose_name = "人员"
