"""Decisions on findings: out on a sheet, back into the snapshot, counted, and into a case."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import yaml

from given import TINY, loaded
from shangji import testing
from shangji.cli import shangji
from shangji.cli.chinese import run
from shangji.errors import Refused
from shangji.pack import load
from shangji.pack.model import Case
from shangji.review import open_report
from shangji.triage import agreed, draft, drawn, found, write_sheet
from shangji.triage.drawn import outcomes
from shangji.triage.sheet import BLIND, NAME, TOP

if TYPE_CHECKING:
    from collections.abc import Callable

    from shangji.triage import Agreed

PARTS = (
    "tables/finding_review.yaml",
    "codes/finding_conclusion.yaml",
    "codes/appeal_result.yaml",
    "standards/triage.overridden_percent.yaml",
)
PROJECTS = 30


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny pack with the national pack's table of decisions."""
    folder = Path(shutil.copytree(TINY, tmp_path_factory.mktemp("包") / "tiny"))
    national = Path(shangji_packs())
    for part in PARTS:
        (folder / part).parent.mkdir(exist_ok=True)
        shutil.copyfile(national / part, folder / part)
    return folder


def shangji_packs() -> Path:
    from shangji.pack import shipped

    return shipped("national")


def filing(folder: Path) -> None:
    """Thirty projects of one line: ten above the cap, ten at it, ten without a count of persons."""
    folder.mkdir()
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "项目"
    page.append(["项目代码", "项目名称", "单位代码", "财政区划代码", "通道", "申报金额"])
    lines = book.create_sheet("预算明细")
    lines.append(["项目代码", "序号", "支出内容", "会议类别", "人数", "天数", "次数", "金额"])
    for at in range(PROJECTS):
        asked = "8000.01" if at % 3 == 0 else "8000"
        code = f"9901-{at:02}"
        page.append([code, f"会议{at}", "116001", "990101", "operation", asked])
        persons = "" if at % 3 == 2 else "10"
        lines.append([code, "1", "会议费", "三类", persons, "2", "1", asked])
    book.save(folder / "申报.xlsx")


def review(source: Path, pack: Path, out: Path) -> Path:
    options = ["--pack", str(pack), "--year", "2027", "--as-of", "2026-11-20"]
    told = ["review", str(source), "--out", str(out), "--region", "990101", *options]
    assert run(shangji, told) == 0
    return out


