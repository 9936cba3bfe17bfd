"""一项目一表: a sheet for each project, one A4 page wide, a workbook for each department."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from shangji.domain import SEVERITIES
from shangji.ledger.stamp import lines as stamp_lines
from shangji.ledger.stamp import qr_png
from shangji.papers.entries import dicts, open_tables, rule_names
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
from shangji.words import end_words, message, step_words

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.ledger.note import Checkpoint
    from shangji.papers.entries import Book, Entry
    from shangji.papers.summary_table import Version

WIDTHS = (7, 30, 13, 14, 14, 14, 26)
LAST = len(WIDTHS) - 1
FOLDER = "一项目一表"
SHEET_LONGEST = 31
BAD = re.compile(r"[\[\]:*?/\\']|\s")
BOX_POINTS = 64.0
STAMP_POINTS, QR_SCALE = 96.0, 0.6
STEPS_SHOWN, FINDINGS_SHOWN = 12, 12


def write(
    folder: Path, book: Book, version: Version, stamp: Checkpoint | None = None
) -> list[Path]:
    """Write the workbooks, one a department; returns them."""
    lines, paths, ends = _read(book)
    made: dict[str, list[Entry]] = {}
    for entry in book.entries:
        made.setdefault(entry.department, []).append(entry)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    written = []
    for code, entries in made.items():
        name = file_name(f"{code} {entries[0].department_zh}")
        path = folder / FOLDER / f"{name or '未归属'}.xlsx"
        workbook = opened(path, FOLDER)
        with workbook:
            form = forms(workbook)
            for at, entry in enumerate(entries, start=1):
                page = workbook.add_worksheet(_sheet(at, entry.name))
                sheet = _Sheet(page, form, book)
                sheet.head(entry, version)
                sheet.lines(entry, lines.get(entry.code, []))
                sheet.findings(entry)
                sheet.path(paths.get(entry.code, []), ends.get(entry.code))
                sheet.boxes(entry)
                if stamp is not None:
                    sheet.stamped(stamp)
                sheet.printed()
        written.append(path)
    return written


def _sheet(at: int, name: str) -> str:
    return f"{at} {BAD.sub('', name)}"[:SHEET_LONGEST]


def _read(book: Book) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Lines, steps of the bureau's path and its end, by project."""
    import duckdb

    lines: dict[str, list[dict[str, Any]]] = {}
    paths: dict[str, list[dict[str, Any]]] = {}
    ends: dict[str, dict[str, Any]] = {}
    with duckdb.connect() as connection:
        open_tables(connection, book)
        for row in dicts(connection.execute("SELECT * FROM given_line ORDER BY line_no, row_key")):
            lines.setdefault(row["project_code"], []).append(row)
        chosen = "WHERE reader = 'bureau' ORDER BY ALL"
        for row in dicts(connection.execute(f"SELECT * FROM path {chosen}")):
            paths.setdefault(row["project_code"], []).append(row)
        for row in dicts(connection.execute(f"SELECT * FROM path_end {chosen}")):
            ends[row["project_code"]] = row
    return lines, paths, ends


