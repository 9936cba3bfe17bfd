"""决策包 in the report: which level of which project is arranged, and what it brings."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.domain import wan
from shangji.report.quality import columns
from shangji.report.rows import dicts
from shangji.report.sheets import MONEY, TEXT, WRAP, Sheet, in_wan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from shangji.pack import Pack

TEXTS = ("content", "output_text", "consequence")
WHOLE, PART, NONE = "全额", "部分", "没有"


def _levels(pack: Pack) -> dict[str, str]:
    """Levels in their order, by name."""
    known = pack.codes["package_level"].codes if "package_level" in pack.codes else {}
    order = pack.allocation.levels if pack.allocation else {}
    return {level: known.get(level, level) for level in order}


def chosen(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[dict[str, Any]]:
    """By level, how many projects offer it, have all or a part of it, and the money; as text."""
    rows = {
        row["package"]: row
        for row in dicts(
            connection,
            "SELECT package, count(DISTINCT project_code) AS offered, "
            "count(*) FILTER (arranged_yuan = amount_yuan) AS whole, "
            "count(*) FILTER (arranged_yuan > 0 AND arranged_yuan < amount_yuan) AS part, "
            "sum(amount_yuan)::DECIMAL(18,2) AS wanted_yuan, "
            "sum(arranged_yuan)::DECIMAL(18,2) AS arranged_yuan "
            "FROM plan_part WHERE package <> '' GROUP BY ALL",
        )
    }
    levels = _levels(pack)
    return [{**rows[name], "zh": zh} for name, zh in levels.items() if name in rows]


def chosen_words(rows: Sequence[Mapping[str, Any]]) -> str:
    """The same as one sentence."""
    told = []
    for row in rows:
        part = f"、部分 {row['part']} 个" if row["part"] else ""
        told.append(
            f"{row['zh']} {row['offered']} 个里给足 {row['whole']} 个{part}，"
            f"{wan(row['arranged_yuan'])} 万元"
        )
    return f"决策包（逐档新增的钱）：{'；'.join(told)}"


def package_sheet(connection: duckdb.DuckDBPyConnection, pack: Pack) -> Sheet | None:
    """Each level of each project: its step of money, what is arranged, what it brings."""
    held = columns(connection, "given_package")
    if not held:
        return None
    levels = _levels(pack)
    texts = ", ".join(name if name in held else f"NULL AS {name}" for name in TEXTS)
    rows = dicts(
        connection,
        f"""
        SELECT f.department_name, f.project_code, f.project_name, f.grade, p.package,
          p.amount_yuan, p.arranged_yuan, {texts}
        FROM plan_part AS p JOIN funded AS f USING (project_code)
        LEFT JOIN given_package AS g ON g.project_code = p.project_code
          AND g.package_level = p.package
        WHERE p.package <> ''
        ORDER BY f.department_code, p.project_code, p.part_no
        """,
    )
    if not rows:
        return None
    heads = (
        ("部门", 20, WRAP),
        ("项目代码", 23, TEXT),
        ("项目名称", 34, WRAP),
        ("等级", 12, TEXT),
        ("档次", 11, TEXT),
        ("本档新增（万元）", 14, MONEY),
        ("安排（万元）", 13, MONEY),
        ("结果", 8, TEXT),
        ("该档工作内容", 34, WRAP),
        ("该档产出", 30, WRAP),
        ("不安排的后果", 26, WRAP),
    )
    made = [
        (
            row["department_name"],
            row["project_code"],
            row["project_name"],
            row["grade"],
            levels.get(row["package"], row["package"]),
            in_wan(row["amount_yuan"]),
            in_wan(row["arranged_yuan"]),
            _state(Decimal(row["amount_yuan"]), Decimal(row["arranged_yuan"])),
            *(row[name] or "" for name in TEXTS),
        )
        for row in rows
    ]
    note = "一档一行；金额是比前一档多出来的钱，已减去规则审减和其他资金。前一档给足了才给后一档。"
    return Sheet("决策包", heads, made, note=note)


def _state(wanted: Decimal, have: Decimal) -> str:
    return WHOLE if have == wanted else PART if have else NONE
