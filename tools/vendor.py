"""Copies what the site's pages need out of unpacked npm packages, and writes their digests.

A maintainer runs it after `npm pack` of the versions below and unpacking each tarball into a folder
of its own: `python tools/vendor.py FOLDER`, where FOLDER holds tabler/, htmx/, echarts/ and icons/.
Nobody else needs npm or a network: the files stand in the repository.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src" / "shangji_web" / "static" / "vendor"
DIGESTS = VENDOR / "digests.json"
MIT = """MIT License

{whose}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""
# folder here, package, its licence, {file in the package: file here}
PACKAGES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("tabler", "@tabler/core", "MIT", {"dist/css/tabler.min.css": "tabler.min.css"}),
    ("htmx", "htmx.org", "0BSD", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"}),
    (
        "echarts",
        "echarts",
        "Apache-2.0",
        {
            "dist/echarts.min.js": "echarts.min.js",
            "LICENSE": "LICENSE",
            "NOTICE": "NOTICE",
            "licenses/LICENSE-d3": "LICENSE-d3",
        },
    ),
    ("icons", "@tabler/icons", "MIT", {"LICENSE": "LICENSE"}),
)
NAMES = """
home bell logout user users user-cog user-check chevron-down chevron-right chevron-left
alert-triangle alert-circle circle-check circle-x info-circle help-circle file-text files
file-upload file-download file-spreadsheet download upload printer search filter plus pencil trash
eye eye-off lock lock-open key shield-check shield-lock list-check list-details checklist
clipboard-check clipboard-text clipboard-list message-circle messages gavel scale books book-2
report-analytics report-money chart-bar chart-dots chart-treemap calendar calendar-event clock
history arrow-back-up arrow-right arrow-left send coin building building-bank building-community
sitemap settings world speakerphone inbox stack-2 database link external-link paperclip copy dots
menu-2 x check minus refresh player-play id-badge-2 device-mobile sort-descending adjustments
hourglass flag star photo quote git-compare school table layout-dashboard receipt-yuan currency-yuan
"""


def sprite(folder: Path) -> str:
    """One SVG of the icons that pages use, each a symbol under its own name."""
    symbols = []
    for name in sorted(NAMES.split()):
        text = (folder / "icons" / "outline" / f"{name}.svg").read_text("utf-8")
        inner = re.sub(r"\s*<path stroke=\"none\"[^>]*/>", "", text.partition(">")[2])
        inner = inner.rpartition("</svg>")[0]
        body = "".join(line.strip() for line in inner.splitlines())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def bring(source: Path) -> None:
    """Copy every file and write the digests."""
    listed: list[dict[str, str]] = []
    for place, package, licence, files in PACKAGES:
        folder, here = source / place, VENDOR / place
        here.mkdir(parents=True, exist_ok=True)
        for there, name in files.items():
            shutil.copyfile(folder / there, here / name)
        if place == "icons":
            (here / "icons.svg").write_text(sprite(folder), encoding="utf-8")
        if place == "tabler":
            head = (here / "tabler.min.css").read_text("utf-8")[:400]
            whose = "\n".join(re.findall(r"Copyright [^\n]+", head))
            (here / "LICENSE").write_text(MIT.format(whose=whose), encoding="utf-8")
        version = json.loads((folder / "package.json").read_text("utf-8"))["version"]
        listed.extend(
            {
                "name": package,
                "version": version,
                "licence": licence,
                "file": f"{place}/{path.name}",
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in sorted(here.iterdir())
        )
    DIGESTS.write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    bring(Path(sys.argv[1]))
