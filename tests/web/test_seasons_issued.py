"""批复书: what was issued, unit by unit and source by source, each post as far as it sees."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import docx
import pytest
from django.utils import timezone

from web.test_meetings import meeting, office
from web.test_meetings_seasons import decided, second_round

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["meeting", "office"]
NOTHING = "还没有批复"


def second(project: Any, **shares: str) -> None:
    """A filing of the second round whose lines these sources pay."""
    lines = [{"fund_source": source, "amount_yuan": yuan} for source, yuan in shares.items()]
    text = json.dumps({"rows": {"line": lines}})
    project.filings.create(
        version=2,
        round=2,
        content=text,
        sha256=sha256(text.encode()).hexdigest(),
        tables_sha256="0" * 64,
    )


@pytest.fixture
def issued(season: Any, office: Any, meeting: Any, asked: Callable[[str], Any]) -> Any:
    """Two units of one department: 450 000.00 and 450 000.55 yuan, filed from two sources."""
    from shangji_web.seasons.services import approve, issue, tell

    clerk = asked("unit_clerk")
    assert NOTHING in clerk.get("/seasons/issued/").content.decode()
    one, other = decided(season, office, meeting)
    tell(season, office)
    assert NOTHING in clerk.get("/seasons/issued/").content.decode()
    assert clerk.get(f"/seasons/issued/{one.department_code}/").status_code == 404
    second_round(one, "450000.00")
    second(one, general="450000.00")
    second_round(other, "450000.55")
    other.unit_name = "样例县文化馆"
    other.save()
    second(other, general="250000.55", gov_fund="200000.00")
    approve(season, office, timezone.localdate())
    assert issue(season, office) == 2
    return one


def test_the_paper_says_what_each_unit_gets_from_which_source(
    issued: Any, asked: Callable[[str], Any]
) -> None:
    address = f"/seasons/issued/{issued.department_code}/"
    bureau = asked("budget_office")
    assert address in bureau.get("/seasons/issued/").content.decode()
    page = bureau.get(address).content.decode()
    assert "合计 90.00 万元（一般公共预算本级 70.00 万元，政府性基金" in page
    assert "样例县文化馆" in page
    assert "五十二条" in page
    answer = bureau.get(address + "?as=docx")
    paper = docx.Document(io.BytesIO(answer.content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert cells.count("45.00") == 4
    assert "90.00" in cells


def test_a_unit_reads_its_own_part_alone(issued: Any, asked: Callable[[str], Any]) -> None:
    address = f"/seasons/issued/{issued.department_code}/"
    page = asked("unit_clerk").get(address).content.decode()
    assert "合计 45.00 万元" in page
    assert "样例县文化馆" not in page
    assert asked("auditor").get(address).status_code == 403
    assert asked("director").get("/seasons/issued/D99/").status_code == 404
