"""Guards of handing in: entry conditions, and in the second round the decided amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji_web.filings.checking import check
from shangji_web.filings.content import hot, opened, settled
from shangji_web.meetings.sources import held, not_held
from shangji_web.projects.flow import guard

if TYPE_CHECKING:
    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project

SHOWN = 5
SECOND = 2


@guard("entry_conditions")
def entry_conditions(project: Project, post: Post) -> Problem | None:  # noqa: ARG001 - a guard's form
    """What blocks admission, and what cannot be read, is mended before a filing goes up."""
    content = settled(project, opened(project.draft.content))
    checked = check(project, content)
    if checked.unread:
        first = checked.unread[0]
        says = f"有 {len(checked.unread)} 处填的内容读不出，如：{first.where} {first.says}"
        return Problem(
            "entry-unread", Where(field=project.name), says, "请按各栏提示改正后再送审。"
        )
    if checked.found.blocking:
        titles = [item.title for item in checked.found.blocking]
        named = "、".join(dict.fromkeys(titles[:SHOWN]))
        says = f"自查有 {len(titles)} 处入库前必须改：{named}。"
        return Problem("entry-blocked", Where(field=project.name), says, "请在“自查”页逐条改正。")
    return None


@guard("within_decided")
def within_decided(project: Project, post: Post) -> Problem | None:  # noqa: ARG001 - a guard's form
    """The second filing stays within what was decided."""
    if project.round != SECOND or project.decided_yuan is None:
        return None
    asked = hot(settled(project, opened(project.draft.content)))["asked_yuan"]
    if asked is not None and asked <= project.decided_yuan:
        return None
    told = "没有填" if asked is None else f"{asked:,.2f} 元"
    says = f"二上申报金额（{told}）应当不超过控制数 {project.decided_yuan:,.2f} 元。"
    return Problem("decided-over", Where(field=project.name), says, "请在控制数以内编细各项支出。")


@guard("sources_held")
def sources_held(project: Project, post: Post) -> Problem | None:  # noqa: ARG001 - a guard's form
    """The second filing keeps to what was decided of each source."""
    if project.round != SECOND:
        return None
    content = settled(project, opened(project.draft.content))
    return not_held(project, held(project, content))
