"""Bases that only the papers of a project name: resolved, and nobody's fault where not held."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest

from documents_given import docx, said
from given import collect
from shangji.cited import lines
from shangji.evidence.attachments import attach
from shangji.evidence.citations import cite
from shangji.evidence.citations.gathered import numbered
from shangji.evidence.library.importing import import_folders
from shangji.evidence.library.kept import Library, opened
from shangji.intake import Limits
from shangji.snapshot import RunFacts, freeze

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.snapshot import Collected

FACTS = RunFacts(2027, date(2026, 9, 20), "990101")
TEXTS = {
    "办法.md": "# 样例县公厕管养办法\n\n样县府发〔2024〕8号（样例）\n\n"
    "第一条 城区公厕改造和管养按本办法。\n\n第二条 本办法自2024年3月1日起施行。"
    "《样例县旧公厕管养办法》（样县府发〔2019〕3号）同时废止。\n",
    "目录.csv": "文件,发文机关,印发日期,适用区划\n办法.md,样例县人民政府,2024-02-01,990101\n",
}
PAPER = (
    "关于城区公厕改造项目的请示", "样城管〔2026〕5号",
    "根据样县府发〔2024〕8号和《样例县旧公厕管养办法》（样县府发〔2019〕3号），",
    "参照《外地公厕通知》（外府〔2020〕1号）和《辞海》，结合《样例县河道办法》第三条，特请示。",
)  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("原文")
    for name, words in TEXTS.items():
        (folder / name).write_text(words, "utf-8")
    at = tmp_path_factory.mktemp("库") / "库"
    import_folders([folder], at, {})
    return opened(at)


def held(pack: Pack, library: Library, folder: Path, *declared: dict[str, str]) -> Collected:
    (folder / "99010127P0001").mkdir(parents=True)
    paper = folder / "99010127P0001" / "请示.docx"
    paper.write_bytes(docx("".join(map(said, PAPER))))
    bases = [{"project_code": "99010127P0001", "basis_no": str(at), "kind": "部门文件", **one}
             for at, one in enumerate(declared, 1)]  # fmt: skip
    project = {"project_code": "99010127P0001", "project_name": "2027年城区公厕改造项目",
               "region": "990101", "lane": "policy"}  # fmt: skip
    collected = collect(pack, {"project": [project], "basis": bases})
    attach(collected, pack, [folder], limits=Limits(ocr=False))
    cite(collected, pack, FACTS, library)
    return collected


def test_what_a_paper_names_is_resolved_as_a_declared_basis_is(
    national: Pack, library: Library, tmp_path: Path
) -> None:
    collected = held(national, library, tmp_path / "资料")
    rows = {row["named"]: row for row in collected.rows["found_basis"]}
    assert {name: row["state"] for name, row in rows.items()} == {
        "样县府发〔2024〕8号": "verified",
        "《样例县旧公厕管养办法》（样县府发〔2019〕3号）": "repealed",
        "《外地公厕通知》（外府〔2020〕1号）": "not_loaded",
        "《样例县河道办法》": "not_loaded",
    }
    assert rows["样县府发〔2024〕8号"]["names_project"] is True
    assert not collected.rows["citation"]  # nothing was declared, so no rule of citations speaks
    page = next(row for row in collected.rows["document_page"] if row["page"] == 1)
    for row in rows.values():
        span = page["page_text"][row["start_char"] : row["end_char"]]
        assert row["quote"].split(" ")[0] in span
    snapshot, refused = freeze(collected, national.tables, FACTS, tmp_path / "snapshot")
    assert not refused
    assert snapshot.rows("found_basis") == 4
    with duckdb.connect() as connection:
        for name in snapshot.tables:
            connection.execute(
                f"CREATE VIEW given_{name} AS FROM read_parquet('{snapshot.path(name)}')"
            )
        shown = "\n".join(lines(connection, national, "99010127P0001"))
    assert "样县府发〔2024〕8号　已核实　见 " in shown
    assert "《外地公厕通知》（外府〔2020〕1号）　未收录" in shown


def test_what_was_declared_is_not_found_again(
    national: Pack, library: Library, tmp_path: Path
) -> None:
    declared = ({"doc_no": "样县府发〔2024〕8号"}, {"title": "样例县旧公厕管养办法"})
    collected = held(national, library, tmp_path / "资料", *declared)
    assert {row["named"] for row in collected.rows["found_basis"]} == {
        "《外地公厕通知》（外府〔2020〕1号）", "《样例县河道办法》",
    }  # fmt: skip
    assert len(collected.rows["citation"]) == 2


def test_a_number_loses_what_only_stands_before_it() -> None:
    assert numbered("现根据样县府发〔2024〕8号", {"样县府发〔2024〕8号"}) == "样县府发〔2024〕8号"
    assert numbered("根据外府〔2020〕1号", set()) == "根据外府〔2020〕1号"
