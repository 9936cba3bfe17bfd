"""Cuts tie to the cent by rule, fund and project; none goes below a floor or beyond the asked."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from given import FACTS, TINY, collect, loaded, run_plan
from shangji.review import review
from shangji.snapshot import freeze
from shangji.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.review import Report

FILES = {
    "pack.toml": 'name = "cuts"\nzh = "审减"\nversion = "1"\nlanguage = 1\nrequires = []\n',
    "tables/line.yaml": """
table: line
extends: line
columns:
  - {name: cap_a, zh: 上限甲, kind: money, optional_because: 试}
  - {name: cap_b, zh: 上限乙, kind: money, optional_because: 试}
  - {name: fund_source, zh: 资金来源, kind: text, optional_because: 试}
  - {name: contract_no, zh: 合同号, kind: text, optional_because: 试}
""",
    "tables/project.yaml": """
table: project
extends: project
columns: [{name: cap, zh: 上限, kind: money, optional_because: 试}]
""",
    "tables/line_fund.yaml": """
table: line_fund
zh: 明细资金来源
key: [project_code, line_no, fund_source]
project: project_code
parent: line
parent_on: {project_code: project_code, line_no: line_no}
columns:
  - {name: project_code, zh: 项目代码, kind: text}
  - {name: line_no, zh: 序号, kind: count, at_most: 9999}
  - {name: fund_source, zh: 资金来源, kind: text}
  - {name: amount_yuan, zh: 金额, kind: money}
""",
    "tables/commitment.yaml": """
table: commitment
zh: 合同应付款
key: [contract_no]
project: project_code
parent: project
parent_on: {project_code: project_code}
columns:
  - {name: contract_no, zh: 合同号, kind: text}
  - {name: project_code, zh: 项目代码, kind: text}
  - {name: due_yuan, zh: 应付, kind: money}
""",
    "facts/due.yaml": """
facts:
  - {name: due, of: line, sum: commitment.due_yuan, zh: 应付, via: {contract_no: line.contract_no}}
  - name: together
    of: line
    sum: line.amount_yuan
    zh: 同一合同
    via: {contract_no: line.contract_no, project_code: line.project_code}
  - {name: due, of: project, sum: commitment.due_yuan, zh: 应付}
""",
    "reductions/cuts.yaml": """
reduction: cuts
zh: 审减
fund_order: [own, general]
floors:
  - floor: one
    zh: 合同
    subject: line
    applies: line.due > 0
    at_least: line.due - line.together + line.amount_yuan
  - {floor: two, zh: 合同, subject: project, at_least: project.due}
""",
}
RULE = """
id: {id}
title: 超上限
subject: {subject}
dimension: standard
severity: major
status: active
visible_to: unit
basis: [{{kind: arithmetic}}]
applies: project.lane IN ('works', 'operation')
fails: {subject}.amount_yuan > {subject}.{cap}
message: 超上限。
remedy: {{set: {subject}.amount_yuan, to: {subject}.{cap}}}
"""
RULES = {
    "R-0011": ("line", "cap_a"),
    "R-0012": ("line", "cap_b"),
    "R-0013": ("project", "cap"),
}
SOURCES = ("general", "own", "upper")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack over the tiny one: two caps of lines, one of projects, funds and contracts."""
    made = tmp_path_factory.mktemp("pack") / "cuts"
    rules = {
        f"rules/{name}.yaml": RULE.format(id=name, subject=subject, cap=cap)
        for name, (subject, cap) in RULES.items()
    }
    for name, text in {**FILES, **rules}.items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return made


def money(rng: random.Random, most: int) -> str:
    return f"{Decimal(rng.randint(0, most)) / 100:.2f}"


