"""The guard of the second filing: what the unit answered has been settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji_web.projects.flow import guard
from shangji_web.responses.queries import waiting_answers

if TYPE_CHECKING:
    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project


@guard("answers_closed")
def answers_closed(project: Project, post: Post) -> Problem | None:  # noqa: ARG001 - a guard's form
    """二上 begins when every answer is upheld or taken back; who answered nothing may begin."""
    left = waiting_answers(project)
    if not left:
        return None
    says = f"还有 {left} 条说明财政没有答复。"
    return Problem("answer-open", Where(field=project.name), says, "请等答复之后再开始二上。")
