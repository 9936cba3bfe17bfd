"""What a leader reads first: the sentence of the year, and what only a leader can decide."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.domain import wan
from shangji.report.reviewed import NO_GRADE, SPREAD
from shangji.report.rows import dicts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from shangji.pack import Framework
    from shangji.snapshot import Snapshot

MOST = 5
"""Decisions laid before a leader at once."""
HUNDRED_MILLION = Decimal(100_000_000)


def broad(amount_yuan: Decimal | str) -> str:
    """Yuan as people say it: 亿元 from a hundred million up, else 万元.

    >>> broad("1284000000")
    '12.84 亿元'
    """
    value = Decimal(amount_yuan)
    if abs(value) < HUNDRED_MILLION:
        return f"{wan(value)} 万元"
    return f"{wan(value / 10000)} 亿元"


def sentence(
    year: int,
    grades: Sequence[Mapping[str, Any]],
    gates: Sequence[Mapping[str, Any]],
    evaluations: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The year in one sentence: asked, cut, approved, and what is still open.

    Where no project was filed, what else was evaluated.
    """
    if not grades or not grades[-1]["projects"]:
        told = "；".join(
            f"{one['zh']} {one['rows']:,} 个（"
            + "、".join(f"{row['grade'] or '不分等'} {row['rows']:,}" for row in one["grades"])
            + "）"
            for one in evaluations
        )
        return f"{year} 年度评价：{told}。" if told else ""
    total = grades[-1]
    asked, approved = broad(total["asked_yuan"]), broad(total["approved_yuan"])
    if asked == approved and Decimal(total["cut_yuan"]):  # 亿 would hide the cut
        asked, approved = (f"{wan(total[name])} 万元" for name in ("asked_yuan", "approved_yuan"))
    says = (
        f"{year} 年度 {total['projects']:,} 个项目申报 {asked}，"
        f"审减 {wan(total['cut_yuan'])} 万元，核定 {approved}"
    )
    open_ = [
        f"{row['projects']:,} 个项目{words}"
        for name, words in ((NO_GRADE, "材料不足"), (SPREAD, "等级待补材料才能定"))
        for row in grades
        if row["grade"] == name
    ]
    open_ += [
        f"{row['projects']:,} 个项目触及否决项" for row in gates if row["outcome"] == "rejected"
    ]
    return f"{says}；{'，'.join(open_)}。" if open_ else f"{says}。"


def decisions(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    framework: Framework | None,
    unknown: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """At most five questions, each with its projects, its money and where they are listed."""
    found = [
        *_gates(connection),
        *_grades(connection, framework),
        *_duplicates(connection, snapshot),
        *_owed(unknown),
    ]
    return found[:MOST]


def _count(connection: duckdb.DuckDBPyConnection, column: str, value: str) -> tuple[int, str]:
    row = dicts(
        connection,
        "SELECT count(*) AS projects, coalesce(sum(asked_yuan), 0)::DECIMAL(18,2) AS asked_yuan "
        f"FROM reviewed WHERE {column} = ?",
        value,
    )[0]
    return row["projects"], row["asked_yuan"]


def _gates(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    for outcome, says, asks in (
        ("rejected", "个项目触及否决项", "是否同意不予入库？"),
        ("pending", "个项目是否触及否决项还判不出来", "由谁核实、何时报结果？"),
    ):
        projects, asked = _count(connection, "gate", outcome)
        if projects:
            yield {
                "says": f"{projects:,} {says}，申报 {wan(asked)} 万元。",
                "asks": asks,
                "show": {"gate": outcome},
            }


def _grades(
    connection: duckdb.DuckDBPyConnection, framework: Framework | None
) -> Iterator[dict[str, Any]]:
    for grade, says, asks in (
        (SPREAD, "个项目的等级取决于还没有交的材料", "限期补正，还是先按低的一级排序？"),
        (NO_GRADE, "个项目材料不足，不能评级", "补正期限定在哪天，逾期怎样处理？"),
    ):
        projects, asked = _count(connection, "grade", grade)
        if projects:
            yield {
                "says": f"{projects:,} {says}，申报 {wan(asked)} 万元。",
                "asks": asks,
                "show": {"grade": grade},
            }
    if framework and framework.grades:
        last = list(framework.grades)[-1]
        projects, asked = _count(connection, "grade", last)
        if projects:
            yield {
                "says": (
                    f"{projects:,} 个项目评为 {last} 类（{framework.grades[last]}），"
                    f"申报 {wan(asked)} 万元。"
                ),
                "asks": "安排、缓办，还是不安排？",
                "show": {"grade": last},
            }


def _duplicates(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot
) -> Iterator[dict[str, Any]]:
    if "duplicate_pair" not in snapshot.tables:
        return
    row = dicts(
        connection,
        "SELECT count(*) AS pairs, sum(overlap_yuan)::DECIMAL(18,2) AS overlap_yuan, "
        "to_json(list(project_code ORDER BY project_code)[:50]) AS codes "
        "FROM given_duplicate_pair WHERE conclusion IS NULL",
    )[0]
    if row["pairs"]:
        overlap = row["overlap_yuan"]
        money = f"，可能重复 {wan(overlap)} 万元" if overlap is not None else ""
        yield {
            "says": f"{row['pairs']:,} 对项目疑似重复，还没有认定{money}。",
            "asks": "由谁认定，保留哪一个？",
            "show": {"codes": ",".join(code for code in json.loads(row["codes"]) if code)},
        }


def _owed(unknown: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The bureau's own gap that keeps most rules from judging."""
    owed = [field for field in unknown["fields"] if field["owed_by"] == "bureau"]
    if owed:
        field = owed[0]
        yield {
            "says": (
                f"财政这边缺{field['zh']}，{field['rules']} 条规则在 {field['projects']:,} "
                "个项目上判不了。"
            ),
            "asks": "由哪个科室、何时补齐？",
            "show": {"tab": "unknown"},
        }
