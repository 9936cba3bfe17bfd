"""A real site for the journey: a small county, served by processes of its own, and its people."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji_web.serve import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TESTS = Path(__file__).parents[1]
SMALL = Path(__file__).parents[2] / "samples" / "small"
DEPARTMENTS = ("样例县卫生健康局.xlsx",)
START_SECONDS = 60
WAIT_MS = 20_000
REFUSED = {403, 404}
OF_PROJECT = (
    "/projects/{}/",
    "/filings/{}/check/",
    "/filings/{}/versions/",
    "/filings/{}/papers/",
    "/filings/{}/sheets/project/",
    "/responses/{}/",
    "/reviews/desk/{}/",
    "/api/projects/{}",
)

SITE = """
stages:
  - {name: first_up, from: -20, to: 10}
divisions:
  - {code: SB, name: 社会保障科, departments: ["102"]}
drafting: ["102001"]
people:
  - {login: jingban, name: 林晓, posts: [{role: unit_clerk, unit_code: "102001",
     department_code: "102", place: 样例县卫生健康局}]}
  - {login: fuzeren, name: 贺章, posts: [{role: unit_head, unit_code: "102001",
     department_code: "102", place: 样例县卫生健康局}]}
  - {login: zhuguan, name: 白露, posts: [{role: department_reviewer, unit_code: "102001",
     department_code: "102", place: 样例县卫生健康局}]}
  - {login: weishengyuan, name: 孟禾, posts: [{role: unit_clerk, unit_code: "102003",
     department_code: "102", place: 样例县青石镇中心卫生院}]}
  - {login: chushen, name: 周宁, posts: [{role: first_reviewer, division_code: SB,
     place: 社会保障科}]}
  - {login: fuhe, name: 方远, posts: [{role: second_reviewer, division_code: SB,
     place: 社会保障科}]}
  - {login: yusuanke, name: 严实, posts: [{role: budget_office, place: 预算科}]}
  - {login: juzhang, name: 章程, posts: [{role: director, place: 县财政局}]}
  - {login: shenji, name: 簿册, posts: [{role: audit_admin, place: 信息中心}]}
  - {login: renda, name: 明镜, posts: [{role: auditor, place: 县人大常委会}]}
"""


def sample(folder: Path, site: str = SITE) -> Path:
    """One department of the small county as a site's sample; the bureau's own tables whole."""
    data = folder / "sample" / "data"
    for name in ("财政数据", "外部数据"):
        shutil.copytree(SMALL / name, data / name)
    (data / "申报").mkdir()
    for name in DEPARTMENTS:
        shutil.copy(SMALL / "申报" / name, data / "申报" / name)
    (data.parent / "site.yaml").write_text(site, "utf-8")
    return data.parent


@contextmanager
def served(folder: Path, *makers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Serve a home, worker and all; give its address and its people's password.

    Args:
        folder: an empty folder.
        makers: words after the program's name, each a process that has a part in making the home;
            seeding the sample where not said.
    """
    home = folder / "home"
    hidden = ("SHANGJI_DATABASE_URL", "SHANGJI_HTTPS", "SHANGJI_OTP", "DJANGO_SETTINGS_MODULE")
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    env |= {"SHANGJI_HOME": str(home), "PYTHONUTF8": "1", "PYTHONPATH": str(TESTS)}
    manage = ("-m", "shangji_web.manage")
    for words in makers or ((*manage, "migrate", "-v0"), (*manage, "seed", str(sample(folder)))):
        subprocess.run([sys.executable, *words], env=env, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from shangji_web.serve import serve; serve()"
    command = [sys.executable, "-c", code, "--empty", "--port", str(port)]
    with (folder / "log").open("w") as log:
        site = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        assert wait_for(address, START_SECONDS), (folder / "log").read_text("utf-8")
        yield address, (home / "demo-password.txt").read_text("ascii").strip()
    finally:
        site.terminate()
        site.wait(START_SECONDS)


@dataclass
class Person:
    """Somebody at a browser of his own; what he reads is what is visible in the page's body."""

    page: Any
    faults: list[str] = field(default_factory=list)

    @classmethod
    def log_in(cls, browser: Any, site: tuple[str, str], login: str) -> Person:
        """Log in as a person does."""
        view = {"width": 1366, "height": 768}
        page = browser.new_context(base_url=site[0], viewport=view, locale="zh-CN").new_page()
        page.set_default_timeout(WAIT_MS)
        one = cls(page)
        page.on("pageerror", lambda error: one.faults.append(str(error)))
        page.goto("/")
        page.get_by_label("登录名").fill(login)
        page.get_by_label("口令").fill(site[1])
        page.get_by_role("button", name="登录").click()
        one.reads("，您好")
        return one

    def opens(self, words: str) -> None:
        """Open a page of the menu, unfolding the group in which it stands."""
        link = self.page.get_by_role("navigation", name="主菜单").locator("a", has_text=words)
        group = link.locator("xpath=ancestor::details[1]")
        if group.count() and not link.is_visible():
            group.locator("summary").click()
        link.click()

    def follows(self, words: str, *, exact: bool = False) -> None:
        """Click the first link that says so in the page's body."""
        self.page.locator("main").get_by_role("link", name=words, exact=exact).first.click()

    def presses(self, words: str, *, sure: bool = False) -> None:
        """Press a button, and say that it is meant where the page asks."""
        self.page.locator("main").get_by_role("button", name=words).first.click()
        if sure:
            self.page.get_by_role("dialog").get_by_role("button", name="确定").click()

    def fills(self, words: str, text: str) -> None:
        """Fill the field with that label."""
        self.page.locator("main").get_by_label(words).first.fill(text)

    def unfolds(self, words: str) -> None:
        """Unfold what stands under a heading."""
        self.page.locator("main summary", has_text=words).first.click()

    def reads(self, *words: str) -> str:
        """Wait until the body says each of the words; give the whole of it."""
        body = self.page.locator("body")
        for one in words:
            body.get_by_text(one).filter(visible=True).first.wait_for()
        return str(body.inner_text())

    def downloads(self, words: str, folder: Path) -> Path:
        """Click the first link or button that says so, and keep what it gives under its name."""
        with self.page.expect_download() as held:
            self.page.locator("main").locator("a, button", has_text=words).first.click()
        path = folder / held.value.suggested_filename
        held.value.save_as(path)
        return path

    def finds_nothing(self, own: str, code: str, words: Sequence[str]) -> None:
        """No page of the menu or of an own project, and no address of another's, says the words."""
        page = self.page
        menu = page.get_by_role("navigation", name="主菜单").locator("a")
        links = menu.evaluate_all("all => all.map(one => one.href)")
        self.opens("项目申报")
        self.follows(own)
        mine = page.locator("main a[href^='/filings/']")
        links += mine.evaluate_all("all => all.map(one => one.href)")
        for link in links:
            assert page.goto(link).ok, link
            said = page.content()
            assert not [one for one in (code, *words) if one in said], link
        for address in OF_PROJECT:
            answer = page.goto(address.format(code))
            assert answer.status in REFUSED, address
            said = page.content()
            assert not [one for one in words if one in said], address
        page.goto("/")
