"""The documents say what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import reference

ROOT = Path(__file__).resolve().parent.parent
LONGEST_README = 150
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = ["tutorial", "guide", "reference", "explanation", "explanation/decisions"]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_command_reference_is_what_help_prints() -> None:
    assert reference.PAGE.read_text("utf-8") == reference.page(), "run `make docs`"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_readme_shows_the_two_commands(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    assert "make review" in text
    assert "make test" in text
    assert text.count("\n") <= LONGEST_README


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_resolve(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:|mailto:|#", target):
            continue
        path, _, anchor = target.partition("#")
        assert (page.parent / path).exists(), target
        if anchor and path.endswith(".md"):
            assert anchor in anchors(page.parent / path), target


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("folder", FOLDERS)
def test_index_lists_every_page_of_its_folder(folder: str) -> None:
    index = ROOT / "docs" / folder / "README.md"
    text = index.read_text("utf-8")
    missing = [page.name for page in index.parent.glob("*.md") if f"({page.name})" not in text]
    assert [page for page in missing if page != index.name] == []


def test_the_pages_of_the_pack_are_current() -> None:
    import dictionary

    for path, page in dictionary.PAGES.items():
        assert path.read_text("utf-8") == page(), f"{path.name}: run make docs"