class _Sheet:
    """One project's sheet while it is drawn."""

    def __init__(self, page: Any, form: dict[str, Any], book: Book) -> None:  # noqa: ANN401
        self.page, self.form, self.book = page, form, book
        self.row = 0

    def head(self, entry: Entry, version: Version) -> None:
        """The title and the project's facts and figures."""
        page, form = self.page, self.form
        page.set_row(0, 34)
        page.merge_range(0, 0, 0, LAST, f"{version.title}项目评审表", form["title"])
        page.write_string(1, 0, version.note, form["note"])
        page.write_string(1, LAST, "单位：万元", form["right"])
        self.row = 2
        row = entry.row
        term = " 至 ".join(str(row[name]) for name in ("start_date", "end_date") if row.get(name))
        self._pair("项目名称", entry.name, "项目代码", entry.code)
        self._pair("申报单位", entry.unit, "主管部门", entry.department_zh)
        lane = self.book.pack.codes["lane"].codes.get(entry.lane, "") if entry.lane else ""
        self._pair("项目类别", entry.category, "评审分类", lane)
        self._pair("起止时间", term, "入库结论", entry.gate)
        self._pair("评审等级", entry.grade or "不评级", "功能分类科目", entry.functional)
        self._wide("项目概述", str(row.get("summary") or ""))
        self._wide("年度目标", str(row.get("annual_goal") or ""))
        self._bar("金额")
        heads = ("上年预算", "上年执行", "申报", "其中上级", "审减", "建议数")
        values = (
            entry.last_budget,
            entry.last_executed,
            entry.asked,
            entry.upper,
            entry.cut,
            entry.suggested,
        )
        page.set_row(self.row, ROW_POINTS)
        page.set_row(self.row + 1, ROW_POINTS)
        page.merge_range(self.row, 0, self.row, 1, heads[0], form["head"])
        page.merge_range(self.row + 1, 0, self.row + 1, 1, None, form[MONEY])
        put(page, (self.row + 1, 0), in_wan(values[0]), form[MONEY])
        for at in range(1, len(heads)):
            put(page, (self.row, at + 1), heads[at], form["head"])
            put(page, (self.row + 1, at + 1), in_wan(values[at]), form[MONEY])
        self.row += 2
        if entry.reason:
            self._wide("审减理由", entry.reason)

    def lines(self, entry: Entry, lines: list[dict[str, Any]]) -> None:
        """The lines with what each is cut and why."""
        self._bar("支出明细")
        self._heads(("序号", "支出内容", "经济分类", "申报", "审减", "核定", "审减原因"))
        cuts: dict[str, Any] = {}
        why: dict[str, str] = {}
        for cut in self.book.reductions.get(entry.code, ()):
            key = cut["line_key"]
            cuts[key] = cuts.get(key, 0) + cut["asked_yuan"] - cut["approved_yuan"]
            rule = self.book.pack.rules.get(cut["cause_id"])
            also = rule_names(self.book, cut["also"])
            why[key] = (rule.title if rule else cut["cause_id"]) + (
                f"；同时发现：{also}" if also else ""
            )
        for line in lines:
            asked, key = line["amount_yuan"], line["row_key"]
            taken = cuts.get(key)
            approved = asked if asked is None or taken is None else asked - taken
            values = (
                line["line_no"],
                line["expense_item"],
                line["economic_class"],
                in_wan(asked),
                in_wan(taken),
                in_wan(approved),
                why.get(key, ""),
            )
            self._cells(values, (WHOLE, WRAP, CENTRE, MONEY, MONEY, MONEY, WRAP))
        if "" in cuts:
            values = ("", "项目整体核减", "", None, in_wan(cuts[""]), None, why[""])
            self._cells(values, (WHOLE, WRAP, CENTRE, MONEY, MONEY, MONEY, WRAP))

    def findings(self, entry: Entry) -> None:
        """What the rules found, gravest first."""
        found = [row for row in self.book.fails.get(entry.code, ()) if row["status"] == "active"]
        self._bar(f"疑点（{len(found)} 条）" if found else "疑点：没有")
        for at, row in enumerate(found[:FINDINGS_SHOWN], start=1):
            rule = self.book.pack.rules[row["rule_id"]]
            basis = "；".join(map(str, rule.basis))
            said = f"{message(rule, row)}（依据：{basis}）"
            self._pointed(at, f"{SEVERITIES[row['severity']]}　{rule.title}", said)
        if len(found) > FINDINGS_SHOWN:
            self._wide("其余", f"另有 {len(found) - FINDINGS_SHOWN} 条，见审核结果。")

    def path(self, steps: list[dict[str, Any]], end: dict[str, Any] | None) -> None:
        """What is to be mended, and where that leads."""
        if end is None or not (steps or end["left"]):
            return
        self._bar("通过路径")
        for step in steps[:STEPS_SHOWN]:
            shown = "已重跑验证" if step["verified"] else "尚需提供，未验证"
            self._pointed(step["step_no"], shown, step_words(self.book.pack, step))
        self._wide("终点", end_words(self.book.pack, end))

    def boxes(self, entry: Entry) -> None:
        """The opinions, with room to write, and how the sheet prints."""
        self._bar("意见")
        for name, said in (
            ("科室意见", ""),
            ("评审意见", entry.opinion),
            ("会议决定", "决定数：　　　　　　万元　　会议：　　　　　　　　　纪要号："),
        ):
            self._wide(name, said, least=BOX_POINTS)

    def stamped(self, stamp: Checkpoint) -> None:
        """The ledger's checkpoint: three lines, and the same as a QR code."""
        said = "\n".join([*stamp_lines(stamp), "核验：shangji ledger verify 账本 --key 公钥"])
        row = self.row
        self._wide("存证", said, least=STAMP_POINTS)
        picture = qr_png(stamp)
        self.page.insert_image(
            row,
            LAST,
            "qr.png",
            {
                "image_data": io.BytesIO(picture),
                "x_scale": QR_SCALE,
                "y_scale": QR_SCALE,
                "x_offset": 60,
                "y_offset": 4,
                "description": "存证账本检查点的二维码",
            },
        )

    def printed(self) -> None:
        """How the sheet prints."""
        printed(self.page, WIDTHS, (self.row - 1, LAST), None, paper=A4, landscape=False)

    # Rows.

    def _pair(self, one: str, value: str, two: str, other: str) -> None:
        page, form, row = self.page, self.form, self.row
        page.write_string(row, 0, one[:2] + "\n" + one[2:], form["head"])
        page.merge_range(row, 1, row, 3, value, form[WRAP])
        page.write_string(row, 4, two, form["head"])
        page.merge_range(row, 5, row, LAST, other, form[WRAP])
        page.set_row(row, max(2 * ROW_POINTS - 6, height([(value, 57), (other, 40)])))
        self.row += 1

    def _wide(self, name: str, value: str, least: float = 0) -> None:
        page, form, row = self.page, self.form, self.row
        page.write_string(row, 0, name[:2] + "\n" + name[2:], form["head"])
        page.merge_range(row, 1, row, LAST, value, form[WRAP])
        high = max(2 * ROW_POINTS - 6, height([(value, sum(WIDTHS[1:]) - 4)]), least)
        page.set_row(row, min(high, 400))
        self.row += 1

    def _pointed(self, number: int, name: str, said: str) -> None:
        page, form, row = self.page, self.form, self.row
        put(page, (row, 0), number, form[WHOLE])
        put(page, (row, 1), name, form[WRAP])
        page.merge_range(row, 2, row, LAST, said, form[WRAP])
        page.set_row(row, height([(name, WIDTHS[1]), (said, sum(WIDTHS[2:]) - 4)]))
        self.row += 1

    def _bar(self, name: str) -> None:
        self.page.merge_range(self.row, 0, self.row, LAST, name, self.form["group"])
        self.page.set_row(self.row, ROW_POINTS)
        self.row += 1

    def _heads(self, heads: tuple[str, ...]) -> None:
        for at, name in enumerate(heads):
            self.page.write_string(self.row, at, name, self.form["head"])
        self.page.set_row(self.row, ROW_POINTS)
        self.row += 1

    def _cells(self, values: tuple[Any, ...], kinds: tuple[str, ...]) -> None:
        for at, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            put(self.page, (self.row, at), value, self.form[kind])
        told = [(value, WIDTHS[at]) for at, value in enumerate(values) if kinds[at] == WRAP]
        self.page.set_row(self.row, height(told))
        self.row += 1
