"""Feedback to units and back: only what a unit may see, answers by name of finding, two rounds."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from given import loaded
from office_given import fill, through_office
from shangji.cli import shangji
from shangji.cli.chinese import run
from shangji.feedback.sheet import NAME, TOP
from shangji.forms import Prefilled, write_template
from shangji.ledger import SQLiteStore, note, stamp
from shangji.responses import finding_id, holds

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.pack import Pack

CITY = Prefilled("2027", "990101", "2026-11-20", "样例县市政养护中心")
OTHER = "117001"


def opened(path: Path) -> Any:
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return loaded("national")


def filed(folder: Path, pack: Pack, name: str, **changes: dict[str, str]) -> Path:
    """The form's own example as a filing, the first row of each sheet changed."""
    form, path = pack.forms["declaration"], folder / name
    folder.mkdir(exist_ok=True)
    write_template(path, pack, form, CITY)
    rows = {}
    for sheet in form.sheets:
        first, *rest = [dict(row) for row in sheet.example] or [{}]
        first.update(changes.get(sheet.name, {}))
        code = changes.get("项目申报表", {}).get("project_code")
        every = [
            {**row, **({"project_code": code} if code and row else {})} for row in (first, *rest)
        ]
        rows[sheet.name] = [{k: v for k, v in row.items() if v} for row in every if row]
    fill(path, pack, form, rows)
    return path


FAULTS: dict[str, dict[str, str]] = {
    "项目申报表": {"summary": "", "amount_yuan": "970000", "end_date": "2026-01-31",
              "start_date": "2026-01-01"},
    "绩效目标申报表": {"value_text": "逐步提高"},
}  # fmt: skip


