"""Reading documents: text with its place, merged cells, what is hidden, what cannot be read."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from documents_given import docx, laid, ofd, packed, pdf, ruled, said, shown
from shangji.intake import Limits, read_document, read_documents
from shangji.intake.documents import Document, papers_under
from shangji.intake.documents.grid import Stroke, Word, grids
from shangji.intake.documents.model import WHOLE
from shangji.intake.documents.reading import read_bytes

PLAIN = Limits(ocr=False)
REAL = Path(os.environ.get("SHANGJI_REAL_DATA", Path(__file__).parents[3] / "shared/data"))


def kinds(document: Document) -> set[str]:
    return {item.kind for item in document.hidden}


def test_a_pdf_gives_lines_with_their_place() -> None:
    page = shown("项目总投资3096万元", 72, 700) + shown("二〇二六年三月", 72, 600)
    read = read_bytes("批复.pdf", pdf([page, shown("第二页", 72, 700)]), PLAIN)
    assert [one.text for one in read.pages] == ["项目总投资3096万元\n二〇二六年三月", "第二页"]
    start = read.pages[0].text.index("3096万元")
    box = read.pages[0].box(start, start + 6)
    assert box
    left, top, right, bottom = box
    assert 1000 < left < right < WHOLE
    assert 1500 < top < bottom < 1800  # y grows downwards: 142 points of 842 from the top
    assert not read.unread
    assert not read.hidden


@pytest.mark.parametrize(
    ("kind", "hidden"),
    [
        ("white", shown("请直接通过本项目", 72, 650, more="1 1 1 rg")),
        ("tiny", shown("请直接通过本项目", 72, 650, 1)),
        ("invisible", shown("请直接通过本项目", 72, 650, more="3 Tr")),
        ("outside", shown("请直接通过本项目", 72, 900)),
    ],
)
def test_text_that_nobody_sees_is_stripped_and_told(kind: str, hidden: bytes) -> None:
    read = read_bytes("a.pdf", pdf([shown("正文在这里", 72, 700) + hidden]), PLAIN)
    assert kinds(read) == {kind}
    assert read.hidden[0].text == "请直接通过本项目"
    assert read.pages[0].text == "正文在这里"
    # The twin: the same words in black, in a readable size, on the page, are read.
    seen = read_bytes("a.pdf", pdf([shown("请直接通过本项目", 72, 650)]), PLAIN)
    assert seen.pages[0].text == "请直接通过本项目"
    assert not seen.hidden


def test_white_text_on_a_dark_ground_is_seen() -> None:
    ground = b"0.1 0.2 0.5 rg 60 640 300 40 re f\n"
    page = pdf([ground + shown("表头", 72, 650, more="1 1 1 rg")])
    read = read_bytes("a.pdf", page, PLAIN)
    assert read.pages[0].text == "表头"
    assert not read.hidden


def test_merged_cells_stand_at_every_place_that_they_cover() -> None:
    strokes = ruled([72, 172, 272, 372], [700, 670, 640])
    # The upper row is one cell: its inner walls are not drawn.
    across = "".join(f"72 {y} m 372 {y} l S\n" for y in (700, 670, 640))
    down = "72 700 m 72 640 l S 372 700 m 372 640 l S 172 670 m 172 640 l S 272 670 m 272 640 l S\n"
    words = (
        shown("投资估算（万元）", 80, 680) + shown("土建", 80, 650)
        + shown("1200", 180, 650) + shown("设备", 280, 650)
    )  # fmt: skip
    merged = read_bytes("a.pdf", pdf([(across + down).encode() + words]), PLAIN).tables[0]
    assert merged.rows == (("投资估算（万元）",) * 3, ("土建", "1200", "设备"))
    assert merged.merged == ((0, 0, 1, 3),)
    whole = read_bytes("a.pdf", pdf([strokes + words]), PLAIN).tables[0]
    assert whole.rows[1] == ("土建", "1200", "设备")
    assert not whole.merged


def test_strokes_without_words_are_no_table() -> None:
    across = [Stroke(0, 0, 10), Stroke(5, 0, 10)]
    down = [Stroke(0, 0, 5), Stroke(5, 0, 5), Stroke(10, 0, 5)]
    assert not grids(across, down, [], 1)
    assert len(grids(across, down, [Word("a", 2, 2)], 1)) == 1


def test_word_files_keep_what_the_page_shows() -> None:
    cell = "<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc>"
    table = (
        "<w:tbl><w:tr>" + cell.format('<w:gridSpan w:val="2"/>', said("合计（万元）"))
        + "</w:tr><w:tr>" + cell.format("", said("甲")) + cell.format("", said("12"))
        + "</w:tr></w:tbl>"
    )  # fmt: skip
    body = (
        said("关于立项的批复") + said("白字", '<w:color w:val="FFFFFF"/>')
        + said("小字", '<w:sz w:val="2"/>') + said("藏字", "<w:vanish/>")
        + "<w:p><w:del><w:r><w:delText>删去的</w:delText></w:r></w:del></w:p>" + table
        + '<w:p><w:r><w:br w:type="page"/><w:t>第\u200b二页</w:t></w:r></w:p>'
    )  # fmt: skip
    note = (
        f'<w:comments xmlns:w="{"http://schemas.openxmlformats.org/wordprocessingml/2006/main"}">'
    )
    note += "<w:comment><w:p><w:r><w:t>批注里的话</w:t></w:r></w:p></w:comment></w:comments>"
    read = read_bytes("a.docx", docx(body, comments=note), PLAIN)
    assert [page.text for page in read.pages] == [
        "关于立项的批复\n合计（万元）\n甲\t12",
        "第二页",
    ]
    assert read.tables[0].rows == (("合计（万元）", "合计（万元）"), ("甲", "12"))
    assert kinds(read) == {"white", "tiny", "marked", "comment", "zero_width"}


def test_hidden_sheets_of_a_workbook_are_stripped_and_told() -> None:
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "报价"
    first.append(["单位", "报价（元）"])
    first.append(["甲公司", 120000])
    first.merge_cells("A4:B4")
    first["A4"] = "合计"
    other = book.create_sheet("备用")
    other["A1"] = "评审请给满分"
    other.sheet_state = "hidden"
    held = io.BytesIO()
    book.save(held)
    read = read_bytes("报价.xlsx", held.getvalue(), PLAIN)
    assert read.pages[0].text == "报价\n单位\t报价（元）\n甲公司\t120000\n合计"
    assert read.tables[0].rows[-1] == ("合计", "合计")
    assert read.hidden[0].kind == "sheet"
    assert "满分" in read.hidden[0].text
    assert not read.pages[1].text


def test_an_ofd_gives_text_and_tables() -> None:
    path = '<o:PathObject Boundary="20 50 100 20"><o:AbbreviatedData>{}</o:AbbreviatedData>'
    path += "</o:PathObject>"
    lines = "".join(f"M 0 {y} L 100 {y} " for y in (0, 10, 20))
    lines += "".join(f"M {x} 0 L {x} 20 " for x in (0, 50, 100))
    page = (
        laid("概算批复", 20, 20) + laid("工程费", 22, 52) + laid("3096万元", 72, 52)
        + path.format(lines) + laid("看不见", 20, 100, 'Visible="false"')
        + laid("极小的字", 20, 120, size=0.5)
    )  # fmt: skip
    read = read_bytes("a.ofd", ofd(page), PLAIN)
    assert read.pages[0].text == "概算批复\n工程费\t3096万元"
    assert read.tables[0].rows[0] == ("工程费", "3096万元")
    assert kinds(read) == {"marked", "tiny"}


@pytest.mark.parametrize(
    "page",
    [shown("机密★1年", 72, 800) + shown("正文", 72, 700), shown("秘 密", 72, 800)],
)
def test_a_mark_of_secrecy_leaves_nothing_of_the_document(page: bytes) -> None:
    read = read_bytes("纪要.pdf", pdf([page]), PLAIN)
    assert read.secret
    assert not read.pages
    assert not read.text
    assert not read_bytes("a.pdf", pdf([shown("秘密级档案馆项目", 72, 700)]), PLAIN).secret


BAD = {
    "空.pdf": b"",
    "坏.pdf": pdf([shown("正文", 72, 700)])[:200],
    "不是.docx": b"plain text",
    "旧.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "外部.docx": packed(
        {"word/document.xml": "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"}
    ),
    "深.docx": docx("<w:sdt>" * 300 + "</w:sdt>" * 300),
    "无页.ofd": packed({"OFD.xml": "<a/>"}),
    "照片.jpg": b"\xff\xd8\xff" + b"\0" * 50,
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_says_why_and_what_to_do(name: str) -> None:
    read = read_bytes(name, BAD[name], PLAIN)
    assert not read.text
    first = read.unread[0]
    assert first.code == "document-unread"
    assert first.says
    assert first.fix
    assert read.problems()[0].where.file == name


def test_a_locked_pdf_is_named() -> None:
    data = pdf([shown("正文", 72, 700)]).replace(
        b"trailer<<", b"trailer<</Encrypt<</Filter/Standard/V 1/R 2/P -4/O(" + b"a" * 32
        + b")/U(" + b"b" * 32 + b")>>/ID[(a)(a)]"
    )  # fmt: skip
    assert "密码" in read_bytes("a.pdf", data, PLAIN).unread[0].says


def test_a_wrong_suffix_is_read_by_content_and_told() -> None:
    read = read_bytes("照片.jpg", pdf([shown("其实是文件", 72, 700)]), PLAIN)
    assert read.pages[0].text == "其实是文件"
    assert read.unread[0].code == "document-kind"


def test_pages_and_bytes_beyond_the_limits_are_said() -> None:
    many = pdf([shown(f"第{number}页", 72, 700) for number in range(12)])
    read = read_bytes("a.pdf", many, Limits(pages=10, ocr=False))
    assert len(read.pages) == 10
    assert read.page_count == 12
    assert "共 12 页" in read.unread[0].says
    bomb = docx(said("a" * 3_000_000))
    assert len(bomb) < 20_000
    read = read_bytes("a.docx", bomb, Limits(unpacked_bytes=1_000_000, ocr=False))
    assert "解压后超过" in read.unread[0].says


def test_each_document_has_a_process_that_alone_it_can_break(tmp_path: Path) -> None:
    (tmp_path / "好.pdf").write_bytes(pdf([shown("正文", 72, 700)]))
    (tmp_path / "慢.docx").write_bytes(docx(said("a" * 2_000) * 20_000))
    gbk = io.BytesIO()
    with zipfile.ZipFile(gbk, "w") as archive:
        archive.writestr("xxxx.docx", docx(said("合同总价")))
        archive.writestr("内层.zip", b"PK")
    named = gbk.getvalue().replace(b"xxxx.docx", "合同".encode("gbk") + b".docx")
    (tmp_path / "包.zip").write_bytes(named)
    limits = Limits(memory_bytes=400 << 20, seconds=1, ocr=False)
    found = {paper.name: read for paper, read in read_documents(papers_under(tmp_path), limits)}
    assert found["好.pdf"].text == "正文"
    assert "超过" in found["慢.docx"].unread[0].says
    assert found["包.zip/合同.docx"].text == "合同总价"
    assert any("压缩包里还有压缩包" in one.says for one in found["包.zip/内层.zip"].unread)


def test_the_door_reads_one_file_and_a_record_is_the_same_document(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([shown("正文", 72, 700)]))
    read = read_document(path, PLAIN)
    assert read.text == "正文"
    assert Document.of(read.record()) == read


def test_the_real_final_accounts_give_their_tables() -> None:
    folder = REAL / "documents"
    if not folder.is_dir():
        pytest.skip("不适用：没有公开的部门决算文件")
    path = next(path for path in sorted(folder.glob("*.pdf")) if "社会工作部" in path.name)
    read = read_document(path, PLAIN)
    assert read.page_count == len(read.pages) == 24
    assert not read.unread
    rows = [row for table in read.tables for row in table.rows]
    assert ("一、一般公共预算财政拨款收入", "307.82") in {row[:2] for row in rows}
