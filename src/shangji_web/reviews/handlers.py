"""The review of the pool, and the draw of a blinded sample from it, as jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji_web import place, snapshot
from shangji_web.jobs.services import handler
from shangji_web.reviews import ground, sampling
from shangji_web.reviews.importing import keep, read_report
from shangji_web.reviews.models import Run
from shangji_web.seasons.models import Season

if TYPE_CHECKING:
    from shangji_web.jobs.services import Held


@handler("review")
def review(held: Held) -> None:
    """Review everything that was submitted; the findings change over in one transaction."""
    season = Season.objects.get(pk=held.job.payload["season"])
    held.tell(5, "读取已报项目，逐条规则评审")
    out = place.folder(place.RUNS) / f"{season.year}-{held.job.pk:05d}-{held.attempt}"
    snapshot.review_pool(season, out)
    held.tell(80, "核对评审结果的摘要，取出疑点")
    said = read_report(season, out, snapshot.pack())
    ground.prepare(said.run)
    with held.effect() as result:
        run = keep(season, said)
        result.update(run=run.pk, projects=run.projects_count)


@handler("sample")
def sample(held: Held) -> None:
    """Draw the blinded sample of a run: every rule runs once more over its snapshot."""
    run = Run.objects.select_related("season").get(pk=held.job.payload["run"])
    held.tell(10, "重跑各条规则，按固定方法抽样")
    rows = sampling.draw(run, place.folder(place.RUNS) / run.folder, snapshot.pack())
    with held.effect() as result:
        result.update(rows=sampling.keep(run, rows))
