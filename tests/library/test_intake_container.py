"""Workbooks that are traps or damaged, and files that are not what they are called."""

from __future__ import annotations

import io
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from shangji import intake
from shangji import pack as packs
from shangji.intake import container, delimited, files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shangji.errors import Problem
    from shangji.pack import Pack

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("pack") / "national"
    for part in ("tables", "codes", "words"):
        shutil.copytree(packs.shipped("national") / part, folder / part)
    shutil.copy(packs.shipped("national") / "pack.toml", folder)
    loaded, problems = packs.load([folder])
    assert loaded is not None, problems
    return loaded


def workbook() -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet("项目")
    for column, (head, value) in enumerate((("项目代码", "P1"), ("项目名称", "修路"))):
        sheet.write(0, column, head)
        sheet.write(1, column, value)
    book.close()
    return made.getvalue()


def changed(parts: dict[str, bytes | None], edit: Callable[[bytes], bytes] | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == SHEET and edit:
                data = edit(data)
            if name not in parts:
                new.writestr(name, data)
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return made.getvalue()


def problems_of(pack: Pack, folder: Path, data: bytes, name: str = "甲.xlsx") -> list[Problem]:
    (folder / name).write_bytes(data)
    collected, problems = intake.read([folder / name], pack, children=0)
    assert not collected.rows
    assert not collected.sources
    return problems


def far(data: bytes) -> bytes:
    return data.replace(b'r="B2"', b'r="XFD1048576"').replace(b'<row r="2"', b'<row r="1048576"')


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-unreadable"),
        (b"<html><table></table></html>", "file-unreadable"),
        (files.OLE + b"\0" * 600, "file-kind"),
        (files.OLE + files.LOCKED, "file-unreadable"),
        (workbook()[:200], "file-unreadable"),
        (workbook()[:-30], "file-unreadable"),
        (changed({"xl/vbaProject.bin": b"x"}), "file-macro"),
        (changed({"xl/macrosheets/sheet1.xml": b"x"}), "file-macro"),
        (changed({"xl/externalLinks/externalLink1.xml": b"<x/>"}), "file-macro"),
        (changed({"xl/embeddings/oleObject1.bin": b"x"}), "file-macro"),
        (changed({"xl/embeddings/Microsoft_Word.docx": b"x"}), "file-macro"),
        (changed({"xl/activeX/activeX1.xml": b"<x/>"}), "file-macro"),
        (changed({"xl/connections.xml": b"<x/>"}), "file-macro"),
        (
            changed(
                {
                    "[Content_Types].xml": b'<Types><Override PartName="/xl/a.dat" '
                    b'ContentType="application/vnd.ms-office.vbaProject"/></Types>'
                }
            ),
            "file-macro",
        ),
        (
            changed(
                {
                    "xl/worksheets/_rels/sheet1.xml.rels": b"<Relationships><Relationship "
                    b'Id="a" Type="http://x/relationships/attachedTemplate" Target="http://x/" '
                    b'TargetMode="External"/></Relationships>'
                }
            ),
            "file-macro",
        ),
        (changed({"docProps/core.xml": "<t>机密</t><t>★1年</t>".encode()}), "row-secret"),
        (changed({"xl/drawings/drawing1.xml": "<a:t>绝密★</a:t>".encode()}), "row-secret"),
        (changed({"xl/comments1.xml": "<t>秘密★3年</t>".encode()}), "row-secret"),
        (
            changed(
                {},
                lambda data: data.replace(
                    b"</worksheet>",
                    "<headerFooter><oddHeader>"
                    "&amp;C机密★</oddHeader></headerFooter></worksheet>".encode(),
                ),
            ),
            "row-secret",
        ),
        (changed({"xl/workbook.bin": b"x"}), "file-unreadable"),
        (changed({"mimetype": b"application/vnd.oasis"}), "file-unreadable"),
        (changed({"xl/workbook.xml": None}), "file-unreadable"),
        (
            changed({"docProps/app.xml": b"<!DocType x><x/>"}),
            "file-unreadable",
        ),
        (changed({"xl/sharedStrings.xml": "<a>".encode("utf-16")}), "file-unreadable"),
        (changed({}, far), "file-too-large"),
    ],
)
def test_refused_by_content(pack: Pack, tmp_path: Path, data: bytes, code: str) -> None:
    (problem,) = problems_of(pack, tmp_path, data)
    assert problem.code == code
    assert problem.where.file == "甲.xlsx"
    assert problem.says
    assert problem.fix


def test_a_hyperlink_leads_out_but_is_read(pack: Pack, tmp_path: Path) -> None:
    """The twin of the relation that is refused: nobody follows a hyperlink."""
    relation = 'Id="a" Type="http://x/relationships/hyperlink" Target="mailto:a@b"'
    link = f'<Relationships><Relationship {relation} TargetMode="External"/></Relationships>'
    (tmp_path / "甲.xlsx").write_bytes(
        changed({"xl/worksheets/_rels/sheet1.xml.rels": link.encode()})
    )
    collected, _ = intake.read([tmp_path / "甲.xlsx"], pack, children=0)
    assert len(collected.rows["project"]) == 1


def test_the_workbook_itself_is_read(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "甲.xlsx").write_bytes(changed({}))
    collected, _ = intake.read([tmp_path / "甲.xlsx"], pack, children=0)
    assert len(collected.rows["project"]) == 1


@pytest.mark.parametrize(
    ("module", "limit", "value"),
    [
        (files, "FILE_BYTES", 100),
        (container, "UNPACKED_BYTES", 2000),
        (container, "CELLS", 3),
        (container, "SHEETS", 0),
        (container, "PARTS", 3),
    ],
)
def test_limits(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, limit: str,
    value: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(module, limit, value)
    (problem,) = problems_of(pack, tmp_path, workbook())
    assert problem.code == "file-too-large"


def test_limits_of_csv(pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "CELLS", 3)
    (problem,) = problems_of(pack, tmp_path, b"a,b\n1,2\n", "项目.csv")
    assert problem.code == "file-too-large"
    (problem,) = problems_of(pack, tmp_path, workbook(), "项目.csv")
    assert problem.code == "file-kind"


def test_a_declared_size_is_not_believed(pack: Pack, tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * 5_000_000)
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    data = made.getvalue().replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    monkeypatch.setattr(container, "UNPACKED_BYTES", 2_000_000)
    (problem,) = problems_of(pack, tmp_path, data)
    assert problem.code in {"file-too-large", "file-unreadable"}


def test_cells_are_counted_across_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook()
    whole, problem = container.inspect("甲.xlsx", data)
    assert problem is None
    for size in (7, 64, 1000):
        monkeypatch.setattr(container, "PIECE", size)
        pieces, _ = container.inspect("甲.xlsx", data)
        assert (pieces.cells, pieces.unpacked) == (whole.cells, whole.unpacked)
    assert whole.cells == 4


def test_a_panic_of_the_reader_is_a_problem(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PanicException(BaseException):
        pass

    def panics(*_: object) -> None:
        raise PanicException

    monkeypatch.setattr("shangji.intake.workbook._sheets", panics)
    assert [problem.code for problem in problems_of(pack, tmp_path, workbook())] == [
        "file-unreadable"
    ]


def test_an_encoding_that_does_not_exist(pack: Pack, tmp_path: Path) -> None:
    links = "xl/_rels/workbook.xml.rels"
    (problem,) = problems_of(
        pack, tmp_path, changed({links: b'<?xml version="1.0" encoding="TF-8"?><x/>'})
    )
    assert problem.code == "file-unreadable"