def rows(rng: random.Random, projects: int = 80) -> dict[str, list[dict[str, str]]]:
    """Projects whose lines carry odd cents, whole or partial funds, contracts, missing caps."""
    made: dict[str, list[dict[str, str]]] = defaultdict(list)
    for number in range(projects):
        code = f"P{number:03}"
        total = Decimal(0)
        for at in range(1, rng.randint(1, 4) + 1):
            amount = money(rng, 100_000)
            total += Decimal(amount)
            line = {
                "project_code": code,
                "line_no": str(at),
                "amount_yuan": amount,
                "cap_a": rng.choice(["", "", money(rng, 120_000)]),
                "cap_b": rng.choice(["", money(rng, 120_000)]),
                "contract_no": rng.choice(["", "", f"{code}-甲"]),
                "fund_source": rng.choice(["", "own", "general"]),
            }
            if rng.random() < 0.2:
                line["cap_b"] = line["cap_a"]  # a tie
            made["line"].append(line)
            if rng.random() < 0.6:
                chosen = rng.sample(SOURCES, rng.randint(1, 3))
                made["line_fund"] += [
                    {
                        "project_code": code,
                        "line_no": str(at),
                        "fund_source": name,
                        "amount_yuan": money(rng, 60_000),
                    }
                    for name in chosen
                ]
        asked = max(Decimal(0), total + rng.choice([0, 0, -100, 250]))
        made["project"].append(
            {
                "project_code": code,
                "project_name": code,
                "lane": "works",
                "region": "990101",
                "amount_yuan": rng.choice([f"{asked:.2f}"] * 6 + [""]),
                "cap": rng.choice(["", f"{asked * rng.randint(3, 11) / 10:.2f}"]),
            }
        )
        if rng.random() < 0.4:
            due = {"contract_no": f"{code}-甲", "project_code": code}
            made["commitment"].append({**due, "due_yuan": money(rng, 150_000)})
    return {**made, "history": []}


