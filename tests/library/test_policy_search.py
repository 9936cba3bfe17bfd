"""Search puts what is named first, narrows honestly, and works on the base install."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from shangji.evidence.library.importing import import_folders
from shangji.evidence.library.kept import Library, opened
from shangji.evidence.search import Search, Wanted, joined, lexical

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {
    "公厕.md": "# 样例县公厕管养办法\n\n"
    "样县府发〔2019〕3号（样例）\n\n第一条 为了管好公厕，制定本办法。\n\n"
    "第二条 每座公厕每年管养经费36000元。\n\n第三条 本办法自2019年3月1日起施行。\n",
    "新公厕.md": "# 样例县城区公厕管理办法\n\n"
    "样县府发〔2024〕8号（样例）\n\n第一条 城区公厕由城管局管养。\n\n"
    "第二条 管养经费每座每年40000元。\n\n第三条 本办法自2024年3月1日起施行。"
    "《样例县公厕管养办法》同时废止。\n",
    "养老.md": "# 样例省养老服务补贴办法\n\n"
    "样省民发〔2025〕1号（样例）\n\n第一条 为了老人，制定本办法。\n\n"
    "第二条 八十岁以上老人每月补贴100元。\n\n第三条 本办法自2025年1月1日起施行。\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder: Path = tmp_path_factory.mktemp("原文")
    for name, words in TEXTS.items():
        (folder / name).write_text(words, "utf-8")
    at = tmp_path_factory.mktemp("库") / "库"
    import_folders([folder], at, {})
    return opened(at)


@pytest.fixture(params=["words", "pairs"])
def made(
    request: pytest.FixtureRequest, library: Library, monkeypatch: pytest.MonkeyPatch
) -> Search:
    if request.param == "pairs":
        monkeypatch.setattr(lexical, "installed", lambda: False)
    elif not lexical.installed():
        pytest.skip("不适用：没有装 shangji[ml]")
    return Search(library, meaning=False)


def top(made: Search, words: str, wanted: Wanted | None = None) -> list[tuple[str, str]]:
    return [(hit.policy.title, hit.passage.article) for hit in made.search(words, wanted=wanted)]


def test_a_number_and_an_article_come_first(made: Search) -> None:
    assert top(made, "样县府发[2019]3号")[0] == ("样例县公厕管养办法", "")
    assert top(made, "样县府发〔2024〕8号第2条")[0] == ("样例县城区公厕管理办法", "第二条")
    assert top(made, "养老服务补贴办法第二条")[0] != ("样例县公厕管养办法", "第二条")


def test_words_find_the_article(made: Search) -> None:
    assert top(made, "老人每月补贴多少")[0] == ("样例省养老服务补贴办法", "第二条")


def test_a_figure_comes_before_looser_likeness(made: Search) -> None:
    assert top(made, "公厕管养经费 40000元")[0] == ("样例县城区公厕管理办法", "第二条")
    assert top(made, "公厕管养经费 36000元")[0] == ("样例县公厕管养办法", "第二条")


def test_what_is_shown_stands_in_the_text(made: Search) -> None:
    for hit in made.search("公厕管养经费"):
        words = made.library.text(hit.policy.policy_id).words
        assert hit.words == words[hit.passage.start : hit.passage.end]
        assert hit.words in words


def test_limits_hold_in_every_channel(made: Search) -> None:
    now = Wanted(on=date(2027, 1, 1))
    assert {title for title, _ in top(made, "公厕管养经费每年", now)} <= {
        "样例县城区公厕管理办法", "样例省养老服务补贴办法",
    }  # fmt: skip
    assert top(made, "样县府发〔2019〕3号", now)[:1] != [("样例县公厕管养办法", "")]
    assert {title for title, _ in top(made, "办法", Wanted(level="province"))} == {
        "样例省养老服务补贴办法"
    }


def test_a_number_that_is_not_held_is_said(made: Search) -> None:
    assert made.unknown_numbers("按财行〔2016〕214号") == ["按财行〔2016〕214号"]
    assert made.unknown_numbers("样县府发〔2019〕3号") == []


def test_the_base_install_says_what_it_lacks(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "installed", lambda: False)
    assert "shangji[ml]" in Search(library, meaning=False).says()[0]


def test_lists_are_joined_by_rank() -> None:
    order = joined([("字面", [3, 1, 2]), ("语义", [1, 4])])
    assert [at for at, _ in order] == [1, 3, 4, 2]
    assert order[0][1] == ["字面", "语义"]


def test_signs_stand_in_for_meaning(library: Library) -> None:
    pytest.importorskip("sklearn", reason="不适用：没有装 shangji[ml]")
    made = Search(library)
    assert made.semantic is not None
    assert made.semantic.name == "char-tfidf-1-3"
    found = made.semantic.search("八十岁以上的老人", 1)
    assert made.corpus.words[found[0][0]].startswith("第二条 八十岁以上老人")
