"""A basis fails only on what the library holds; words shown as a quotation are slices of a text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from given import collect
from shangji.cited import citing, lines
from shangji.evidence.citations import cite
from shangji.evidence.citations.matter import amounts, core, declines, holds_amount
from shangji.evidence.citations.quoting import Quotation, Readable, pages_of, stands
from shangji.evidence.library.importing import import_folders, open_texts
from shangji.evidence.library.kept import Library, opened
from shangji.evidence.library.text import Text
from shangji.snapshot import RunFacts, freeze
from shangji.verify.quotes import unfounded

if TYPE_CHECKING:
    from shangji.pack import Pack
    from shangji.snapshot import Collected

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FACTS = RunFacts(2027, date(2026, 9, 20), "990101")
TEXTS = {
    "纪要.md": "# 样例县人民政府第3次常务会议纪要\n\n样县政纪〔2026〕3号（样例）\n\n"
    "一、同意实施城区公厕改造，所需资金120万元由县级财政承担。\n\n"
    "二、柳树乡文化广场暂不列入，待核实后再议。\n",
    "办法.md": "# 样例县公厕管养办法\n\n样县府发〔2024〕8号（样例）\n\n"
    "第一条 为了管好公厕，制定本办法。\n\n第二条 每座公厕每年管养经费36000元。\n\n"
    "第三条 本办法自2024年3月1日起施行。"
    "《样例县旧公厕管养办法》（样县府发〔2019〕3号）同时废止。\n",
    "到期.md": "# 样例县路灯补助办法\n\n样县府发〔2020〕5号（样例）\n\n"
    "第一条 补助路灯。\n\n第二条 本办法自2020年3月1日起施行，有效期至2026年6月30日。\n",
    "外省.md": "# 样例外省公厕管养办法\n\n样例外省府发〔2024〕1号（样例）\n\n"
    "第一条 公厕。\n\n第二条 管养。\n",
    "稿.md": "# 样例县河道保洁办法（征求意见稿）\n\n第一条 河道。\n\n第二条 保洁。\n",
}
LISTED = """文件,发文机关,印发日期,适用区划,文号是否收全
纪要.md,样例县人民政府,2026-05-08,990101,
办法.md,样例县人民政府,2024-02-01,990101,是
到期.md,样例县人民政府,2020-02-01,990101,
外省.md,样例外省人民政府,2024-02-01,980000,
稿.md,样例县水利局,2026-01-01,990101,
"""
PROJECTS = [
    {"project_code": "P1", "project_name": "2027年城区公厕改造项目", "region": "990101"},
    {"project_code": "P2", "project_name": "柳树乡文化广场修缮", "region": "990101"},
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder: Path = tmp_path_factory.mktemp("原文")
    for name, words in (TEXTS | {"目录.csv": LISTED}).items():
        (folder / name).write_text(words, "utf-8")
    at = tmp_path_factory.mktemp("库") / "库"
    import_folders([folder], at, {})
    return opened(at)


def cited(
    national: Pack, library: Library, *bases: dict[str, str], project: str = "P1"
) -> tuple[list[dict[str, Any]], Collected]:
    rows = {
        "project": PROJECTS,
        "basis": [
            {"project_code": project, "basis_no": str(at), "kind": "上级文件", **basis}
            for at, basis in enumerate(bases, 1)
        ],
    }
    collected = collect(national, rows)
    cite(collected, national, FACTS, library)
    return collected.rows["citation"], collected


MINUTES = {"kind": "政府会议纪要", "doc_no": "样县政纪〔2026〕3号（样例）", "issuer_level": "县级",
           "title": "样例县人民政府第3次常务会议纪要", "names_project": "是"}  # fmt: skip
RULES = {"kind": "部门文件", "doc_no": "样县府发〔2024〕8号", "title": "公厕管养办法"}


def state(national: Pack, library: Library, **basis: str) -> str:
    return str(cited(national, library, basis)[0][0]["state"])


def test_a_basis_that_holds_is_verified_with_its_own_words(
    national: Pack, library: Library
) -> None:
    quote = "同意实施城区公厕改造，所需资金120万元"
    (row,), _ = cited(
        national, library, {**MINUTES, "quote": quote, "named_amount_yuan": "1200000"}
    )
    assert row["state"] == "verified"
    assert row["words"] == "一、同意实施城区公厕改造，所需资金120万元由县级财政承担。"
    held = ("in_force", "title_agrees", "level_agrees", "binds", "quote_found", "names_project",
            "names_amount", "amount_agrees", "names_county_share")  # fmt: skip
    assert {name: row[name] for name in held} == dict.fromkeys(held, True)
    assert row["file_name"] == "纪要.md"


def test_what_is_not_held_is_unknown_and_nothing_else(national: Pack, library: Library) -> None:
    unpublished = (
        {"kind": "领导批示", "title": "县领导在公厕改造请示上的批示"},
        {"kind": "政府会议纪要", "title": "样例县人民政府第9次常务会议纪要"},
        {"doc_no": "样省发〔2026〕9号", "title": "关于做好公厕工作的通知"},
        {**MINUTES, "doc_no": "样县政纪〔2025〕3号"},
    )
    rows, _ = cited(national, library, *unpublished)
    judged = ("in_force", "binds", "article_found", "quote_found", "names_project", "title_agrees",
              "names_amount", "amount_agrees", "level_agrees", "policy_id")  # fmt: skip
    for row in rows:
        assert row["state"] == "not_loaded"
        assert all(row[name] is None for name in judged)


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ({"doc_no": "样县府发〔2019〕3号", "title": "样例县旧公厕管养办法"}, "repealed"),
        ({"doc_no": "计价格〔2002〕10号"}, "repealed"),
        ({"doc_no": "样县府发〔2020〕5号", "title": "路灯补助办法"}, "expired"),
        ({"doc_no": "样县府发〔2024〕8号", "title": "关于表彰先进工作者的决定"}, "title_wrong"),
        ({"doc_no": "样县府发〔2024〕8号", "title": "样例县公厕建设办法"}, "unclear"),
        ({"doc_no": "样县府发〔2024〕99号", "title": "从来没有的办法"}, "not_existing"),
        ({"doc_no": "样例外省府发〔2024〕1号", "title": "样例外省公厕管养办法"}, "outside"),
        ({"title": "样例县河道保洁办法"}, "not_loaded"),
        ({"title": "样例县河道保洁办法（征求意见稿）"}, "draft"),
        ({**RULES, "article": "第九条"}, "article_absent"),
        ({**RULES, "article": "第2条"}, "verified"),
        ({**RULES, "quote": "每座公厕每年管养经费40000元"}, "quote_absent"),
        ({**RULES, "quote": "每座 公厕，每年管养经费 36000 元。"}, "verified"),
        ({**RULES, "quote": "为了管好公厕……本办法自2024年3月1日起施行"}, "verified"),
        ({"kind": "法律", "title": "中华人民共和国预算法", "article": "第三十二条"}, "indexed"),
    ],
)
def test_each_fault_has_its_own_word(
    national: Pack, library: Library, basis: dict[str, str], expected: str
) -> None:
    assert state(national, library, **basis) == expected


def test_a_number_with_another_title_proves_nothing_more(national: Pack, library: Library) -> None:
    (row,), _ = cited(
        national, library, {"doc_no": "样县府发〔2020〕5号", "title": "关于表彰先进的决定"}
    )
    assert (row["state"], row["title_agrees"]) == ("title_wrong", False)
    assert row["in_force"] is None


def test_a_no_in_the_minutes_is_no_basis(national: Pack, library: Library) -> None:
    (row,), _ = cited(national, library, MINUTES, project="P2")
    assert (row["state"], row["declines"], row["names_project"]) == ("declined", True, True)


def test_the_repealing_words_are_shown(national: Pack, library: Library) -> None:
    (row,), _ = cited(national, library, {"doc_no": "样县府发〔2019〕3号"})
    assert row["policy_id"] is None
    assert "《样例县旧公厕管养办法》（样县府发〔2019〕3号）同时废止" in row["words"]
    assert row["article"] == "第三条"


def test_every_quotation_stands_on_its_page_and_verify_sees_one_that_does_not(
    national: Pack, library: Library
) -> None:
    _, collected = cited(
        national,
        library,
        MINUTES,
        {**RULES, "article": "第二条"},
        {"doc_no": "样县府发〔2019〕3号"},
    )
    pages = [dict(row) for row in collected.rows["document_page"]]
    evidence = [{**row, "row_key": str(at)} for at, row in enumerate(collected.rows["evidence"])]
    text = {(row["document_sha256"], row["page"]): row["page_text"] for row in pages}
    assert len(evidence) == 3
    for row in evidence:
        page = text[row["document_sha256"], row["page"]]
        assert page[row["start_char"] : row["end_char"]] == row["quote"]
    for row in collected.rows["citation"]:
        page = text[row["document_sha256"], row["page"]]
        assert page[row["start_char"] : row["end_char"]] == row["words"]
    assert not list(unfounded(evidence, pages))
    evidence[0]["quote"] = evidence[0]["quote"].replace("120万元", "190万元")
    assert len(list(unfounded(evidence, pages))) == 1


def test_an_original_that_the_unit_handed_in_is_read(national: Pack, library: Library) -> None:
    words = "样例县人民政府第9次常务会议纪要\n样县政纪〔2026〕9号\n一、同意实施城区公厕改造。"
    rows = {
        "project": PROJECTS,
        "basis": [
            {"project_code": code, "basis_no": "1", "kind": "政府会议纪要",
             "doc_no": "样县政纪〔2026〕9号", "title": "样例县人民政府第9次常务会议纪要",
             "names_project": "是", "quote": "同意实施城区公厕改造"}
            for code in ("P1", "P2")
        ],
        "attachment": [{"project_code": "P1", "attachment_no": "1", "kind": "政府会议纪要",
                        "document_sha256": "a" * 64}],
        "document": [{"document_sha256": "a" * 64, "file_name": "纪要.pdf",
                      "kind": "政府会议纪要", "title": "样例县人民政府第9次常务会议纪要"}],
        "document_page": [{"document_sha256": "a" * 64, "page": "1", "page_text": words}],
    }  # fmt: skip
    collected = collect(national, rows)
    pages = collected.rows["document_page"]
    cite(collected, national, FACTS, library)
    own, other = collected.rows["citation"]
    assert (own["matched_by"], own["quote_found"], own["names_project"]) == (
        "attachment", True, True,
    )  # fmt: skip
    assert own["words"] == "一、同意实施城区公厕改造。"
    assert pages[0]["page_text"][own["start_char"] : own["end_char"]] == own["words"]
    assert len(pages) == 1
    assert other["state"] == "not_loaded"


def test_people_read_the_words_and_who_rests_on_them(
    national: Pack, library: Library, tmp_path: Path
) -> None:
    _, collected = cited(national, library, {**MINUTES, "named_amount_yuan": "1200000"},
                         {"doc_no": "样省发〔2026〕9号", "title": "关于公厕的通知"})  # fmt: skip
    snapshot, _ = freeze(collected, national.tables, FACTS, tmp_path / "snapshot")
    with duckdb.connect() as connection:
        for name in snapshot.tables:
            path = str(snapshot.path(name))
            connection.execute(f"CREATE VIEW given_{name} AS FROM read_parquet('{path}')")
        said = list(lines(connection, national, "P1"))
        assert "已核实" in said[1]
        assert said[2].endswith("：一、同意实施城区公厕改造，所需资金120万元由县级财政承担。")
        assert said[3].strip() == "见 纪要.md"
        assert said[4].endswith("未收录（请上传原文）")
        (one,) = citing(connection, "样县政纪〔2026〕3号")
        assert (one.projects, one.states) == (["P1"], ["verified"])
        assert citing(connection, "没有的文件") == []


WORDS = st.text(alphabet="公厕改造 ，。\n12.5万元（）Ａa", max_size=60)


@settings(max_examples=60, deadline=None)
@given(words=WORDS, cuts=st.lists(st.integers(0, 60), max_size=3), data=st.data())
def test_a_quotation_is_a_slice_of_its_page(
    words: str, cuts: list[int], data: st.DataObject
) -> None:
    starts = (0, *sorted({cut for cut in cuts if 0 < cut < len(words)}))
    text = Text(words, starts)
    start = data.draw(st.integers(0, len(words)))
    end = data.draw(st.integers(start, len(words)))
    made = Quotation.of(text, start, end)
    page = dict(pages_of(text))[made.page]
    assert page[made.start : made.end] == made.words
    assert "".join(one for _, one in pages_of(text)) == words


@settings(max_examples=60, deadline=None)
@given(words=WORDS, data=st.data())
def test_what_is_copied_is_found_and_what_is_changed_is_not(
    words: str, data: st.DataObject
) -> None:
    readable = Readable(Text(words))
    start = data.draw(st.integers(0, len(words)))
    end = data.draw(st.integers(start, len(words)))
    assert stands(words[start:end], readable) is not False
    assert stands(f"{words[start:end]}未有的字句", readable) is False


def test_matters_and_amounts() -> None:
    assert core("2027年柳树乡文化广场修缮（续建）") == "柳树乡文化广场修缮"
    assert amounts("所需资金15.5万元，另有1,200元") == [Decimal(155000), Decimal(1200)]
    assert amounts("人民币叁佰万元整，12万3千元") == [Decimal(3000000), Decimal(123000)]
    assert holds_amount("共12.35万元", Decimal("123440.00")) is False
    assert holds_amount("共12.35万元", Decimal("123480.00")) is True
    assert declines(["一、同意实施"]) is False
    assert declines([]) is None


def test_the_sample_county_shows_each_answer(tmp_path: Path) -> None:
    library = open_texts(SAMPLES / "county" / "library", {}, tmp_path / "texts")
    assert len(library.policies) == 12
    assert all("样例" in library.text(one.policy_id).words for one in library.policies)
    assert {one.region for one in library.policies} == {"990101", "990000"}
    assert {one.state for one in library.policies} == {"in_force", "repealed", "draft"}
