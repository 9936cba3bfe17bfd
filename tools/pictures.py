"""Make the pictures of the report page in the documents: python tools/pictures.py REPORT OUT.

REPORT is a folder that `shangji review` wrote. Chromium and pdftoppm must be there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WIDTH, HEIGHT = 1366, 768
SHEET_DPI = 80


def pictures(report: Path, out: Path) -> list[Path]:
    """Shoot the first screen, the tabs and the printed sheets of a report into a folder."""
    from playwright.sync_api import sync_playwright

    chromium, toppm = shutil.which("chromium"), shutil.which("pdftoppm")
    if chromium is None or toppm is None:
        sys.exit("needs chromium and pdftoppm")
    address = (report / "审核报告.html").resolve().as_uri()
    made = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(address)
        first = page.get_attribute(".first a, .decisions a", "href") or "#projects"
        places = {
            "overview": "",
            "project": first,
            "basis": "#basis",
            "departments": "#departments",
        }
        for name, place in places.items():
            page.goto(address + place)
            page.reload()
            path = out / f"report-{name}.png"
            page.screenshot(path=path)
            made.append(path)
            if name == "project":
                card = out / "report-finding.png"
                page.locator("article.card").first.screenshot(path=card)
                made.append(card)
        page.goto(address)
        page.reload()
        pdf = Path(folder) / "print.pdf"
        page.pdf(path=pdf, prefer_css_page_size=True)
        browser.close()
        command = [toppm, "-r", str(SHEET_DPI), "-png", str(pdf), str(out / "report-print")]
        subprocess.run(command, check=True)
    return [*made, *sorted(out.glob("report-print-*.png"))]


if __name__ == "__main__":
    for picture in pictures(Path(sys.argv[1]), Path(sys.argv[2])):
        print(picture, picture.stat().st_size)
