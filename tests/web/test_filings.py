"""A unit writes its filing: drafts, locks, open fields, handing in, versions."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from shangji.errors import Refused
from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable

    from shangji_web.people.models import Post


NOTHING = SimpleNamespace(unread=(), found=SimpleNamespace(blocking=()))
"""A self-check that found nothing: what it finds is tested elsewhere."""


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("services", "guards"):
        monkeypatch.setattr(f"shangji_web.filings.{module}.check", lambda *_: NOTHING)


def post_of(people: dict[str, Any], role: str) -> Post:
    return people[role].posts.get()


def written(draft: Any, table: str = "project") -> Any:
    return json.loads(draft.content)["rows"][table]


def test_a_clerk_begins_a_project_and_its_form_opens(
    season: Any, asked: Callable[[str], Any]
) -> None:
    filed.unit(season)
    client = asked("unit_clerk")
    answer = client.post("/filings/new/", {"name": "阅览桌椅更新"}, follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "阅览桌椅更新" in page
    assert "支出明细表" in page
    assert "U001202701" in page
    again = client.post("/filings/new/", {"name": "阅览桌椅更新"}).content.decode()
    assert "同名项目" in again


def test_what_is_typed_is_kept_and_said_where_it_cannot_be_read(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    made = filed.project(season, by=people["unit_clerk"], step="drafting")
    client = asked("unit_clerk")
    address = f"/filings/{made.code}/sheets/line/"
    answer = client.post(
        address,
        {
            "lock": "0",
            "row": "1",
            "1-line_no": "1",
            "1-amount_yuan": "六万",
            "1-expense_item": "桌",
        },
        follow=True,
    )
    page = answer.content.decode()
    assert 'value="六万"' in page
    assert "不是数字" in page
    made.draft.refresh_from_db()
    assert written(made.draft, "line")[0]["amount_yuan"] == "六万"


def test_who_saves_on_an_older_draft_overwrites_nothing_and_sees_both(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    made = filed.project(season, by=people["unit_clerk"], step="drafting")
    client = asked("unit_clerk")
    address = f"/filings/{made.code}/sheets/project/"
    client.post(address, {"lock": "0", "row": "1", "1-place": "城东"})
    late = client.post(address, {"lock": "0", "row": "1", "1-place": "城西"})
    assert late.status_code == 409
    page = late.content.decode()
    assert "城东" in page
    assert "城西" in page
    made.draft.refresh_from_db()
    assert written(made.draft)[0]["place"] == "城东"
    # The twin: with the lock that was seen, the same saving goes through.
    client.post(address, {"lock": str(made.draft.lock), "row": "1", "1-place": "城西"})
    made.draft.refresh_from_db()
    assert written(made.draft)[0]["place"] == "城西"


def test_of_two_versions_what_was_chosen_is_saved(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    made = filed.project(season, by=people["unit_clerk"], step="drafting")
    client = asked("unit_clerk")
    address = f"/filings/{made.code}/sheets/project/"
    client.post(address, {"lock": "0", "row": "1", "1-place": "城东", "1-summary": "甲"})
    late = client.post(address, {"lock": "0", "row": "1", "1-place": "城西", "1-summary": "乙"})
    chosen = {"lock": "1", "seen": "0", "mine": late.context["mine"], "pick|project||place": "mine"}
    unsure = client.post(f"{address}merge/", chosen)
    assert unsure.status_code == 409  # the summary was changed by both, and nobody has chosen
    client.post(f"{address}merge/", {**chosen, "pick|project||summary": "theirs"})
    made.draft.refresh_from_db()
    row = written(made.draft)[0]
    assert (row["place"], row["summary"]) == ("城西", "甲")


def test_of_three_versions_what_only_one_changed_is_chosen_already_and_new_rows_both_stay(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    made = filed.project(season, by=people["unit_clerk"], step="drafting")
    client = asked("unit_clerk")
    address = f"/filings/{made.code}/sheets/line/"
    line = {"1-line_no": "1", "1-expense_item": "阅览桌", "1-amount_yuan": "626000.00"}
    new = {"row": ["1", "2"], "2-line_no": "2"}
    first = {**line, **new, "2-expense_item": "书架", "1-unit_of_measure": "张", "lock": "0"}
    client.post(address, first)
    second = {**line, **new, "2-expense_item": "灯具", "1-quantity": "100", "lock": "0"}
    second["1-unit_of_measure"] = ""
    late = client.post(address, second)
    picks = {one.change.name: (one.was, one.pick) for one in late.context["choices"]}
    assert picks == {
        "line|1|unit_of_measure": ("", "theirs"),
        "line|1|quantity": ("", "mine"),
        "line|2|": ("", "theirs"),
        "line|3|": ("", "mine"),
    }
    chosen = {f"pick|{name}": pick for name, (_, pick) in picks.items()}
    sent = {"lock": "1", "seen": "0", "mine": late.context["mine"], **chosen}
    client.post(f"{address}merge/", sent)
    made.draft.refresh_from_db()
    rows = written(made.draft, "line")
    assert [row["expense_item"] for row in rows] == ["阅览桌", "书架", "灯具"]
    assert (rows[0]["unit_of_measure"], rows[0]["quantity"]) == ("张", "100")


def test_a_saving_by_itself_says_beside_the_field_what_cannot_be_read(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    made = filed.project(season, by=people["unit_clerk"], step="drafting")
    client = asked("unit_clerk")
    address = f"/filings/{made.code}/sheets/line/"
    row = {"row": "1", "1-line_no": "1"}
    quiet = {"headers": {"HX-Request": "true"}}
    answer = client.post(address, {**row, "lock": "0", "1-amount_yuan": "六万"}, **quiet)
    told = answer.content.decode()
    assert '<ul class="errorlist" id="f-line-1-amount_yuan-says"' in told
    assert "不是数字" in told
    answer = client.post(address, {**row, "lock": "1", "1-amount_yuan": "60000"}, **quiet)
    told = answer.content.decode()
    assert 'id="f-line-1-amount_yuan-says" aria-live="polite" hx-swap-oob="true"></ul>' in told


def test_a_correction_opens_the_named_fields_and_no_other(
    season: Any, people: dict[str, Any]
) -> None:
    from shangji_web.filings import services
    from shangji_web.projects.services import act

    made = filed.project(season, step="first_review")
    reviewer, clerk = post_of(people, "first_reviewer"), post_of(people, "unit_clerk")
    row = filed.content(made.code)["rows"]["project"][0]
    act(made, reviewer, "correct", lock=0, words="请补正金额", fields=["project.place"])
    made.refresh_from_db()
    draft = services.draft_of(made, clerk)
    with pytest.raises(Refused) as refused:
        services.save(made, clerk, {"project": [{**row, "summary": "新"}]}, lock=draft.lock)
    assert refused.value.problems[0].code == "draft-closed"
    with pytest.raises(Refused):
        services.save(made, clerk, {"line": []}, lock=draft.lock)
    services.save(made, clerk, {"project": [{**row, "place": "城东"}]}, lock=draft.lock)


def test_a_correction_of_a_whole_table_lets_rows_come_and_go(
    season: Any, people: dict[str, Any]
) -> None:
    from shangji_web.filings import services
    from shangji_web.projects.services import act
    from shangji_web.reviews.corrections import known_fields

    made = filed.project(season, step="first_review")
    clerk = post_of(people, "unit_clerk")
    fields = ["target.*"]
    assert set(fields) <= known_fields(made)
    act(made, post_of(people, "first_reviewer"), "correct", lock=0, words="补充指标", fields=fields)
    made.refresh_from_db()
    draft = services.draft_of(made, clerk)
    rows = [{"level3": "验收合格率"}, {"level3": "读者满意率"}]
    saved = services.save(made, clerk, {"target": rows}, lock=draft.lock)
    assert [row["target_no"] for row in written(saved, "target")] == ["1", "2"]


@pytest.mark.usefixtures("clean")
def test_a_withdrawn_correction_stays_a_correction(season: Any, people: dict[str, Any]) -> None:
    from shangji_web.filings import services
    from shangji_web.filings.queries import open_fields
    from shangji_web.projects.services import act

    made = filed.project(season, step="first_review")
    reviewer, clerk = post_of(people, "first_reviewer"), post_of(people, "unit_clerk")
    act(made, reviewer, "correct", lock=0, words="请补正地点", fields=["project.place"])
    draft = services.draft_of(made, clerk)
    services.submit(made, clerk, lock=1, draft_lock=draft.lock)
    act(made, clerk, "withdraw", lock=2, words="还要再改一处")
    assert open_fields(made) == {"project.place"}


@pytest.mark.parametrize("text", ["机密★ 5 年", "绝密级★"])
def test_what_is_marked_secret_is_refused_and_nothing_of_it_kept(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any], text: str
) -> None:
    made = filed.project(season, by=people["unit_clerk"], step="drafting")
    client = asked("unit_clerk")
    address = f"/filings/{made.code}/sheets/project/"
    answer = client.post(address, {"lock": "0", "row": "1", "1-summary": text})
    assert answer.status_code == 422
    assert "涉密" in answer.content.decode()
    answer = client.post(address, {"lock": "0", "row": "1", "1-is_secret": "是"})
    assert answer.status_code == 422
    made.draft.refresh_from_db()
    assert text not in made.draft.content
    assert made.draft.lock == 0


@pytest.mark.usefixtures("clean")
def test_handing_in_freezes_a_version_from_which_the_lists_are_written(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    from shangji_web import snapshot
    from shangji_web.filings.content import hot

    made = filed.project(season, by=people["unit_clerk"], step="drafting", amount="5000.00")
    made.asked_yuan = made.asked_yuan + 1  # a wrong figure in the list does not outlive the filing
    made.save()
    client = asked("unit_clerk")
    client.post(f"/filings/{made.code}/submit/", {"lock": "0", "draft_lock": "0"})
    made.refresh_from_db()
    filing = made.filings.get()
    assert (made.step, made.version) == ("unit_head", 1)
    assert snapshot.canonical(json.loads(filing.content)) == (filing.content, filing.sha256)
    assert filing.tables_sha256 == snapshot.tables_digest()
    held = {name: getattr(made, name) for name in hot(json.loads(filing.content))}
    assert held == hot(json.loads(filing.content))
    # What was handed in is not written on any more.
    late = client.post(f"/filings/{made.code}/sheets/project/", {"lock": "0", "row": "1"})
    assert late.status_code == 422


@pytest.mark.usefixtures("clean")
def test_the_head_agrees_and_the_department_hands_on(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    made = filed.project(season, by=people["unit_clerk"], step="drafting")
    asked("unit_clerk").post(f"/filings/{made.code}/submit/", {"lock": "0", "draft_lock": "0"})
    head = asked("unit_head")
    assert "同意上报" in head.get(f"/projects/{made.code}/").content.decode()
    head.post(f"/filings/{made.code}/act/head_approve/", {"lock": "1"})
    department = asked("department_reviewer")
    assert "同意报财政" in department.get(f"/projects/{made.code}/").content.decode()
    department.post(f"/filings/{made.code}/act/return/", {"lock": "2", "to": "drafting"})
    made.refresh_from_db()
    assert made.step == "department"  # a return without a reason is none
    words = {"lock": "2", "to": "drafting", "words": "请补充测算依据"}
    department.post(f"/filings/{made.code}/act/return/", words)
    made.refresh_from_db()
    assert made.step == "drafting"


def test_another_unit_finds_nothing(season: Any, asked: Callable[[str], Any]) -> None:
    # A code of two letters may stand in the token of a form by chance.
    made = filed.project(season, "P-U002-1", unit_code="U002", step="first_review")
    client = asked("unit_clerk")
    pages = ["check/", "versions/", "sheets/project/"]
    assert client.get(f"/projects/{made.code}/").status_code == 404
    assert {client.get(f"/filings/{made.code}/{page}").status_code for page in pages} == {404}
    assert made.code not in client.get("/filings/").content.decode()
    assert client.post(f"/filings/{made.code}/submit/", {"lock": "0"}).status_code == 404


def test_two_versions_differ_field_by_field(season: Any, asked: Callable[[str], Any]) -> None:
    from shangji_web import snapshot
    from shangji_web.filings.models import Filing

    made = filed.project(season, step="first_review")
    text, sha256 = snapshot.canonical(filed.content(made.code, amount="700000.00"))
    Filing.objects.create(
        project=made, version=2, round=1, content=text, sha256=sha256, tables_sha256="0" * 64
    )
    page = asked("unit_head").get(f"/filings/{made.code}/versions/?from=1&to=2").content.decode()
    assert "626000.00" in page
    assert "700000.00" in page
    assert "申报金额" in page
