"""Which budget year is on."""

from __future__ import annotations

from django.http import Http404

from shangji_web.remembered import remembered
from shangji_web.seasons.models import Season

FICTITIOUS = "虚构"
"""What the kind of data of a sample says; every page shows it."""


def season_now() -> Season | None:
    """The latest budget year that was set up."""
    return remembered("season", lambda: Season.objects.order_by("-year").first())


def season_asked() -> Season:
    """The budget year that a page is about.

    Raises:
        Http404: none was set up.
    """
    season = season_now()
    if season is None:
        raise Http404
    return season
