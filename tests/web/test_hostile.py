"""What people paste and what pages send when they are torn: refused in words, never a fault.

Every page is asked, by a role that opens it, with values that no field expects in every name that a
view reads; `SHANGJI_ROUNDS` gives more turns of values over names.
"""

from __future__ import annotations

import os
import re
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shangji_web.rights.roles import pages, roles
from web import filed
from web.reached import addresses

if TYPE_CHECKING:
    from collections.abc import Callable

SRC = Path(__file__).resolve().parents[2] / "src" / "shangji_web"
READ = re.compile(r'(?:POST|GET|cleaned_data)(?:\.get(?:list)?\(|\[)"([a-z_-]+)"')
VALUES = (
    "²",
    "1e40",
    "１２，３４５．６７",
    "<script>alert(1)</script>",
    "9" * 30,
    "-0.00",
    "NaN",
    "2027-13-45",
    "🏛️" * 200,
    "' OR 1=1 --",
    "9" * 5000,
    "../../etc/passwd",
    "",
)
FAULT = 500
OF_A_REPORT = {"leaders:page", "leaders:causes", "meetings:workbook"}
"""Pages that show a report's folder, which the made-up review has not."""
OF_THE_SEQUENCER = {"ledgered:check", "publicity:checkpoint", "publicity:proof"}
"""Pages that number the ledger, in a transaction of their own."""
ASKED = {"reviews:desk", "reviews:list", "meetings:diff", "ledgered:list", "filings:mine"}
"""Pages whose view reads most of an address; the rest are asked with more turns."""
LEFT_OUT = {"people:logout", "people:login", *OF_A_REPORT, *OF_THE_SEQUENCER}


def names() -> list[str]:
    """Every name that a view reads of a request."""
    found = {"page", "fill", "year"}
    for path in SRC.rglob("*.py"):
        found |= set(READ.findall(path.read_text("utf-8")))
    return sorted(found)


@pytest.fixture
def county(season: Any, people: dict[str, Any]) -> Any:
    """Projects at four steps, a finding, a meeting; P1 lies with the first review."""
    from datetime import date

    from shangji_web.meetings.services import hold

    filed.unit(season)
    run = filed.run(season)
    office = people["budget_office"].posts.get()
    hold(season, office, "bureau_party", "党组会", date(2026, 11, 25), "12 号")
    project = filed.project(season, suggested_yuan=Decimal(500000))
    filed.finding(run, project)
    for code, step in (("P2", "drafting"), ("P3", "budget"), ("P4", "decided")):
        filed.project(season, code, step=step, by=people["unit_clerk"])
    return season


def test_no_page_breaks_on_what_is_pasted(county: Any, asked: Callable[[str], Any]) -> None:
    assert county
    every, broken = names(), []
    turns = int(os.environ.get("SHANGJI_ROUNDS", "1"))
    for page, address in addresses().items():
        role = next((name for name in roles() if pages().opens(page, name)), "")
        if not role or page in LEFT_OUT or page.startswith("api:"):
            continue
        client = asked("" if role == "public" else role)
        client.raise_request_exception = False
        for turn in range(turns):
            given = dict(zip(every, islice(cycle(VALUES), turn, None), strict=False))
            ways = (client.post, client.get) if turns > 1 or page in ASKED else (client.post,)
            codes = [send(address, given).status_code for send in ways]
            broken += [(page, turn)] * (max(codes) >= FAULT)
    assert not broken


@pytest.mark.parametrize("value", VALUES[:5])
def test_no_cell_of_a_sheet_breaks_on_what_is_pasted(
    county: Any, asked: Callable[[str], Any], value: str
) -> None:
    from shangji_web.filings.sheet import asked as fields

    assert county
    clerk = asked("unit_clerk")
    clerk.raise_request_exception = False
    pages_after = ("/filings/", "/projects/P2/")
    for lock, table in enumerate(("line", "project")):
        sheet = f"/filings/P2/sheets/{table}/"
        cells = {f"1-{one.column.name}": value for one in fields(table)}
        told = clerk.post(sheet, {"lock": lock, "row": "1", "do": "save", **cells})
        assert told.status_code < FAULT
        for address in (sheet, *pages_after):
            page = clerk.get(address)
            assert page.status_code < FAULT, address
            assert b"<script>alert" not in page.content


def test_a_number_is_a_number() -> None:
    from shangji_web.typed import count, wan_to_yuan

    assert [count(text) for text in ("7", "²", "９", "-1", "", "9" * 5000)] == [7, *[-1] * 5]
    assert wan_to_yuan(" １，２３４．５６ ") == Decimal("12345600.00")
    for text in ("1e40", "NaN", "0.0000001", "十二"):
        with pytest.raises(ValueError, match=re.escape(text)):
            wan_to_yuan(text)
    with pytest.raises(ValueError, match=r"^$"):
        wan_to_yuan("")
