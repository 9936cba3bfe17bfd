"""Running the review of the pool, and what people do with its findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji_web import place, snapshot
from shangji_web.reviews import ground
from shangji_web.reviews.importing import keep, read_report

if TYPE_CHECKING:
    from shangji_web.reviews.models import Run
    from shangji_web.seasons.models import Season


def review_pool(season: Season) -> Run:
    """Review everything that was submitted, and take what it says into the site.

    Raises:
        Refused: there is nothing to review, or the library refuses it.
    """
    number = season.runs.count() + 1
    out = place.folder(place.RUNS) / f"{season.year}-{number:04d}"
    snapshot.review_pool(season, out)
    said = read_report(season, out, snapshot.pack())
    ground.prepare(said.run)
    return keep(season, said)
