"""The policy library takes texts whole, orders their versions and names what it refuses."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

import real_data
from shangji.cli import library_commands, shangji
from shangji.errors import Refused
from shangji.evidence.library.importing import import_folders
from shangji.evidence.library.kept import Library, opened, version_on, versions_of
from shangji.evidence.library.numerals import number, spelled
from shangji.evidence.library.text import Text, passages

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.pack import Pack

REGIONS = {"样例省": "990000", "样例县": "990101"}

OLD = """# 样例县公厕管养办法

样县府发〔2019〕3号（样例）

第一条 为了管好公厕，制定本办法。

第二条 每座公厕每年管养经费三万元。

第三条 本办法自2019年3月1日起施行，有效期五年。
"""
NEW = """样例县人民政府
关于印发样例县公厕管养办法的通知
样县府发〔2024〕8号（样例）
各乡镇人民政府：
现将《样例县公厕管养办法》印发给你们。
样例县人民政府
2024年2月1日
样例县公厕管养办法
第一条 为了管好公厕，制定本办法。
第二条 每座公厕每年管养经费三万六千元。
第三条 本办法自2024年3月1日起施行。《样例县公厕管养办法》（样县府发〔2019〕3号）同时废止。
"""
MINUTES = """样例县人民政府第12次常务会议纪要
样县政纪〔2026〕12号（样例）
会议审议了下列事项：
一、同意实施城区公厕改造，所需资金120万元由县级财政承担。
二、原则同意开展农贸市场整治。
2026年5月8日
"""


def made(tmp_path: Path, **files: str | bytes) -> Path:
    folder = tmp_path / "原文"
    folder.mkdir(exist_ok=True)
    for name, words in files.items():
        data = words if isinstance(words, bytes) else words.encode()
        (folder / name.replace("__", ".")).write_bytes(data)
    return folder


def kept(tmp_path: Path, **files: str | bytes) -> Library:
    import_folders([made(tmp_path, **files)], tmp_path / "库", REGIONS)
    return opened(tmp_path / "库")


def bare(words: str) -> str:
    return "".join(words.split())


LINES = st.sampled_from(
    ["# 标题", "第一章 总则", "第一条 甲。", "第二条乙。", "第三条  丙；", "一、丁", "（一）戊。",
     "己", "附件：", "", "  ", "致各单位：", "2026年1月2日", "第四条 庚" * 30]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@example(lines=["致各单位：", "# 标题", ""], wrapped=True)
@given(lines=st.lists(LINES, max_size=14), wrapped=st.booleans())
def test_a_text_is_the_sum_of_its_passages(lines: list[str], *, wrapped: bool) -> None:
    words = "\n".join(lines)
    around = ((0, len(words) // 3), (2 * len(words) // 3, len(words))) if wrapped else ()
    split = passages(Text(words, wrapping=around))
    assert bare("".join(words[one.start : one.end] for one in split)) == bare(words)
    assert all(a.end <= b.start for a, b in pairwise(split))


@given(st.integers(1, 9999))
def test_numbers_of_articles_read_as_they_are_spelled(value: int) -> None:
    assert number(spelled(value)) == value


def test_the_later_version_and_the_repeal_end_the_earlier(tmp_path: Path) -> None:
    library = kept(tmp_path, a__md=OLD, b__txt=NEW)
    old = library.by_number["样县府发〔2019〕3号"][0]
    new = library.by_number["样县府发〔2024〕8号"][0]
    assert (old.state, old.effective_to) == ("repealed", date(2024, 2, 29))
    assert old.repealed_by == new.doc_no == "样县府发〔2024〕8号（样例）"
    assert (new.title, new.issuer) == (
        "样例县人民政府关于印发样例县公厕管养办法的通知", "样例县人民政府",
    )  # fmt: skip
    assert old.in_force(date(2024, 2, 29))
    assert not old.in_force(date(2024, 3, 1))
    assert new.in_force(date(2024, 3, 1))
    assert (new.issuer_level, new.region) == ("county", "990101")


def test_alone_it_ends_by_its_own_words(tmp_path: Path) -> None:
    (old,) = kept(tmp_path, a__md=OLD).policies
    assert (old.state, old.effective_to) == ("in_force", date(2024, 2, 29))


def test_versions_of_one_title_stand_in_order(tmp_path: Path) -> None:
    texts = {
        f"样例省审计条例({year}-01-01)__md": f"# 样例省审计条例\n\n第一条 {year}。\n\n第二条 乙。"
        for year in (2015, 2023, 2019)
    }
    library = kept(tmp_path, **texts)
    versions = versions_of(library, library.policies[0])
    assert [one.issued_on and one.issued_on.year for one in versions] == [2015, 2019, 2023]
    assert [one.state for one in versions] == ["revised", "revised", "in_force"]
    assert version_on(versions, date(2018, 12, 31)) == versions[0]
    assert version_on(versions, date(2019, 1, 1)) == versions[1]
    assert version_on(versions, date(2014, 12, 31)) is None


def test_minutes_are_read_item_by_item(tmp_path: Path) -> None:
    library = kept(tmp_path, m__md=MINUTES)
    (policy,) = library.policies
    assert (policy.kind, policy.doc_no) == ("government_minutes", "样县政纪〔2026〕12号（样例）")
    assert policy.title == "样例县人民政府第12次常务会议纪要"
    assert [one.article for one in library.passages(policy.policy_id) if one.article] == [
        "一、", "二、",
    ]  # fmt: skip


def test_every_file_is_taken_known_or_refused_by_name(tmp_path: Path) -> None:
    folder = made(
        tmp_path, a__md=OLD, gbk__txt=NEW.encode("gb18030"), empty__md="", x__exe=b"MZ",
        z__md=b"\0", s__md="机密★一年\n" + MINUTES, no__csv="甲,乙\n1,2\n",
    )  # fmt: skip
    done = import_folders([folder], tmp_path / "库", REGIONS)
    assert done.ties
    assert len(done.taken) == 2
    assert {one.where.file for one in done.refused} == {
        "empty.md", "x.exe", "z.md", "s.md", "no.csv",
    }  # fmt: skip
    assert not any("常务会议" in path.read_text("utf-8", "ignore")
                   for path in (tmp_path / "库").rglob("*") if path.is_file())  # fmt: skip
    again = import_folders([folder], tmp_path / "库", REGIONS)
    assert (len(again.taken), len(again.known)) == (0, 2)
    assert again.ties


def test_word_documents_are_read_too(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx", reason="不适用：没有装 shangji[docs]")
    document = docx.Document()
    for line in NEW.split("\n"):
        document.add_paragraph(line)
    folder = made(tmp_path, bad__docx=b"PK nothing", bad__pdf=b"%PDF-1.7 nothing")
    document.save(str(folder / "办法.docx"))
    done = import_folders([folder], tmp_path / "库", REGIONS)
    assert done.ties
    assert sorted(one.where.file for one in done.refused) == ["bad.docx", "bad.pdf"]
    (policy,) = done.taken
    assert policy.doc_no == "样县府发〔2024〕8号（样例）"
    library = opened(tmp_path / "库")
    articles = {one.article: one for one in library.passages(policy.policy_id)}
    words = library.text(policy.policy_id).words
    second = articles["第二条"]
    assert words[second.start : second.end] == "第二条 每座公厕每年管养经费三万六千元。"


def test_a_catalogue_corrects_what_was_read(tmp_path: Path) -> None:
    before = kept(tmp_path, a__md=OLD)
    listed = "文件,失效日期,废止文件,区划代码\na.md,2022-06-30,样县府发〔2022〕1号（样例）,990101\n"
    after = kept(tmp_path, a__md=OLD, 目录__csv=listed)
    (policy,) = after.policies
    assert (policy.state, policy.effective_to) == ("repealed", date(2022, 6, 30))
    assert policy.repealed_by == "样县府发〔2022〕1号（样例）"
    assert after.digest != before.digest
    assert policy.policy_id == before.policies[0].policy_id


def test_a_library_that_was_changed_is_refused(tmp_path: Path) -> None:
    kept(tmp_path, a__md=OLD)
    path = tmp_path / "库" / "text.parquet"
    path.write_bytes(path.read_bytes()[:-9] + b"PAR1\0PAR1")
    with pytest.raises(Refused, match="政策法规库"):
        opened(tmp_path / "库")


def test_the_commands_speak_of_versions_articles_and_rules(
    tmp_path: Path, national: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    law = "# 中华人民共和国预算法\n\n2018年12月29日 全国人民代表大会常务委员会修正\n\n"
    folder = made(
        tmp_path, a__md=OLD, b__txt=NEW, c__md=law + "第一条 样例。\n\n第三十二条 样例文字。\n"
    )
    at = ["--library", str(tmp_path / "库")]

    def says(*words: str) -> str:
        done = CliRunner().invoke(shangji, ["library", *words, *at], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    monkeypatch.setattr(library_commands, "_pack", lambda: national)
    assert "收入 3" in says("import", str(folder))
    assert "共 3 份" in says("list")
    assert "共 2 份" in says("list", "--on", "2027-01-01")
    assert "已废止，由 样县府发〔2024〕8号" in says("show", "样县府发〔2019〕3号")
    assert "三万六千元" in says("articles", "样县府发〔2024〕8号", "第2条")
    assert "R-0006" in says("articles", "预算法", "第三十二条")
    assert "1. 《样例县公厕管养办法》" in says("search", "样县府发〔2019〕3号", "--level", "县级")


def test_real_laws_go_in_whole_and_in_order(tmp_path: Path) -> None:
    folder = real_data.folder("policy")
    done = import_folders([folder], tmp_path / "库", REGIONS)
    assert (done.files, len(done.taken), done.refused) == (155, 155, [])
    library = opened(tmp_path / "库")
    lost = []
    for policy in library.policies:
        words = library.text(policy.policy_id).words
        source = (folder / policy.file_name).read_text("utf-8")
        split = library.passages(policy.policy_id)
        if not bare(source) == bare(words) == bare("".join(words[p.start : p.end] for p in split)):
            lost.append(policy.file_name)
    assert not lost
    accounting = library.by_title["会计法"]
    assert [str(one.issued_on) for one in accounting] == ["2017-11-04", "2024-06-28"]
    assert accounting[0].effective_to == date(2024, 6, 27)
    vat = library.by_title["增值税暂行条例"][0]
    assert (vat.state, vat.effective_to) == ("repealed", date(2025, 12, 31))
    numbered = [one for one in library.policies if one.file_name.startswith("state_council")]
    assert all(one.doc_no and one.issuer_level == "central" for one in numbered)
