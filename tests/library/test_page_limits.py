"""审核报告.html at its edges: hostile texts, private numbers, many projects, paper."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from browser import address, opened
from given import FACTS, collect
from shangji.domain import wan
from shangji.report.page import write
from shangji.report.page.packed import masked
from shangji.responses import finding_id
from shangji.review import review
from shangji.snapshot import freeze

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.pack import Pack

HOSTILE = (
    "<script>window.hit=1</script><img src=x onerror=window.hit=1></script>"
    "<svg onload=window.hit=1>\u2028{data}&lt;b&gt;'\"`"
)
ID_NO = "360426199101010071"


def project(code: str, department: str, **more: str) -> dict[str, str]:
    return {
        "project_code": code,
        "project_name": f"项目{code}",
        "unit_code": f"{department}001",
        "unit_name": f"单位{department}",
        "department_code": department,
        "lane": "operation",
        "amount_yuan": "120000.50",
        **more,
    }


def meeting(code: str) -> dict[str, str]:
    """A line that a rule of the pack finds fault with and cuts."""
    return {
        "project_code": code,
        "line_no": "1",
        "economic_class": "30215",
        "meeting_class": "四类",
        "persons": "10",
        "days": "1",
        "amount_yuan": "90000",
    }


def reviewed(pack: Pack, rows: dict[str, list[dict[str, str]]], folder: Path) -> Path:
    snapshot, _ = freeze(collect(pack, rows), pack.tables, FACTS, folder / "snapshot")
    review(snapshot, pack, out=folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def report(national: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review of three projects: one hostile, one with a citizen's number, one with a cut."""
    rows = {
        "project": [
            project("P1", "101", project_name=HOSTILE, unit_name=HOSTILE),
            project("P2", "102", project_name=f"补助{ID_NO}", lane="policy"),
            project("P3", "103"),
            project("P4", "103", amount_yuan="15930755500.00"),
        ],
        "line": [meeting("P3")],
        "response": [
            {
                "finding_id": finding_id("R-0001", "line", "P3|1"),
                "project_code": "P3",
                "batch": "第一次反馈",
                "answer": "<b>含场租两万元</b>",
                "attachment_name": "场租合同.pdf",
            }
        ],
    }
    return reviewed(national, rows, tmp_path_factory.mktemp("edge"))


def test_a_units_answer_stands_on_the_card_of_its_finding(report: Path, chromium: Any) -> None:
    with opened(chromium) as (page, _):
        page.goto(address(report / write.PAGE, "#project/P3"))
        card = page.locator("article.card", has_text="R-0001").inner_text()
        assert "第一次反馈：<b>含场租两万元</b>（附件：场租合同.pdf）" in card


def test_money_that_looks_like_a_telephone_is_shown(report: Path, chromium: Any) -> None:
    with opened(chromium) as (page, _):
        page.goto(address(report / write.PAGE))
        assert wan("15931115501.50") in page.inner_text(".figures")
        assert "NaN" not in page.inner_text("body")


