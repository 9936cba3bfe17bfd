"""Deciding: amounts beside suggestions, the balance of funds, batch cuts, frozen versions."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shangji.errors import Refused
from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def office(people: dict[str, Any]) -> Any:
    """The post of the budget office."""
    return people["budget_office"].posts.get()


@pytest.fixture
def meeting(season: Any, office: Any) -> Any:
    from shangji_web.meetings.services import hold

    return hold(
        season, office, "bureau_party", "第 12 次局党组会", date(2026, 11, 25), "党纪 12 号"
    )


def ready(season: Any, code: str = "P1", amount: str = "626000.00", **more: Any) -> Any:
    """A project that waits to be decided, suggested at 500 000."""
    given = {"step": "budget", "suggested_yuan": Decimal("500000.00"), **more}
    return filed.project(season, code, amount=amount, **given)


def choose(project: Any, amount: str, reason: str = "") -> Any:
    from shangji_web.meetings.services import Choice

    return Choice(project, project.lock, Decimal(amount), reason)


def ledger() -> list[dict[str, Any]]:
    """What waits in the outbox of the ledger."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_outbox")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_a_decision_stands_beside_the_suggestion(season: Any, office: Any, meeting: Any) -> None:
    from shangji_web.meetings.services import decide

    project = ready(season)
    before = len(ledger())
    made = decide(office, meeting, choose(project, "450000.00", "党组会要求从紧"))
    assert (project.decided_yuan, project.suggested_yuan) == (Decimal(450000), Decimal(500000))
    assert (made.suggested_yuan, made.before_yuan) == (Decimal(500000), None)
    assert project.step == "decided"
    event = project.events.get()
    assert event.detail["minute"] == "党纪 12 号"
    assert event.words == "党组会要求从紧"
    assert len(ledger()) == before + 1


@pytest.mark.parametrize(
    ("amount", "reason", "code"),
    [
        ("700000.00", "超过申报", "paper-over"),
        ("-1.00", "负数不行", "paper-amount"),
        ("450000.00", "", "words-missing"),
        ("450000.00", "长" * 61, "reason-long"),
    ],
)
def test_what_will_not_do_is_refused_and_changes_nothing(
    season: Any, office: Any, meeting: Any, amount: str, reason: str, code: str
) -> None:
    from shangji_web.meetings.services import decide

    project = ready(season)
    with pytest.raises(Refused) as refused:
        decide(office, meeting, choose(project, amount, reason))
    assert [problem.code for problem in refused.value.problems] == [code]
    project.refresh_from_db()
    assert (project.decided_yuan, project.step) == (None, "budget")
    assert not project.decisions.exists()


def test_who_was_slower_is_told(season: Any, office: Any, meeting: Any) -> None:
    from shangji_web.meetings.services import decide

    project = ready(season)
    slow = choose(project, "500000.00")
    decide(office, meeting, choose(project, "500000.00"))
    with pytest.raises(Refused) as refused:
        decide(office, meeting, slow)
    assert refused.value.problems[0].code == "project-stale"


def test_the_table_saves_what_is_right_and_tells_what_is_not(
    season: Any, meeting: Any, asked: Callable[[str], Any]
) -> None:
    good, bad, blank = (ready(season, code) for code in ("P1", "P2", "P3"))
    page = f"/meetings/{meeting.pk}/departments/{filed.DEPARTMENT}/"
    cells = {f"lock-{one.pk}": one.lock for one in (good, bad, blank)}
    cells |= {f"amount-{good.pk}": "50", f"amount-{bad.pk}": "五十", f"amount-{blank.pk}": ""}
    answer = asked("budget_office").post(page, cells)
    assert answer.status_code == 200
    assert "五十" in answer.content.decode()
    for one in (good, bad, blank):
        one.refresh_from_db()
    assert [one.decided_yuan for one in (good, bad, blank)] == [500000, None, None]
    cells = {f"lock-{one.pk}": one.lock for one in (bad, blank)}
    cells |= {f"amount-{bad.pk}": "49.123456", f"reason-{bad.pk}": "按合同数核定"}
    cells |= {f"amount-{blank.pk}": "", "fill": "suggested"}
    assert asked("budget_office").post(page, cells).status_code == 302
    for one in (bad, blank):
        one.refresh_from_db()
    assert [bad.decided_yuan, blank.decided_yuan] == [Decimal("491234.56"), 500000]


@pytest.mark.parametrize("role", ["first_reviewer", "director", "unit_clerk", "auditor", ""])
def test_nobody_else_decides(
    season: Any, meeting: Any, asked: Callable[[str], Any], role: str
) -> None:
    project = ready(season)
    page = f"/meetings/{meeting.pk}/departments/{filed.DEPARTMENT}/"
    answer = asked(role).post(page, {f"lock-{project.pk}": 0, f"amount-{project.pk}": "50"})
    assert answer.status_code in {302, 403}
    project.refresh_from_db()
    assert project.decided_yuan is None


