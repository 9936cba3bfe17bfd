"""Bad and hostile papers at the size in which they come: named, skipped, counted; the rest is read.

The files have their full size always; with SHANGJI_ROUNDS (`make soak`) they are read up to the
limits that a review has, else up to smaller ones.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from documents_given import docx, packed, pdf, said, shown
from shangji.cli.attaching import read_lines
from shangji.evidence.attachments import attach
from shangji.intake import Limits
from shangji.intake.documents import papers_under, read_documents
from shangji.intake.documents.scan import installed
from shangji.snapshot import Collected, Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shangji.pack import Pack

SOAK = bool(os.environ.get("SHANGJI_ROUNDS"))
SMALL = Limits(ocr=False, pages=20, seconds=20, unpacked_bytes=20_000_000)
LIMITS = Limits(ocr=False) if SOAK else SMALL
UNPACKED = LIMITS.unpacked_bytes // 1_000_000
PAGES, SIDE = 5_000, 40_000


def png(side: int, *, whole: bool) -> bytes:
    """A black and white picture of so many pixels each way; its rows only where it is whole."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    row, pack = b"\0" + b"\xff" * (side // 8), zlib.compressobj(1)
    rows = b"".join(pack.compress(row) for _ in range(side if whole else 1)) + pack.flush()
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def bomb(size: int) -> bytes:
    """A Word file whose text alone is so large when it is unpacked."""
    held = io.BytesIO()
    archive = zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with archive, archive.open("word/document.xml", "w") as part:
        for _ in range(size // 1_000_000):
            part.write(b" " * 1_000_000)
    return held.getvalue()


def locked() -> bytes:
    told = b"trailer<</Encrypt<</Filter/Standard/V 1/R 2/P -4/O(%s)/U(%s)>>/ID[(a)(a)]"
    words = told % (b"a" * 32, b"b" * 32)
    return pdf([shown("正文", 72, 700)]).replace(b"trailer<<", words)


def gbk_zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xxxx.docx", docx(said("合同总价")))
    return held.getvalue().replace(b"xxxx.docx", "合同".encode("gbk") + b".docx")


def crowded() -> bytes:
    return packed({f"{number}.txt": "甲" for number in range(1_001)})


MADE: dict[str, Callable[[], bytes]] = {
    "五千页.pdf": lambda: pdf([shown(f"第{number}页", 72, 700) for number in range(PAGES)]),
    "大图.png": lambda: png(SIDE, whole=SOAK),
    "加密.pdf": locked,
    "断了.pdf": lambda: pdf([shown("正文", 72, 700)])[:300],
    "炸弹.docx": lambda: bomb(LIMITS.unpacked_bytes * 3 // 2),
    "照片.jpg": lambda: pdf([shown("其实是文件", 72, 700)]),
    "国标名.zip": gbk_zip,
    "千件.zip": crowded,
    "套娃.zip": lambda: packed({"内层.zip": packed({"再内层.zip": b"PK"})}),
    "太大.pdf": lambda: b"%PDF-1.5\n" + b"0" * 51_000_000,
    "好.docx": lambda: docx(said("合同总价100元")),
}
SAYS = {
    "五千页.pdf": "共 5000 页",
    "大图.png": "图片，未读（需 shangji[ocr]）",
    "加密.pdf": "密码",
    "断了.pdf": "损坏",
    "炸弹.docx": f"解压后超过 {UNPACKED} MB",
    "照片.jpg": "内容是 PDF",
    "千件.zip": "超过 1000 个",
    "套娃.zip/内层.zip": "压缩包里还有压缩包",
    "太大.pdf": "文件超过 50 MB",
}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("资料")
    for name, made in MADE.items():
        (folder / name).write_bytes(made())
    (folder / "空夹").mkdir()
    return folder


def test_each_is_named_and_counted_and_the_rest_is_read(national: Pack, papers: Path) -> None:
    project = {"project_code": "99010127T0001", "project_name": "甲", "unit_code": "1",
               "row_source": "a", "row_sheet": "项目", "row_number": 2}  # fmt: skip
    held = Collected(rows={"project": [project]}, sources=[Source("a", "a", "unit", "0" * 64)])
    made = attach(held, national, [papers, papers / "空夹"], limits=LIMITS)
    said_of = {
        one.where.file: one.says for one in made.problems if one.code != "document-unmatched"
    }
    for name, says in SAYS.items():
        assert says in said_of[name], name
    assert "是空的" in said_of["空夹"]
    found = {one.name: one for one in made.documents}
    assert found["好.docx"].text == "合同总价100元"
    assert found["国标名.zip/合同.docx"].text == "合同总价"
    assert found["照片.jpg"].text == "其实是文件"
    assert found["五千页.pdf"].page_count == PAGES
    assert len(found["五千页.pdf"].pages) == LIMITS.pages
    assert made.record()["unread"] == len(SAYS) - 1  # a wrong suffix is told, and read
    assert any("份没有读全" in line for line in read_lines(made))


def test_a_picture_of_too_many_pixels_is_not_unfolded(papers: Path) -> None:
    if not (installed() and find_spec("rapidocr")):
        pytest.skip("不适用：没有装识别组件")
    picture = [one for one in papers_under(papers) if one.name == "大图.png"]
    (_, read), = read_documents(picture, Limits(memory_bytes=2 << 30), children=1)  # fmt: skip
    assert "超过上限" in read.unread[0].says
    assert not read.pages
