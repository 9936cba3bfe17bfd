"""Acts on very many projects as jobs: one transaction each, by the worker, told when it is done.

What a page does itself is as long as a person waits. Beyond `AT_ONCE` projects the page asks for a
job instead. The act is then the job's effect: a worker that is killed has done nothing, the next
one does all of it, and who has lost the lease finds it rolled back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from shangji.errors import Problem, Refused, Where
from shangji_web.jobs.services import enqueue, handler
from shangji_web.people.models import Post

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shangji_web.jobs.models import Job
    from shangji_web.jobs.services import Held

    Doing = Callable[[Post, Mapping[str, Any]], str]

AT_ONCE = 1_000
"""Up to so many projects a page acts by itself: about a second."""
ASKED_EACH = "已交后台办理：{zh}，共 {count:,} 个项目，做好后在“评审任务”里显示结果。"
ASKED = ASKED_EACH + "要么全部办成，要么都不动。"


def ask(kind: str, post: Post, key: object, given: Mapping[str, Any]) -> Job:
    """Ask for an act as a job; while one of its kind and key is not done, that one is meant."""
    payload = {**given, "post": post.pk}
    return enqueue(kind, payload, key=str(key), by=post.person)


def act_job(kind: str) -> Callable[[Doing], Doing]:
    """Register what does a kind of act: from the post and what was given to words of the result."""

    def registered(doing: Doing) -> Doing:
        def run(held: Held) -> None:
            post = _held_still(held.job.payload["post"])
            held.tell(5, "正在办理，全部办成之后一次生效")
            with held.effect() as result:
                result["says"] = doing(post, held.job.payload)

        handler(kind)(run)
        return doing

    return registered


def _held_still(key: int) -> Post:
    """The post of who asked, if it is still held.

    Raises:
        Refused: it has ended meanwhile.
    """
    post = Post.objects.select_related("person").filter(pk=key, waiting=False).first()
    today = timezone.localdate()
    if post is None or post.ended or post.since > today or not post.person.is_active:
        says = "申请人现在已经没有这个岗位，没有办理。"
        raise Refused([Problem("post-ended", Where(), says, "请由现在的经办人重新办理。")])
    return post