@pytest.fixture(scope="module")
def many(national: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review over three departments, above the projects that one file may hold."""
    projects = [project(f"P{at}", f"10{at % 3}") for at in range(9)]
    rows = {"project": projects, "line": [meeting(f"P{at}") for at in range(0, 9, 2)]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "PROJECTS_MOST", 5)
        return reviewed(national, rows, tmp_path_factory.mktemp("many"))


def test_texts_of_units_are_texts(report: Path, chromium: Any) -> None:
    with opened(chromium) as (page, seen):
        for place in ("", "#projects", "#project/P1", "#findings", "#departments", "#unknown"):
            page.goto(address(report / write.PAGE, place))
            page.reload()
            assert page.evaluate("window.hit") is None
        page.goto(address(report / write.PAGE, "#project/P1"))
        assert page.inner_text("h2.title") == HOSTILE.replace("\u2028", " ") or (
            page.locator("h2.title").evaluate("node => node.textContent") == HOSTILE
        )
        assert page.locator("main script, main img").count() == 0
        assert not seen.faults


def test_a_text_that_is_markup_would_have_run(tmp_path: Path, chromium: Any) -> None:
    """The twin: the same text as markup, without the policy, does hit."""
    plain = tmp_path / "twin.html"
    plain.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{HOSTILE}</body>", "utf-8")
    with opened(chromium) as (page, _):
        page.goto(address(plain))
        assert page.evaluate("window.hit") == 1


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"经办人{ID_NO}", ID_NO[6:17]),
        ("卡号6222021234567890123", "0212345678"),
        ("电话13812345678", "12345"),
        ("开户行账号：110060149018800123", "60149018800"),
    ],
)
def test_numbers_of_persons_are_masked(text: str, hidden: str) -> None:
    assert hidden in text
    assert hidden not in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "99010127T000001932027",
        "9901012760000001260",
        "2026-11-20",
        "15930755500.00",
        "15930755500 元",
    ],
)
def test_codes_and_money_are_not_masked(text: str) -> None:
    assert masked(text) == text


def test_an_id_number_in_a_name_does_not_reach_the_page(report: Path) -> None:
    assert ID_NO not in (report / write.PAGE).read_text("utf-8")


def held(path: Path) -> dict[str, Any]:
    found = re.search(r'id="data">(.*?)</script>', path.read_text("utf-8"), re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_many_projects_make_an_index_and_a_page_a_department(many: Path) -> None:
    index = held(many / write.PAGE)
    assert not index["projects"]["columns"]["code"]
    pages = [many / name for name in index["head"]["pages"].values()]
    assert len(pages) == 3
    assert sorted(pages) == sorted((many / write.FOLDER).iterdir())
    parts = [held(path)["summary"] for path in pages]
    for name in ("projects", "asked_yuan", "cut_yuan", "approved_yuan"):
        total = round(float(index["summary"]["grades"][-1][name]) * 100)
        assert sum(round(float(part["grades"][-1][name]) * 100) for part in parts) == total
    for name in ("veto", "major", "minor", "hint", "unknown"):
        assert sum(part["findings"][name] for part in parts) == index["summary"]["findings"][name]


def test_the_index_leads_to_a_department_and_its_projects(many: Path, chromium: Any) -> None:
    whole = held(many / write.PAGE)["summary"]["departments"][0]
    with opened(chromium) as (page, seen):
        page.goto(address(many / write.PAGE))
        page.get_by_role("link", name=whole["department_name"]).first.click()
        page.wait_for_selector("table.departments tfoot")
        assert wan(whole["asked_yuan"]) in page.inner_text("table.departments tfoot")
        page.click("#tabs >> text=项目")
        assert page.locator("table.projects tbody tr").count() == whole["projects"]
        for tab in ("findings", "cuts", "unknown", "basis"):
            page.goto(address(many / write.PAGE, f"#{tab}"))
            assert page.locator("#main .panel").count() > 0
        assert not seen.faults


def test_it_prints_on_four_sheets(many: Path, tmp_path: Path, chromium: Any) -> None:
    with opened(chromium) as (page, _):
        page.goto(address(many / write.PAGE))
        pdf = page.pdf(prefer_css_page_size=True)
    (tmp_path / "print.pdf").write_bytes(pdf)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 4


CONTRAST = """() => {
  const light = (rgb) => { const [r, g, b] = rgb.map((v) => { const c = v / 255;
    return c <= 0.03928 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4); });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const parse = (text) => (text.match(/[0-9.]+/g) || []).map(Number);
  const ground = (node) => { for (let at = node; at; at = at.parentElement) {
    const rgb = parse(getComputedStyle(at).backgroundColor);
    if (rgb.length === 3 || rgb[3] > 0) return rgb.slice(0, 3); } return [255, 255, 255]; };
  const faint = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = Array.from(node.childNodes).some((c) => c.nodeType === 3 && c.data.trim());
    if (!own || !node.offsetParent || node.closest("[aria-hidden]")) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color).slice(0, 3)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(node.className + " " + node.textContent.slice(0, 20) + " " + ratio);
  }
  return faint;
}"""


def test_every_text_has_contrast_and_every_row_opens_by_keyboard(
    report: Path, chromium: Any
) -> None:
    with opened(chromium) as (page, _):
        for place in ("", "#projects", "#project/P3", "#findings", "#departments", "#basis"):
            page.goto(address(report / write.PAGE, place))
            page.reload()
            assert page.evaluate(CONTRAST) == []
        page.goto(address(report / write.PAGE, "#departments"))
        page.reload()
        opener = page.locator("button.opener").first
        opener.focus()
        page.keyboard.press("Enter")
        assert opener.get_attribute("aria-expanded") == "true"
        outline = opener.evaluate("node => getComputedStyle(node).outlineStyle")
        assert outline == "solid"
