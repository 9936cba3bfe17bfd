"""一下 and 批复 of very many projects, as jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji_web.jobs.acts import act_job
from shangji_web.seasons import services
from shangji_web.seasons.models import Season

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji_web.people.models import Post


@act_job("tell")
def tell(post: Post, given: Mapping[str, Any]) -> str:
    """一下."""
    count = services.tell(Season.objects.get(pk=given["season"]), post)
    return f"已一下 {count} 个项目"


@act_job("issue")
def issue(post: Post, given: Mapping[str, Any]) -> str:
    """批复."""
    count = services.issue(Season.objects.get(pk=given["season"]), post)
    return f"已批复 {count} 个项目"
