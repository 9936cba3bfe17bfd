"""三年对比表: by department and by class, and what grew, came, went or was renamed.

The past comes through the lineage that the bureau confirmed; a project without lineage is new.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.papers.entries import dicts, open_tables
from shangji.papers.page import (
    A4,
    CENTRE,
    MONEY,
    RATE,
    ROW_POINTS,
    TEXT,
    WHOLE,
    WRAP,
    forms,
    height,
    in_wan,
    opened,
    printed,
    put,
)

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.papers.entries import Book, Entry
    from shangji.papers.summary_table import Version

NAME = "三年对比表"
WIDTHS = (30, 8, 14, 14, 14, 14, 14, 14, 10)
CHANGE_WIDTHS = (6, 34, 22, 12, 14, 14, 14, 10, 34)
NOUGHT = Decimal(0)
SHOWN = 50
"""Projects of a kind of change that are listed one by one, the largest first."""
LATEST = """
    SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY project_code, year
      ORDER BY as_of DESC) AS place FROM given_history WHERE year IN ($two, $one))
    WHERE place = 1 ORDER BY project_code, year
"""
KINDS = {"same": "同一项目", "renamed": "改名", "merged": "合并", "split": "拆分",
         "follow_up": "后续阶段"}  # fmt: skip


@dataclass
class Sum:
    """Three years of a department or a class; what is unknown is not in the sums."""

    name: str
    count: int = 0
    money: dict[str, Decimal] = field(default_factory=dict)

    def add(self, key: str, value: Decimal | None) -> None:
        """Add what is known."""
        self.money[key] = self.money.get(key, NOUGHT) + (value or NOUGHT)


@dataclass(frozen=True)
class Change:
    """A project that grew, came, went, or stands under another name."""

    kind: str
    name: str
    unit: str
    last: Decimal | None
    asked: Decimal | None
    said: str


def write(path: Path, book: Book, version: Version) -> None:
    """Write the three-year table."""
    year = version.year
    history, lineage = _read(book, year)
    made = opened(path, NAME)
    with made:
        form = forms(made)
        departments = {one.department: one.department_zh for one in book.entries}
        by_department = _sums(
            book, history, year, departments, lambda one: one.department, "department_code"
        )
        _sums_sheet(made, form, version, ("按部门", "部门", by_department))
        classes = _class_names(book)
        by_class = _sums(
            book, history, year, classes, lambda one: one.functional[:3], "functional_class"
        )
        _sums_sheet(made, form, version, ("按功能分类", "功能分类（类）", by_class))
        _changes_sheet(made, form, version, _changes(book, history, lineage, year))


def _read(book: Book, year: int) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    import duckdb

    lineage: dict[str, list[dict[str, Any]]] = {}
    with duckdb.connect() as connection:
        open_tables(connection, book)
        history = dicts(connection.execute(LATEST, {"two": year - 2, "one": year - 1}))
        for row in dicts(connection.execute("SELECT * FROM given_lineage ORDER BY ALL")):
            lineage.setdefault(row["project_code"], []).append(row)
    return history, lineage


def _class_names(book: Book) -> dict[str, str]:
    known = book.pack.codes.get("functional_class")
    codes = known.codes if known else {}
    found = {one.functional[:3] for one in book.entries}
    return {code: f"{code} {codes.get(code, '')}".strip() for code in sorted(found)}


def _sums(
    book: Book,
    history: list[dict[str, Any]],
    year: int,
    names: dict[str, str],
    of: Any,  # noqa: ANN401 - what an entry belongs to
    column: str,
) -> list[Sum]:
    """Three years by department or class; history without one stands last."""
    made = {key: Sum(name or "（未填）") for key, name in names.items()}
    for row in history:
        key = row[column] or ""
        key = key[:3] if column == "functional_class" else key
        one = made.setdefault(key, Sum(key or "（未填）"))
        if row["year"] == year - 2:
            one.add("budget_2", row["adjusted_yuan"])
            one.add("done_2", row["executed_yuan"])
        else:
            one.add("budget_1", row["adjusted_yuan"])
            one.add("done_1", row["executed_yuan"])
    for entry in book.entries:
        one = made[of(entry)]
        one.count += 1
        one.add("asked", entry.asked)
        one.add("suggested", entry.suggested)
    return [made[key] for key in sorted(made, key=lambda key: (key == "", key))]


MONEYS = ("budget_2", "done_2", "budget_1", "done_1", "asked", "suggested")


def _sums_sheet(
    made: Any,  # noqa: ANN401 - xlsxwriter has no types
    form: dict[str, Any],
    version: Version,
    what: tuple[str, str, list[Sum]],
) -> None:
    name, label, rows = what
    page = made.add_worksheet(name)
    _title(page, form, f"{version.title}三年对比表（{name}）", version.note, len(WIDTHS) - 1)
    year = version.year
    heads = (
        label,
        "项目数",
        f"{year - 2} 年预算",
        f"{year - 2} 年执行",
        f"{year - 1} 年预算",
        f"{year - 1} 年执行\n（截至数据日）",
        f"{year} 年申报",
        f"{year} 年建议",
        "申报比\n上年预算",
    )
    page.set_row(2, 33)
    for at, head in enumerate(heads):
        page.write_string(2, at, head, form["head"])
    total = Sum("合　计", sum(one.count for one in rows))
    for one in rows:
        for key in MONEYS:
            total.add(key, one.money.get(key))
    for at, one in enumerate([*rows, total], start=3):
        kind = "_sum" if one is total else ""
        page.set_row(at, ROW_POINTS)
        put(page, (at, 0), one.name, form[f"{TEXT}{kind}"])
        put(page, (at, 1), one.count, form[f"{WHOLE}{kind}"])
        for place, key in enumerate(MONEYS, start=2):
            put(page, (at, place), in_wan(one.money.get(key)), form[f"{MONEY}{kind}"])
        last, asked = one.money.get("budget_1"), one.money.get("asked")
        rate = (asked - last) / last if last and asked is not None else None
        put(page, (at, 8), rate, form[f"{RATE}{kind}"])
    note = "预算为调整后数。历年数按当年的部门和科目归类，科目有调整的年份不可直接比。"
    page.write_string(len(rows) + 4, 0, note, form["note"])
    printed(page, WIDTHS, (len(rows) + 4, len(WIDTHS) - 1), (2, 2), paper=A4)


def _title(page: Any, form: dict[str, Any], title: str, note: str, last: int) -> None:  # noqa: ANN401
    page.set_row(0, 32)
    page.merge_range(0, 0, 0, last, title, form["title"])
    page.write_string(1, 0, note, form["note"])
    page.write_string(1, last, "单位：万元", form["right"])


def _changes(
    book: Book,
    history: list[dict[str, Any]],
    lineage: dict[str, list[dict[str, Any]]],
    year: int,
) -> list[Change]:
    """Increases first, then what is new, what went, what was renamed, merged or split."""
    before = {row["project_code"]: row for row in history if row["year"] == year - 1}
    grown, new, moved = [], [], []
    for one in book.entries:
        links = lineage.get(one.code, [])
        if not links:
            new.append(_change("新增", one, "没有上年对应的项目"))
            continue
        kinds = {link["kind"] for link in links if link["kind"]} - {"same"}
        if kinds:
            names = "、".join(
                str(before.get(link["prior_project_code"], {}).get("project_name") or "")
                or link["prior_project_code"]
                for link in links
            )
            word = "、".join(KINDS.get(kind, kind) for kind in sorted(kinds))
            moved.append(_change(word, one, f"上年：{names}"))
        if one.asked is not None and one.last_budget and one.asked > one.last_budget:
            grown.append(_change("增加", one, ""))
    linked = {link["prior_project_code"] for links in lineage.values() for link in links}
    named = {one.name: one.code for one in book.entries if one.code not in lineage}
    units = {one.row["unit_code"]: one.unit for one in book.entries}
    gone = [
        Change(
            "消失",
            row["project_name"] or row["project_code"],
            units.get(row["unit_code"], row["unit_code"] or ""),
            row["adjusted_yuan"],
            None,
            "与本年同名的新增项目没有建立沿革，请核对"
            if row["project_name"] in named
            else "本年没有申报",
        )
        for code, row in before.items()
        if code not in linked
    ]
    grown.sort(key=lambda one: ((one.last or NOUGHT) - (one.asked or NOUGHT), one.name))
    new.sort(key=lambda one: (-(one.asked or NOUGHT), one.name))
    gone.sort(key=lambda one: (-(one.last or NOUGHT), one.name))
    return [one for kind in (grown, new, gone, moved) for one in _first(kind)]


def _first(changes: list[Change]) -> list[Change]:
    """The first of a kind, and one line for all the others."""
    if len(changes) <= SHOWN + 1:
        return changes
    rest = changes[SHOWN:]
    last = sum((one.last or NOUGHT for one in rest), NOUGHT)
    asked = sum((one.asked or NOUGHT for one in rest), NOUGHT)
    name = f"其余 {len(rest)} 项合计"
    return [*changes[:SHOWN], Change(rest[0].kind, name, "", last, asked, "逐项见项目审核汇总表")]


def _change(kind: str, one: Entry, said: str) -> Change:
    return Change(kind, one.name, one.unit, one.last_budget, one.asked, said)


def _changes_sheet(
    made: Any,  # noqa: ANN401 - xlsxwriter has no types
    form: dict[str, Any],
    version: Version,
    changes: list[Change],
) -> None:
    page = made.add_worksheet("增减变化")
    last = len(CHANGE_WIDTHS) - 1
    _title(page, form, f"{version.title}项目增减变化", version.note, last)
    page.set_row(2, 24)
    heads = ("序号", "项目", "单位", "变化", "上年预算", "本年申报", "增减额", "增减%", "说明")
    for at, head in enumerate(heads):
        page.write_string(2, at, head, form["head"])
    for at, one in enumerate(changes, start=1):
        row = at + 2
        known = one.last is not None or one.asked is not None
        more = (one.asked or NOUGHT) - (one.last or NOUGHT) if known else None
        rate = more / one.last if more is not None and one.last else None
        values = (at, one.name, one.unit, one.kind, in_wan(one.last), in_wan(one.asked),
                  in_wan(more), rate, one.said)  # fmt: skip
        kinds = (WHOLE, WRAP, WRAP, CENTRE, MONEY, MONEY, MONEY, RATE, WRAP)
        for place, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            put(page, (row, place), value, form[kind])
        told = [(values[place], CHANGE_WIDTHS[place]) for place in (1, 2, 3, 8)]
        page.set_row(row, height(told))
    printed(page, CHANGE_WIDTHS, (len(changes) + 2, last), (2, 2), paper=A4)
