"""The screen of a review: 96 columns, Chinese counted as two, plain text when piped."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.columns import padded, wrapped
from shangji.domain import SEVERITIES, wan
from shangji.report.arranged_screen import arranged_lines, without_plan
from shangji.words import shown_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shangji.errors import Problem
    from shangji.pack import Pack
    from shangji.report.summary import Summary

PROBLEMS_SHOWN = 6


@dataclass(frozen=True)
class Reviewed:
    """What a screen shows: the summary, and what intake and the run add to it."""

    summary: Summary
    facts: Mapping[str, Any]
    pack: Pack
    run: Mapping[str, Any]
    problems: Sequence[Problem]
    cells: Mapping[str, int]
    files: int
    out: str
    hint: str
    program: str = "shangji"


def lines(done: Reviewed) -> Iterator[str]:
    """Yield the screen: what the data is, what was read, changed, refused, found, not known."""
    summary, facts, pack = done.summary, done.facts, done.pack
    kind = f"（{facts['data_kind']}）" if facts["data_kind"] else ""
    name = facts["title"] or "（封面没有写标题）"
    title = f"上计·零基预算评审  {name}{kind} · {facts['budget_year']} 年度"
    yield title
    yield (
        f"数据截至 {facts['as_of']} · 区划 {facts['region']} · "
        f"规则包 {'+'.join(pack.names)} {pack.version}"
    )
    yield ""
    yield from _read(done)
    rules = summary.rules
    yield (
        f"② 审核  启用规则 {rules['active']} 条、试行 {rules['trial']} 条，另按表定义检查 "
        f"{rules['derived']} 项 × {_judged(done)}"
    )
    found = summary.findings
    parts = [f"{zh} {found[name]}" for name, zh in SEVERITIES.items() if found[name]]
    trial = f"；试行规则另提示 {found['trial']} 处，不计分" if found["trial"] else ""
    yield f"         疑点：{' · '.join(parts) or '没有'}{trial}"
    yield ""
    if summary.tables.get("project"):
        yield from _grades(summary, pack)
        yield ""
        yield from _causes(summary)
    if summary.plan:
        yield ""
        yield from arranged_lines(summary.plan, _grade_names(pack))
        yield ""
    elif why := list(without_plan(done.problems)):
        yield ""
        yield from why
        yield ""
    yield from _evaluations(summary)
    yield from _first(summary)
    yield from _unknown(summary)
    hints = summary.trust.get("model_rows")
    model = "本次没有使用大模型" if hints is None else f"大模型读了资料，只添提示 {hints} 条"
    yield f"{model}；结论全部由规则给出，“不知道”不按通过处理。"
    yield ""
    files = f"{done.out}/审核报告.html（先看这个） · 审核结果.xlsx · result.json"
    yield from wrapped(f"结果  {files}", 6)
    for at, (command, says) in enumerate(
        (
            (f"explain {done.hint}", "看一个项目的全部推导"),
            ("explain R-0001 --sql", "看一条规则的依据、计数和 SQL"),
            ("review 你的文件夹", "用自己的申报表审一遍"),
        )
    ):
        head = padded("" if at else "下一步", 8)
        yield f"{head}{padded(f'{done.program} {command}', 54)}{says}"
    yield f"用时 {done.run['seconds']:.1f} 秒 · 峰值内存 {done.run['peak_mb']} MB"


def _judged(done: Reviewed) -> str:
    """What was judged, in words: projects, and what other frameworks evaluate."""
    tables, pack = done.summary.tables, done.pack
    subjects = {framework.subject for framework in pack.frameworks.values()} - {"project"}
    others = [
        f"{pack.tables[name].zh} {tables[name]:,}"
        for name in sorted(subjects & set(pack.tables))
        if tables.get(name)
    ]
    projects = [f"{tables['project']:,} 个项目"] if tables.get("project") or not others else []
    return "、".join([*projects, *others])


def _read(done: Reviewed) -> Iterator[str]:
    summary, problems, cells, files = done.summary, done.problems, done.cells, done.files
    tables = summary.tables
    counts = [
        f"{zh} {tables[name]:,}"
        for name, zh in (
            ("project", "项目"),
            ("line", "明细"),
            ("target", "指标"),
            ("basis", "依据"),
        )
        if name in tables
    ]
    yield f"① 读入  文件 {files} 个 · {' · '.join(counts)}"
    if cells:
        yield (
            f"         读 {cells.get('read', 0):,} 格：原样 {cells.get('kept', 0):,} · "
            f"改写 {cells.get('changed', 0):,} · 拒收 {cells.get('refused', 0):,}"
        )
    by_title: dict[tuple[str, str], int] = {}
    for problem in problems:
        by_title[problem.effect, problem.title] = (
            by_title.get((problem.effect, problem.title), 0) + 1
        )
    refused = [f"{title} {n}" for (effect, title), n in by_title.items() if effect == "refused"]
    noted = [f"{title} {n}" for (effect, title), n in by_title.items() if effect == "noted"]
    if refused:
        yield from wrapped(f"         拒收：{' · '.join(refused)}", 15)
    if noted:
        yield from wrapped(f"         提醒：{' · '.join(noted)}", 15)
    shown = [item for item in problems if item.effect in {"refused", "noted"}][:PROBLEMS_SHOWN]
    for item in shown:
        yield from wrapped(f"         · {item}", 11)
    if problems:
        yield "         全部逐格列在 审核结果.xlsx 的“数据问题”页"


def _grades(summary: Summary, pack: Pack) -> Iterator[str]:
    columns = (22, 8, 18, 18, 18)
    heads = ("等级", "项目", "申报（万元）", "审减（万元）", "核定（万元）")
    yield _row(heads, columns)
    names = _grade_names(pack)
    for row in summary.grades:
        if row["grade"] == "合计":
            yield " " + "─" * (sum(columns) + len(columns))
        cells = (
            names.get(row["grade"], row["grade"]),
            f"{row['projects']:,}",
            wan(row["asked_yuan"]),
            wan(row["cut_yuan"]),
            wan(row["approved_yuan"]),
        )
        yield _row(cells, columns)
    blank = sum(row["without_amount"] for row in summary.grades if row["grade"] == "合计")
    if blank:
        yield f" 其中 {blank} 个项目金额未填或读不出，没有计入合计"


def _grade_names(pack: Pack) -> dict[str, str]:
    """Grades with their words."""
    names: dict[str, str] = {}
    for framework in pack.frameworks.values():
        names |= {letter: f"{letter} {zh}" for letter, zh in framework.grades.items()}
    return names


def _evaluations(summary: Summary) -> Iterator[str]:
    """What the frameworks beside the project card came to, a line each."""
    for one in summary.evaluations:
        counts = " · ".join(f"{row['grade'] or '不分等'} {row['rows']:,}" for row in one["grades"])
        yield from wrapped(f"{one['zh']}  {one['subject_zh']} {one['rows']:,}：{counts}", 6)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return " " + padded(*first) + " ".join(padded(cell, width, right=True) for cell, width in rest)


def _causes(summary: Summary) -> Iterator[str]:
    total = sum((Decimal(row["cut_yuan"]) for row in summary.causes), Decimal(0))
    if not summary.causes:
        yield "审减  没有（没有启用规则给出更低的金额）"
        return
    parts = " · ".join(f"{row['zh']} {wan(row['cut_yuan'])}" for row in summary.causes)
    yield from wrapped(f"审减 {wan(total)} 万元：{parts}（按原因合计等于审减总额）", 6)


def _first(summary: Summary) -> Iterator[str]:
    if summary.first:
        yield "最该先看的（程度、金额从高到低）"
    for number, row in enumerate(summary.first, start=1):
        unit = row["unit_name"] or row["unit_code"] or ""
        name = f"{unit} {row['project_name'] or row['project_code'] or row['key']}".strip()
        stake = f"涉及 {wan(row['at_stake_yuan'])} 万元"
        if row["at_stake_yuan"] is None:
            stake = f"（申报 {wan(row['amount_yuan'])} 万元）" if row["project_name"] else ""
        yield from wrapped(
            f"  {number} [{SEVERITIES[row['severity']]}] {name}：{row['title']} {stake}", 4
        )
        values = [
            f"{label} {shown_value(row[key], row['value_kind'])}"
            for key, label in (("measured", "实为"), ("allowed", "应为"))
            if row[key]
        ]
        yield from wrapped(
            f"    {row['project_code'] or row['key']} · {row['rule_id']} · {' '.join(values)}", 4
        )


def _unknown(summary: Summary) -> Iterator[str]:
    unknown = summary.unknown
    if not unknown["places"]:
        return
    projects = f"，涉及 {unknown['projects']:,} 个项目" if unknown["projects"] else ""
    yield f"不知道的  {unknown['places']:,} 处{projects}；最缺的数据："
    owed = {"unit": "单位补", "bureau": "财政补", "external": "外部补"}
    for field in unknown["fields"][:4]:
        yield from wrapped(
            f"  · {field['zh']}（{owed[field['owed_by']]}）：{field['places']:,} 处，"
            f"补齐可判 {field['rules']} 条规则",
            4,
        )
