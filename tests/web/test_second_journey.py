"""From 一下 to publication in a real browser, clicked by the people of a county.

The clerk details what was told within the ceiling and is stopped beyond it; the bureau checks, the
congress approves, the budget office issues and publishes; congress verifies a proof; the public
reads nothing before, and another unit nothing at all.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from web.journey_site import SITE, Person, sample, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Enter = Callable[[str], Person]

CODE, NAME = "99010127Y000003651570", "卫生监督协管和双随机抽检"
DECIDED, TOO_MUCH = "174000.00", "174000.01"
LINES = (("240", "163200"), ("15", "6300"), ("100", "4500"))
"""Quantity and amount of each line of the detail: 240 × 680, 15 × 420, 100 × 45 yuan."""
BY_BUREAU, BY_DEPARTMENT = timedelta(days=20), timedelta(days=35)
RECEIVER = "样例县人大常委会"
NOT_FOUND = 404


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A small county's site after 一下: its address and the password of its people."""
    folder = tmp_path_factory.mktemp("second")
    setup = SITE.replace('drafting: ["102001"]', "drafting: []")
    words = ("-m", "web.told", str(sample(folder, setup)), CODE, DECIDED)
    with served(folder, words) as told:
        yield told


def test_second_journey(chromium: Any, site: tuple[str, str], tmp_path: Path) -> None:
    """All of it, in the order of the year."""
    people: dict[str, Person] = {}

    def enter(login: str) -> Person:
        if login not in people:
            people[login] = Person.log_in(chromium, site, login)
        return people[login]

    clerk_is_stopped_beyond(enter("jingban"))
    clerk_details(enter("jingban"))
    goes_up(enter)
    bureau_reviews(enter("yusuanke"))
    reviewers_pass(enter)
    public_sees_nothing(chromium, site[0])
    bureau_issues(enter("yusuanke"))
    public_sees_nothing(chromium, site[0])
    amounts = (NAME, "174,000", "174000", "17.40")
    enter("weishengyuan").finds_nothing("青石镇中心卫生院彩超和DR购置", CODE, amounts)
    bureau_publishes_and_hands_over(enter("yusuanke"))
    public_reads(chromium, site[0])
    congress_verifies(enter("renda"), tmp_path)
    assert not [fault for one in people.values() for fault in one.faults]


def clerk_is_stopped_beyond(clerk: Person) -> None:
    """Begin the second filing; a cent beyond the ceiling is not handed in, and words say why."""
    clerk.opens("项目申报")
    clerk.follows(NAME)
    clerk.reads("控制数", "17.40")
    clerk.follows("答复与申辩")
    clerk.presses("开始二上", sure=True)
    clerk.reads("请在控制数内编细", "超出控制数 20,800.00 元，不能送审")
    clerk.fills("申报金额（元）", TOO_MUCH)
    clerk.presses("保存")
    clerk.reads("已保存", "超出控制数 0.01 元，不能送审")


def clerk_details(clerk: Person) -> None:
    """Write the lines and the amount of the decision; hand in."""
    clerk.follows("支出明细表")
    for number, (count, amount) in enumerate(LINES):
        clerk.page.get_by_label(re.compile("^数量")).nth(number).fill(count)
        clerk.page.get_by_label("金额（元）").nth(number).fill(amount)
    clerk.presses("保存")
    clerk.reads("已保存", "174,000.00")
    clerk.follows("自查并送审")
    clerk.reads("入库前必须改")
    clerk.follows("回到填报")
    clerk.fills("申报金额（元）", DECIDED)
    clerk.presses("保存")
    clerk.reads("已保存", "相符")
    clerk.follows("自查并送审")
    clerk.reads("没有，可以送审")
    clerk.presses("送审", sure=True)
    clerk.reads("已送单位负责人审核")


def goes_up(enter: Enter) -> None:
    """The unit's head and the department agree."""
    for login, act in (("fuzeren", "同意上报"), ("zhuguan", "同意报财政")):
        one = enter(login)
        one.opens("项目申报")
        one.follows(NAME)
        one.presses(act, sure=True)
        one.reads("已办理")


