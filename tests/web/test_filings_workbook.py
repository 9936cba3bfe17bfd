"""A whole workbook: read without keeping, shown, taken over; and indicators to choose from."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from office_given import fill
from shangji_web import place
from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODE = "U001202701"
ROW = {
    "project_code": CODE,
    "project_name": "阅览桌椅更新",
    "unit_code": "U001",
    "unit_name": "样例县图书馆",
    "department_code": "D01",
    "budget_year": "2027",
    "project_category": "22",
    "lane": "operation",
    "amount_yuan": "626000",
    "is_secret": "否",
}


@pytest.fixture
def workbook(
    season: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., SimpleUploadedFile]:
    monkeypatch.setattr("shangji_web.filings.workbooks.CHILDREN", 0)  # one test below reads in one
    from shangji.forms import Prefilled, write_template
    from shangji_web import snapshot

    filed.unit(season)
    path = tmp_path / "申报.xlsx"
    pack = snapshot.pack()
    form = pack.forms["declaration"]

    def made(**changes: str) -> SimpleUploadedFile:
        write_template(path, pack, form, Prefilled("2027", "330299", "2026-11-20", "样例县图书馆"))
        row = {name: text for name, text in (ROW | changes).items() if text}
        line = {"project_code": CODE, "line_no": "1", "expense_item": "阅览桌"}
        line["amount_yuan"] = "626000"
        fill(path, pack, form, {"项目申报表": [row], "支出明细表": [line]})
        return SimpleUploadedFile("申报.xlsx", path.read_bytes())

    return made


def uploads() -> list[str]:
    return [item.name for item in place.folder("uploads").iterdir()]


def test_a_workbook_is_shown_first_and_then_taken_over(
    workbook: Callable[..., Any], season: Any, asked: Callable[[str], Any]
) -> None:
    client = asked("unit_clerk")
    page = client.post("/filings/workbook/", {"file": workbook()})
    found = page.context["found"]
    assert [item.state for item in found.planned] == ["新增"]
    assert found.ties
    assert not season.projects.exists()
    client.post("/filings/workbook/take/")
    project = season.projects.get()
    rows = json.loads(project.draft.content)["rows"]
    assert (project.code, rows["line"][0]["expense_item"]) == (CODE, "阅览桌")
    assert not uploads()
    again = client.post("/filings/workbook/", {"file": workbook()})
    assert [item.state for item in again.context["found"].planned] == ["没有变化"]
    other = client.post("/filings/workbook/", {"file": workbook(summary="更新 100 套阅览桌椅")})
    planned = other.context["found"].planned[0]
    assert [(one.field, one.now) for one in planned.changes] == [
        ("项目概述", "更新 100 套阅览桌椅")
    ]


def test_what_is_refused_is_marked_in_a_copy_and_keeps_the_whole_from_being_taken(
    workbook: Callable[..., Any], season: Any, asked: Callable[[str], Any]
) -> None:
    from openpyxl import load_workbook

    client = asked("unit_clerk")
    page = client.post("/filings/workbook/", {"file": workbook(amount_yuan="六十二万")})
    assert not page.context["found"].ready
    assert client.post("/filings/workbook/take/").status_code == 422
    assert not season.projects.exists()
    copy = client.get("/filings/workbook/marked/")
    assert copy.headers["Content-Disposition"].startswith("attachment")
    assert "数据问题清单" in str(load_workbook(io.BytesIO(copy.content)).worksheets[0]["A1"].value)


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"is_secret": "是"}, "涉密"), ({"unit_code": "U002"}, "不是本单位")],
)
def test_secret_and_foreign_projects_are_not_taken(
    workbook: Callable[..., Any], asked: Callable[[str], Any], changes: dict[str, str], says: str
) -> None:
    client = asked("unit_clerk")
    before = uploads()
    page = client.post("/filings/workbook/", {"file": workbook(**changes)})
    assert says in page.content.decode()
    if says == "涉密":
        assert page.status_code == 422
        assert uploads() == before
    else:
        assert client.post("/filings/workbook/take/").status_code == 422


def test_a_file_of_another_kind_is_refused(season: Any, asked: Callable[[str], Any]) -> None:
    filed.unit(season)
    client = asked("unit_clerk")
    for name, data in (("申报.xlsm", b"PK"), ("申报.xlsx", b"MZ")):
        page = client.post("/filings/workbook/", {"file": SimpleUploadedFile(name, data)})
        assert page.status_code == 422
    assert client.post("/filings/workbook/take/").status_code == 404


def test_indicators_that_fit_come_first_and_are_written_into_the_targets(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    made = filed.project(season, by=people["unit_clerk"], step="drafting")
    filed.project(season, "P8", name="去年的书架", step="first_review")
    client = asked("unit_clerk")
    address = f"/filings/{made.code}/indicators/"
    found = client.get(address).context["proposed"]
    assert "办公用品和设备购置" in {item.nature for _, item in found[:5]}
    own = client.get(address, {"source": "本单位指标库"}).context["proposed"]
    assert not own  # the one that the unit set before stands in this project already
    searched = client.get(address, {"words": "验收合格率"}).context["proposed"]
    assert {item.level3 for _, item in searched} >= {"验收合格率"}
    client.post(address, {"take": "基础指标库|验收合格率"})
    made.draft.refresh_from_db()
    row = json.loads(made.draft.content)["rows"]["target"][-1]
    assert (row["level3"], row["level2"]) == ("验收合格率", "质量指标")


def test_every_common_indicator_is_of_a_level_that_the_tables_know() -> None:
    from shangji_web.filings.content import table_of
    from shangji_web.filings.indicators import common

    for item in common():
        for name in ("level1", "level2", "direction"):
            codes = table_of("target").column(name).codes
            assert codes is not None
            assert getattr(item, name) in codes.codes or getattr(item, name) in codes.by_zh, item
