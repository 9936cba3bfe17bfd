"""The meeting's papers: sums tie, pages fit, and decided amounts come back from any program."""

from __future__ import annotations

import shutil
import string
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import openpyxl
import pytest

from shangji.cli.chinese import run
from shangji.cli.meeting_commands import decision
from shangji.cli.reviewing import review_paths
from shangji.errors import Refused
from shangji.explain import row_lines
from shangji.pack import load
from shangji.papers import changes, decisions, department, named, summary_table, take, write
from shangji.papers.decided import decided_lines, keep
from shangji.papers.entries import REASON_LONGEST, gather
from shangji.papers.page import height
from shangji.papers.summary_table import (
    ARRANGED,
    AT,
    DECIDED,
    HEAD,
    HELD,
    ID_HEAD,
    MEETING,
    MINUTES,
    SHEET,
)
from shangji.review import open_report

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
VERSION = "V3 党组会稿"
LETTERS = string.ascii_uppercase
CUT = "99010127T000001932027"
POOL = "资金来源,年度,序号,增减类型,金额（元）\n一般公共预算本级,2027,1,收入,150000000\n"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The small sample reviewed, its papers written: folder, snapshot, results, result, pack."""
    out = tmp_path_factory.mktemp("papers")
    money = out / "可用财力.csv"
    money.write_text(POOL, encoding="utf-8-sig")
    options: dict[str, Any] = {
        "paths": [str(ROOT / "samples" / "small"), str(money)],
        "out": str(out / "审核结果"),
        "packs": (),
        "year": None,
        "as_of": None,
        "region": None,
        "engine": "duckdb",
        "threads": 2,
    }
    review_paths(options)
    snapshot, results, result, folders = open_report(out / "审核结果")
    pack, _ = load(folders)
    assert pack is not None
    write(out / "材料", snapshot, results, pack, named(snapshot, result, VERSION))
    return out, snapshot, results, result, pack


@pytest.fixture
def paper(opened: Any, tmp_path: Path) -> Path:
    """A copy of the summary table, to be filled in."""
    return Path(shutil.copy(opened[0] / "材料" / "项目审核汇总表.xlsx", tmp_path / "汇总表.xlsx"))


def rows_of(page: Any) -> list[int]:
    """The rows of projects, counted from one."""
    place = AT[ID_HEAD] + 1
    return [at for at in range(HEAD + 2, page.max_row + 1) if page.cell(at, place).value]


def fill(path: Path, change: Callable[[Any], None] | None = None) -> None:
    """Fill a table in as a clerk would: the meeting above, every amount as suggested or nought."""
    book = openpyxl.load_workbook(path)
    page = book[SHEET]
    top = {page.cell(3, at).value: at for at in range(1, page.max_column + 1)}
    told = {"会议名称：": "局党组会", "会议日期：": "2026年12月10日", "纪要号：": "〔2026〕9号"}
    for label, value in told.items():
        page.cell(3, top[label] + 1).value = value
    for at in rows_of(page):
        page.cell(at, AT[DECIDED] + 1).value = page.cell(at, AT["建议数"] + 1).value or 0
    if change is not None:
        change(page)
    book.save(path)


def test_the_summary_table_ties_with_the_review(opened: Any) -> None:
    _, snapshot, results, result, pack = opened
    book = gather(snapshot, results, pack)
    total = result["summary"]["grades"][-1]
    assert len(book.entries) == total["projects"]
    assert sum(one.asked or 0 for one in book.entries) == Decimal(total["asked_yuan"])
    listed = [one for one in book.entries if one.suggested is not None]
    assert sum(one.cut or 0 for one in listed) == Decimal(total["cut_yuan"])
    assert len(listed) == len(book.entries) - 1  # the one that is not admitted has no suggestion
    cut = next(one for one in book.entries if one.code == CUT)
    assert cut.cut == Decimal("34200.00")
    assert cut.reason == "会议费按综合定额核定，超定额部分核减。"
    assert all(len(one.reason) <= REASON_LONGEST for one in book.entries)


def test_a_department_sees_every_cause_and_they_make_up_the_whole_difference(
    opened: Any,
) -> None:
    out, snapshot, results, _, pack = opened
    book = gather(snapshot, results, pack)
    listed = sorted(path.name for path in (out / "材料" / department.FOLDER).iterdir())
    assert len(listed) == len({one.department for one in book.entries})
    asked = given = 0
    for name in listed:
        page = openpyxl.load_workbook(out / "材料" / department.FOLDER / name)[department.SHEET]
        rows = {row[1].value: row[3].value for row in page.iter_rows(max_row=40) if row[1].value}
        taken = [value for name, value in rows.items() if str(name).startswith("减：")]
        assert fen(rows["差额合计"]) == sum(map(fen, taken))
        assert fen(rows["申报"]) + fen(rows["差额合计"]) == fen(rows["安排"])
        asked, given = asked + fen(rows["申报"]), given + fen(rows["安排"])
    with duckdb.connect() as connection:
        sql = "SELECT (sum(amount_yuan) * 100)::BIGINT FROM read_parquet(?)"
        told = connection.execute(sql, [str(results.path("plan"))]).fetchone()
    assert (given,) == told
    assert asked == sum(int((one.asked or 0) * 100) for one in book.entries)


def fen(wan: Any) -> int:
    """万元 of a cell as whole 分."""
    return round(Decimal(str(wan)) * 1_000_000)


def test_decided_amounts_come_back_and_stand_beside_the_suggested(
    opened: Any, paper: Path, tmp_path: Path
) -> None:
    _, snapshot, results, result, pack = opened
    fill(paper)
    taken, problems = take(paper, snapshot, results, result, pack)
    assert problems == []
    assert taken is not None
    assert (taken.version, len(taken.rows), taken.undecided) == (VERSION, 60, 0)
    one = next(row for row in taken.rows if row["project_code"] == CUT)
    assert (one["suggested_yuan"], one["decided_yuan"]) == (Decimal("30150.00"),) * 2
    assert (one["held_on"], one["kind"]) == (date(2026, 12, 10), "bureau_party")
    kept = keep(taken, paper, snapshot, pack, tmp_path / "决定")
    assert kept.rows("decision_meeting") == 60
    (line,) = [*decided_lines(tmp_path / "决定", snapshot, CUT)][1:]
    assert "建议 30,150.00 元 → 决定 30,150.00 元" in line
    assert "〔2026〕9号" in line
    assert any("审减 34,200.00" in told for told in row_lines(snapshot, results, pack, CUT))
    with pytest.raises(Refused) as refused:
        keep(taken, paper, snapshot, pack, tmp_path / "决定")
    assert refused.value.problems[0].code == "paper-frozen"


def test_versions_are_compared_by_project(opened: Any, paper: Path) -> None:
    _, snapshot, results, result, pack = opened
    fill(paper)
    taken, _ = take(paper, snapshot, results, result, pack)
    assert taken is not None
    second = [dict(row) for row in taken.rows]
    second[5]["decided_yuan"] -= Decimal("0.01")
    dropped = second.pop()
    found = changes(taken.rows, second)
    assert {code for code, _, _ in found} == {
        taken.rows[5]["project_code"],
        dropped["project_code"],
    }
    assert (dropped["project_code"], dropped["decided_yuan"], None) in found


def swap(page: Any) -> None:
    """Sort the sheet otherwise: two rows change places, whole."""
    one, two = rows_of(page)[0], rows_of(page)[30]
    for at in range(1, page.max_column + 1):
        first, second = page.cell(one, at), page.cell(two, at)
        first.value, second.value = second.value, first.value


def change_id(page: Any) -> None:
    cell = page.cell(rows_of(page)[3], AT[ID_HEAD] + 1)
    cell.value = str(cell.value)[:-1] + ("0" if str(cell.value)[-1] != "0" else "1")


def lose_id(page: Any) -> None:
    page.cell(rows_of(page)[3], AT[ID_HEAD] + 1).value = None


def swap_ids(page: Any) -> None:
    """Two ids change places without their rows: each still fits its own code, so both are taken."""
    one, two = rows_of(page)[0], rows_of(page)[1]
    first, second = (page.cell(at, AT[ID_HEAD] + 1) for at in (one, two))
    first.value = second.value


def delete_row(page: Any) -> None:
    page.delete_rows(rows_of(page)[7])


def over(page: Any) -> None:
    at = rows_of(page)[0]
    page.cell(at, AT[DECIDED] + 1).value = page.cell(at, AT["申报"] + 1).value + 0.01


def nameless(page: Any) -> None:
    for at in range(1, page.max_column + 1):
        page.cell(3, at).value = None


def words(page: Any) -> None:
    page.cell(rows_of(page)[0], AT[DECIDED] + 1).value = "同意"


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (swap, set()),
        (change_id, {"paper-id-changed"}),
        (lose_id, {"paper-id-changed", "paper-missing"}),
        (swap_ids, {"paper-twice", "paper-missing"}),
        (delete_row, {"paper-missing"}),
        (over, {"paper-over"}),
        (nameless, {"paper-meeting"}),
        (words, {"paper-amount"}),
    ],
)
def test_what_was_tampered_with_is_named_and_nothing_is_frozen(
    opened: Any, paper: Path, change: Any, codes: set[str]
) -> None:
    _, snapshot, results, result, pack = opened
    fill(paper, change)
    taken, problems = take(paper, snapshot, results, result, pack)
    assert {problem.code for problem in problems} == codes
    assert (taken is None) == bool(codes)
    if taken is not None:
        one = next(row for row in taken.rows if row["project_code"] == CUT)
        assert one["decided_yuan"] == Decimal("30150.00")


def test_a_paper_of_another_review_is_refused(opened: Any, paper: Path) -> None:
    _, snapshot, results, result, pack = opened
    fill(paper)
    taken, problems = take(paper, snapshot, results, {**result, "digest": "0" * 64}, pack)
    assert taken is None
    assert [problem.code for problem in problems] == ["paper-foreign"]


def test_libreoffice_saves_it_without_loss(opened: Any, paper: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("没有 LibreOffice")
    _, snapshot, results, result, pack = opened

    def own_row(page: Any) -> None:
        at = rows_of(page)[0]
        page.cell(at, AT[MEETING] + 1).value = "政府常务会议"
        page.cell(at, AT[HELD] + 1).value = date(2026, 12, 20)
        page.cell(at, AT[MINUTES] + 1).value = "纪要第17期"

    fill(paper, own_row)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    again = tmp_path / "再存"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(again)]
    subprocess.run([*command, str(paper)], check=True, capture_output=True, timeout=120)
    before, _ = take(paper, snapshot, results, result, pack)
    after, problems = take(again / paper.name, snapshot, results, result, pack)
    assert problems == []
    assert before is not None
    assert after is not None
    assert after.rows == before.rows
    assert {row["kind"] for row in after.rows} == {"bureau_party", "executive"}


def test_the_command_freezes_and_compares(
    opened: Any, paper: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(paper)
    report, out = str(opened[0] / "审核结果"), str(tmp_path / "决定")
    assert run(decision, ["freeze", str(paper), "--report", report, "-o", out]) == 0
    assert "已冻结 V3 党组会稿：60 个项目" in capsys.readouterr().out
    assert list(decisions(Path(out))) == [VERSION]
    assert run(decision, ["diff", VERSION, VERSION, "-o", out]) == 0
    assert "变动 0 项" in capsys.readouterr().out
    refused = 3
    assert run(decision, ["freeze", str(paper), "--report", report, "-o", out]) == refused


def test_what_the_plan_arranges_stands_beside_what_is_suggested(
    opened: Any, tmp_path: Path
) -> None:
    out, snapshot, results, result, pack = opened
    book = gather(snapshot, results, pack)
    arranged = sum(one.arranged or 0 for one in book.entries)
    with duckdb.connect() as connection:
        sql = "SELECT sum(amount_yuan) FROM read_parquet(?)"
        told = connection.execute(sql, [str(results.path("plan"))]).fetchone()
    assert (arranged,) == told
    assert arranged > 0
    page: Any = openpyxl.load_workbook(out / "材料" / "项目审核汇总表.xlsx")[SHEET]
    shown = [page.cell(at, AT[ARRANGED] + 1).value for at in rows_of(page)]
    assert sum(Decimal(str(one)) for one in shown) * 10_000 == arranged
    book.planned = False
    summary_table.write(tmp_path / "无方案.xlsx", book, named(snapshot, result, VERSION))
    bare: Any = openpyxl.load_workbook(tmp_path / "无方案.xlsx")[SHEET]
    assert bare.column_dimensions[LETTERS[AT[ARRANGED]]].hidden


def test_the_sheets_print_one_page_wide_with_headings(opened: Any) -> None:
    out = opened[0] / "材料"
    page: Any = openpyxl.load_workbook(out / "项目审核汇总表.xlsx")[SHEET]
    assert page.page_setup.orientation == "landscape"
    assert int(page.page_setup.paperSize) == 8
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) in {(1, 0), (None, 0)}
    assert page.print_title_rows == f"${HEAD + 1}:${HEAD + 1}"
    assert page.column_dimensions[LETTERS[AT[ID_HEAD]]].hidden
    assert not page.column_dimensions[LETTERS[AT[ARRANGED]]].hidden
    for at in rows_of(page):  # every wrapped text has room
        for name in ("项目", "评审意见", "理由", "备注"):
            text = page.cell(at, AT[name] + 1).value
            wanted = height([(text, page.column_dimensions[LETTERS[AT[name]]].width)])
            assert page.row_dimensions[at].height >= wanted - 14
    each = sorted((out / "一项目一表").iterdir())
    assert len(each) == 6
    sheets: list[Any] = [
        sheet for path in each for sheet in openpyxl.load_workbook(path).worksheets
    ]
    assert len(sheets) == 60
    assert {int(sheet.page_setup.paperSize) for sheet in sheets} == {9}