def pool(season: Any, *rows: tuple[str, str, str]) -> None:
    """The bureau's own table of what there is: source, kind of row, amount."""
    given = [
        {
            "fund_source": source,
            "year": "2027",
            "kind": kind,
            "amount_yuan": amount,
            "is_earmarked": "否" if source == "general" else "是",
        }
        for source, kind, amount in rows
    ]
    content = json.dumps({"rows": {"fund_pool": given}, "supplied": {}})
    season.bureau_files.create(name="财力", origin="bureau", content=content, sha256="0" * 64)


def refile(project: Any, **shares: str) -> None:
    """Let sources pay the project's lines."""
    filing = project.filings.get()
    content = json.loads(filing.content)
    content["rows"]["line"] = [
        {"line_no": str(number), "fund_source": source, "amount_yuan": amount}
        for number, (source, amount) in enumerate(shares.items(), 1)
    ]
    filing.content = json.dumps(content)
    filing.sha256 = sha256(filing.content.encode()).hexdigest()
    filing.save()


def test_the_balance_cuts_free_money_first_and_ties_to_the_cent(
    season: Any, office: Any, meeting: Any
) -> None:
    from shangji_web.meetings.balance import balance
    from shangji_web.meetings.services import decide

    pool(
        season,
        ("general", "income", "900000.00"),
        ("general", "rigid", "-300000.00"),
        ("transfer_special", "income", "200000.00"),
    )
    project = ready(season, amount="626000.01")
    refile(project, general="426000.01", transfer_special="200000.00")
    decide(office, meeting, choose(project, "500000.00"))
    waits = ready(season, "P2", suggested_yuan=Decimal("626000.00"))
    refile(waits, general="626000.00")
    funds = {fund.code: fund for fund in balance(season)}
    general, special = funds["general"], funds["transfer_special"]
    assert (general.pot_yuan, general.decided_yuan) == (Decimal(900000), Decimal(300000))
    assert (special.decided_yuan, special.left_yuan) == (Decimal(200000), Decimal(0))
    assert (general.left_yuan, general.after_yuan) == (Decimal(600000), Decimal(-26000))
    assert not general.over


SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(
    amounts=st.lists(
        st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=5
    ),
    percent=st.decimals(0, 100, places=2),
)
def test_a_split_is_exactly_the_amount(amounts: list[tuple[int, int]], percent: Decimal) -> None:
    from shangji_web.meetings.balance import split

    for number, (free, earmarked) in enumerate(amounts):
        shares = {"general": free, "gov_fund": earmarked, "carry_over": number}
        whole = sum(shares.values())
        part = (Decimal(whole) * percent / 100).to_integral_value() * Decimal("0.01")
        made = split(part, shares, {"gov_fund", "carry_over"})
        assert sum(made.values()) * Decimal("0.01") == part
        if part * 100 >= earmarked + number:
            assert made.get("gov_fund", 0) == earmarked


@settings(max_examples=6, deadline=None, suppress_health_check=SLOW)
@given(
    amounts=st.lists(st.integers(0, 62_600_000), min_size=2, max_size=4),
    percent=st.decimals(Decimal("0.01"), 100, places=2),
)
def test_a_cut_taken_back_restores_every_amount(
    season: Any, office: Any, meeting: Any, amounts: list[int], percent: Decimal
) -> None:
    from django.db import transaction

    from shangji_web.meetings import batches
    from shangji_web.meetings.services import decide
    from shangji_web.projects.models import Project

    with transaction.atomic():
        projects = []
        for number, amount in enumerate(amounts):
            project = ready(season, f"P{number}")
            refile(project, general="626000.00")
            decide(office, meeting, choose(project, str(Decimal(amount) / 100), "按会议决定"))
            projects.append(project)
        rule = batches.Rule(percent, excluded=("P0",))
        seen = batches.preview(season, rule)
        assert seen.before_yuan - seen.cut_yuan == seen.after_yuan
        if seen.lines:
            batch = batches.cut(office, meeting, "统一压减", rule, seen.seal)
            after = dict(Project.objects.values_list("code", "decided_yuan"))
            assert after["P0"] == Decimal(amounts[0]) / 100
            total = sum(after[line.project.code] for line in seen.lines)
            assert total == seen.after_yuan
            done = batches.undo(office, batch, "会议不再压减")
            assert (len(done.restored), list(done.kept)) == (len(seen.lines), [])
        now = dict(Project.objects.values_list("code", "decided_yuan"))
        assert now == {f"P{n}": Decimal(one) / 100 for n, one in enumerate(amounts)}
        transaction.set_rollback(True)


