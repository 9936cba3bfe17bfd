"""Which budget year is on."""

from __future__ import annotations

from shangji_web.seasons.models import Season

FICTITIOUS = "虚构"
"""What the kind of data of a sample says; every page shows it."""


def season_now() -> Season | None:
    """The latest budget year that was set up."""
    return Season.objects.order_by("-year").first()
