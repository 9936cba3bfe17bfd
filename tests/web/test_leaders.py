"""The leader's page says what the library summed up, and every figure opens its projects."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable


def summary() -> dict[str, Any]:
    """What the library leaves of a review of two projects, one cut by a rule, one by the money."""
    total = {"projects": 2, "asked_yuan": "1252000.00", "approved_yuan": "1126000.00"}
    return {
        "framework": "project_review",
        "sentence": "2027 年度 2 个项目申报 125.20 万元，审减 12.60 万元，核定 112.60 万元。",
        "grades": [{"grade": "B", **total}, {"grade": "合计", **total}],
        "causes": [
            {
                "cause_kind": "rule",
                "cause_id": "R-0031",
                "cut_yuan": "126000.00",
                "projects": 1,
                "zh": "单价超标",
            }
        ],
        "plan": {
            "causes": [
                {
                    "cause_kind": "pot",
                    "cause_id": "",
                    "amount_yuan": "26000.00",
                    "projects": 1,
                    "zh": "财力不足（排序靠后）",
                }
            ],
            "sources": [],
            "departments": [{"department_code": "D01", "arranged_yuan": "1100000.00"}],
        },
        "departments": [
            {
                "department_code": "D01",
                "department_name": "样例县文旅局",
                "projects": 2,
                "fail": 1,
                "asked_yuan": "1252000.00",
                "approved_yuan": "1126000.00",
                "cut_yuan": "126000.00",
                "grades": {"B": 1, "材料不足，暂不评级": 1},
                "worst": {"title": "单价超标"},
            }
        ],
        "decisions": [
            {"says": "1 个项目触及否决项。", "asks": "是否同意？", "show": {"gate": "rejected"}}
        ],
        "unknown": {"places": 3, "projects": 1, "fields": []},
        "rules": {"active": 275, "trial": 2, "derived": 245},
        "trust": {"readers": [{"extractor": "rules-1", "facts": 240}]},
    }


@pytest.fixture
def reviewed(season: Any) -> Any:
    run = filed.run(season)
    run.summary = summary()
    run.save()
    scores = {"necessity": ["80", "80", "100", "100"], "importance": ["70", "90", "100", "100"]}
    for number, code in enumerate(("P1", "P2")):
        project = filed.project(season, code, name=f"阅览桌椅更新 {code}")
        filed.finding(run, project)
        gate = "rejected" if number else "passed"
        run.outcomes.filter(project=project).update(
            gate=gate, low_grade="" if number else "B", scores=scores
        )
    return run


def test_every_bar_adds_up_from_asked_to_arranged(reviewed: Any) -> None:
    from shangji_web.leaders.queries import waterfall

    bars = waterfall(reviewed.summary).bars
    whole = {bar.kind: bar.amount_yuan for bar in bars if bar.kind != "less"}
    less = [bar.amount_yuan for bar in bars if bar.kind == "less"]
    assert whole["asked"] - sum(less) == whole["arranged"] == Decimal(1100000)
    assert whole["asked"] - less[0] == whole["approved"]
    assert all(bar.link for bar in bars)


def test_the_page_says_what_the_library_says(reviewed: Any, asked: Callable[[str], Any]) -> None:
    page = asked("director").get("/leaders/").content.decode()
    assert reviewed.summary["sentence"] in page
    assert "还没有人工认定过疑点" in page
    assert "没有用大模型" in page
    assert "审减率" not in page


@pytest.mark.usefixtures("reviewed")
def test_figures_open_the_projects_that_they_count(asked: Callable[[str], Any]) -> None:
    client = asked("director")
    rejected = client.get("/leaders/projects/?gate=rejected").content.decode()
    assert "阅览桌椅更新 P2" in rejected
    assert "阅览桌椅更新 P1" not in rejected
    both = client.get("/leaders/projects/").content.decode()
    assert "阅览桌椅更新 P1" in both
    unknown = client.get("/leaders/projects/?grade=材料不足，暂不评级").content.decode()
    assert "阅览桌椅更新 P1" not in unknown


def test_the_plane_shows_the_unknown_hollow_and_the_open_framed(reviewed: Any) -> None:
    from shangji_web.leaders.plane import UNKNOWN, plane
    from shangji_web.reviews.models import Outcome

    reviewed.outcomes.filter(project__code="P1").update(high_grade="A")
    made = plane(reviewed, list(Outcome.objects.select_related("project")))
    series = {one["name"]: one for one in made["option"]["series"]}
    assert series["B 类"]["symbol"] == "rect"
    assert series["B 类"]["markArea"]["data"] == [[{"coord": [80, 70]}, {"coord": [80, 90]}]]
    assert series[UNKNOWN]["itemStyle"]["color"].endswith("0)")


def test_a_department_s_page_is_of_what_the_reader_sees(
    reviewed: Any, asked: Callable[[str], Any]
) -> None:
    assert asked("first_reviewer").get("/leaders/departments/D01/").status_code == 200
    filed.project(reviewed.season, "P8", department_code="D09", division_code="V09")
    assert asked("first_reviewer").get("/leaders/departments/D09/").status_code == 404
    assert asked("director").get("/leaders/departments/D09/").status_code == 200


@pytest.mark.usefixtures("season")
@pytest.mark.parametrize("role", ["unit_clerk", "expert", "agency", "auditor", "system_admin"])
def test_the_leader_s_page_is_not_for(asked: Callable[[str], Any], role: str) -> None:
    assert asked(role).get("/leaders/").status_code == 403
