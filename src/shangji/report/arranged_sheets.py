"""The sheets of a plan: departments by cause, every project, limits with their room and price."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.report.arranged import (
    FUNDED,
    more,
    more_words,
    path_words,
)
from shangji.report.packages import package_sheet
from shangji.report.quality import quality
from shangji.report.rows import dicts
from shangji.report.sheets import COUNT, MONEY, TEXT, WRAP, Sheet, in_wan
from shangji.words import cause_words, fund_words, limit_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from shangji.pack import Pack

NONE = Decimal(0)
PROJECTS = (
    ("部门", 20, WRAP),
    ("项目代码", 23, TEXT),
    ("项目名称", 36, WRAP),
    ("等级", 12, TEXT),
    ("资金来源", 16, TEXT),
    ("申报（万元）", 13, MONEY),
    ("核定（万元）", 13, MONEY),
    ("其中必保（万元）", 13, MONEY),
    ("安排（万元）", 13, MONEY),
    ("没有安排（万元）", 13, MONEY),
    ("原因（万元）", 46, WRAP),
    ("同时成立", 30, WRAP),
)
ASKED = """
    SELECT f.department_name, f.department_code, f.project_code, f.project_name, f.grade,
      c.fund_source, m.amount_yuan AS arranged_yuan, m.bound_yuan, c.cut_yuan, c.rules_yuan
    FROM (SELECT project_code, fund_source, sum(amount_yuan) AS cut_yuan,
        sum(amount_yuan) FILTER (cause_kind = 'rule') AS rules_yuan FROM plan_cause
        WHERE cause_kind <> 'decision' GROUP BY ALL) AS c
    FULL JOIN (SELECT p.project_code, p.fund_source, sum(p.amount_yuan) AS amount_yuan,
        min(b.bound_yuan) AS bound_yuan FROM plan AS p
        LEFT JOIN (SELECT project_code, fund_source, sum(arranged_yuan) AS bound_yuan
          FROM plan_part WHERE class_no = 0 GROUP BY ALL) AS b USING (project_code, fund_source)
        GROUP BY ALL) AS m USING (project_code, fund_source)
    JOIN funded AS f ON f.project_code = coalesce(c.project_code, m.project_code)
