"""A browser for tests of pages: Chromium without a network, told when a page asks for one."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Seen:
    """What a page did that it must not do."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.requests: list[str] = []


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser for the tests of a module; skipped where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="没有 playwright，浏览器测试未运行")
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("没有 chromium，浏览器测试未运行")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, width: int = 1366, height: int = 768) -> Iterator[tuple[Any, Seen]]:
    """A fresh page and what it did wrong."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(10_000)
    seen = Seen()
    page.on(
        "console",
        lambda told: seen.faults.append(told.text) if told.type == "error" else None,
    )
    page.on("pageerror", lambda error: seen.faults.append(str(error)))
    page.on("request", lambda asked: seen.requests.append(asked.url))
    try:
        yield page, seen
    finally:
        page.close()


def address(path: Path, place: str = "") -> str:
    """The address of a file, with a place in it."""
    return path.resolve().as_uri() + place
