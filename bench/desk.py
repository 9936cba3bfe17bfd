"""A reviewer's ten minutes at the desk: the least keys and clicks, and what they would take.

    SHANGJI_PASSWORD=... python bench/desk.py http://127.0.0.1:8000 LOGIN [PROJECTS]

Drives a browser as LOGIN, a first reviewer: of each project of his queue every finding is ruled to
stand and the project passed, by the fewest keys and clicks that the page allows. Use a copy of a
site's data. No human was timed: seconds are estimated by a keystroke-level model (Card, Moran and
Newell 1980: K, P, B, H, M below), reading by a stated pace; what the site took is measured.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Any

KEY, POINT, CLICK, HOME, MIND = 0.28, 1.10, 0.20, 0.40, 1.35
CHARACTERS_A_SECOND = 5.0
"""Of careful reading: 300 Chinese characters a minute. An assumption, not a measurement."""
TARGET, TARGET_SECONDS = 16, 600
WAIT_MS = 60_000
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
OPEN = ".finding-line .state-open"
HINTS = ".desk-findings .panel-head button"
# The same decision in Excel, stated: find the row (Ctrl+F, a code of 8 keys, Enter), scroll to ten
# columns, and for each finding open the file or sheet that shows it and come back (two windows, one
# search of 4 keys), then write the opinion by hand: so many characters, three keys each.
EXCEL_FIND = MIND + 10 * KEY + 10 * KEY
EXCEL_LOOK = MIND + 2 * (POINT + CLICK) + 6 * KEY + 2 * HOME
OPINION_CHARACTERS, KEYS_A_CHARACTER = 20, 3


@dataclass
class Spent:
    """What one project took: operators, characters read, and how long the site made one wait."""

    code: str
    passed: bool
    findings: int = 0
    keys: int = 0
    clicks: int = 0
    minds: int = 0
    characters: int = 0
    waited: float = 0.0

    @property
    def hands(self) -> float:
        """Seconds of keys, pointing, homing and deciding, without reading and waiting."""
        points = self.clicks * (POINT + CLICK) + (2 * HOME if self.clicks else 0)
        return self.keys * KEY + points + self.minds * MIND

    @property
    def reading(self) -> float:
        """Seconds of reading."""
        return self.characters / CHARACTERS_A_SECOND

    @property
    def whole(self) -> float:
        """Everything, with the site's waiting."""
        return self.hands + self.reading + self.waited

    @property
    def excel(self) -> float:
        """The stated model of the same in Excel; reading is the same."""
        typed = OPINION_CHARACTERS * KEYS_A_CHARACTER * KEY * self.findings
        return EXCEL_FIND + self.findings * EXCEL_LOOK + typed + self.reading


def letters(text: str) -> int:
    """Characters to be read."""
    return len(re.sub(r"\s", "", text))


def waited(spent: Spent, page: Any, done: Any) -> None:  # noqa: ANN401 - Playwright's, a function
    """Do what loads the page again, and keep how long that took."""
    began = time.perf_counter()
    with page.expect_navigation(wait_until="domcontentloaded"):
        done()
    spent.waited += time.perf_counter() - began


def review(page: Any) -> Spent:  # noqa: ANN401 - Playwright's page
    """Rule every finding of the project that is shown, and pass it."""
    head = page.locator(".desk-head")
    spent = Spent(head.locator(".code").inner_text(), passed=False)
    spent.characters += letters(head.inner_text())
    still = page.locator(OPEN)
    spent.findings = still.count()
    while still.count():
        shown = page.locator(".finding-list .here")
        if page.locator(HINTS).count() and not shown.locator(".pill-major, .pill-minor").count():
            lines = page.locator(".finding-line", has=page.locator(".pill-hint"))
            spent.characters += letters("".join(lines.all_inner_texts()))
            page.locator(HINTS).click()
            sure = page.get_by_role("dialog").get_by_role("button", name="确定")
            waited(spent, page, sure.click)
            spent.clicks, spent.minds = spent.clicks + 2, spent.minds + 1
            continue
        spent.characters += letters(shown.inner_text())
        if not shown.locator("[data-key=a]").count():
            page.locator(".finding-line:has(.state-open)").first.click()
            page.wait_for_load_state()
            spent.clicks += 1
            continue
        waited(spent, page, lambda: page.keyboard.press("a"))
        spent.keys, spent.minds = spent.keys + 1, spent.minds + 1
    spent.characters += letters(page.locator("#opinion").input_value())
    waited(spent, page, lambda: page.keyboard.press("Control+Enter"))
    spent.keys, spent.minds = spent.keys + 2, spent.minds + 1
    spent.passed = bool(page.locator("#messages", has_text="已通过").count())
    if not spent.passed:
        waited(spent, page, lambda: page.keyboard.press("j"))
        spent.keys += 1
    return spent


def told(every: list[Spent]) -> None:
    """Print the weak numbers first."""
    ten = statistics.mean(one.whole for one in every)
    left = [one for one in every if not one.passed]
    print(
        f"{len(every)} projects, no human was timed; reading {CHARACTERS_A_SECOND:g} characters/s"
    )
    print(f"not passed though every finding was ruled: {len(left)}")
    print(f"slowest project {max(one.whole for one in every):.0f} s")
    print(f"a project {ten:.1f} s, so {TARGET_SECONDS / ten:.1f} in ten minutes (target {TARGET})")
    rest = TARGET_SECONDS / TARGET - statistics.mean(one.hands + one.waited for one in every)
    pace = statistics.mean(one.characters for one in every) / rest if rest > 0 else float("inf")
    print(f"  the target would be met by who reads {pace:.1f} characters/s")
    for name in ("reading", "hands", "waited"):
        print(f"  of it {name}: {statistics.mean(getattr(one, name) for one in every):.1f} s")
    for name in ("findings", "keys", "clicks", "characters"):
        values = sorted(getattr(one, name) for one in every)
        print(f"  {name} a project: median {statistics.median(values):g}, most {values[-1]}")
    excel = statistics.mean(one.excel for one in every)
    print(f"stated model of Excel: {excel:.1f} s, {TARGET_SECONDS / excel:.1f} in ten minutes")
    print("  without the search for what is wrong, which Excel leaves to the person")


def main() -> None:
    """Review so many projects."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None or len(sys.argv) < 3:  # noqa: PLR2004 - address and login
        sys.exit(__doc__)
    address, login = sys.argv[1].rstrip("/"), sys.argv[2]
    number = int(sys.argv[3]) if len(sys.argv) > 3 else TARGET  # noqa: PLR2004 - as above
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        page = browser.new_page(base_url=address, viewport={"width": 1366, "height": 768})
        page.set_default_timeout(WAIT_MS)
        page.goto("/people/login/")
        page.fill("#id_username", login)
        page.fill("#id_password", os.environ["SHANGJI_PASSWORD"])
        page.click("button.btn-primary")
        page.goto("/reviews/desk/")
        every = [review(page) for _ in range(number)]
        browser.close()
    told(every)


if __name__ == "__main__":
    main()
