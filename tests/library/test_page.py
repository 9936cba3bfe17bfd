"""审核报告.html: what it may use, what it may not do, and that its numbers are the summary's."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser import address, opened
from shangji.cli import shangji
from shangji.cli.chinese import run
from shangji.domain import wan
from shangji.report import summarise
from shangji.report.page import write
from shangji.review import open_report

if TYPE_CHECKING:
    from shangji.pack import Pack

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "samples" / "small"
TABS = ["overview", "departments", "projects", "findings", "cuts", "unknown", "problems", "basis"]

# What Chromium 78 does not know, with the release that brought it.
YOUNG_SCRIPT = {
    r"\?\.[\w(\[]": "optional chaining, 80",
    r"\?\?": "nullish coalescing, 80",
    r"(\|\||&&)=": "logical assignment, 85",
    r"\.replaceAll\(": "85",
    r"\.replaceChildren\(": "86",
    r"\.at\(": "92",
    r"\bstructuredClone\b": "98",
    r"\.(toSorted|toReversed|findLast|hasOwn)\b": "93 and later",
    r"^\s*await\b": "top-level await, 89",
    r"#\w+\s*(=|\()[^\"']*;$": "private members, 74 to 84",
    r"\bDecompressionStream\b": "80",
}
YOUNG_STYLE = {
    r":(is|where|has|not\([^)]*,)": "88 and later",
    r":focus-visible": "86",
    r"(?<![\w-])(row-|column-)?gap:": "flex gap, 84; grids use grid-gap",
    r"\b(min|max|clamp)\(": "79",
    r"aspect-ratio|inset:|accent-color|content-visibility|color-mix": "85 and later",
    r"@layer|@container": "99 and later",
    r"overflow:\s*clip|(?<!-)print-color-adjust|&": "90 and later",
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("页") / "审核结果"
    assert run(shangji, ["review", str(SMALL), "--out", str(out)]) == 0
    return out


def summary_of(report: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((report / "result.json").read_text("utf-8"))["summary"]
    return found


def young(text: str, patterns: dict[str, str]) -> list[str]:
    return [
        f"{line.strip()} ({since})"
        for line in text.splitlines()
        for pattern, since in patterns.items()
        if re.search(pattern, line)
    ]


def test_nothing_is_younger_than_chromium_78() -> None:
    files = write.web()
    grid = {name: re.sub(r"column-gap:|grid-gap:", "", text) for name, text in files.items()}
    scripts = [
        line for name in files if name.endswith(".js") for line in young(files[name], YOUNG_SCRIPT)
    ]
    styles = [
        line for name in files if name.endswith(".css") for line in young(grid[name], YOUNG_STYLE)
    ]
    assert not scripts
    assert not styles


@pytest.mark.parametrize("line", ["a?.b", "a ?? b", "x.replaceAll(a, b)", "list.at(-1)", "a ||= b"])
def test_the_check_of_age_sees_young_script(line: str) -> None:
    assert young(line, YOUNG_SCRIPT)


@pytest.mark.parametrize("line", ["a:is(b) {}", "gap: 4px;", "width: min(1px, 2%);", "inset: 0;"])
def test_the_check_of_age_sees_young_style(line: str) -> None:
    assert young(line, YOUNG_STYLE)


def test_the_policy_lets_in_our_script_and_style_and_nothing_else(report: Path) -> None:
    text = (report / write.PAGE).read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    for tag in ("script", "style"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert body
        digest = base64.b64encode(hashlib.sha256(body[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'")
    assert not re.search(r"unsafe|https?://(?!www\.w3\.org/2000/svg)", text)


def test_the_same_review_is_the_same_page(report: Path, national: Pack, tmp_path: Path) -> None:
    snapshot, results, result, _ = open_report(report)
    summary = summarise(snapshot, results, national)
    pages = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        path, *_ = write.write_page(
            tmp_path / name, snapshot, results, national, summary, result=result["digest"]
        )
        pages.append(path.read_bytes())
    assert pages[0] == pages[1]
    assert pages[0].startswith((report / write.PAGE).read_bytes()[:100])


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_every_tab_is_quiet_offline_and_fits(
    report: Path, width: int, height: int, chromium: Any
) -> None:
    with opened(chromium, width, height) as (page, seen):
        for tab in [*TABS, "measures", "framework/project_review", "rule/R-0001"]:
            page.goto(address(report / write.PAGE, f"#{tab}"))
            page.reload()
            assert page.locator("#main .panel").count() > 0, tab
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
        assert not seen.faults
        assert {url.partition("#")[0] for url in seen.requests} == {address(report / write.PAGE)}


def test_a_tab_shows_its_title_clear_of_the_tabs(report: Path, chromium: Any) -> None:
    with opened(chromium, 1366, 768) as (page, _):
        page.goto(address(report / write.PAGE))
        for name in ("部门", "项目", "疑点"):
            page.locator("#tabs").get_by_role("link", name=name, exact=True).click()
            title = page.locator("#main h2").first.bounding_box()
            tabs = page.locator("#tabs").bounding_box()
            assert title["y"] >= tabs["y"] + tabs["height"], name


def test_three_clicks_from_the_bureau_to_the_article(report: Path, chromium: Any) -> None:
    with opened(chromium) as (page, seen):
        page.goto(address(report / write.PAGE))
        page.get_by_role("link", name="样例县交通运输局", exact=True).first.click()
        page.get_by_role(
            "link", name="2027年全县交通运输工作会议及春运动员", exact=True
        ).first.click()
        card = page.locator("article.card").first.inner_text()
        for word in ("K24", "61,200.00", "27,000.00", "条款待核", "300 元/人·天", "可能误报"):
            assert word in card
        page.click("article.card dd a")
        assert "财行〔2016〕214号" in page.inner_text("h2")
        assert "会议费超综合定额" in page.inner_text("#main")
        assert not seen.faults


def test_a_project_shows_its_past_its_path_and_its_values(report: Path, chromium: Any) -> None:
    with opened(chromium) as (page, seen):
        page.goto(address(report / write.PAGE, "#projects"))
        page.get_by_role("link", name="重大动物疫病强制免疫及无害化处理", exact=True).first.click()
        text = page.inner_text("#main")
        for word in (
            "怎样才能通过",
            "尚需提供，未验证",
            "历年（万元）",
            "前 7 个月",
            "81.0%",
            "申报增长率",
        ):
            assert word in text
        assert page.locator(".scoreline").count() > 10
        assert page.locator(".scorebar .owed").count() > 0
        assert page.evaluate("scrollY") == 0
        assert not seen.faults


def test_figures_are_the_summarys(report: Path, chromium: Any) -> None:
    summary = summary_of(report)
    total = summary["grades"][-1]
    with opened(chromium) as (page, _):
        page.goto(address(report / write.PAGE))
        assert page.inner_text(".sentence") == summary["sentence"]
        values = page.locator(".figures .value").all_inner_texts()
        for name in ("asked_yuan", "cut_yuan", "approved_yuan"):
            assert wan(total[name]) in values
        foot = page.locator("table.departments tfoot td").all_inner_texts()
        assert foot[1:3] == [str(total["projects"]), wan(total["asked_yuan"])]
        page.goto(address(report / write.PAGE, "#cuts"))
        foots = page.locator("tfoot").all_inner_texts()
        assert len(foots) == 2
        assert all(wan(total["cut_yuan"]) in text for text in foots)


def test_filter_search_and_sort(report: Path, chromium: Any) -> None:
    summary = summary_of(report)
    with opened(chromium) as (page, _):
        page.goto(address(report / write.PAGE, "#projects"))
        rows = page.locator("table.projects tbody tr")
        assert rows.count() == summary["tables"]["project"]
        for row in summary["grades"][:-1]:
            page.select_option("select[name=grade]", row["grade"])
            assert rows.count() == row["projects"]
            assert wan(row["asked_yuan"]) in page.inner_text("table.projects tfoot")
        page.select_option("select[name=grade]", "")
        page.fill("#search", "春运")
        assert rows.count() == 1
        page.fill("#search", "")
        page.click("text=申报（万元）")
        shown = page.locator("table.projects tbody tr td:nth-child(6)").all_inner_texts()
        money = [float(text.replace(",", "")) for text in shown if text != "待定"]
        assert money == sorted(money, reverse=True)
        assert shown[len(money) :] == ["待定"] * (len(shown) - len(money))
        assert page.get_attribute("th:nth-child(6)", "aria-sort") == "descending"


def test_money_is_rounded_as_in_the_workbook(report: Path, chromium: Any) -> None:
    amounts = [random.Random(7).randrange(-(10**15), 10**15) for _ in range(200)]
    amounts += [0, 1, 4999, 5000, 9999, 15000, -5000, 10**15]
    source = write.web()["figures.js"]
    with opened(chromium) as (page, _):
        shown = page.evaluate(f"(all) => {{ {source} return all.map(wan); }}", amounts)
    expected = [
        wan(f"{amount // 100}.{amount % 100:02d}")
        if amount >= 0
        else wan(f"-{-amount // 100}.{-amount % 100:02d}")
        for amount in amounts
    ]
    assert [text.replace("−", "-") for text in shown] == [
        text.replace("-0.00", "0.00") for text in expected
    ]
    assert report.is_dir()
