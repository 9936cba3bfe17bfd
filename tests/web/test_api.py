"""The interface: the rights of the pages, and no answer that its own description does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis.openapi import from_dict

from web.filed import finding, project, run, unit

if TYPE_CHECKING:
    from collections.abc import Callable

API = "/api"


@pytest.fixture
def filed(season: Any, people: dict[str, Any]) -> Any:
    unit(season)
    unit(season, "U002", "样例县文化馆")
    mine = project(season, "P1", by=people["unit_clerk"])
    project(season, "P2", unit_code="U002", unit_name="样例县文化馆", name="文化活动")
    found = run(season)
    finding(found, mine)
    finding(found, mine, 2, to_unit=False, title="疑似重复")
    return season


@pytest.mark.usefixtures("filed")
def test_a_unit_gets_its_own_projects_and_not_the_bureau_s_fields(
    asked: Callable[..., Any],
) -> None:
    rows = asked("unit_clerk").get(f"{API}/projects").json()["rows"]
    assert [row["code"] for row in rows] == ["P1"]
    assert rows[0]["asked_yuan"] == "626000.00"
    assert rows[0]["suggested_yuan"] is rows[0]["grade"] is None
    assert asked("unit_clerk").get(f"{API}/projects/P2").status_code == 404
    assert asked("unit_clerk").get(f"{API}/projects/none").content == (
        asked("unit_clerk").get(f"{API}/projects/P2").content
    )


def test_a_unit_reads_its_findings_once_they_are_told_and_never_others(
    filed: Any, asked: Callable[..., Any]
) -> None:
    from django.utils import timezone

    assert asked("unit_clerk").get(f"{API}/projects/P1/findings").json() == []
    filed.projects.filter(code="P1").update(told_at=timezone.now())
    told = asked("unit_clerk").get(f"{API}/projects/P1/findings").json()
    assert [row["title"] for row in told] == ["单价超标"]
    both = asked("first_reviewer").get(f"{API}/projects/P1/findings").json()
    assert [row["title"] for row in both] == ["单价超标", "疑似重复"]


@pytest.mark.usefixtures("filed")
def test_who_has_no_log_in_and_who_only_keeps_the_machine_get_nothing(
    asked: Callable[..., Any],
) -> None:
    assert asked("").get(f"{API}/projects").status_code in {302, 401, 403}
    assert asked("system_admin").get(f"{API}/projects").json()["rows"] == []
    assert asked("expert").get(f"{API}/projects/P1/findings").status_code == 403


@pytest.mark.parametrize("role", ["unit_clerk", "budget_office", "auditor"])
@pytest.mark.usefixtures("filed")
def test_no_question_breaks_it(role: str, asked: Callable[..., Any]) -> None:
    client = asked(role)
    described = client.get(f"{API}/openapi.json").json()
    operations = [found.ok() for found in from_dict(described).get_all_operations()]  # type: ignore[union-attr] # an error fails here
    assert len(operations) >= 5
    for operation in operations:
        told = {int(code) for code in described["paths"][operation.path]["get"]["responses"]}
        answers = set()

        @settings(
            max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy())
        def asks(case: Any) -> None:
            answers.add(client.get(case.formatted_path, case.query or {}).status_code)  # noqa: B023 - asked at once

        asks()
        assert answers <= told | {400, 403, 404, 422}


@pytest.mark.usefixtures("filed")
def test_a_nul_byte_is_refused_before_a_database_meets_it(asked: Callable[..., Any]) -> None:
    client = asked("budget_office")
    assert client.get(f"{API}/projects", {"search": "\x00"}).status_code == 400
    assert client.get(f"{API}/projects/a%00b").status_code == 400
    assert client.post("/people/post/", {"post": "\x00"}).status_code == 400
