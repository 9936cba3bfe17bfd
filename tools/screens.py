"""Walk the pages of a running site as its people see them: pictures, and what is wrong to look at.

    SHANGJI_PASSWORD=... python tools/screens.py http://127.0.0.1:8000 OUT LOGIN[,LOGIN...]

Each person opens every page of the menu, and of each page the first line's link. A page is found
wrong that scrolls sideways, has text of a contrast under 4.5, text cut off without its whole words
in a title, a control without a label, or an error in the console. With `--both` each page is taken
at both sizes, else at the smaller one. Needs Playwright and Chromium; maintainers run it.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

PAINTED_MS = 250
DEEP = 3
"""Of a page with so many slashes in its address the first line is opened too."""
SIZES = ((1366, 768), (1920, 1080))
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
LOOK = Path(__file__).with_name("look.js").read_text("utf-8")


def walk(browser: Any, address: str, login: str, size: tuple[int, int], out: Path) -> int:  # noqa: ANN401 - Playwright's
    """Walk the site as one person; return how many pages are wrong to look at."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    errors: list[str] = []
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/people/login/")
    page.fill("#id_username", login)
    page.fill("#id_password", os.environ["SHANGJI_PASSWORD"])
    page.click("button.btn-primary")
    links = page.eval_on_selector_all(".menu a", "all => all.map(one => one.getAttribute('href'))")
    wrong, seen = 0, set()
    while links:
        place = links.pop(0)
        if place in seen:
            continue
        seen.add(place)
        errors.clear()
        answer = page.goto(address + place)
        page.wait_for_timeout(PAINTED_MS)
        name = re.sub(r"\W+", "-", f"{login}{place}").strip("-")
        page.screenshot(path=out / f"{name}-{size[0]}.png")
        found = [*page.evaluate(LOOK), *(f"console: {text}" for text in errors)]
        if answer is None or not answer.ok:
            found.append(f"status {answer.status if answer else 'none'}")
        wrong += bool(found)
        print(f"{login} {place} {size[0]}", *found, sep="\n    " if found else " ")
        row = page.query_selector("main tbody a[href^='/']")
        if row and place.count("/") <= DEEP:
            links.insert(0, row.get_attribute("href"))
    page.close()
    return wrong


def main() -> None:
    """Walk as everybody named."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    both = "--both" in sys.argv
    told = [one for one in sys.argv[1:] if not one.startswith("--")]
    if chromium is None or len(told) != 3:  # noqa: PLR2004 - the three arguments
        sys.exit(__doc__)
    address, out, logins = told[0].rstrip("/"), Path(told[1]), told[2].split(",")
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        wrong = sum(
            walk(browser, address, login, size, out)
            for size in SIZES[: 1 + both]
            for login in logins
        )
        browser.close()
    sys.exit(f"{wrong} pages are wrong to look at" if wrong else 0)


if __name__ == "__main__":
    main()
