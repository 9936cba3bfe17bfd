"""部门资金安排: what a department asked, each cause that took from it, what is arranged; A4.

A page that an officer can hand over: no points, no prices, nothing of other departments.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.papers.entries import NOUGHT, dicts, fitting, open_tables
from shangji.papers.page import (
    A4,
    CENTRE,
    MONEY,
    ROW_POINTS,
    WHOLE,
    WRAP,
    file_name,
    forms,
    height,
    in_wan,
    opened,
    printed,
    put,
)
from shangji.words import CAUSES, RULE, cause_words, limit_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.papers.entries import Book, Entry
    from shangji.papers.summary_table import Version

FOLDER, SHEET = "部门资金安排", "资金安排"
WIDTHS = (5, 36, 11, 12, 11, 11, 28)
LAST = len(WIDTHS) - 1
ORDER = (RULE, *CAUSES)
SAYS = {
    "no_source": "明细没有写明资金来源，补写后才能安排",
    "ineligible": "申报的资金按规定不能用于这类项目",
    "no_pot": "申报的资金本年财力里没有",
    "ungraded": "材料不足，没有评级",
    "needs": "前置项目没有安排，本项目不能先安排",
    "excludes": "两个项目只能安排一个",
    "next_years": "新开项目以后年度要的钱超过上限",
    "reserve": "须留足预备费",
    "pot": "财力用到排序在前的项目为止",
    "order": "余额不够一个不可拆分的项目",
    "decision": "会议决定与安排建议的差额；负数是决定补回",
}
"""What stands beside a cause that is no rule and no ceiling."""

Cause = dict[str, Any]


def write(folder: Path, book: Book, version: Version) -> list[Path]:
    """Write a workbook for each department; nothing where no plan was drawn."""
    if "plan_cause" not in book.results.rows:
        return []
    causes, limits = _read(book)
    departments: dict[str, list[Entry]] = {}
    seen: set[str] = set()
    for entry in book.entries:
        if entry.code not in seen:  # the plan takes the first of equal codes
            departments.setdefault(entry.department, []).append(entry)
        seen.add(entry.code)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    written = []
    for code, entries in departments.items():
        name = file_name(f"{code} {entries[0].department_zh}")
        path = folder / FOLDER / f"{name or '未归属'}.xlsx"
        with opened(path, FOLDER) as workbook:
            drawn = _Drawn(workbook.add_worksheet(SHEET), forms(workbook), book.pack, limits)
            drawn.department(version, entries, causes)
        written.append(path)
    return written


def _read(book: Book) -> tuple[dict[str, list[Cause]], dict[str, dict[str, Any]]]:
    """Causes by project, limits by name."""
    import duckdb

    causes: dict[str, list[Cause]] = {}
    with duckdb.connect() as connection:
        open_tables(connection, book)
        for row in dicts(connection.execute("SELECT * FROM plan_cause ORDER BY ALL")):
            causes.setdefault(row["project_code"], []).append(row)
        found = dicts(connection.execute("SELECT * FROM plan_limit"))
    return causes, {row["limit_name"]: row for row in found}


class _Drawn:
    """One department's sheet while it is drawn."""

    def __init__(
        self,
        page: Any,  # noqa: ANN401 - xlsxwriter has no types
        form: dict[str, Any],
        pack: Pack,
        limits: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.page, self.form, self.pack, self.limits = page, form, pack, limits
        self.row = 0

    def department(
        self,
        version: Version,
        entries: Sequence[Entry],
        causes: Mapping[str, Sequence[Cause]],
    ) -> None:
        """The whole sheet: head, from asked to arranged, projects, room to sign."""
        page, form = self.page, self.form
        page.set_row(0, 34)
        name = entries[0].department_zh
        page.merge_range(0, 0, 0, LAST, f"{name} {version.year} 年度资金安排", form["title"])
        page.write_string(1, 0, version.note, form["note"])
        page.write_string(1, LAST, "单位：万元", form["right"])
        self.row = 2
        mine = [cause for entry in entries for cause in causes.get(entry.code, ())]
        asked = sum((entry.asked or NOUGHT for entry in entries), NOUGHT)
        given = asked - sum((cause["amount_yuan"] for cause in mine), NOUGHT)
        self.fall(asked, mine, given, len(entries))
        head = self.row + 1
        self.projects(entries, causes)
        self.signed()
        printed(page, WIDTHS, (self.row - 1, LAST), (head, head), paper=A4, landscape=False)

    def fall(self, asked: Decimal, causes: Sequence[Cause], given: Decimal, projects: int) -> None:
        """From asked to arranged, a row a cause in the fixed order, together to the cent."""
        self._bar("一、从申报到安排")
        self._heads(("序号", "事项", "项目个数", "金额", "占差额", "说明"), join=(5, LAST))
        self._line("", "申报", projects, asked, None, "", bold=True)
        sums: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: NOUGHT)
        where: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for cause in causes:
            key = self._kind(cause)
            sums[key] += cause["amount_yuan"]
            where[key].add(cause["project_code"])
        gone = asked - given
        order = sorted(sums, key=lambda key: (ORDER.index(key[0]), -sums[key], key[1]))
        for at, key in enumerate(order, start=1):
            share = f"{sums[key] * 100 / gone:.1f}%" if gone else ""
            words = cause_words(self.pack, *key)
            says = self._says(*key)
            self._line(at, f"减：{words}", len(where[key]), -sums[key], share, says)
        whole = "100%" if order and gone else ""
        self._line("", "差额合计", "", -gone, whole, "各项相加正好等于申报减安排", bold=True)
        self._line("", "安排", "", given, None, "", bold=True)

    @staticmethod
    def _kind(cause: Cause) -> tuple[str, str]:
        """Causes of one kind go together; rules, gates and ceilings each by itself."""
        own = cause["cause_kind"] in {RULE, "gate", "ceiling"}
        return cause["cause_kind"], cause["cause_id"] if own else ""

    def _says(self, kind: str, name: str) -> str:
        """What stands beside a cause: the library's sentence, the ceiling, or plain words."""
        if kind == RULE:
            one = fitting(self.pack, "cut", name)
            return one.says if one else ""
        if kind == "ceiling" and name in self.limits:
            most = in_wan(Decimal(self.limits[name]["limit_fen"]).scaleb(-2))
            words = limit_words(self.pack, name, {name.split("|")[1]: ""}).strip()
            return f"{words} {most:,.2f} 万元，已用满；财力再多也不能超过"
        return SAYS.get(kind, "")

    def projects(
        self,
        entries: Sequence[Entry],
        causes: Mapping[str, Sequence[Cause]],
    ) -> None:
        """Each project: asked, reviewed, arranged, the rest and why; the greatest rest first."""
        self._bar("二、各项目（万元）")
        self._heads(("序号", "项目", "申报", "核定", "安排", "没有安排", "原因"))
        rows: list[tuple[str, tuple[Decimal, ...], str, str]] = []
        for entry in entries:
            mine = causes.get(entry.code, ())
            rules = sum((one["amount_yuan"] for one in mine if one["cause_kind"] == RULE), NOUGHT)
            gone = sum((one["amount_yuan"] for one in mine), NOUGHT)
            asked = entry.asked or NOUGHT
            own = entry.unit not in {"", entry.department_zh} and entry.unit not in entry.name
            name = f"{entry.name}（{entry.unit}）" if own else entry.name
            rows.append(
                (name, (asked, asked - rules, asked - gone, gone), self._why(mine), entry.code)
            )
        rows.sort(key=lambda row: (-row[1][3], row[3]))
        for at, (name, amounts, why, _) in enumerate(rows, start=1):
            self._cells((at, name, *map(in_wan, amounts), why))
        sums = [sum((row[1][place] for row in rows), NOUGHT) for place in range(4)]
        self._cells(("", "合计", *map(in_wan, sums), ""), bold=True)

    def _why(self, causes: Sequence[Cause]) -> str:
        sums: defaultdict[str, Decimal] = defaultdict(lambda: NOUGHT)
        for one in causes:
            sums[cause_words(self.pack, one["cause_kind"], one["cause_id"])] += one["amount_yuan"]
        if len(sums) == 1:
            return next(iter(sums))
        return "；".join(f"{words} {in_wan(amount):,.2f}" for words, amount in sums.items())

    def signed(self) -> None:
        """Room for those who hand it over."""
        self.row += 1
        said = "经办：　　　　　　　复核：　　　　　　　日期：　　　　年　　月　　日"
        self.page.merge_range(self.row, 0, self.row, LAST, said, self.form["note"])
        self.page.set_row(self.row, 30)
        self.row += 1

    # Rows.

    def _bar(self, name: str) -> None:
        self.page.merge_range(self.row, 0, self.row, LAST, name, self.form["group"])
        self.page.set_row(self.row, ROW_POINTS)
        self.row += 1

    def _heads(self, heads: Sequence[str], join: tuple[int, int] | None = None) -> None:
        for at, name in enumerate(heads):
            if join and at == join[0]:
                self.page.merge_range(self.row, *((at, self.row, join[1])), name, self.form["head"])
            else:
                self.page.write_string(self.row, at, name, self.form["head"])
        self.page.set_row(self.row, ROW_POINTS)
        self.row += 1

    def _line(
        self,
        number: int | str,
        name: str,
        projects: int | str,
        amount: Decimal,
        share: str | None,
        says: str,
        *,
        bold: bool = False,
    ) -> None:
        page, form, row = self.page, self.form, self.row
        more = "_sum" if bold else ""
        put(page, (row, 0), number, form[WHOLE + more])
        put(page, (row, 1), name, form[WRAP + more])
        put(page, (row, 2), projects, form[WHOLE + more])
        put(page, (row, 3), in_wan(amount), form[MONEY + more])
        put(page, (row, 4), share, form[CENTRE + more])
        page.merge_range(row, 5, row, LAST, says, form[WRAP + more])
        page.set_row(row, height([(name, WIDTHS[1]), (says, sum(WIDTHS[5:]) - 4)]))
        self.row += 1

    def _cells(self, values: Sequence[Any], *, bold: bool = False) -> None:
        kinds = (WHOLE, WRAP, MONEY, MONEY, MONEY, MONEY, WRAP)
        for at, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            put(self.page, (self.row, at), value, self.form[kind + ("_sum" if bold else "")])
        self.page.set_row(self.row, height([(values[1], WIDTHS[1]), (values[-1], WIDTHS[-1])]))
        self.row += 1
