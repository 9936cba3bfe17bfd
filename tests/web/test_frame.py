"""The frame of every page: no inline script, the policy of the header, words of refusals."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from shangji_web.notices.models import Notice
from shangji_web.rights.roles import pages, roles
from web.reached import addresses

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\son\w+\s*=|javascript:|hx-on",
    re.IGNORECASE,
)


def opener(page: str) -> str:
    """A role that opens a page."""
    return next(
        name
        for name, role in roles().items()
        if role.side != "public" and pages().opens(page, name)
    )


def test_no_page_has_inline_script_and_every_answer_has_the_policy(
    asked: Callable[[str], Any], season: Any
) -> None:
    assert season
    seen = 0
    for page, address in addresses().items():
        answer = asked("" if page == "people:login" else opener(page)).get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe-eval" not in policy
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in re.sub(r"style-src-attr [^;]*", "", policy)
        if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            text = answer.content.decode()
            assert not INLINE.search(text), (page, INLINE.search(text))
            assert not re.search(r"{[#%{]|[#%}]}", text), f"{page} shows the template's own marks"
            seen += 1
    assert seen > 10


def test_a_page_that_is_not_there_says_so_in_chinese(
    asked: Callable[[str], Any], season: Any
) -> None:
    assert season
    answer = asked("director").get("/nowhere/")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()


def test_a_refusal_says_so_in_chinese(asked: Callable[[str], Any], season: Any) -> None:
    assert season
    answer = asked("unit_clerk").get("/people/")
    assert answer.status_code == 403
    assert "不能打开这个页面" in answer.content.decode()


@pytest.mark.usefixtures("season")
def test_a_form_from_elsewhere_is_refused_in_chinese() -> None:
    answer = Client(enforce_csrf_checks=True).post("/people/login/", {"username": "a"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    assert "虚构数据" in answer.content.decode()


def test_a_fault_shows_nothing_of_the_program(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shangji_web.people.demo.season_now", lambda: 1 // 0)
    client.raise_request_exception = False
    answer = client.get("/people/login/")
    assert answer.status_code == 500
    assert "系统出错" in answer.content.decode()
    assert "ZeroDivisionError" not in answer.content.decode()


@pytest.mark.usefixtures("season")
def test_every_page_says_that_the_data_are_made_up(asked: Callable[[str], Any]) -> None:
    for role, address in (("", "/people/login/"), ("director", "/"), ("director", "/nowhere/")):
        assert "虚构数据" in asked(role).get(address).content.decode()


@pytest.mark.usefixtures("season")
def test_notices_are_read_by_opening_and_only_by_whom_they_are_for(
    asked: Callable[[str], Any],
) -> None:
    mine = Notice.objects.create(
        role="first_reviewer", division_code="V01", words="轮到您：甲", link="/"
    )
    other = Notice.objects.create(role="first_reviewer", division_code="V02", words="轮到别人")
    away = Notice.objects.create(role="first_reviewer", words="外面", link="https://example.org/")
    client = asked("first_reviewer")
    text = client.get("/notices/").content.decode()
    assert "轮到您：甲" in text
    assert "轮到别人" not in text
    assert client.get(f"/notices/{other.pk}/").status_code == 404
    assert client.get(f"/notices/{mine.pk}/")["Location"] == "/"
    assert client.get(f"/notices/{away.pk}/")["Location"] == "/notices/"
    assert "轮到您：甲" not in client.get("/notices/?only=unread").content.decode()


def test_the_check_for_deployment_is_clean(tmp_path: Path) -> None:
    told = {
        "SHANGJI_HOME": str(tmp_path),
        "SHANGJI_HTTPS": "1",
        "SHANGJI_HOSTS": "sj.example.gov.cn",
    }
    done = subprocess.run(
        [sys.executable, "-m", "shangji_web.manage", "check", "--deploy", "--fail-level", "INFO"],
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_kind_of_job_has_words_on_its_page() -> None:
    from shangji_web.jobs.services import handlers
    from shangji_web.templatetags.shown import JOBS

    assert set(handlers) == set(JOBS)


def test_values_stand_as_people_read_them() -> None:
    from shangji.words import shown_value
    from shangji_web.libraries.queries import values
    from shangji_web.snapshot import pack
    from shangji_web.templatetags.shown import browser_zh

    assert shown_value("40.0000", "number") == "40"
    assert shown_value("0.4000", "number") == "0.4"
    assert shown_value("400", "count") == "400"
    agent = "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 Chrome/78.0.3904.108 Safari/537.36"
    assert browser_zh(agent) == "Chrome 内核 78，Windows 7"
    default = values(pack().standards["threshold.execution_floor"], "330299")[0]
    assert default.whose == "默认值，等本地改定"


def test_a_grade_that_is_not_known_is_no_project_without_grades(
    season: Any, asked: Callable[[str], Any]
) -> None:
    from web import filed

    filed.project(season)
    filed.project(season, "P2", lane="rigid")
    listed = asked("budget_office").get("/reviews/list/").content.decode()
    assert listed.count('pill-unknown">未定级') == 1
    assert listed.count('nowrap">不评级') == 1


def test_an_amount_to_read_has_its_separators(season: Any, asked: Callable[[str], Any]) -> None:
    from web import filed

    filed.project(season)
    page = asked("unit_head").get("/projects/P1/").content.decode()
    assert "626,000.00" in page
    assert "626000.00" not in page
