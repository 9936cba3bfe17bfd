"""The desk: findings are ruled, amounts follow, nothing passes unseen, two never both win."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from shangji.errors import Refused
from shangji_web.projects.models import Project, Referral
from shangji_web.projects.services import act
from shangji_web.reviews import amounts, opinions, referrals, rulings
from shangji_web.reviews.models import Finding, Opinion, Ruling
from shangji_web.reviews.queue import pace, queue
from shangji_web.reviews.standing import record_of, standing, unruled
from web import filed

REASON = "标准在本年已经调整，附件第二页有批文。"


def post(person: Any) -> Any:
    return person.posts.get()


@pytest.fixture
def desk(season: Any, people: dict[str, Any]) -> dict[str, Any]:
    """A project at the first review with two findings, one of which cuts 126 000 yuan."""
    filed.unit(season)
    project = filed.project(season)
    run = filed.run(season)
    first = filed.finding(run, project)
    second = filed.finding(
        run, project, 2, rule_id="R-0281", title="缺少质量指标", severity="hint", at_stake_yuan=None
    )
    return {
        "project": project,
        "run": run,
        "first": first.finding_id,
        "second": second.finding_id,
        "reviewer": post(people["first_reviewer"]),
        "other": post(people["second_reviewer"]),
    }


def fresh(desk: dict[str, Any]) -> Any:
    return Project.objects.get(pk=desk["project"].pk)


def test_a_standing_finding_keeps_its_cut_and_a_rejected_one_gives_it_back(desk: Any) -> None:
    project, reviewer = desk["project"], desk["reviewer"]
    assert amounts.amount_of(project).suggested == Decimal("500000.00")
    rulings.rule(project, reviewer, desk["first"], stands=True)
    kept = amounts.amount_of(fresh(desk))
    assert [part.kept is not None for part in kept.parts] == [True]
    assert fresh(desk).suggested_yuan == Decimal("500000.00")
    rulings.rule(project, reviewer, desk["first"], stands=False, reason=REASON)
    assert fresh(desk).suggested_yuan == Decimal("626000.00")
    assert Ruling.objects.count() == 2


def test_a_rejection_needs_a_sentence_and_counts_against_the_rule(desk: Any) -> None:
    with pytest.raises(Refused, match="理由"):
        rulings.rule(desk["project"], desk["reviewer"], desk["first"], stands=False, reason="无")
    rulings.rule(desk["project"], desk["reviewer"], desk["first"], stands=False, reason=REASON)
    record = record_of("R-0031", desk["run"])
    assert (record.fired, record.upheld, record.rejected) == (1, 0, 1)
    assert "认定率 0%" in record.words


def test_an_untouched_finding_blocks_and_a_ruled_project_passes(desk: Any) -> None:
    project, reviewer = desk["project"], desk["reviewer"]
    rulings.rule(project, reviewer, desk["first"], stands=True)
    with pytest.raises(Refused, match="缺少质量指标"):
        opinions.pass_on(project, reviewer, fresh(desk).lock, "同意按核减后的数安排。")
    assert rulings.rule_rest(project, reviewer, [desk["second"]]) == 1
    assert not unruled(project)
    event = opinions.pass_on(project, reviewer, fresh(desk).lock, "同意按核减后的数安排。")
    assert event.to_step == "second_review"
    kept = Opinion.objects.get()
    assert kept.words == "同意按核减后的数安排。"
    assert "审减 12.60 万元" in kept.drafted


def test_a_version_that_no_review_has_read_does_not_pass(desk: Any) -> None:
    project, reviewer = desk["project"], desk["reviewer"]
    for name in ("first", "second"):
        rulings.rule(project, reviewer, desk[name], stands=True)
    outcome = project.outcomes.get()
    outcome.filing_sha256 = "1" * 64
    outcome.save()
    with pytest.raises(Refused, match="第 1 版还没有评审过"):
        opinions.pass_on(project, reviewer, fresh(desk).lock, "同意按核减后的数安排。")
    outcome.filing_sha256 = project.filings.get().sha256
    outcome.save()
    event = opinions.pass_on(project, reviewer, fresh(desk).lock, "同意按核减后的数安排。")
    assert event.to_step == "second_review"


def test_the_second_review_is_another_persons(desk: Any, people: Any) -> None:
    from shangji_web.people.models import Post

    project, reviewer = desk["project"], desk["reviewer"]
    rulings.rule_rest(project, reviewer, [desk["first"], desk["second"]])
    opinions.pass_on(project, reviewer, fresh(desk).lock, "同意。请复核。")
    same = Post.objects.create(
        person=people["first_reviewer"], role="second_reviewer", division_code=filed.DIVISION
    )
    with pytest.raises(Refused, match="同一个人"):
        opinions.pass_on(fresh(desk), same, fresh(desk).lock, "同意。")
    assert opinions.pass_on(fresh(desk), desk["other"], fresh(desk).lock, "同意。").to_step == (
        "budget"
    )


def test_two_pass_one_project_and_the_slower_is_told_what_changed(
    desk: Any, asked: Any, people: Any
) -> None:
    project = desk["project"]
    rulings.rule_rest(project, desk["reviewer"], [desk["first"], desk["second"]])
    client = asked("first_reviewer")
    page = client.get(f"/reviews/desk/{project.code}/")
    lock, now = page.context["project"].lock, page.context["now"]
    colleague = people["second_reviewer"].posts.create(
        role="first_reviewer", division_code=filed.DIVISION
    )
    amounts.deduct(project, colleague, "运费", Decimal(1000), "供货价已含运费。")
    answer = client.post(
        f"/reviews/desk/{project.code}/pass/", {"lock": lock, "now": now, "opinion": "同意。"}
    )
    told = client.get(answer.url).content.decode()
    assert fresh(desk).step == "first_review"
    assert "别人已经办理过" in told
    assert "扣减 运费 1,000.00 元" in told


def test_without_the_lock_both_would_have_won(desk: Any) -> None:
    """The twin: with the count of the moment, as if nothing were compared, the slower one wins."""
    project = desk["project"]
    rulings.rule_rest(project, desk["reviewer"], [desk["first"], desk["second"]])
    seen = fresh(desk).lock
    amounts.deduct(project, desk["reviewer"], "运费", Decimal(1000), "供货价已含运费。")
    with pytest.raises(Refused, match="别人已经办理过"):
        act(project, desk["reviewer"], "pass_first", lock=seen)
    event = act(project, desk["reviewer"], "pass_first", lock=fresh(desk).lock)
    assert event.to_step == "second_review"


def test_two_rule_one_finding_and_the_slower_is_told(desk: Any, people: Any) -> None:
    colleague = people["second_reviewer"].posts.create(
        role="first_reviewer", division_code=filed.DIVISION
    )
    rulings.rule(desk["project"], colleague, desk["first"], stands=False, reason=REASON, was=0)
    with pytest.raises(Refused, match="已经对这条疑点"):
        rulings.rule(desk["project"], desk["reviewer"], desk["first"], stands=True, was=0)
    assert standing(fresh(desk))[0].state == "rejected"
    rulings.rule(desk["project"], desk["reviewer"], desk["first"], stands=True)


def test_a_free_deduction_needs_a_reason_and_never_exceeds_what_is_asked(desk: Any) -> None:
    project, reviewer = desk["project"], desk["reviewer"]
    with pytest.raises(Refused, match="理由"):
        amounts.deduct(project, reviewer, "运费", Decimal(1000), "")
    with pytest.raises(Refused, match="多于申报"):
        amounts.deduct(project, reviewer, "全部", Decimal(600000), "没有依据，全部核减。")
    assert fresh(desk).deductions.count() == 0
    amounts.deduct(project, reviewer, "运费", Decimal("1000.01"), "供货价已含运费。")
    assert fresh(desk).suggested_yuan == Decimal("498999.99")
    row = fresh(desk).deductions.get()
    amounts.undo(project, reviewer, row.pk, "运费另有合同。")
    assert fresh(desk).suggested_yuan == Decimal("500000.00")
    assert fresh(desk).deductions.get().removed_at is not None


def test_what_is_done_stands_in_the_ledger_with_the_rejection_as_an_override(
    desk: Any,
) -> None:
    rulings.rule(desk["project"], desk["reviewer"], desk["first"], stands=False, reason=REASON)
    rulings.rule(desk["project"], desk["reviewer"], desk["second"], stands=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM ledger_outbox ORDER BY id")
        kinds = [json.loads(row[0])["kind"] for row in cursor.fetchall()]
    assert kinds.count("override") == 1
    assert "decision" in kinds


def test_works_over_the_amount_wait_for_the_appraisal_and_every_question_for_its_answer(
    desk: Any, people: Any, season: Any
) -> None:
    works = filed.project(season, "P2", amount="5000000.00", lane="works")
    reviewer = desk["reviewer"]
    with pytest.raises(Refused, match="投资评审"):
        opinions.pass_on(works, reviewer, 0, "同意安排。")
    centre = post(people["appraisal_centre"])
    referrals.refer(works, reviewer, centre.pk, "请评审概算和工程量。", None)
    with pytest.raises(Refused, match="还在等"):
        opinions.pass_on(works, reviewer, 1, "同意安排。")
    referrals.answer(centre, "P2", "概算偏高，建议核减。", Decimal(4500000))
    works.refresh_from_db()
    assert opinions.pass_on(works, reviewer, works.lock, "同意安排。").act == "pass_first"
    assert Referral.objects.get().suggested_yuan == Decimal(4500000)


def test_who_keeps_out_of_a_unit_is_not_asked_about_it(desk: Any, people: Any) -> None:
    expert = people["expert"]
    names = {item.person for item in referrals.askable(desk["reviewer"], desk["project"])}
    assert expert in names
    expert.recusals.create(unit_code=filed.UNIT, reason="亲属在该单位任职")
    names = {item.person for item in referrals.askable(desk["reviewer"], desk["project"])}
    assert expert not in names
    with pytest.raises(Refused, match="回避"):
        referrals.refer(desk["project"], desk["reviewer"], post(expert).pk, "请看技术方案。", None)


def test_the_queue_goes_by_money_and_doubt(desk: Any, season: Any) -> None:
    small = filed.project(season, "P3", amount="10000.00", worst="veto", at_stake_yuan=10000)
    large = filed.project(season, "P4", amount="90000000.00")
    grave = filed.project(season, "P5", amount="900000.00", worst="major", at_stake_yuan=900000)
    codes = [item.code for item in queue(desk["reviewer"], season)]
    assert codes.index(grave.code) < codes.index(small.code) < codes.index(large.code)
    assert [item.code for item in queue(desk["reviewer"], season, only="veto")] == [small.code]
    assert [item.code for item in queue(desk["reviewer"], season, search="P4")] == [large.code]
    assert pace(desk["reviewer"], season).counts["todo"] == 4


def test_the_desk_shows_the_finding_its_formula_and_its_record(desk: Any, asked: Any) -> None:
    address = f"/reviews/desk/{desk['project'].code}/"
    text = asked("first_reviewer").get(address).content.decode()
    for words in ("单价 6,260.00 元", "本县资产配置标准", "还没有人认定过", "62.60", "50.00"):
        assert words in text
    text = asked("first_reviewer").get(f"{address}?finding={desk['second']}").content.decode()
    assert "怎么算的" in text
    assert "unit_clerk" not in text


def test_the_desk_is_closed_to_units_and_to_another_division(desk: Any, asked: Any) -> None:
    code = desk["project"].code
    assert asked("unit_clerk").get(f"/reviews/desk/{code}/").status_code == 403
    other = filed.project(desk["project"].season, "P9", division_code="V02")
    assert asked("first_reviewer").get(f"/reviews/desk/{other.code}/").status_code == 404


def test_nobody_rules_where_it_is_not_his_turn(desk: Any, people: Any) -> None:
    with pytest.raises(Refused, match="不轮到您"):
        rulings.rule(desk["project"], desk["other"], desk["first"], stands=True)
    with pytest.raises(PermissionDenied):
        rulings.rule(desk["project"], post(people["director"]), desk["first"], stands=True)


def test_a_correction_opens_the_chosen_fields_alone_and_has_a_day(desk: Any, asked: Any) -> None:
    code = desk["project"].code
    client = asked("first_reviewer")
    page = client.get(f"/reviews/desk/{code}/").content.decode()
    assert 'value="line.amount_yuan"' in page
    wrong = {"lock": 0, "words": "请改单价。", "field": ["line.nothing", "staff.id_no"]}
    client.post(f"/reviews/desk/{code}/correct/", wrong)
    assert fresh(desk).step == "first_review"
    client.post(f"/reviews/desk/{code}/correct/", {**wrong, "field": ["line.amount_yuan"]})
    project = fresh(desk)
    assert (project.step, project.open_fields) == ("drafting", ["line.amount_yuan"])
    assert (project.due_on - timezone.localdate()).days == 3
    event = project.events.get()
    assert (event.act, event.words) == ("correct", "请改单价。")


def test_a_project_goes_back_only_to_where_it_has_been(desk: Any) -> None:
    project, reviewer = desk["project"], desk["reviewer"]
    with pytest.raises(Refused, match="实际经过"):
        act(project, reviewer, "return", lock=0, words="材料不全，退回。", to="department")
    project.events.create(
        by=reviewer.person,
        role="department_reviewer",
        act="department_approve",
        from_step="department",
        to_step="first_review",
        round=1,
    )
    act(project, reviewer, "return", lock=0, words="材料不全，退回。", to="department")
    assert fresh(desk).step == "department"


def test_the_quoted_lines_are_drawn_from_the_paper_for_who_may_see_them(
    desk: Any, asked: Any
) -> None:
    from PIL import Image

    from shangji_web.documents import keep

    held = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(held, "PNG")
    sha256 = keep(held.getvalue())
    project = desk["project"]
    project.papers.create(name="询价单.png", sha256=sha256, size_bytes=1)
    quote = {"quote": "单价6260元", "place": "询价单.png 第 1 页", "document": sha256, "page": 1}
    found = Finding.objects.get(finding_id=desk["first"])
    found.evidence = [{**quote, "box": "1000 3000 8000 3300", "confidence": "0.95"}]
    found.save()
    address = f"/reviews/desk/{project.code}/page/{found.pk}/0/"
    client = asked("first_reviewer")
    assert address in client.get(f"/reviews/desk/{project.code}/").content.decode()
    lines = Image.open(io.BytesIO(client.get(address).content))
    whole = Image.open(io.BytesIO(client.get(f"{address}?whole").content))
    assert lines.height < whole.height
    left, top = 1000 * whole.width // 10000, 3000 * whole.height // 10000
    near = whole.crop((left - 8, top - 8, left + 8, top + 8)).convert("RGB")
    assert (166, 58, 50) in {colour for _, colour in near.getcolors() or []}
    assert client.get(f"/reviews/desk/{project.code}/page/{found.pk}/7/").status_code == 404
    assert asked("expert").get(address).status_code == 403
    project.division_code = "V02"
    project.save()
    assert asked("first_reviewer").get(address).status_code == 404


def test_the_second_round_begins_anew_and_leaves_the_first_as_it_was(desk: Any) -> None:
    project, reviewer = desk["project"], desk["reviewer"]
    rulings.rule_rest(project, reviewer, [desk["first"], desk["second"]])
    amounts.deduct(project, reviewer, "运费", Decimal(1000), "供货价已含运费。")
    assert fresh(desk).suggested_yuan == Decimal(499000)
    project.events.create(
        by=reviewer.person,
        role="unit_clerk",
        act="begin_second",
        from_step="told",
        to_step="drafting",
        round=1,
    )
    Project.objects.filter(pk=project.pk).update(round=2, asked_yuan=Decimal(499000))
    assert len(unruled(fresh(desk))) == 2
    assert amounts.amount_of(fresh(desk)).taken == Decimal(126000)  # of the run alone
    rulings.rule(fresh(desk), reviewer, desk["first"], stands=False, reason=REASON)
    assert amounts.amount_of(fresh(desk)).suggested == Decimal(499000)
    assert fresh(desk).suggested_yuan == Decimal(499000)
    assert fresh(desk).deductions.filter(removed_at=None).count() == 2  # the first round's record
