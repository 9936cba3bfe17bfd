"""Beside the desk: answers, batches, people asked, lists, letters — each whole or not at all."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from shangji.errors import Refused
from shangji_web.notices.models import Notice
from shangji_web.notices.queries import notices_for
from shangji_web.projects.models import Project
from shangji_web.responses import deciding
from shangji_web.responses.models import Answer
from shangji_web.reviews import batches, progress, referrals, rulings
from shangji_web.reviews.models import Assignment, Finding, Ruling
from shangji_web.reviews.queue import queue
from shangji_web.reviews.standing import standing
from web import filed

REASON = "标准在本年已经调整，附件第二页有批文。"


def post(person: Any) -> Any:
    return person.posts.get()


@pytest.fixture
def pool(season: Any, people: dict[str, Any]) -> dict[str, Any]:
    """Two projects at the first review with a like finding; a third of another division."""
    filed.unit(season)
    run = filed.run(season)
    projects = [filed.project(season, code) for code in ("P1", "P2")]
    found = [filed.finding(run, project).finding_id for project in projects]
    far = filed.project(season, "P3", division_code="V02")
    filed.finding(run, far)
    return {
        "projects": projects,
        "found": found,
        "reviewer": post(people["first_reviewer"]),
        "run": run,
    }


@pytest.fixture
def answered(pool: dict[str, Any], people: dict[str, Any]) -> Answer:
    """An answer at 一下 to a finding whose cut was kept."""
    project = pool["projects"][0]
    rulings.rule(project, pool["reviewer"], pool["found"][0], stands=True)
    Project.objects.filter(pk=project.pk).update(step="told", told_at=timezone.now())
    return Answer.objects.create(
        project=project,
        finding_id=pool["found"][0],
        rule_id="R-0031",
        title="单价超标",
        words="所购为专用设备，附有批文。",
        by=people["unit_clerk"],
    )


def test_a_finding_taken_back_shows_what_is_restored_and_tells_both_sides(
    pool: Any, answered: Answer
) -> None:
    with pytest.raises(Refused, match="理由"):
        deciding.decide(pool["reviewer"], answered.pk, deciding.WITHDRAWN, "同意")
    done = deciding.decide(pool["reviewer"], answered.pk, deciding.WITHDRAWN, "批文属实，撤回。")
    project = Project.objects.get(pk=answered.project_id)
    assert deciding.restored(done) == deciding.restored_in_all(pool["reviewer"]) == Decimal(126000)
    assert project.suggested_yuan == Decimal("500000.00")  # as it was kept
    told = {notice.role: notice.words for notice in Notice.objects.all()}
    assert "批文属实" in told["unit_clerk"]
    assert "应恢复 12.60 万元" in told["budget_office"]
    assert "12.60" not in told["unit_clerk"]
    assert standing(project)[0].state == "withdrawn"


def test_an_answer_is_answered_once(pool: Any, answered: Answer, people: Any) -> None:
    deciding.decide(pool["reviewer"], answered.pk, deciding.UPHELD, "批文不适用于本项目。")
    other = post(people["budget_office"])
    with pytest.raises(Refused, match="已经答复：维持"):
        deciding.decide(other, answered.pk, deciding.WITHDRAWN, "批文属实，撤回。")
    assert Answer.objects.get().outcome == deciding.UPHELD


def test_a_unit_decides_no_answers_and_another_division_sees_none(
    pool: Any, answered: Answer, people: Any, asked: Any
) -> None:
    with pytest.raises(PermissionDenied):
        deciding.decide(post(people["unit_clerk"]), answered.pk, deciding.WITHDRAWN, "我们是对的。")
    Project.objects.filter(pk=answered.project_id).update(division_code="V02")
    with pytest.raises(PermissionDenied):
        deciding.decide(pool["reviewer"], answered.pk, deciding.UPHELD, "批文不适用。")
    text = asked("first_reviewer").get("/reviews/answers/").content.decode()
    assert "专用设备" not in text


def test_the_page_of_answers_shows_what_would_be_restored(asked: Any, answered: Answer) -> None:
    text = asked("budget_office").get("/reviews/answers/").content.decode()
    assert "恢复 12.60 万元" in text
    assert answered.words in text


def test_a_batch_is_listed_first_and_gives_each_unit_its_own_words(pool: Any, season: Any) -> None:
    listed = batches.lines(pool["reviewer"], season, "R-0031")
    assert [line.project.code for line in listed] == ["P1", "P2"]
    chosen = {
        line.stood.finding.finding_id: (line.project.lock, f"{line.words}（{line.project.code}）")
        for line in listed
    }
    listed[0].project.events.create(
        by=pool["reviewer"].person,
        role="unit_clerk",
        act="submit",
        from_step="drafting",
        to_step="unit_head",
        round=1,
    )
    with pytest.raises(Refused, match="不能退回"):
        batches.run_batch(pool["reviewer"], "R-0031", batches.RETURN, chosen, "")
    assert {item.step for item in Project.objects.filter(code__in=("P1", "P2"))} == {"first_review"}
    assert batches.run_batch(pool["reviewer"], "R-0031", batches.UPHOLD, chosen, "") == 2
    assert Ruling.objects.filter(stands=True).count() == 2


def test_a_batch_with_one_stale_project_does_none(pool: Any, season: Any) -> None:
    listed = batches.lines(pool["reviewer"], season, "R-0031")
    chosen = {line.stood.finding.finding_id: (line.project.lock, "") for line in listed}
    Project.objects.filter(code="P2").update(lock=7)
    with pytest.raises(Refused, match="预览之后"):
        batches.run_batch(pool["reviewer"], "R-0031", batches.REJECT, chosen, REASON)
    assert Ruling.objects.count() == 0


def test_the_list_of_a_batch_does_nothing_by_itself(asked: Any, pool: Any) -> None:
    page = asked("first_reviewer").get("/reviews/batch/?rule=R-0031")
    assert "给单位的话" in page.content.decode()
    assert "6,260.00" in page.content.decode()
    assert Ruling.objects.count() == 0
    assert len(pool["found"]) == 2


def test_an_expert_sees_the_filing_and_no_finding_no_contact_no_other_opinion(
    pool: Any, people: Any, asked: Any
) -> None:
    project, reviewer = pool["projects"][0], pool["reviewer"]
    for role in ("expert", "appraisal_centre"):
        referrals.refer(project, reviewer, post(people[role]).pk, "请看规模和单价是否合理。", None)
    referrals.answer(post(people["appraisal_centre"]), "P1", "评审中心认为偏高。", Decimal(480000))
    told = notices_for(post(people["expert"])).get()
    assert "请看规模" in told.words
    assert not notices_for(post(people["agency"])).exists()
    colleague = people["agency"].posts.create(role="expert")
    assert not notices_for(colleague).exists()  # of the same role, and not asked
    client = asked("expert")
    text = client.get("/projects/P1/").content.decode()
    assert "阅览桌" in text
    for hidden in ("单价超标", "评审中心认为偏高", "48.00", "50.00"):
        assert hidden not in text
    assert client.get("/projects/P2/").status_code == 404
    sent = client.post("/reviews/referred/P1/", {"words": "规模合理，单价偏高。", "wan": "50"})
    assert sent.status_code == 302
    assert project.referrals.get(role="expert").suggested_yuan == Decimal(500000)
    assert "单价超标" in asked("appraisal_centre").get("/projects/P1/").content.decode()


def test_the_list_holds_what_one_sees_and_its_workbook_no_formula(
    pool: Any, season: Any, asked: Any
) -> None:
    from openpyxl import load_workbook

    filed.project(season, "P4", name="=HYPERLINK(1)", amount="10000.00")
    client = asked("first_reviewer")
    text = client.get("/reviews/list/").content.decode()
    assert "合计 3 项" in text
    assert "126.20" in text
    assert "P3" not in text
    held = io.BytesIO(client.get("/reviews/list/export/").content)
    cells = [cell for row in load_workbook(held).worksheets[0].iter_rows() for cell in row]
    evil = next(cell for cell in cells if cell.value == "=HYPERLINK(1)")
    assert evil.data_type in {"s", "inlineStr"} or evil.quotePrefix
    assert all(cell.data_type != "f" for cell in cells)
    assert "P3" not in {cell.value for cell in cells}
    assert pool["run"].pk


def test_projects_are_given_to_who_sees_them_only(pool: Any, people: Any, season: Any) -> None:
    reviewer = pool["reviewer"]
    assert progress.assign(reviewer, ["P1", "P3"], reviewer.person.pk) == 1
    assert [item.code for item in queue(reviewer, season, only="mine")] == ["P1"]
    people["first_reviewer"].recusals.create(project_code="P2", reason="本人参与过编制")
    with pytest.raises(Refused, match="回避"):
        progress.assign(post(people["budget_office"]), ["P2"], reviewer.person.pk)
    assert Assignment.objects.get().project.code == "P1"


def test_the_progress_counts_divisions_and_reminds_them(pool: Any, people: Any, asked: Any) -> None:
    text = asked("director").get("/reviews/progress/").content.decode()
    assert "教科文科" in text
    progress.urge(post(people["director"]), filed.DIVISION, "")
    assert "2 个项目等初审" in Notice.objects.get().words
    with pytest.raises(PermissionDenied):
        progress.urge(pool["reviewer"], filed.DIVISION, "")


@pytest.mark.django_db(transaction=True)
def test_the_letter_carries_the_opinion_the_amount_and_the_root(pool: Any, asked: Any) -> None:
    import docx

    from shangji_web.ledgered.services import sequence

    rulings.rule(pool["projects"][0], pool["reviewer"], pool["found"][0], stands=True)
    sequence()
    client = asked("first_reviewer")
    text = client.get("/reviews/desk/P1/letter/").content.decode()
    assert "存证账本" in text
    assert "<svg" in text
    assert "审减 12.60 万元" in text
    word = client.get("/reviews/desk/P1/letter/?as=docx").content
    said = "\n".join(item.text for item in docx.Document(io.BytesIO(word)).paragraphs)
    assert "建议核定 50.00 万元" in said
    assert "记录条数：1" in said


@pytest.fixture
def sample(pool: dict[str, Any]) -> Any:
    """A sample of three rows: one that fails, one unknown, one that passed."""
    from shangji_web.reviews.models import Sampled

    first, second = pool["projects"]
    unknown = filed.finding(pool["run"], second, 3, outcome="unknown", rule_id="R-0032")
    names = (pool["found"][0], unknown.finding_id, "0" * 16 + "-0000")
    for number, name in enumerate(names, 1):
        Sampled.objects.create(
            run=pool["run"],
            project=first if number == 1 else second,
            number=number,
            finding_id=name,
            rule_id="R-0031",
            title="单价超标",
            place="支出明细 第 1 行",
            facts="单价：6,260.00",
        )
    return pool["run"]


def test_the_blinded_sample_hides_what_the_system_said_and_is_judged_once(
    pool: Any, sample: Any, asked: Any
) -> None:
    client = asked("first_reviewer")
    text = client.get("/reviews/blind/").content.decode()
    assert "单价：6,260.00" in text
    assert "应不超过" not in text
    assert "不符</span>" not in text
    client.post("/reviews/blind/judge/", {"number": "1", "answer": "stands"})
    client.post("/reviews/blind/judge/", {"number": "1", "answer": "falls"})
    blind = Ruling.objects.get()
    assert (blind.blind, blind.stands) == (True, True)
    assert standing(pool["projects"][0])[0].open  # a blind answer rules nothing
    assert "第 2 号" in client.get("/reviews/blind/").content.decode()
    assert sample.sampled.count() == 3


def test_agreement_is_told_of_a_whole_sample_and_refused_of_a_part(
    pool: Any, sample: Any, people: Any, asked: Any
) -> None:
    from shangji_web.reviews import sampling

    first, second = pool["reviewer"], post(people["second_reviewer"])
    sampling.judge(first, sample, 1, sampling.STANDS, "")
    told = sampling.agreement(sample)
    assert told.machine is None
    assert "样本不全" in told.refused[0]
    sampling.judge(first, sample, 2, sampling.UNSURE, "")
    sampling.judge(first, sample, 3, sampling.FALLS, "")
    sampling.judge(second, sample, 3, sampling.STANDS, "单价高于标准。")
    told = sampling.agreement(sample)
    assert told.machine is not None
    assert told.machine.agreed == Decimal("0.75")
    assert told.people is not None
    text = asked("performance_office").get("/reviews/agreement/").content.decode()
    assert "75%" in text


def test_peers_pairs_and_past_years_are_read_from_the_run(pool: Any) -> None:
    import duckdb

    from shangji_web import place
    from shangji_web.reviews import ground

    run = pool["run"]
    run.folder = "beside"
    folder = place.folder(place.RUNS) / "beside" / "snapshot"
    folder.mkdir(parents=True)
    tables = {
        "project": "SELECT 'P' || i AS project_code, '项目' || i AS project_name, "
        "'单位' || i AS unit_name, 100.00 * i AS amount_yuan, '城东' AS place, '概述' AS summary, "
        "NULL::DATE AS start_date, NULL::DATE AS end_date FROM range(1, 4) AS t(i)",
        "line": "SELECT 'P' || i AS project_code, 1 AS line_no, '30299' AS economic_class, "
        "'张' AS unit_of_measure, NULL::VARCHAR AS catalogue_item, '阅览桌' AS expense_item, "
        "NULL::VARCHAR AS spec, 1000.00 * i AS unit_price_yuan FROM range(1, 4) AS t(i)",
        "target": "SELECT 'P' || i AS project_code, 1 AS target_no, '满意度' AS level3, "
        "'≥9' || i AS value_text, NULL::DECIMAL(18,2) AS value, '%' AS measure_unit "
        "FROM range(1, 4) AS t(i)",
        "duplicate_pair": "SELECT 'P2' AS project_code, 'P1' AS other_project_code, 'twice' AS "
        "kind, 'clear' AS certainty, '名称相同' AS reasons, 'P2|P1' AS row_key, "
        "NULL::VARCHAR AS other_name, NULL::VARCHAR AS other_unit, "
        "NULL::DECIMAL(18,2) AS other_yuan",
    }
    with duckdb.connect() as connection:
        for name, sql in tables.items():
            connection.execute(f"COPY ({sql}) TO '{folder / name}.parquet' (FORMAT parquet)")
    line = Finding.objects.get(finding_id=pool["found"][0])
    line.key = "P2|1"
    peers = ground.price_peers(run, line)
    assert peers is not None
    assert (peers.count, peers.median, peers.own) == (3, "2000.00", "2000.00")
    assert [row["project_code"] for row in peers.rows] == ["P1", "P3"]
    line.subject = "target"
    alike = ground.indicator_peers(run, line)
    assert alike is not None
    assert (alike.own, [row["value"] for row in alike.rows]) == ("≥92", ["≥91", "≥93"])
    for code, other in (("P1", "P2"), ("P2", "P1")):
        (pair,) = ground.duplicates(run, code)
        assert pair["other_code"] == other
        assert pair["kind_zh"] == "同一件事报了两次"
    assert ground.past_years(run, "P1") == ()
