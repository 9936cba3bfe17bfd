"""The self-check: what blocks and what needs a word, in its words; never a byte of another unit."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.errors import Refused
from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable

SIGN = "邻县秘密工程"


def bureau(season: Any) -> None:
    """Tables of the bureau with rows of the unit and of another."""
    from shangji_web import snapshot

    def history(code: str, unit: str, name: str, amount: str) -> dict[str, str]:
        return {
            "project_code": code,
            "project_name": name,
            "unit_code": unit,
            "year": "2026",
            "as_of": "2026-10-31",
            "period_months": "10",
            "original_yuan": amount,
            "executed_yuan": amount,
        }

    rows = {
        "history": [
            history("OLD1", "U001", "阅览桌椅", "500000"),
            history("OLD2", "U002", SIGN, "987654321"),
        ],
        "lineage": [
            {"project_code": "P1", "prior_project_code": "OLD1", "prior_year": "2026"},
            {"project_code": "P2", "prior_project_code": "OLD2", "prior_year": "2026"},
        ],
    }
    supplied = {name: sorted(held[0]) for name, held in rows.items()}
    text, sha256 = snapshot.canonical({"rows": rows, "supplied": supplied})
    season.bureau_files.create(name="历年.xlsx", origin="bureau", content=text, sha256=sha256)


def test_a_unit_reads_what_to_mend_and_nothing_of_another_unit(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    bureau(season)
    made = filed.project(season, by=people["unit_clerk"], step="drafting")
    other = filed.project(season, "P2", unit_code="U002", name=SIGN, amount="987654321.00")
    filed.finding(filed.run(season), other, says=f"{SIGN}单价超标")
    client = asked("unit_clerk")
    page = client.get(f"/filings/{made.code}/check/")
    text = page.content.decode()
    assert page.context["checked"].found.remarks
    assert "需说明事项" in text
    assert "疑点" not in text
    assert "去改" in text
    seen = [
        f"/projects/{made.code}/",
        f"/filings/{made.code}/sheets/project/",
        f"/filings/{made.code}/indicators/",
        f"/filings/{made.code}/papers/",
        f"/filings/{made.code}/versions/",
        "/filings/",
        "/",
        "/notices/",
    ]
    crawled = text + "".join(client.get(address).content.decode() for address in seen)
    for sign in (SIGN, "U002", "OLD2", "987654321", "987,654,321", "98,765.43", ">P2<"):
        assert sign not in crawled
    # The twin: the unit's own past is shown, so the bureau's rows were there to leak.
    assert "50.00" in crawled
    # What blocks keeps the filing from going up, and nothing of the attempt is kept.
    assert page.context["checked"].blocking
    client.post(f"/filings/{made.code}/submit/", {"lock": "0", "draft_lock": "0"})
    made.refresh_from_db()
    assert (made.step, made.version, made.filings.count()) == ("drafting", 0, 0)


def test_a_unit_s_pool_holds_its_own_rows_and_open_registers_only(season: Any) -> None:
    from shangji_web.filings.pool import pool_of

    bureau(season)
    filed.project(season)
    filed.project(season, "P2", unit_code="U002")
    held = pool_of(season, "U001")
    assert [row["project_code"] for row in held.rows["history"]] == ["OLD1"]
    assert [row["project_code"] for row in held.rows["lineage"]] == ["P1"]


def test_what_cannot_be_read_keeps_a_filing_from_going_up(
    season: Any, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from types import SimpleNamespace

    from shangji.errors import Problem, Where
    from shangji_web.filings import guards, services

    made = filed.project(season, by=people["unit_clerk"], step="drafting")
    unread = Problem("cell-number", Where(field="申报金额"), "不是数字。", "请填数字。")
    found = SimpleNamespace(unread=[unread], found=SimpleNamespace(blocking=()))
    for module in (guards, services):
        monkeypatch.setattr(module, "check", lambda *_: found)
    with pytest.raises(Refused) as refused:
        services.submit(made, people["unit_clerk"].posts.get(), lock=0, draft_lock=0)
    assert refused.value.problems[0].code == "entry-unread"


@given(
    amount=st.decimals(Decimal("0.01"), Decimal("9999999999.99"), places=2).map(str)
    | st.sampled_from(["", "六万", "1,000"]),
    name=st.text("县图书馆桌椅更新一二三（）", min_size=1, max_size=20),
    lane=st.sampled_from(["operation", "运行维护与采购", "", "没有这一类"]),
)
def test_the_hot_columns_follow_from_the_content_alone(amount: str, name: str, lane: str) -> None:
    from shangji_web import snapshot
    from shangji_web.filings.content import hot, opened

    content = filed.content("P1", amount=amount, lane=lane, project_name=name)
    text, _ = snapshot.canonical(content)
    once, again = hot(content), hot(opened(text))
    assert once == again
    assert once["code"] == "P1"
    assert once["asked_yuan"] is None or once["asked_yuan"] == Decimal(amount.replace(",", ""))
    assert json.loads(text) == content


def test_merging_takes_what_was_chosen_and_nothing_else() -> None:
    from shangji_web.filings.differences import differences, merged

    theirs, mine = filed.content("P1"), filed.content("P1", amount="1.00", place="城西")
    mine["rows"]["line"].append({"project_code": "P1", "line_no": "2", "amount_yuan": "5"})
    every = {change.name for change in differences(theirs, mine)}
    assert not differences(merged(mine, theirs, every), mine)
    assert not differences(merged(mine, theirs, set()), theirs)
    one = {"project||place"}
    assert {item.name for item in differences(theirs, merged(mine, theirs, one))} == one


def test_due_days_follow_the_flow(season: Any) -> None:
    from django.utils import timezone

    from shangji_web.filings.listing import due

    season.stages.create(name="first_up", opens_on=date(2026, 1, 1), closes_on=date(2026, 12, 6))
    made = filed.project(season, step="unit_head")
    assert due(made) == date(2026, 12, 6)
    told = filed.project(season, "P3", step="told", told_at=timezone.now())
    assert (due(told) - timezone.localdate()).days == 10
