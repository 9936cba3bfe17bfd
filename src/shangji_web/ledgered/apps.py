"""The ledger in the site's database."""

from __future__ import annotations

from django.apps import AppConfig


class LedgeredConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.ledgered"
    verbose_name = "账本"
