"""A site's home as 一下 leaves it, made by services: the state from which a second filing begins.

    SHANGJI_HOME=... python -m web.told SAMPLE CODE YUAN

Seeds the sample and brings one project through review, meeting and 一下, as its people would have
done; the review itself is made up (`filed`), because it takes longer than all the rest.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

MINUTE, WHY = "样例会纪〔2026〕12号", "按全县统筹压减。"


def tell(sample: Path, code: str, decided: Decimal) -> None:
    """Bring one project to 一下, and open the second round."""
    from django.utils import timezone

    from shangji_web.meetings.services import Choice, decide, hold
    from shangji_web.people.models import Person
    from shangji_web.projects.models import Project
    from shangji_web.projects.services import act
    from shangji_web.reviews.rulings import rule_rest
    from shangji_web.seasons.demo import begin
    from shangji_web.seasons.services import set_stage
    from shangji_web.seasons.services import tell as tell_season
    from web import filed

    def post(login: str) -> Any:
        return Person.objects.get(login=login).posts.get()

    def fresh() -> Project:
        found: Project = Project.objects.get(code=code)
        return found

    season = begin(sample)
    office, today = post("yusuanke"), timezone.localdate()
    finding = filed.finding(filed.run(season), fresh(), at_stake_yuan=fresh().asked_yuan - decided)
    rule_rest(fresh(), post("chushen"), [finding.finding_id])
    for login, name in (("chushen", "pass_first"), ("fuhe", "pass_second")):
        act(fresh(), post(login), name, lock=fresh().lock, words="同意。")
    meeting = hold(season, office, "bureau_party", "样例县财政局局党组会议", today, MINUTE)
    decide(office, meeting, Choice(fresh(), fresh().lock, decided, WHY))
    tell_season(season, office)
    set_stage(season, office, "second_up", today, today + timedelta(days=20))


if __name__ == "__main__":
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji_web.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    tell(Path(sys.argv[1]), sys.argv[2], Decimal(sys.argv[3]))
