"""The bureau's review: runs, findings, rulings, amounts, the desk."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The app of this part of the site."""

    name = "shangji_web.reviews"
    verbose_name = "审核"

    def ready(self) -> None:
        """Register what does the review, the guards, and the counts of the menu."""
        from shangji_web.reviews import (  # noqa: F401 - importing registers them
            guards,
            handlers,
            queue,
            referrals,
        )
        from shangji_web.reviews.views import referred  # noqa: F401 - as above
