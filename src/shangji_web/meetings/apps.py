"""Meetings: decided amounts, batch cuts, frozen versions, 一下 and 二下."""

from __future__ import annotations

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.meetings"
    verbose_name = "决策"
