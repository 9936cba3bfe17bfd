"""A form made from a pack's declaration: filled in, saved by LibreOffice, read back whole."""

from __future__ import annotations

import shutil
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from given import TINY, loaded
from office_given import fill, through_office
from shangji.cli import shangji
from shangji.cli.chinese import run
from shangji.forms import Prefilled, fields, write_template
from shangji.intake import read
from shangji.pack import load
from shangji.pack.form import CODES, EXAMPLE
from shangji.schema import parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shangji.pack import Pack

FORM = """
form: tiny
zh: 样例申报表
money: 万元
sheets:
  - sheet: 预算明细
    table: line
    title: 明细表
    groups:
      - {zh: 明细, columns: COLUMNS}
"""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return loaded("national")


def example(pack: Pack, name: str = "declaration") -> dict[str, tuple[Mapping[str, str], ...]]:
    return {sheet.name: sheet.example for sheet in pack.forms[name].sheets}


def tiny(tmp_path: Path, columns: str) -> Path:
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder)
    lines = folder / "tables" / "line.yaml"
    text = lines.read_text("utf-8")
    lines.write_text(text.replace("kind: money,", "kind: money, required_when: always,"), "utf-8")
    (folder / "forms").mkdir()
    (folder / "forms" / "tiny.yaml").write_text(FORM.replace("COLUMNS", columns), "utf-8")
    return folder


def test_a_form_saved_by_libreoffice_is_read_without_loss(pack: Pack, tmp_path: Path) -> None:
    form, path = pack.forms["declaration"], tmp_path / "申报.xlsx"
    write_template(
        path, pack, form, Prefilled("2027", "990101", "2026-11-20", "样例县市政养护中心")
    )
    fill(path, pack, form, example(pack))
    saved = through_office(path, tmp_path / "saved")
    collected, problems = read([saved], pack)
    assert {problem.code for problem in problems} == {"sheet-empty"}  # 资金来源 is left empty
    assert collected.cells["kept"] == collected.cells["read"] > 90
    assert collected.facts["budget_year"] == "2027"
    assert collected.facts["as_of"] == "2026-11-20"
    assert collected.sources[0].origin == "unit"
    for sheet in form.sheets:
        table = pack.tables[sheet.table]
        found = collected.rows[table.name]
        assert len(found) == len(sheet.example)
        for row, given in zip(found, sheet.example, strict=True):
            wanted, _ = parse(table, given)
            assert {name: row[name] for name in wanted} == wanted


def test_drop_downs_and_hidden_codes_outlive_libreoffice(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "申报.xlsx"
    write_template(path, pack, pack.forms["declaration"])
    assert load_workbook(path)["绩效目标申报表"].freeze_panes == "C5"
    for file in (path, through_office(path, tmp_path / "saved")):
        book = load_workbook(file)
        assert book[CODES].sheet_state in {"veryHidden", "hidden"}
        sheet = book["绩效目标申报表"]
        rules = {
            str(item.sqref).split(":", 1)[0]: item for item in sheet.data_validations.dataValidation
        }
        assert "OFFSET" in rules["D5"].formula1  # the second level hangs on the first
        assert rules["C5"].type == "list"
        assert sheet["C4"].value == "*一级指标"
        book.close()


@pytest.mark.parametrize("name", ["declaration", "schedules"])
def test_every_choice_reads_back_as_its_code(pack: Pack, name: str) -> None:
    form = pack.forms[name]
    for sheet in form.sheets:
        table = pack.tables[sheet.table]
        for item in fields(form, sheet, pack):
            for choice in item.choices:
                for text in (choice.label, choice.code):
                    row, problems = parse(table, {item.column.name: text})
                    assert row[item.column.name] == choice.code, (item.column.name, text)
                    assert not problems


def test_a_bare_name_that_two_codes_share_would_not_read_back(pack: Pack) -> None:
    """Why labels of numbered classes carry the number."""
    codes = pack.codes["functional_class"]
    shared = [code for code, zh in codes.codes.items() if list(codes.codes.values()).count(zh) > 1]
    assert shared
    row, _ = parse(pack.tables["project"], {"functional_class": codes.codes[shared[0]]})
    assert row["functional_class"] not in codes.codes


@pytest.mark.parametrize("name", ["declaration", "schedules"])
def test_a_form_asks_for_all_that_the_unit_owes(pack: Pack, name: str) -> None:
    """A column that the unit owes and that the form lacks would count against who filled it in."""
    for sheet in pack.forms[name].sheets:
        owed = {
            column.name
            for column in pack.tables[sheet.table].columns
            if column.supplied_by == "unit" and not column.rounds
        }
        assert owed == set(sheet.columns), sheet.table


def test_pages_of_the_form_are_passed_over_but_not_what_is_written_on_them(
    pack: Pack, tmp_path: Path
) -> None:
    path = tmp_path / "申报.xlsx"
    write_template(path, pack, pack.forms["declaration"])
    fill(path, pack, pack.forms["declaration"], example(pack))
    assert "sheet-unknown" not in {item.code for item in read([path], pack)[1]}
    book = load_workbook(path)
    book[EXAMPLE]["C5"] = "我们的项目"
    book.save(path)
    said = [item for item in read([path], pack)[1] if item.code == "sheet-unknown"]
    assert [item.where.sheet for item in said] == [EXAMPLE]


def test_money_of_a_form_in_wan_comes_back_in_yuan(tmp_path: Path) -> None:
    made = loaded(tiny(tmp_path, "[project_code, line_no, item, amount_yuan]"))
    form, path = made.forms["tiny"], tmp_path / "申报.xlsx"
    write_template(path, made, form)
    fill(
        path,
        made,
        form,
        {"预算明细": [{"project_code": "P1", "line_no": "1", "amount_yuan": "2.5"}]},
    )
    heads = [cell.value for cell in load_workbook(path)["预算明细"][4]]
    assert any("（万元）" in str(head) for head in heads)
    row = read([path], made)[0].rows["line"][0]
    assert row["amount_yuan"] == Decimal("25000.00")


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ("[project_code, line_no]", "pack-key-absent"),
        ("[project_code, line_no, item, amount_yuan, nothing]", "pack-reference"),
        ("[project_code, project_code, line_no, amount_yuan]", "pack-duplicate"),
    ],
)
def test_a_form_that_does_not_fit_its_table_is_refused(
    tmp_path: Path, columns: str, code: str
) -> None:
    made, problems = load([tiny(tmp_path, columns)])
    assert made is None
    assert code in {problem.code for problem in problems}


def test_the_command_never_writes_over_what_may_be_filled_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "申报.xlsx"
    assert run(shangji, ["template", str(path), "--year", "2027"]) == 0
    before = path.read_bytes()
    assert run(shangji, ["template", str(path)]) == 3
    assert path.read_bytes() == before
    assert "没有改动" in capsys.readouterr().err
    assert run(shangji, ["template", str(path), "--force"]) == 0
    assert run(shangji, ["template", str(tmp_path / "x.xlsx"), "--form", "没有"]) == 3
    assert "declaration" in capsys.readouterr().err
