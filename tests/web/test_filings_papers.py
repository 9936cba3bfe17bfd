"""Papers: what is taken, what is refused in words, how it is given out again."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable


def docx(**parts: bytes) -> bytes:
    """A document of Word as small as it can be, with more parts."""
    kinds = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
        b'officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    links = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    text = parts.pop("text", "关于阅览桌椅更新的请示".encode())
    body = (
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:body><w:p><w:r><w:t>" + text + b"</w:t></w:r></w:p></w:body></w:document>"
    )
    held = {"[Content_Types].xml": kinds, "_rels/.rels": links, "word/document.xml": body}
    held |= {name.replace("__", "/"): data for name, data in parts.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    return file.getvalue()


REFUSED = {
    "another kind than its name": ("合同.pdf", docx()),
    "a program": ("合同.exe", b"MZ"),
    "macros": ("合同.docx", docx(**{"word__vbaProject.bin": b"\xd0\xcf\x11\xe0"})),
    "a bomb": ("合同.docx", docx(**{"word__document.xml": b"0" * 250_000_000})),
    "an entity": (
        "合同.docx",
        docx(
            **{"word__document.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a/>'}
        ),
    ),
    "secret": ("合同.txt", "机密★ 十年\n请示".encode()),
    "secret by name": ("机密★合同.txt", b"x"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_not_taken_is_refused_in_words_and_not_kept(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any], why: str
) -> None:
    name, data = REFUSED[why]
    made = filed.project(season, by=people["unit_clerk"], step="drafting")
    answer = asked("unit_clerk").post(
        f"/filings/{made.code}/papers/", {"file": SimpleUploadedFile(name, data)}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'class="fix"' in page
    assert "root:" not in page
    assert not made.papers.exists()


def test_a_paper_is_listed_given_out_as_bytes_and_kept_when_removed(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    made = filed.project(season, by=people["unit_clerk"], step="drafting")
    client = asked("unit_clerk")
    data = docx()
    client.post(
        f"/filings/{made.code}/papers/",
        {"file": SimpleUploadedFile("../../请示<script>.docx", data), "kind": "contract"},
    )
    paper = made.papers.get()
    assert paper.name == "请示<script>.docx"
    made.draft.refresh_from_db()
    rows = json.loads(made.draft.content)["rows"]["attachment"]
    assert (rows[0]["file_name"], rows[0]["kind"]) == (paper.name, "contract")
    assert "<script>.docx" not in client.get(f"/filings/{made.code}/papers/").content.decode()
    answer = client.get(f"/filings/{made.code}/papers/{paper.pk}/")
    assert b"".join(answer.streaming_content) == data
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    client.post(f"/filings/{made.code}/papers/{paper.pk}/remove/")
    paper.refresh_from_db()
    made.draft.refresh_from_db()
    assert paper.removed_at is not None
    assert "attachment" not in json.loads(made.draft.content)["rows"]


def test_another_unit_gets_no_paper(season: Any, asked: Callable[[str], Any]) -> None:
    from shangji_web import documents

    made = filed.project(season, unit_code="U002")
    digest = documents.keep(b"x")
    paper = made.papers.create(name="甲.txt", sha256=digest, size_bytes=1)
    own = filed.project(season, "P2")
    client = asked("unit_clerk")
    assert client.get(f"/filings/{made.code}/papers/{paper.pk}/").status_code == 404
    assert client.get(f"/filings/{own.code}/papers/{paper.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\文件\\请示.pdf", "请示.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("请示.pdf".encode("gb18030").decode("latin-1"), "请示.pdf"),
        ("请\u202e示\x00.pdf", "请示.pdf"),
    ],
)
def test_a_name_is_its_last_part_as_a_person_reads_it(sent: str, kept: str) -> None:
    from shangji_web.filings.papers import plain_name

    assert plain_name(sent) == kept