def reviewed(folder: Path, out: Path, seed: int) -> tuple[Report, dict[str, Any], list[Any]]:
    pack: Pack = loaded(TINY, folder)
    given = rows(random.Random(seed))
    snapshot, _ = freeze(collect(pack, given), pack.tables, FACTS, out / "snapshot")
    report = review(snapshot, pack, out=out / "report", folders=(TINY, folder))
    path = report.folder / "tables" / "reduction.parquet"
    found = duckdb.connect().execute("FROM read_parquet(?)", [str(path)])
    names = [column[0] for column in found.description]
    return report, given, [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cuts_tie_by_line_fund_and_project(folder: Path, tmp_path: Path, seed: int) -> None:
    report, given, found = reviewed(folder, tmp_path, seed)
    assert {row["step"] for row in found} == {"line", "project"}
    cuts: dict[Any, Decimal] = defaultdict(Decimal)
    by_project: dict[str, Decimal] = defaultdict(Decimal)
    for row in found:
        take = row["asked_yuan"] - row["approved_yuan"]
        assert 0 < take <= row["asked_yuan"]
        cuts[row["step"], row["line_key"] or row["project_code"]] += take
        by_project[row["project_code"]] += take
    due = {row["project_code"]: Decimal(row["due_yuan"]) for row in given["commitment"]}
    protected = capped = 0
    for project in given["project"]:
        code, asked = project["project_code"], number(project["amount_yuan"])
        if asked is None:
            continue
        approved = asked - by_project[code]
        assert approved >= min(asked, due.get(code, Decimal(0)))
        protected += approved == due.get(code) != asked
        cap = number(project["cap"])
        if cap is not None and cap < asked:
            capped += 1
            assert approved <= max(cap, due.get(code, Decimal(0)))
    assert protected
    assert capped
    for line in given["line"]:
        key = f"{line['project_code']}|{line['line_no']}"
        amount = Decimal(line["amount_yuan"])
        caps = [cap for name in ("cap_a", "cap_b") if (cap := number(line[name])) is not None]
        least = min([*caps, amount])
        assert cuts["line", key] <= amount - least
        if line["project_code"] not in due and project_whole(given, line["project_code"]):
            assert cuts["line", key] == amount - least
    total = Decimal(report.result["summary"]["grades"][-1]["cut_yuan"])
    assert total == sum(Decimal(c["cut_yuan"]) for c in report.result["summary"]["causes"])
    assert total == sum(cuts.values())
    assert verify(report.folder).ok


def test_what_a_project_gives_up_on_its_path_is_what_it_filed_less_what_is_set(
    folder: Path, tmp_path: Path
) -> None:
    """Lines are cut first; the sum that no longer agrees is then set: told from what was filed."""
    pack = loaded(TINY, folder)
    head = {"project_code": "P1", "project_name": "甲", "lane": "works", "region": "990101"}
    given = {
        "history": [],
        "project": [{**head, "amount_yuan": "1250.00"}],
        "line": [
            {"project_code": "P1", "line_no": "1", "amount_yuan": "600.00", "cap_a": "100.00"},
            {"project_code": "P1", "line_no": "2", "amount_yuan": "400.00", "cap_b": "320.00"},
        ],
    }
    snapshot, _ = freeze(collect(pack, given), pack.tables, FACTS, tmp_path / "snapshot")
    report = review(snapshot, pack, out=tmp_path / "report", folders=(TINY, folder))
    path = report.folder / "tables" / "path.parquet"
    found = (
        duckdb.connect()
        .execute(
            "SELECT at_table, given, set_to, cost_yuan, verified FROM read_parquet(?) "
            "WHERE reader = 'unit' AND action = 'set' ORDER BY cost_yuan",
            [str(path)],
        )
        .fetchall()
    )
    assert found == [
        ("line", "400.00", "320.00", Decimal("80.00"), True),
        ("line", "600.00", "100.00", Decimal("500.00"), True),
        ("project", "1250.00", "420.00", Decimal("830.00"), True),  # was told as 500.00
    ]
    assert verify(report.folder).ok


def project_whole(given: dict[str, Any], code: str) -> bool:
    """Whether a project asks for no less than its lines do."""
    (asked,) = [p["amount_yuan"] for p in given["project"] if p["project_code"] == code]
    lines = [Decimal(x["amount_yuan"]) for x in given["line"] if x["project_code"] == code]
    return bool(asked) and Decimal(asked) >= sum(lines)


def test_a_tie_goes_to_the_lowest_id_and_the_other_is_found_beside(
    folder: Path, tmp_path: Path
) -> None:
    pack = loaded(TINY, folder)
    one = {"project_code": "P1", "line_no": "1", "amount_yuan": "100.00"}
    given = {
        "project": [{"project_code": "P1", "project_name": "甲", "lane": "works"}],
        "line": [{**one, "cap_a": "30.01", "cap_b": "30.01"}],
        "line_fund": [
            {**one, "fund_source": "upper", "amount_yuan": "60.00"},
            {**one, "fund_source": "general", "amount_yuan": "39.99"},
        ],
    }
    snapshot, _ = freeze(collect(pack, given), pack.tables, FACTS, tmp_path / "snapshot")
    report = review(snapshot, pack, out=tmp_path / "report", folders=(TINY, folder))
    path = report.folder / "tables" / "reduction.parquet"
    found = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    shares = {row[2]: row[4] - row[5] for row in found}
    assert shares == {"general": Decimal("39.99"), "upper": Decimal("30.00")}
    assert {(row[7], row[8]) for row in found} == {("R-0011", json.dumps(["R-0012"]))}


def test_one_line_of_a_contract_may_be_cut_to_what_the_others_leave(
    folder: Path, tmp_path: Path
) -> None:
    pack = loaded(TINY, folder)
    both = {"project_code": "P1", "contract_no": "甲"}
    given = {
        "project": [
            {"project_code": "P1", "project_name": "甲", "lane": "works", "amount_yuan": "110"}
        ],
        "line": [
            {**both, "line_no": "1", "amount_yuan": "100"},
            {**both, "line_no": "2", "amount_yuan": "10", "cap_a": "0"},
        ],
        "commitment": [{"contract_no": "甲", "project_code": "P1", "due_yuan": "105"}],
    }
    snapshot, _ = freeze(collect(pack, given), pack.tables, FACTS, tmp_path / "snapshot")
    report = review(snapshot, pack, out=tmp_path / "report", folders=(TINY, folder))
    path = report.folder / "tables" / "reduction.parquet"
    found = duckdb.connect().execute(
        "SELECT line_key, approved_yuan FROM read_parquet(?)", [str(path)]
    )
    assert found.fetchall() == [("P1|2", Decimal("5.00"))]


def test_no_line_is_cut_below_the_standard_in_force(national: Pack, tmp_path: Path) -> None:
    line = {
        "line_no": "1",
        "economic_class": "30305",
        "persons": "10",
        "unit_price_yuan": "100",
        "months_covered": "12",
        "share": "0.2",
        "amount_yuan": "5000",
    }
    head = {"lane": "formula", "project_name": "高龄津贴", "region": "990101"}
    given = {
        "project": [{**head, "project_code": code, "amount_yuan": "5000"} for code in ("P1", "P2")],
        "line": [
            {**line, "project_code": "P1", "entitlement_code": "E1"},
            {**line, "project_code": "P2", "entitlement_code": "E2"},  # no standard in force
        ],
        "entitlement": [
            {
                "entitlement_code": "E1",
                "region": "990101",
                "period": "month",
                "months": "12",
                "standard_yuan": "150",
                "county_share": "0.2",
                "effective_from": "2026-01-01",
            }
        ],
    }
    collected = collect(national, given)
    snapshot, _ = freeze(collected, national.tables, FACTS, tmp_path / "snapshot")
    runner = run_plan(national, snapshot, tmp_path / "out")
    found = runner.query("SELECT project_code, approved_yuan, cause_id FROM reduction ORDER BY ALL")
    assert found == [("P1", Decimal("3600.00"), "R-0162"), ("P2", Decimal("2400.00"), "R-0162")]