"""


def arranged_sheets(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[Sheet]:
    """The sheets of a plan; none where no plan was drawn. `reviewed` is readable."""
    names = {row[0] for row in connection.execute("SHOW TABLES").fetchall()}
    if "plan" not in names or pack.allocation is None:
        return []
    connection.execute(FUNDED)
    packages = package_sheet(connection, pack)
    return [
        by_department(connection, pack),
        by_project(connection, pack),
        *([packages] if packages else []),
        limits(connection, pack),
        frontier(connection, pack),
        stability(connection, pack),
    ]


def by_department(connection: duckdb.DuckDBPyConnection, pack: Pack) -> Sheet:
    """Asked, reviewed, arranged by department, and what took the difference; totals tie."""
    kinds = [
        row[0]
        for row in connection.execute(
            "SELECT cause_kind, sum(amount_yuan) AS taken FROM plan_cause "
            "WHERE cause_kind <> 'rule' GROUP BY ALL ORDER BY taken DESC, cause_kind"
        ).fetchall()
    ]
    taken: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: NONE)
    for department, kind, amount in connection.execute(
        "SELECT f.department_code, c.cause_kind, sum(c.amount_yuan) FROM plan_cause AS c "
        "JOIN funded AS f USING (project_code) GROUP BY ALL"
    ).fetchall():
        taken[department, kind] = amount
    columns = [
        ("部门", 26, WRAP),
        ("项目", 8, COUNT),
        *(
            (f"{name}（万元）", 15, MONEY)
            for name in ("申报", "规则审减", "核定", "其中必保", "安排")
        ),
        *((f"{cause_words(pack, kind, '')}（万元）", 15, MONEY) for kind in kinds),
    ]
    rows: list[Sequence[Any]] = []
    money = ("asked_yuan", "approved_yuan", "bound_yuan", "arranged_yuan")
    sums = [NONE] * (len(columns) - 2)
    projects = 0
    for row in dicts(
        connection,
        "SELECT department_code, min(department_name) AS name, count(*) AS projects, "
        + ", ".join(f"coalesce(sum({name}), 0)::DECIMAL(18,2) AS {name}" for name in money)
        + " FROM funded GROUP BY department_code ORDER BY asked_yuan DESC, department_code",
    ):
        code = row["department_code"]
        asked, approved, bound, arranged = (Decimal(row[name]) for name in money)
        amounts = [asked, taken[code, "rule"], approved, bound, arranged]
        amounts += [taken[code, kind] for kind in kinds]
        sums = [before + amount for before, amount in zip(sums, amounts, strict=True)]
        projects += row["projects"]
        rows.append((row["name"], row["projects"], *map(in_wan, amounts)))
    rows.append(("合计", projects, *map(in_wan, sums)))
    setting = pack.allocation.setting.zh if pack.allocation else ""
    year = connection.execute("SELECT min(year) FROM plan").fetchone()
    beside = quality(connection, int(year[0]) if year and year[0] else 0)
    note = f"{setting}；先安排必保的，再逐级求最优。申报减各列原因等于安排，分厘不差。"
    extra = [
        "控制数拿走的，是财力再多也安排不了的部分；其余才是财力不足（排序靠后）。",
        "审减率只说明审核结果，不用来考核。" + "；".join(beside["says"]) + "。",
    ]
    return Sheet("资金安排", columns, rows, note=note, total=True, extra=extra)


def by_project(connection: duckdb.DuckDBPyConnection, pack: Pack) -> Sheet:
    """Every project by source: asked, reviewed, arranged, and each cause with its amount."""
    departments = _departments(connection)
    causes: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(connection, "SELECT * FROM plan_cause ORDER BY ALL"):
        causes[row["project_code"], row["fund_source"]].append(row)
    rows: list[Sequence[Any]] = []
    for row in dicts(
        connection,
        f"{ASKED} ORDER BY f.department_code, f.project_code, c.fund_source, m.fund_source",
    ):
        mine = causes[row["project_code"], row["fund_source"] or ""]
        arranged = Decimal(row["arranged_yuan"] or 0)
        cut, rules = Decimal(row["cut_yuan"] or 0), Decimal(row["rules_yuan"] or 0)
        also = [name for one in mine for name in json.loads(one["also"])]
        rows.append(
            (
                row["department_name"],
                row["project_code"],
                row["project_name"],
                row["grade"],
                fund_words(pack, row["fund_source"] or "") or "没有写明",
                in_wan(arranged + cut),
                in_wan(arranged + cut - rules),
                in_wan(Decimal(row["bound_yuan"] or 0)),
                in_wan(arranged),
                in_wan(cut),
                "；".join(_said(pack, one) for one in mine),
                "；".join(dict.fromkeys(_named(pack, name, departments) for name in also)),
            )
        )
    note = (
        "一个项目一种资金一行；申报减原因里的各项等于安排。"
        "“同时成立”是没有它也过不去的其他约束和规则。"
    )
    return Sheet("安排明细", PROJECTS, rows, note=note)


MORE_SHOWN = 6


def frontier(connection: duckdb.DuckDBPyConnection, pack: Pack) -> Sheet:
    """Money for projects at each step of more or less money, and what one more 万元 buys."""
    held: defaultdict[int, dict[str, Decimal]] = defaultdict(dict)
    for step, grade, amount in connection.execute(
        "SELECT change_percent, grade, arranged_yuan FROM plan_frontier ORDER BY ALL"
    ).fetchall():
        held[step][grade] = amount
    classes = pack.allocation.grades if pack.allocation else ()
    grades = [
        name
        for name in ("bound", *classes, "")
        if any(name in amounts for amounts in held.values())
    ]
    now = sum(held.get(0, {}).values(), NONE)
    rows: list[Sequence[Any]] = []
    for step, amounts in sorted(held.items()):
        total = sum(amounts.values(), NONE)
        each = [in_wan(amounts.get(name, NONE)) for name in grades]
        what = f"{'增加' if step > 0 else '减少'} {abs(step)}%" if step else "现在"
        rows.append((what, in_wan(total), in_wan(total - now), *each))
    columns = (
        ("财力和控制数", 20, TEXT),
        ("安排（万元）", 16, MONEY),
        ("比现在（万元）", 16, MONEY),
        *((f"{BANDS.get(name, name + ' 类')}（万元）", 14, MONEY) for name in grades),
    )
    note = "每一步都重新求解；没有的一步是排不出来：必保的放不下。只算本级可用财力，不含刚性测算。"
    extra = [more_words(step, MORE_SHOWN) + "。" for step in more(connection, pack)]
    return Sheet("财力试算", columns, rows, note=note, extra=extra)


BANDS = {"bound": "必保", "": "待评级"}
STATES = {"whole": "全额", "part": "部分", "none": "没有"}


def stability(connection: duckdb.DuckDBPyConnection, pack: Pack) -> Sheet:
    """How little would have to change for each ranked project to fare otherwise."""
    names = dict(connection.execute("SELECT project_code, project_name FROM reviewed").fetchall())
    ways: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for step in dicts(connection, "SELECT * FROM plan_path WHERE reader = 'bureau' ORDER BY ALL"):
        ways[step["project_code"]].append(step)
    rows = [
        (
            row["department_name"],
            row["project_code"],
            row["project_name"],
            row["grade"],
            in_wan(row["approved_yuan"]),
            in_wan(row["arranged_yuan"]),
            STATES[row["state"]],
            Decimal(row["margin"]) / 100,
            row["money_percent"],
            row["weight_percent"],
            Decimal(row["spread"]) / 100 if row["spread"] else None,
            "是" if row["for_people"] else "",
            "；".join(path_words(pack, step, names) for step in ways[row["project_code"]]),
        )
        for row in dicts(
            connection,
            "SELECT p.*, f.department_name, f.project_name, f.grade, f.approved_yuan, "
            "f.arranged_yuan FROM plan_flip AS p JOIN funded AS f USING (project_code) "
            "ORDER BY p.for_people DESC, abs(p.money_percent) NULLS LAST, p.margin, "
            "f.project_code",
        )
    ]
    columns = (
        ("部门", 20, WRAP),
        ("项目代码", 23, TEXT),
        ("项目名称", 36, WRAP),
        ("等级", 12, TEXT),
        ("核定（万元）", 13, MONEY),
        ("安排（万元）", 13, MONEY),
        ("现在", 8, TEXT),
        ("差几分翻转", 10, MONEY),
        ("财力增减%", 10, COUNT),
        ("权重移动%", 10, COUNT),
        ("分数还可能涨", 11, MONEY),
        ("交人核定", 9, TEXT),
        ("怎样才能安排", 46, WRAP),
    )
    note = (
        "差几分：按线性规划的价格算；财力、权重：重新求解，试 5%、10%、20%，空着的没有翻。"
        "分数区间里就会翻的交人核定。供预算科使用。"
    )
    return Sheet("安排稳定性", columns, rows, note=note)


def _said(pack: Pack, row: Mapping[str, Any]) -> str:
    words = cause_words(pack, row["cause_kind"], row["cause_id"])
    return f"{words} {in_wan(row['amount_yuan']):,.2f}"


def _named(pack: Pack, name: str, departments: Mapping[str, str]) -> str:
    """A rule or a limit by its words."""
    if name in pack.rules:
        return pack.rules[name].title
    return limit_words(pack, name, departments)


def _departments(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(
        connection.execute(
            "SELECT department_code, min(department_name) FROM funded GROUP BY ALL"
        ).fetchall()
    )


def limits(connection: duckdb.DuckDBPyConnection, pack: Pack) -> Sheet:
    """Limits of money with their room and, where they bind, the price: for the budget division."""
    from shangji.report.arranged import limits_of

    rows = [
        (
            row["zh"],
            in_wan(row["limit_yuan"]),
            in_wan(row["used_yuan"]),
            in_wan(row["left_yuan"]),
            None if row["points"] is None else Decimal(row["points"]),
            "" if row["points"] is None else (row["grade"] or "待评"),
            in_wan(row["from_yuan"]),
            in_wan(row["to_yuan"]),
            row["next_project"] or "",
        )
        for row in limits_of(connection, pack)
    ]
    columns = (
        ("限额", 46, WRAP),
        ("限额（万元）", 16, MONEY),
        ("已用（万元）", 16, MONEY),
        ("余额（万元）", 16, MONEY),
        ("价格（分）", 12, MONEY),
        ("从哪一类起卡住", 14, TEXT),
        ("价格成立：限额从（万元）", 16, MONEY),
        ("到（万元）", 16, MONEY),
        ("再多一万元先给谁", 40, WRAP),
    )
    note = (
        "价格：再多一万元，可以给到必要性加重要性合计多少分的项目；没有价格的没有卡住。"
        "本页供预算科使用，不发给部门。"
    )
    return Sheet("资金限额", columns, rows, note=note)