def decided(season: Any, office: Any, meeting: Any, count: int = 2) -> list[Any]:
    from shangji_web.meetings.services import decide

    made = []
    for number in range(1, count + 1):
        project = ready(season, f"P{number}")
        refile(project, general="626000.00")
        decide(office, meeting, choose(project, "500000.00"))
        made.append(project)
    return made


def test_what_others_changed_since_stays_and_is_told(
    season: Any, office: Any, meeting: Any, asked: Callable[[str], Any]
) -> None:
    from shangji_web.meetings import batches
    from shangji_web.meetings.services import decide

    one, other = decided(season, office, meeting)
    rule = batches.Rule(Decimal(10))
    batch = batches.cut(office, meeting, "压减百分之十", rule, batches.preview(season, rule).seal)
    other.refresh_from_db()
    decide(office, meeting, choose(other, "460000.00", "会上另行核定"))
    client = asked("budget_office")
    page = f"/meetings/batches/{batch.pk}/"
    answer = client.post(f"{page}undo/", {"reason": "会议不再压减"}, follow=True)
    assert "没有恢复" in answer.content.decode()
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.decided_yuan, other.decided_yuan) == (500000, 460000)
    again = client.post(f"{page}undo/", {"reason": "会议不再压减"}, follow=True)
    assert "已在" in again.content.decode()


def test_a_cut_is_not_done_over_what_the_person_did_not_see(
    season: Any, office: Any, meeting: Any
) -> None:
    from shangji_web.meetings import batches
    from shangji_web.meetings.services import decide

    one, _ = decided(season, office, meeting)
    rule = batches.Rule(Decimal(10))
    seal = batches.preview(season, rule).seal
    decide(office, meeting, choose(one, "480000.00", "会上另行核定"))
    with pytest.raises(Refused) as refused:
        batches.cut(office, meeting, "压减百分之十", rule, seal)
    assert refused.value.problems[0].code == "batch-stale"
    assert not season.batches.exists()


def test_two_frozen_versions_differ_by_what_was_decided_between(
    season: Any, office: Any, meeting: Any, asked: Callable[[str], Any]
) -> None:
    from shangji_web.meetings.services import decide
    from shangji_web.meetings.versions import differences, freeze, rows_of

    one, _ = decided(season, office, meeting)
    old = freeze(season, office, "初稿")
    decide(office, meeting, choose(one, "450000.00", "党组会要求从紧"))
    ready(season, "P9")
    new = freeze(season, office, "党组会稿")
    assert (old.name, new.name) == ("V1 初稿", "V2 党组会稿")
    assert [row["decided_yuan"] for row in rows_of(old)] == [500000, 500000]
    changes = differences(old, new)
    assert [(one.row["code"], one.by_yuan, one.new) for one in changes] == [
        ("P1", Decimal(-50000), False),
        ("P9", Decimal(0), True),
    ]
    page = asked("director").get(f"/meetings/versions/diff/?old={old.pk}&new={new.pk}")
    assert "-5.00" in page.content.decode()
    old.content = old.content.replace("500000", "500001")
    old.save()
    with pytest.raises(Refused):
        rows_of(old)


def test_a_version_is_frozen_by_the_budget_office_alone(
    season: Any, asked: Callable[[str], Any]
) -> None:
    ready(season)
    page = "/meetings/versions/"
    assert asked("director").post(page, {"name": "党组会稿"}).status_code == 403
    assert asked("budget_office").post(page, {"name": "党组会稿"}).status_code == 302
    assert season.frozen_versions.count() == 1


def test_a_cut_is_previewed_and_what_is_ticked_there_is_left_out(
    season: Any, office: Any, meeting: Any, asked: Callable[[str], Any]
) -> None:
    one, other = decided(season, office, meeting)
    client, page = asked("budget_office"), f"/meetings/{meeting.pk}/cut/"
    given = {"name": "压减一成", "percent": "10", "excluded": ""}
    assert "2 个项目，压减 10.00 万元" in client.post(page, given).content.decode()
    seen = client.post(page, {**given, "skip": "P1"}).content.decode()
    assert "1 个项目，压减 5.00 万元" in seen
    seal = seen.partition('name="confirm" value="')[2].partition('"')[0]
    assert not season.batches.exists()
    done = client.post(page, {**given, "excluded": "P1", "confirm": seal}, follow=True)
    assert "已压减 1 个项目" in done.content.decode()
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.decided_yuan, other.decided_yuan) == (500000, 450000)
