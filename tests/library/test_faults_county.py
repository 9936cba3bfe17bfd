"""A made county looks like a county: its money, names, texts and past, and everything ties."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise
from statistics import mean, median

import pytest

from shangji.faults.county import clean
from shangji.faults.funds import by_source
from shangji.faults.world import Project, World, product

SEEDS = (1, 7)
WAN = Decimal(10000)


@pytest.fixture(scope="module", params=SEEDS)
def world(request: pytest.FixtureRequest) -> World:
    return clean(request.param)


@pytest.fixture(scope="module")
def reviewed(world: World) -> list[Project]:
    return list(world.reviewed())


def share(items: list[bool]) -> float:
    return sum(items) / len(items)


def test_size(world: World, reviewed: list[Project]) -> None:
    units = world.bureau["organisation"]
    assert len({row["department_code"] for row in units}) == 40
    assert len([row for row in units if row["is_township"] == "是"]) == 24
    assert len(units) == 130
    assert len(reviewed) == 600
    assert 2700 <= len(world.rows("line")) <= 3300
    assert 2300 <= len(world.rows("target")) <= 2900


def test_money_is_heavy_tailed(reviewed: list[Project]) -> None:
    """Half below 22万, nine tenths below 320万, one in a hundred above 4 500万, 8 % hold 75 %."""
    amounts = sorted(project.amount / WAN for project in reviewed)
    assert 18 <= median(amounts) <= 28
    assert 65 <= amounts[450] <= 100
    assert 260 <= amounts[540] <= 400
    assert 3500 <= amounts[594] <= 6000
    assert 10000 <= amounts[-1] <= 22000
    assert 0.70 <= sum(amounts[552:]) / sum(amounts) <= 0.86
    assert max(Counter(amounts).values()) <= 24  # not so many alike as to look invented


def test_figures_end_as_people_write_them(reviewed: list[Project]) -> None:
    assert 0.48 <= share([project.amount % 5000 == 0 for project in reviewed]) <= 0.66
    assert not [
        project for project in reviewed if project.amount != project.amount.quantize(WAN / 10**6)
    ]


def test_asked_beside_last_year(world: World) -> None:
    last = {row["project_code"]: row for row in world.bureau["history"] if row["year"] == 2026}
    links: defaultdict[str, list[str]] = defaultdict(list)
    for row in world.bureau["lineage"]:
        links[row["project_code"]].append(row["prior_project_code"])
    pairs = [
        (project.amount, sum(last[code]["original_yuan"] for code in links[project.code]))
        for project in world.reviewed()
        if project.code in links
    ]
    assert 0.55 <= len(pairs) / 600 <= 0.75  # the rest is new
    assert 0.10 <= share([asked == before for asked, before in pairs]) <= 0.20
    assert 1.10 <= sum(asked for asked, _ in pairs) / sum(before for _, before in pairs) <= 1.35
    kinds = Counter(row["kind"] for row in world.bureau["lineage"])
    assert 0.13 <= kinds["改名"] / len(pairs) <= 0.27
    assert kinds["合并"] >= 20


def test_execution_is_u_shaped(world: World) -> None:
    rates = [
        100 * row["executed_yuan"] / row["adjusted_yuan"]
        for row in world.bureau["history"]
        if row["period_months"] == 12
    ]
    assert 76 <= mean(rates) <= 88
    assert 0.08 <= share([rate < 50 for rate in rates]) <= 0.20
    assert share([rate >= 90 for rate in rates]) > 0.55
    assert {row["period_months"] for row in world.bureau["history"]} == {7, 12}


def test_scores_are_inflated_as_they_are(world: World) -> None:
    rows = world.bureau["evaluation"]
    own = [row["score"] for row in rows if row["kind"] == "单位自评"]
    assert share([score >= 90 for score in own]) >= 0.94
    assert 94 <= mean(own) <= 97.5
    found = Counter(row["grade"] for row in rows if row["kind"] == "财政评价")
    assert found == {"优": 2, "良": 6, "中": 3, "差": 1} or sum(found.values()) == 12


def test_names_are_not_a_pattern(reviewed: list[Project]) -> None:
    names = [str(project.row["project_name"]) for project in reviewed]
    assert 0.2 <= share(["2027" in name for name in names]) <= 0.6
    assert share([name.endswith("建设项目") for name in names]) < 0.05
    assert share([bool(re.search(r"[镇乡村]", name)) for name in names]) >= 0.4
    assert any("(" in name for name in names)
    assert any("（" in name for name in names)
    both = [(project.row["unit_code"], project.row["project_name"]) for project in reviewed]
    assert len(set(both)) == len(both)


def test_siblings_and_copied_texts(reviewed: list[Project]) -> None:
    """A quarter and more is one work done place by place, in words copied from town to town."""
    texts: Counter[str] = Counter()
    for project in reviewed:
        bare = re.sub(r"[\d.]+", "0", str(project.row["summary"]))
        place = str(project.row["place"])
        texts[bare.replace(place, "") if place else bare] += 1
    assert sum(count for count in texts.values() if count >= 3) / 600 >= 0.25


def test_departments_differ(reviewed: list[Project]) -> None:
    counts = Counter(str(project.row["department_code"]) for project in reviewed)
    assert len(counts) >= 38
    assert max(counts.values()) >= 8 * min(counts.values())


def test_lanes_sources_and_bases(world: World, reviewed: list[Project]) -> None:
    lanes = Counter(project.row["lane"] for project in reviewed)
    assert len(lanes) == 5
    assert min(lanes.values()) >= 15
    assert 0.12 <= share([bool(project.tables["line_fund"]) for project in reviewed]) <= 0.32
    kinds = Counter(row["kind"] for row in world.rows("basis"))
    assert 0.2 <= kinds["政府会议纪要"] / kinds.total() <= 0.45
    assert 0.2 <= kinds["上级文件"] / kinds.total() <= 0.4
    assert kinds["法律"] + kinds["行政法规"] < 0.12 * kinds.total()
    assert {"部门文件", "领导批示", "合同"} <= set(kinds)
    unattached = [not row.get("attachment_no") for row in world.rows("basis")]
    assert 0.15 <= share(unattached) <= 0.4
    economic = Counter(str(row["economic_class"])[:3] for row in world.rows("line"))
    assert len(economic) >= 6


def test_targets_are_as_uneven_as_real_ones(world: World, reviewed: list[Project]) -> None:
    counts = Counter(len(project.targets) for project in reviewed)
    assert len(counts) >= 4
    benefit = [row for row in world.rows("target") if row["level1"] == "效益指标"]
    assert 0.3 <= share([row["direction"] == "定性" for row in benefit]) <= 0.7
    values = [row for row in world.rows("target") if row.get("value") not in {None, ""}]
    assert share([row["value"] == 100 for row in values]) < 0.45


def test_nothing_runs_in_sequence(reviewed: list[Project]) -> None:
    for name in ("leader_tel", "project_code"):
        digits = [int(re.sub(r"\D", "", str(project.row[name]))[-7:]) for project in reviewed]
        assert share([second - first == 1 for first, second in pairwise(digits)]) < 0.02
    spans = Counter(
        (project.row["start_date"][5:], project.row["end_date"][5:]) for project in reviewed
    )
    assert len(spans) >= 15


def test_money_ties(world: World) -> None:
    asked: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for project in world.projects:
        assert project.amount == sum(row["amount_yuan"] for row in project.lines)
        assert project.amount == sum(by_source(project).values())
        for line in project.lines:
            assert line["amount_yuan"] == product(line)
            funds = [
                row for row in project.tables["line_fund"] if row["line_no"] == line["line_no"]
            ]
            assert not funds or sum(row["amount_yuan"] for row in funds) == line["amount_yuan"]
        for source, amount in by_source(project).items():
            asked[str(project.row.get("transfer_notice_no", "")), source] += amount
    for notice in world.bureau["transfer_notice"]:
        number = notice["transfer_notice_no"]
        given = sum(
            value for (key, source), value in asked.items() if key == number and "上级" in source
        )
        assert notice["amount_yuan"] == given
    pool = sum(
        row["amount_yuan"]
        for row in world.bureau["fund_pool"]
        if row["fund_source"] == "一般公共预算本级"
    )
    ceilings = sum(
        row["amount_yuan"]
        for row in world.bureau["ceiling"]
        if row["fund_source"] == "一般公共预算本级"
    )
    assert Decimal("0.94") * ceilings <= pool <= ceilings  # both leave some without money
    general = sum(
        by_source(project).get("一般公共预算本级", Decimal(0)) for project in world.reviewed()
    )
    assert Decimal("1.03") <= general / pool <= Decimal("1.15")


def test_persons_of_a_line_fit_the_register(world: World) -> None:
    filed: defaultdict[str, int] = defaultdict(int)
    for line in world.rows("line"):
        if line.get("entitlement_code"):
            filed[line["entitlement_code"]] += int(line["quantity"])
    for row in world.external["beneficiary_count"]:
        assert (
            0
            <= filed[row["entitlement_code"]] - row["person_count"]
            <= filed[row["entitlement_code"]] // 100
        )


def test_a_seed_is_a_county() -> None:
    first, again, other = clean(3, 60), clean(3, 60), clean(4, 60)
    assert first.rows("line") == again.rows("line")
    assert first.bureau == again.bureau
    assert first.rows("line") != other.rows("line")
    assert len(list(first.reviewed())) == 60


def test_fictitious_numbers_are_marked(world: World) -> None:
    for table in ("basis", "transfer_notice", "duty", "entitlement"):
        rows = world.bureau.get(table) or world.rows(table)
        numbers = [str(row["doc_no"]) for row in rows if row.get("doc_no")]
        assert not [number for number in numbers if "样" not in number]
    assert world.facts["region"] == "990101"
    assert "虚构" in world.facts["title"]
