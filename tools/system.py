"""What the tests need from the system: installed by apt where that is allowed, else named."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from postgres import programs

if TYPE_CHECKING:
    from collections.abc import Callable

OLDEST_JAVA = 17


@dataclass(frozen=True)
class Need:
    """A thing of the system: how it is seen, the packages that bring it, what waits for it."""

    zh: str
    here: Callable[[], bool]
    choices: tuple[tuple[str, ...], ...]  # the first that this release of the system has
    dnf: str
    tests: str
    size: str


def needs() -> tuple[Need, ...]:
    """Return everything that some test needs beside Python."""
    return (
        Need(
            f"Java {OLDEST_JAVA} 以上",
            lambda: java_version() >= OLDEST_JAVA,
            (("openjdk-17-jre-headless",), ("openjdk-21-jre-headless",)),
            "java-17-openjdk-headless",
            "Spark 测试",
            "200 MB",
        ),
        Need(
            "LibreOffice",
            lambda: shutil.which("soffice") is not None,
            (("libreoffice-calc", "libreoffice-writer"),),
            "libreoffice-calc libreoffice-writer",
            "表样与公文的打开、保存测试",
            "400 MB",
        ),
        Need(
            "Chromium",
            lambda: any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
            (("chromium",),),
            "chromium",
            "浏览器测试",
            "300 MB",
        ),
        Need(
            "pdftoppm",
            lambda: shutil.which("pdftoppm") is not None,
            (("poppler-utils",),),
            "poppler-utils",
            "打印版面测试",
            "1 MB",
        ),
        Need(
            "PostgreSQL",
            lambda: programs() is not None,
            (("postgresql",),),
            "postgresql-server",
            "网站与账本在 PostgreSQL 上的测试",
            "60 MB",
        ),
        Need(
            "中文字体",
            chinese_font,
            (("fonts-noto-cjk", "fontconfig"),),
            "google-noto-sans-cjk-ttc-fonts",
            "版面测试",
            "60 MB",
        ),
    )


def provide() -> list[str]:
    """Install what is missing where that is allowed; return what the person should know."""
    prefix = rights()
    told = []
    for need in needs():
        if need.here():
            continue
        if prefix is not None and shutil.which("apt-get"):
            print(f"· 没有{need.zh}，用 apt 安装（约 {need.size}）", flush=True)
            if install(prefix, need.choices) and need.here():
                continue
        told.append(
            f"没有{need.zh}，{need.tests}将跳过。请自行安装后再运行：\n"
            f"    Debian、Ubuntu：   sudo apt-get install {' '.join(need.choices[0])}\n"
            f"    openEuler、麒麟：  sudo dnf install {need.dnf}"
        )
    return told


def java_version() -> int:
    """Return the major version of the Java that would run, 0 where there is none."""
    home = os.environ.get("JAVA_HOME")
    command = f"{home}/bin/java" if home else "java"
    try:
        result = subprocess.run(
            [command, "-version"], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r'version "(\d+)', result.stderr + result.stdout)
    return int(match[1]) if match and result.returncode == 0 else 0


def chinese_font() -> bool:
    """Tell whether the system has any font that shows Chinese."""
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    listed = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, check=False)
    return bool(listed.stdout.strip())


def rights() -> list[str] | None:
    """Return the prefix that gives root's rights without a question, None where there is none."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo:
        asked = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
        if asked.returncode == 0:
            return [sudo, "-n"]
    return None


def install(prefix: list[str], choices: tuple[tuple[str, ...], ...]) -> bool:
    """Install the first choice of packages that the system knows."""
    apt = [*prefix, "apt-get", "-q"]
    for refresh in (False, True):
        if refresh:
            subprocess.run([*apt, "update"], capture_output=True, check=False)
        for packages in choices:
            result = subprocess.run(
                [*apt, "install", "-y", "--no-install-recommends", *packages],
                capture_output=True,
                check=False,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
            if result.returncode == 0:
                return True
    return False
