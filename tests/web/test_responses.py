"""Answers between 一下 and 二上: one a finding, in time, and the second filing after them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from shangji.errors import Refused
from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable

    from shangji_web.projects.models import Project


@pytest.fixture
def told(season: Any) -> Project:
    """A project that was told its decided amount, with a finding for the unit and one not."""
    made = filed.project(
        season, step="told", decided_yuan=Decimal("500000.00"), told_at=timezone.now()
    )
    run = filed.run(season)
    filed.finding(run, made)
    filed.finding(run, made, 2, to_unit=False, title="疑似重复", rule_id="R-0900")
    return made


def test_the_unit_reads_what_was_told_and_answers_once(
    told: Project, asked: Callable[[str], Any]
) -> None:
    client = asked("unit_clerk")
    page = client.get(f"/responses/{told.code}/")
    text = page.content.decode()
    assert "单价超标" in text
    assert "疑似重复" not in text
    assert "疑点" not in text
    name = page.context["answered"][0].finding.finding_id
    address = f"/responses/{told.code}/findings/{name}/"
    paper = SimpleUploadedFile("报价.txt", "三家报价".encode())
    client.post(address, {"words": "按三家报价的最低价", "restores_yuan": "1000", "file": paper})
    answer = told.answers.get()
    assert (answer.rule_id, answer.restores_yuan) == ("R-0031", Decimal("1000.00"))
    assert told.papers.get().finding_id == name
    again = client.post(address, {"words": "再说一遍"})
    assert again.status_code == 422
    assert told.answers.count() == 1


@pytest.mark.parametrize("why", ["late", "no words", "another's", "secret"])
def test_an_answer_is_refused_in_words(
    told: Project, people: dict[str, Any], season: Any, why: str
) -> None:
    from shangji_web.responses.queries import told_findings
    from shangji_web.responses.services import answer

    clerk = people["unit_clerk"].posts.get()
    words = {"no words": "无", "secret": "见机密★文件第三页"}.get(why, "按三家报价的最低价")
    name = told_findings(told)[0].finding_id
    if why == "late":
        told.told_at = timezone.now() - timedelta(days=11)
        told.save()
    if why == "another's":
        name = filed.finding(
            season.runs.last(), filed.project(season, "P9", unit_code="U002"), 3
        ).finding_id
    with pytest.raises(Refused):
        answer(told, clerk, name, words=words)
    assert not told.answers.exists()
    if why == "late":  # the twin: in time it is taken
        told.told_at = timezone.now()
        told.save()
        assert answer(told, clerk, name, words=words).pk


def test_a_paper_that_is_refused_leaves_no_answer(told: Project, people: dict[str, Any]) -> None:
    from shangji_web.responses.queries import told_findings
    from shangji_web.responses.services import answer

    clerk = people["unit_clerk"].posts.get()
    bad = SimpleUploadedFile("报价.exe", b"MZ")
    with pytest.raises(Refused):
        answer(told, clerk, told_findings(told)[0].finding_id, words="按三家报价", uploads=[bad])
    assert not told.answers.exists()
    assert not told.papers.exists()


def test_the_second_filing_begins_when_answers_are_settled_and_stays_within(
    told: Project, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    from shangji_web.filings.guards import within_decided
    from shangji_web.filings.services import draft_of, save
    from shangji_web.responses.queries import told_findings
    from shangji_web.responses.services import answer

    clerk = people["unit_clerk"].posts.get()
    made = answer(told, clerk, told_findings(told)[0].finding_id, words="按三家报价的最低价")
    client = asked("unit_clerk")
    address = f"/responses/{told.code}/second/"
    assert client.post(address, {"lock": "0"}).status_code == 422
    made.outcome, made.reply = "upheld", "报价没有盖章"
    made.save()
    assert client.post(address, {"lock": "0"}).status_code == 302
    told.refresh_from_db()
    assert (told.step, told.round) == ("drafting", 2)
    draft = draft_of(told, clerk)
    over = within_decided(told, clerk)
    assert over is not None
    assert over.code == "decided-over"
    row = {**filed.content(told.code)["rows"]["project"][0], "amount_yuan": "500000"}
    save(told, clerk, {"project": [row]}, lock=draft.lock)
    told.refresh_from_db()
    assert within_decided(told, clerk) is None


def test_before_it_is_told_there_is_nothing_to_read(
    season: Any, asked: Callable[[str], Any]
) -> None:
    made = filed.project(season, step="budget", decided_yuan=Decimal("500000.00"))
    filed.finding(filed.run(season), made)
    client = asked("unit_clerk")
    pages = [f"/responses/{made.code}/", f"/projects/{made.code}/", "/filings/"]
    shown = "".join(client.get(page).content.decode() for page in pages)
    assert "单价超标" not in shown
    assert "50.00" not in shown