@pytest.fixture(scope="module")
def first(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review of two units, with the sheets that went out after it."""
    folder = tmp_path_factory.mktemp("一轮")
    filed(folder / "申报", pack, "甲.xlsx", **FAULTS)
    other = {**FAULTS["项目申报表"], "project_code": "9901012027B009", "unit_code": OTHER,
             "unit_name": "样例县园林所", "project_name": "城区公园绿化管护"}  # fmt: skip
    filed(folder / "申报", pack, "乙.xlsx", 项目申报表=other)
    review(folder / "申报", folder / "结果")
    assert run(shangji, ["feedback", str(folder / "结果"), "-o", str(folder / "反馈"),
                         "--deadline", "2026-12-05"]) == 0  # fmt: skip
    return folder


def review(source: Path, out: Path) -> None:
    assert run(shangji, ["review", str(source), "--out", str(out)]) == 0


def sheet_of(folder: Path, unit: str = "116001") -> Path:
    return next(folder.glob(f"{unit}_*.xlsx"))


def lines(path: Path) -> list[dict[str, Any]]:
    rows = list(opened(path)[NAME].iter_rows(min_row=TOP, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if any(row)]


def answered(
    source: Path, target: Path, texts: dict[str, str], *, upside_down: bool = False
) -> None:
    """A sheet as a unit sends it back: answers by rule, rows perhaps in another order."""
    book = opened(source)
    page = book[NAME]
    heads = {cell.value: cell.column for cell in page[TOP]}
    rows = list(range(TOP + 1, page.max_row + 1))
    for row in rows:
        rule = page.cell(row, heads["规则编号"]).value
        if rule in texts:
            page.cell(row, heads["单位说明"]).value = texts[rule]
    if upside_down:
        held = [[cell.value for cell in page[row]] for row in rows]
        for row, values in zip(rows, reversed(held), strict=True):
            for column, value in enumerate(values, start=1):
                page.cell(row, column).value = value
        page.column_dimensions["G"].width = 80
    target.parent.mkdir(exist_ok=True)
    book.save(target)


def problems(report: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((report / "intake.json").read_text("utf-8"))[
        "problems"
    ]
    return [item for item in found if item["code"].startswith("answer-")]


def test_a_unit_sees_its_own_findings_and_only_those_that_it_may(first: Path, pack: Pack) -> None:
    own = lines(sheet_of(first / "反馈"))
    assert {row["项目代码"] for row in own} == {"9901012027A001"}
    rules = {row["规则编号"] for row in own}
    assert {"C-project.summary", "R-0003", "R-0008", "R-0014"} <= rules
    assert {pack.rules[rule].visible_to for rule in rules} == {"unit"}
    assert {row["项目代码"] for row in lines(sheet_of(first / "反馈", OTHER))} == {"9901012027B009"}
    assert all(
        row["答复期限"] == "2026-12-05" and row["依据"] and row["怎么改或需补材料"] for row in own
    )
    assert not any("疑点" in str(value) for row in own for value in row.values())
    late = next(row for row in own if row["规则编号"] == "R-0008")
    assert late["怎么改或需补材料"].startswith("请说明")  # of necessity a unit is asked, not taught


def test_everything_is_locked_but_the_answers(first: Path) -> None:
    page = opened(sheet_of(first / "反馈"))[NAME]
    assert page.protection.sheet
    unlocked = {
        page.cell(TOP, cell.column).value
        for row in page.iter_rows(min_row=TOP + 1)
        for cell in row
        if not cell.protection.locked
    }
    assert unlocked == {"单位说明", "附件名"}
    hidden = {name for name, size in page.column_dimensions.items() if size.hidden}
    assert hidden


def test_answers_come_back_from_libreoffice_in_any_order(
    first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(first / "申报", tmp_path / "申报")
    texts = {"R-0008": "尾款，合同约定次年支付", "R-0014": "已按台账改写"}
    answered(sheet_of(first / "反馈"), tmp_path / "填好.xlsx", texts, upside_down=True)
    saved = through_office(tmp_path / "填好.xlsx", tmp_path / "saved")
    shutil.copyfile(saved, tmp_path / "申报" / "反馈单.xlsx")
    review(tmp_path / "申报", tmp_path / "结果")
    assert problems(tmp_path / "结果") == []
    intake = json.loads((tmp_path / "结果" / "intake.json").read_text("utf-8"))["problems"]
    assert "column-hidden" not in {item["code"] for item in intake}  # we hid them ourselves
    capsys.readouterr()
    assert run(shangji, ["explain", "9901012027A001", "--report", str(tmp_path / "结果")]) == 0
    said = capsys.readouterr().out
    assert "单位说明：尾款，合同约定次年支付" in said
    assert "单位说明：已按台账改写" in said
    page = opened(tmp_path / "结果" / "审核结果.xlsx")["单位说明"]
    assert {row[0] for row in page.iter_rows(min_row=4, values_only=True) if row[0]} == {
        "已接到问题上"
    }


def test_what_no_longer_fits_is_said_and_kept(first: Path, pack: Pack, tmp_path: Path) -> None:
    better = {"项目申报表": {**FAULTS["项目申报表"], "summary": "对城区主次干道路面进行日常养护。"}}
    filed(tmp_path / "申报", pack, "甲.xlsx", **better)
    texts = {"C-project.summary": "已补", "R-0003": "合计已核", "R-0008": "尾款", "R-0014": "改了"}
    path = tmp_path / "申报" / "反馈单.xlsx"
    answered(sheet_of(first / "反馈"), path, texts)
    book = opened(path)
    page = book[NAME]
    heads = {cell.value: cell.column for cell in page[TOP]}
    rows = {
        page.cell(row, heads["规则编号"]).value: row for row in range(TOP + 1, page.max_row + 1)
    }
    page.cell(rows["R-0008"], heads["回填编号"]).value = "0" * 16 + "-0000"
    foreign = finding_id("R-0014", "target", "别处")
    for name, value in {"回填编号": foreign, "行标识": "别处", "项目代码": "别处"}.items():
        page.cell(rows["R-0014"], heads[name]).value = value
    again = page.max_row + 1
    for cell in page[rows["R-0003"]]:
        page.cell(again, cell.column).value = cell.value
    book.save(path)
    review(tmp_path / "申报", tmp_path / "结果")
    found = {(item["code"], item["line"]) for item in problems(tmp_path / "结果")}
    assert found == {
        ("answer-gone", rows["C-project.summary"]),
        ("answer-edited", rows["R-0008"]),
        ("answer-foreign", rows["R-0014"]),
        ("answer-doubled", again),
    }
    page = opened(tmp_path / "结果" / "审核结果.xlsx")["单位说明"]
    kept = [row[4] for row in page.iter_rows(min_row=4, values_only=True) if row[4]]
    assert sorted(kept) == sorted([*texts.values(), "合计已核"])


def test_a_name_tells_whether_it_was_given_out() -> None:
    name = finding_id("R-0001", "line", "P|1")
    assert holds(name)
    assert name != finding_id("R-0001", "line", "P|2")
    for at in range(len(name)):
        other = "0" if name[at] != "0" else "1"
        assert not holds(name[:at] + other + name[at + 1 :])


def test_a_second_round_shows_what_changed(first: Path, pack: Pack, tmp_path: Path) -> None:
    later = {
        "项目申报表": {**FAULTS["项目申报表"], "summary": "对城区主次干道路面进行日常养护。",
                  "leader_name": "", "functional_class": ""},
        "绩效目标申报表": {"value_text": "按台账完成"},
    }  # fmt: skip
    filed(tmp_path / "申报", pack, "甲.xlsx", **later)
    answered(sheet_of(first / "反馈"), tmp_path / "申报" / "反馈单.xlsx", {"R-0008": "合同尾款"})
    review(tmp_path / "申报", tmp_path / "结果")
    assert run(shangji, ["feedback", str(tmp_path / "结果"), "-o", str(tmp_path / "反馈"),
                         "--before", str(first / "结果")]) == 0  # fmt: skip
    moved = {row["规则编号"]: row for row in lines(sheet_of(tmp_path / "反馈"))}
    assert moved["R-0003"]["进展"] == "未解决"
    assert moved["R-0008"]["进展"] == "单位已说明"
    assert moved["R-0008"]["单位说明"] == "合同尾款"
    assert moved["C-project.functional_class"]["进展"] == "新增"
    assert moved["C-project.summary"]["进展"] == "已解决"  # the blank was filled: a fact came in
    assert moved["R-0014"]["进展"] == "改动需说明"  # cleared by words alone
    assert "只改了文字" in moved["R-0014"]["情况"]


def test_the_letter_has_the_same_lines_and_repeats_its_headings(first: Path) -> None:
    docx = pytest.importorskip("docx", reason="the docs extra is not installed")
    path = next((first / "反馈").glob("116001_*.docx"))
    document = docx.Document(str(path))
    table = document.tables[0]
    assert len(table.rows) == len(lines(sheet_of(first / "反馈"))) + 1
    assert "tblHeader" in table.rows[0]._tr.xml
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "2026-12-05" in text
    assert "疑点" not in text + "".join(cell.text for row in table.rows for cell in row.cells)


def test_what_is_handed_out_is_stamped_and_recorded(first: Path, tmp_path: Path) -> None:
    """The code stands in no cell, so that answers still come back; the log names every file."""
    docx = pytest.importorskip("docx", reason="the docs extra is not installed")
    log, key, out = tmp_path / "账本.sqlite", tmp_path / "密钥", tmp_path / "反馈"
    entry = tmp_path / "记录.jsonl"
    entry.write_text('{"kind":"input","who":"office:预算科","body":null,"body_digest":"'
                     + "0" * 64 + '"}', "utf-8")  # fmt: skip
    for command in (
        ["key", str(key), "--name", "czj.example.gov.cn/ledger"],
        ["append", str(entry), "--log", str(log)],
        ["checkpoint", "--log", str(log), "--key", str(key)],
    ):
        assert run(shangji, ["ledger", *command]) == 0
    kept = ["--ledger", str(log), "--ledger-key", str(key)]
    assert run(shangji, ["feedback", str(first / "结果"), "-o", str(out), *kept]) == 0
    with SQLiteStore(log, readonly=True) as store:
        leaf = json.loads(store.entries(1, 2)[0])
        signed = note.parse(store.checkpoints()[0][1], str(log))
    assert (leaf["kind"], leaf["body"]["what"]) == ("disclosure", "问题反馈单")
    assert leaf["body"]["to"] == ["116001", OTHER]
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}
    assert leaf["body"]["files"] == files
    page = opened(sheet_of(out))[NAME]
    said = "\n".join(stamp.lines(signed))
    assert said in page.oddFooter.left.text
    assert len(page._images) == 1
    assert [row["序号"] for row in lines(sheet_of(out))] == [
        row["序号"] for row in lines(sheet_of(first / "反馈"))
    ]
    letter = docx.Document(str(next(out.glob("116001_*.docx"))))
    assert said in "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert len(letter.inline_shapes) == 1


def test_without_the_library_only_the_sheet_is_written(
    first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shangji.cli.feedback_command.find_spec", lambda _name: None)
    out = tmp_path / "反馈"
    assert run(shangji, ["feedback", str(first / "结果"), "-o", str(out)]) == 0
    assert "没有装 python-docx" in capsys.readouterr().out
    assert {path.suffix for path in out.iterdir()} == {".xlsx"}
    assert run(shangji, ["feedback", str(first / "结果"), "--deadline", "年底"]) == 3
