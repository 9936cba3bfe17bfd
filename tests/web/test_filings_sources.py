"""二上 is held to what was decided source by source: told to the clerk, and refused where not."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from shangji.errors import Refused
from web import filed
from web.test_filings import clean
from web.test_meetings import choose, meeting, office, pool, ready, refile

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["clean", "meeting", "office"]


@pytest.fixture
def second(season: Any, office: Any, meeting: Any, people: dict[str, Any]) -> Any:
    """A project told at 500 000 of 626 000: the fund's 200 000 kept whole, 300 000 free money."""
    from shangji_web.meetings.services import decide
    from shangji_web.projects.services import act
    from shangji_web.seasons.services import tell

    filed.unit(season)
    pool(season, ("general", "income", "900000.00"), ("gov_fund", "income", "200000.00"))
    project = ready(season)
    refile(project, general="426000.00", gov_fund="200000.00")
    decide(office, meeting, choose(project, "500000.00", "党组会要求从紧"))
    tell(season, office)
    project.refresh_from_db()
    clerk = people["unit_clerk"].posts.get()
    act(project, clerk, "begin_second", lock=project.lock)
    project.refresh_from_db()
    return project


def write(project: Any, clerk: Any, amount: str, **shares: str) -> Any:
    """The draft of a second filing: its amount, and what each source pays of one line each."""
    from shangji_web.filings.services import draft_of, save

    draft = draft_of(project, clerk)
    row = json.loads(draft.content)["rows"]["project"][0]
    lines = [
        {"line_no": str(number), "expense_item": "桌", "fund_source": source, "amount_yuan": yuan}
        for number, (source, yuan) in enumerate(shares.items(), 1)
    ]
    tables = {"project": [{**row, "amount_yuan": amount}], "line": lines}
    saved = save(project, clerk, tables, lock=draft.lock)
    project.refresh_from_db()
    return saved


def hand_in(project: Any, clerk: Any, draft: Any) -> Any:
    from shangji_web.filings.services import submit

    return submit(project, clerk, lock=project.lock, draft_lock=draft.lock)


@pytest.mark.usefixtures("clean")
def test_a_source_beyond_what_was_decided_keeps_the_second_filing_back(
    second: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    clerk = people["unit_clerk"].posts.get()
    draft = write(second, clerk, "500000.00", general="400000.00", gov_fund="100000.00")
    with pytest.raises(Refused) as refused:
        hand_in(second, clerk, draft)
    (problem,) = refused.value.problems
    assert problem.code == "source-over"
    assert (
        "一般公共预算本级编列 400,000.00 元，核定 300,000.00 元，多 100,000.00 元" in problem.says
    )
    assert "政府性基金编列 100,000.00 元，核定 200,000.00 元，少 100,000.00 元" in problem.says
    client = asked("unit_clerk")
    sheet = client.get(f"/filings/{second.code}/sheets/line/").content.decode()
    assert "资金来源与核定数" in sheet
    assert "多 100,000.00 元" in sheet
    second.refresh_from_db()
    assert (second.step, second.version) == ("drafting", 1)
    assert "各来源都在核定数以内" not in sheet
    draft = write(second, clerk, "500000.00", general="300000.00", gov_fund="200000.00")
    assert (
        "各来源都在核定数以内"
        in client.get(f"/filings/{second.code}/sheets/line/").content.decode()
    )
    hand_in(second, clerk, draft)
    second.refresh_from_db()
    assert (second.step, second.version) == ("unit_head", 2)


@pytest.mark.usefixtures("clean")
def test_less_may_be_filed_but_the_sources_have_to_add_up(
    second: Any, people: dict[str, Any]
) -> None:
    clerk = people["unit_clerk"].posts.get()
    draft = write(second, clerk, "450000.00", general="250000.00", gov_fund="199000.00")
    with pytest.raises(Refused) as refused:
        hand_in(second, clerk, draft)
    assert refused.value.problems[0].code == "source-sum"
    assert "少 1,000.00 元" in refused.value.problems[0].says
    draft = write(second, clerk, "450000.00", general="250000.00", gov_fund="200000.00")
    hand_in(second, clerk, draft)


def test_money_without_a_source_may_be_named_later_and_no_named_money_loses_its_name(
    season: Any, second: Any
) -> None:
    from shangji_web.meetings.sources import held

    def content(**shares: str) -> dict[str, Any]:
        made = filed.content(second.code, amount="500000.00")
        made["rows"]["line"] = [
            {"line_no": str(n), "fund_source": source, "amount_yuan": amount}
            for n, (source, amount) in enumerate(shares.items(), 1)
        ]
        return made

    nameless = held(second, content(none="0", **{"": "300000.00"}, gov_fund="200000.00"))
    assert nameless is not None
    assert [one.zh for one in nameless.over] == ["没有写明资金来源"]
    refile(second, **{"": "426000.00"}, gov_fund="200000.00")
    named = held(second, content(general="300000.00", gov_fund="200000.00"))
    assert named is not None
    assert named.ties
    over = held(second, content(general="300000.00", gov_fund="200000.01"))
    assert over is not None
    assert not over.ties
    second.round = 1
    assert held(second, content(general="9")) is None
    assert season.year == second.season.year


def test_a_source_by_its_name_and_an_amount_with_commas_are_read_as_the_form_reads_them(
    second: Any,
) -> None:
    from shangji_web.meetings.balance import asked_shares

    refile(second, 一般公共预算本级="426,000.00", gov_fund="200000")
    assert asked_shares([second])[second.pk] == {"general": 42600000, "gov_fund": 20000000}


def test_a_second_filing_moves_neither_the_decided_sources_nor_past_them_into_the_issue(
    season: Any, second: Any, office: Any
) -> None:
    from shangji_web import snapshot
    from shangji_web.meetings.sources import decided_by_source
    from shangji_web.seasons.services import approve, issue

    made = filed.content(second.code, amount="500000.00")
    made["rows"]["line"] = [
        {"line_no": "1", "fund_source": "general", "amount_yuan": "500000.00"},
    ]
    text, sha256 = snapshot.canonical(made)
    second.filings.create(version=2, round=2, content=text, sha256=sha256, tables_sha256="0" * 64)
    second.version, second.step, second.asked_yuan = 2, "budget", Decimal(500000)
    second.save()
    decided = decided_by_source(season, [second])[second.pk]
    assert decided == {"general": Decimal("300000.00"), "gov_fund": Decimal("200000.00")}
    season.told_at = None
    season.refresh_from_db()
    approve(season, office, season.told_at.date())
    with pytest.raises(Refused) as refused:
        issue(season, office)
    assert refused.value.problems[0].code == "source-over"
