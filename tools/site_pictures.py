"""Make the pictures of the site in the documents, from a running sample county that was reviewed.

    SHANGJI_PASSWORD=... python tools/site_pictures.py http://127.0.0.1:8000 OUT PROJECT

PROJECT is a project at its first review, of the unit whose clerk is `wenhuaguan`: it is passed,
decided, told and answered on the way, so use a copy of the site's data. Needs Playwright, Chromium
and Pillow; maintainers run it.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from PIL import Image

COLOURS = 256
WAIT_MS = 60_000
SMALL, LARGE = (1366, 768), (1920, 1080)
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
MEETING = {
    "会议名称": "样例县财政局 2026 年第 12 次局党组会议",
    "会议日期": "2026-11-20",
    "纪要号": "样例会纪〔2026〕12号",
}
WHY = "按全县统筹压减"
DEFENCE = "依据文件已经续期，续期文件随附；请核对后撤回这一条。"


class Shots:
    """People at browsers, and a folder for what they see."""

    def __init__(self, browser: Any, address: str, out: Path) -> None:  # noqa: ANN401 - Playwright's
        self.browser, self.address, self.out = browser, address, out
        self.pages: dict[str, Any] = {}

    def person(self, login: str) -> Any:  # noqa: ANN401 - Playwright's page
        """The page of somebody who is logged in."""
        if login not in self.pages:
            size = {"width": SMALL[0], "height": SMALL[1]}
            page = self.browser.new_page(base_url=self.address, viewport=size, locale="zh-CN")
            page.set_default_timeout(WAIT_MS)
            page.goto("/people/login/")
            page.fill("#id_username", login)
            page.fill("#id_password", os.environ["SHANGJI_PASSWORD"])
            page.click("button.btn-primary")
            page.locator(".menu").wait_for()
            self.pages[login] = page
        return self.pages[login]

    def take(self, page: Any, name: str, *, large: bool = False) -> None:  # noqa: ANN401 - as above
        """Keep what is seen, and where asked at the larger size too."""
        for size in (SMALL, LARGE)[: 1 + large]:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.wait_for_load_state("networkidle")
            path = self.out / f"site-{name}{'' if size == SMALL else '-1920'}.png"
            page.screenshot(path=path)
            with Image.open(path) as picture:
                picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
            print(path, path.stat().st_size)
        page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})


def sure(page: Any) -> None:  # noqa: ANN401 - Playwright's
    """Say that it is meant."""
    page.locator("dialog button", has_text="确定").click()


def at_desk(shots: Shots, code: str) -> None:
    """The desk, asking for a correction, and the passing of both reviewers."""
    page = shots.person("jkw-chushen")
    page.goto("/reviews/desk/")
    shots.take(page, "desk", large=True)
    page.goto(f"/reviews/desk/{code}/")
    page.locator("summary", has_text="要求补正").click()
    page.locator("summary", has_text="要求补正").scroll_into_view_if_needed()
    page.get_by_label("补正什么、怎么补").fill("请补填受益人数和测算说明，并附上续期文件。")
    page.evaluate("window.scrollBy(0, 320)")
    shots.take(page, "correct")
    for login in ("jkw-chushen", "jkw-fuhe"):
        page = shots.person(login)
        page.goto(f"/reviews/desk/{code}/")
        while page.locator(".finding-line .state-open").count():
            page.locator(".finding-line", has=page.locator(".state-open")).first.click()
            page.locator(".finding-body button", has_text="认定").first.click()
            page.wait_for_load_state()
        page.locator(".desk-bar button", has_text="通过").click()
        page.get_by_text("已通过，转").first.wait_for()


def decided(shots: Shots) -> None:
    """A meeting decides; the year's progress; 一下."""
    page = shots.person("yusuanke")
    page.goto("/meetings/new/")
    page.locator("main select").first.select_option(index=1)
    for label, text in MEETING.items():
        page.get_by_label(label).fill(text)
    page.locator("main button", has_text="登记").click()
    page.locator("main a", has_text="文化和旅游局").first.click()
    amount = page.get_by_label("决定数（万元）").first
    row = page.locator("tr", has=amount).first
    suggested = row.locator("td.num").nth(1).inner_text().replace(",", "")
    amount.fill(f"{float(suggested) * 0.9:.2f}")
    row.locator("td.reason input").fill(WHY)
    page.locator("main button", has_text="保存填好的决定数").click()
    page.get_by_text("已定数，待一下").first.wait_for()
    page.locator("tr", has_text="已定数，待一下").first.scroll_into_view_if_needed()
    shots.take(page, "meeting")
    page.goto("/seasons/")
    page.locator("main button", has_text="一下").click()
    sure(page)
    page.get_by_text("已一下 1 个项目").wait_for()
    shots.take(page, "progress")


def answered(shots: Shots, code: str) -> None:
    """What the unit reads, its answer, and the answer as the bureau reads it."""
    page = shots.person("wenhuaguan")
    page.goto(f"/projects/{code}/")
    shots.take(page, "told")
    page.goto(f"/responses/{code}/")
    page.locator("summary", has_text="写说明").first.click()
    page.get_by_label("说明").first.fill(DEFENCE)
    page.locator("button", has_text="提交说明").first.click()
    sure(page)
    page.get_by_text("说明已送归口业务科室").wait_for()
    page = shots.person("jkw-chushen")
    page.goto("/reviews/answers/")
    shots.take(page, "answers")


def main() -> None:
    """Take all pictures."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None or len(sys.argv) != 4:  # noqa: PLR2004 - the three arguments
        sys.exit(__doc__)
    address, out, code = sys.argv[1].rstrip("/"), Path(sys.argv[2]), sys.argv[3]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        shots = Shots(browser, address, out)
        page = browser.new_page(viewport={"width": SMALL[0], "height": SMALL[1]})
        page.goto(f"{address}/people/login/")
        page.locator(".gate-pair p b").evaluate("told => { told.textContent = '（启动时印出）' }")
        shots.take(page, "login")
        at_desk(shots, code)
        decided(shots)
        answered(shots, code)
        page = shots.person("juzhang")
        page.goto("/leaders/")
        shots.take(page, "leader", large=True)
        browser.close()


if __name__ == "__main__":
    main()