@pytest.fixture(scope="module")
def first(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("认定")
    filing(folder / "申报")
    review(folder / "申报", pack, folder / "结果")
    return folder


def filled(path: Path, name: str, answer: Callable[[int, dict[str, Any]], dict[str, str]]) -> None:
    """Type decisions into a sheet as a person does, by the words of the drop-downs."""
    book = openpyxl.load_workbook(path)
    page = book[name]
    heads: dict[Any, Any] = {cell.value: cell.column for cell in page[TOP]}
    for number in range(TOP + 1, page.max_row + 1):
        row: dict[str, Any] = {
            head: page.cell(number, column).value for head, column in heads.items()
        }
        for head, text in answer(number - TOP - 1, row).items():
            page.cell(number, heads[head]).value = text
    book.save(path)


def counted(folder: Path, pack: Path, sheets: list[Path], out: Path) -> tuple[Path, Agreed]:
    """Review the filing with filled sheets beside it, and count."""
    source = out / "申报"
    shutil.copytree(folder / "申报", source)
    for sheet in sheets:
        shutil.copy(sheet, source)
    report = review(source, pack, out / "结果")
    snapshot, results, _, folders = open_report(report)
    made, _ = load(folders)
    assert made is not None
    return report, agreed([(snapshot, results, made)])


def meeting(row: dict[str, Any]) -> bool:
    return bool(row["规则编号"] == "R-0001")


def test_decisions_come_back_and_are_counted(first: Path, pack: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "疑点认定表.xlsx"
    assert run(shangji, ["triage", str(first / "结果"), "-o", str(sheet)]) == 0

    def decide(at: int, row: dict[str, Any]) -> dict[str, str]:
        if not meeting(row):
            return {}
        said = "不认定" if at % 3 == 0 else "认定"
        appeal = {"申辩处理": "申辩成立"} if at == 0 else {}
        return {"认定": said, "认定理由": "现场核对", "认定人代号": "甲", **appeal}

    filled(sheet, NAME, decide)
    report, made = counted(first, pack, [sheet], tmp_path)
    tally = next(one for one in made.rules if one.rule_id == "R-0001")
    assert (tally.applied, tally.fired) == (PROJECTS, 10)
    assert tally.upheld + tally.overridden == 10
    assert tally.appeal_upheld == 1
    assert tally.overridden_percent > made.limit == 20
    assert tally.triage  # listed only: the pack's rule stays as it is
    assert made.machine is None
    assert "范围受限" in made.refused[0]  # findings alone say nothing of what was missed
    snapshot, _, _, folders = open_report(report)
    assert snapshot.rows("finding_review") == 10 + sum(
        one.fired for one in made.rules if one.rule_id != "R-0001"
    )
    assert loaded(*folders).rules["R-0001"].status == "active"
    assert run(shangji, ["agreement", str(report)]) == 0


def test_few_decisions_send_no_rule_to_triage(first: Path, pack: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "疑点认定表.xlsx"
    run(shangji, ["triage", str(first / "结果"), "-o", str(sheet)])
    filled(sheet, NAME, lambda at, _: {"认定": "不认定", "认定人代号": "甲"} if at < 4 else {})
    _, made = counted(first, pack, [sheet], tmp_path)
    assert [one.overridden for one in made.rules if one.decided] == [4]
    assert not any(one.triage for one in made.rules)


def blind(first: Path, where: Path, judge: str, answer: Callable[[int, str], str]) -> Path:
    """A blinded sheet filled by one person, told what the truth is by the row's facts."""
    told = ["triage", str(first / "结果"), "--blind", "30", "--seed", "7", "-o", str(where)]
    assert run(shangji, told) == 0

    def decide(at: int, row: dict[str, Any]) -> dict[str, str]:
        says = str(row["情况"])
        truth = "认定" if "8,000.01" in says else "不认定"
        truth = "无法判断" if "人数：（空）" in says else truth
        truth = "认定" if not meeting(row) and "8,000.01" in says else truth
        return {"认定": answer(at, truth), "认定人代号": judge}

    filled(where, BLIND, decide)
    return where


def test_a_blinded_sample_covers_the_range_and_hides_the_verdict(
    first: Path, pack: Path, tmp_path: Path
) -> None:
    one = blind(first, tmp_path / "甲.xlsx", "甲", lambda _, truth: truth)
    page = openpyxl.load_workbook(one)[BLIND]
    heads = [cell.value for cell in page[TOP]]
    assert "程度" not in heads
    assert "申辩处理" not in heads
    text = "".join(str(cell.value) for row in page.iter_rows(min_row=TOP + 1) for cell in row)
    assert not any(
        word in text for word in ("不符", "通过", "不知道", "按定额应", "fail", "unknown")
    )
    two = blind(first, tmp_path / "乙.xlsx", "乙", lambda at, t: "认定" if at % 5 == 0 else t)
    _, made = counted(first, pack, [one, two], tmp_path)
    assert made.machine is not None
    assert made.people is not None
    assert made.machine.things == 60
    assert made.machine.low is not None
    assert made.machine.value is not None
    assert 0 < float(made.machine.value) < 1
    assert made.refused == []


def test_twin_a_sample_of_findings_alone_is_refused(
    first: Path, pack: Path, tmp_path: Path
) -> None:
    """The same sheet with only what failed: κ could be computed, and would mean nothing."""
    sheet = blind(first, tmp_path / "甲.xlsx", "甲", lambda _, truth: truth)
    filled(
        sheet,
        BLIND,
        lambda _, row: (
            {} if row["认定"] == "认定" and meeting(row) else {"认定": "", "认定人代号": ""}
        ),
    )
    _, made = counted(first, pack, [sheet], tmp_path)
    assert made.machine is None
    assert "“通过”" in made.refused[0]


def test_a_draw_is_the_same_for_a_seed_and_another_for_another(first: Path, pack: Path) -> None:
    snapshot, _, _, _ = open_report(first / "结果")
    made = loaded(pack)
    once, again, other = (
        [item.id for item in drawn(snapshot, made, 20, seed)] for seed in (1, 1, 2)
    )
    assert once == again != other
    assert len(set(once)) == 20
    assert len(drawn(snapshot, made, 5000, 1)) == 90  # no more than there is: three rules, 30 rows
    judged = Counter(answer for rule, _, answer in outcomes(snapshot, made) if rule == "R-0001")
    assert judged == {"fail": 10, "pass": 10, "unknown": 10}  # rows that passed are drawn from too


def test_a_changed_number_is_said_and_not_counted(first: Path, pack: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "疑点认定表.xlsx"
    run(shangji, ["triage", str(first / "结果"), "-o", str(sheet)])
    decided = {"认定": "认定", "认定人代号": "甲"}
    filled(
        sheet,
        NAME,
        lambda at, _: {**decided, "行标识": "别的行"} if at == 0 else decided,
    )
    _, made = counted(first, pack, [sheet], tmp_path)
    assert [problem.code for problem in made.problems] == ["answer-edited"]
    total = sum(one.decided for one in made.rules)
    assert total == sum(one.fired for one in made.rules) - 1


def test_an_upheld_appeal_becomes_a_case_that_runs(
    first: Path, pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot, results, _, _ = open_report(first / "结果")
    made = loaded(pack)
    item = next(one for one in found(snapshot, results, made) if one.rule.id == "R-0001")
    out = tmp_path / "案例.yaml"
    told = ["pack", "case", "R-0001", "--from", str(first / "结果"), "--finding", item.id]
    assert run(shangji, [*told, "-o", str(out)]) == 0
    assert "规则还没有达到认定的结论" in capsys.readouterr().err
    text = out.read_text("utf-8")
    assert item.project_code not in text
    assert "116001" not in text
    (doc,) = yaml.safe_load(text)
    given = {name: tuple(rows) for name, rows in doc["given"].items()}
    assert given["line"][0]["amount_yuan"] == "8000.01"
    rule = made.rules["R-0001"]
    case = Case(doc["name"], given, (doc["expect"],), doc["region"])
    assert [one.found for one in testing.run(made, [(rule, case)])] == ["fail"]
    kept = draft(snapshot, made, rule, item.key, "fail")  # what was upheld is held fast too
    assert kept.right
    with pytest.raises(Refused, match="没有这个疑点"):
        draft(snapshot, made, rule, "没有", "pass")


def test_a_case_goes_into_the_rule_and_the_pack_checks_it(
    first: Path, pack: Path, tmp_path: Path
) -> None:
    snapshot, results, _, _ = open_report(first / "结果")
    made = loaded(pack)
    item = next(one for one in found(snapshot, results, made) if one.rule.id == "R-0001")
    text = draft(snapshot, made, made.rules["R-0001"], item.id, "fail").text
    folder = Path(shutil.copytree(pack, tmp_path / "tiny"))
    path = folder / "rules" / "R-0001.yaml"
    indented = "".join(f"  {line}\n" for line in text.splitlines())
    path.write_text(path.read_text("utf-8").rstrip() + "\n" + indented, "utf-8")
    again = loaded(folder)
    results_of = testing.run_cases(again, rules=[again.rules["R-0001"]])
    assert all(one.right for one in results_of)
    assert any("会议费超综合定额" in one.case for one in results_of)


def test_an_empty_sheet_is_a_sheet(pack: Path, tmp_path: Path) -> None:
    write_sheet(tmp_path / "空.xlsx", [], loaded(pack), "0" * 64, "样例")
    assert openpyxl.load_workbook(tmp_path / "空.xlsx")[NAME].max_row == TOP
