"""A unit asks, the bureau answers, and what is asked often everybody reads without whose it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = "/notices/questions/"


def test_a_question_is_answered_once_and_shared_in_the_bureau_s_words(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    from shangji_web.notices.models import Notice, Question

    asked("unit_clerk").post(f"{PAGE}ask/", {"words": "我馆的阅览桌算不算办公家具？"})
    asked("unit_clerk").post(f"{PAGE}ask/", {"words": "机密★的事项能不能报？"})
    question = Question.objects.get()  # what bears a mark of secrecy was not kept
    department = asked("department_reviewer")
    assert "阅览桌" not in department.get(PAGE).content.decode()
    assert department.post(f"{PAGE}{question.pk}/answer/", {"words": "不算的"}).status_code == 403
    office = asked("budget_office")
    assert "阅览桌" in office.get(PAGE).content.decode()
    shared = {"words": "按专用设备报，不算。", "common": "阅览桌椅按什么报？"}
    office.post(f"{PAGE}{question.pk}/answer/", shared)
    office.post(f"{PAGE}{question.pk}/answer/", {"words": "后来的答复不算数"})
    question.refresh_from_db()
    assert question.answer == "按专用设备报，不算。"
    page = asked("department_reviewer").get(PAGE).content.decode()
    assert "阅览桌椅按什么报？" in page
    assert "我馆" not in page
    assert Notice.objects.filter(person=people["unit_clerk"]).exists()
    assert season.pk


def test_a_question_asked_again_is_counted_and_answered_by_the_first(
    season: Any, asked: Callable[[str], Any]
) -> None:
    from shangji_web.notices.models import Question
    from shangji_web.notices.questions import common

    for words in ("一问：何时截止？", "二问：截止哪天？"):
        asked("unit_clerk").post(f"{PAGE}ask/", {"words": words})
    second, first = Question.objects.all()
    office = asked("budget_office")
    office.post(f"{PAGE}{first.pk}/answer/", {"words": "见办理日程。", "common": "何时截止？"})
    office.post(f"{PAGE}{second.pk}/answer/", {"same": first.pk})
    second.refresh_from_db()
    assert (second.answer, second.same_as_id) == ("见办理日程。", first.pk)
    assert [one.times for one in common()] == [1]
    assert "2 次" in office.get(PAGE).content.decode()
    assert [one.pk for one in common("截止")] == [first.pk]
    assert not common("没有的话")
    assert season.pk