def bureau_reviews(office: Person) -> None:
    """The budget office has the second filing reviewed."""
    office.opens("评审任务")
    office.presses("评审全部已报项目")
    office.page.locator("tbody tr").first.get_by_text("完成").wait_for(timeout=180_000)


def reviewers_pass(enter: Enter) -> None:
    """Two persons check the detail against the ceiling, and pass it."""
    for login, told in (("chushen", "已通过，转财政复核"), ("fuhe", "已通过，转预算科汇总")):
        one = enter(login)
        one.opens("审核工作台")
        one.page.get_by_label("查找").fill(CODE)
        one.presses("查")
        one.page.locator(".desk-list a", has_text=NAME).click()
        one.reads("二上", "17.40")
        while one.page.locator(".finding-line .state-open").count():
            one.page.wait_for_load_state()  # a key before the script is there says nothing
            with one.page.expect_navigation():
                one.page.keyboard.press("a")
        one.page.keyboard.press("Control+Enter")
        one.reads(told)


def bureau_issues(office: Person) -> None:
    """Nothing is issued before the congress; after it the days of the law stand on the page."""
    from django.utils import timezone

    office.opens("年度进度")
    office.presses("批复", sure=True)
    office.reads("还没有登记人代会批准日期，不能批复")
    today = timezone.localdate()
    office.fills("批准日期", today.isoformat())
    office.presses("登记", sure=True)
    said = office.reads("已登记人代会批准日期")
    for days in (BY_BUREAU, BY_DEPARTMENT):
        assert f"{today + days} 前" in said
    office.presses("批复", sure=True)
    office.reads("已批复 1 个项目")


def bureau_publishes_and_hands_over(office: Person) -> None:
    """Publish what was issued; hand the year over to the congress."""
    office.presses("公开", sure=True)
    office.reads("已公开。社会公众不用登录")
    office.follows("移交")
    office.fills("移交给", RECEIVER)
    office.page.get_by_label("连同全部快照和规则包移交").check()
    office.presses("冻结并移交", sure=True)
    office.reads(RECEIVER)


def public_sees_nothing(browser: Any, address: str) -> None:
    """Before publication there is nothing to read."""
    page = browser.new_context(base_url=address).new_page()
    page.goto("/public/")
    assert "还没有公开的预算" in page.locator("body").inner_text()
    for place in ("/public/2027/", f"/public/2027/projects/{CODE}/"):
        assert page.goto(place).status == NOT_FOUND
        assert NAME not in page.content()
    page.close()


def public_reads(browser: Any, address: str) -> None:
    """The issued project with its targets, and no project that was not issued."""
    page = browser.new_context(base_url=address).new_page()
    page.goto("/public/")
    for words in ("2027 年度部门预算项目", "样例县卫生健康局", NAME):
        page.get_by_role("link", name=words).click()
    said = page.locator("body").inner_text()
    assert "批复 17.40 万元" in said
    assert "被检单位满意度" in said
    page.go_back()
    assert page.locator("tbody tr").count() == 1 + 1  # the project, the sum
    page.close()


def congress_verifies(member: Person, folder: Path) -> None:
    """Read what was handed over, take it home and verify it without the bureau."""
    member.opens("移交的版本")
    member.follows(RECEIVER)
    review = member.downloads("下载全部审核结果", folder)
    assert "审核结果/result.json" in zipfile.ZipFile(review).namelist()
    handed = zipfile.ZipFile(member.downloads("下载移交内容", folder)).namelist()
    assert any(name.endswith("verify.py") for name in handed), handed
    member.page.get_by_label("项目、单位或代码").fill(NAME)
    member.presses("查询")
    member.follows(NAME)
    member.reads("决定", "批复", "17.40", "按全县统筹压减。", "样例会纪〔2026〕12号")
    proof = member.downloads("下载凭证", folder)
    member.opens("账本与凭证")
    held = member.downloads("签发并下载检查点", folder)
    tool = member.downloads("下载 verify.py", folder)
    key = folder / "key.txt"
    key.write_text(member.page.locator("dd code.words").inner_text(), "utf-8")
    call = [sys.executable, str(tool), str(proof), "--key", str(key), "--held", str(held)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
