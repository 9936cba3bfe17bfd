"""What a review leaves in the ledger, by digest; the stamp beside its result and on papers."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from given import TINY
from shangji.cli import shangji
from shangji.cli.chinese import run
from shangji.ledger import Ledger, SQLiteStore, keyed_digest, note, stamp
from shangji.recorded import disclosed, said

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

KEY = bytes(range(32))
NOW = datetime(2026, 12, 10, 8, tzinfo=UTC)


def filed(folder: Path) -> Path:
    folder.mkdir()
    head = "项目代码,项目名称,单位代码,财政区划代码,通道,申报金额"
    (folder / "项目.csv").write_text(f"{head}\n9901-1,会议,116001,990101,operation,9\n", "utf-8")
    return folder


def reviewed(tmp_path: Path, *more: str) -> Path:
    told = ["review", str(filed(tmp_path / "申报")), "--out", str(tmp_path / "结果")]
    told += ["--pack", str(TINY), "--year", "2027", "--as-of", "2026-11-20", "--region", "990101"]
    assert run(shangji, [*told, *more]) == 0
    return tmp_path / "结果"


def kinds(log: Path) -> list[str]:
    with SQLiteStore(log, readonly=True) as store:
        return [json.loads(leaf)["kind"] for leaf in store.entries(0, store.size())]


def test_a_review_is_recorded_and_stamped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, key = tmp_path / "账本.sqlite", tmp_path / "密钥"
    assert run(shangji, ["ledger", "key", str(key), "--name", "czj.example.gov.cn/ledger"]) == 0
    report = reviewed(tmp_path, "--ledger", str(log), "--ledger-key", str(key))
    assert kinds(log) == ["input", "pack", "run", "result"]
    result = json.loads((report / "result.json").read_text("utf-8"))
    with SQLiteStore(log, readonly=True) as store:
        leaf = json.loads(store.entries(3, 4)[0])
        signed = note.parse(store.checkpoints()[-1][1], str(log))
        assert Ledger(store).root() == signed.root
    assert leaf["body"]["digest"] == result["digest"]
    text = (report / "存证.txt").read_text("utf-8")
    assert all(line in text for line in stamp.lines(signed))
    assert "shangji verify" in text
    assert (report / "存证.svg").read_text("utf-8") == stamp.qr_svg(signed)
    page = (report / "审核报告.html").read_text("utf-8")
    assert all(line in page for line in stamp.lines(signed))
    assert stamp.qr_path(signed)[1] in page
    assert run(shangji, ["ledger", "verify", str(log), "--key", f"{key}.pub"]) == 0
    assert run(shangji, ["verify", str(report)]) == 0  # the stamp is no part of the result
    capsys.readouterr()


def test_without_a_ledger_nothing_is_written(tmp_path: Path) -> None:
    report = reviewed(tmp_path)
    assert not list(report.glob("存证*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["申报", "结果"]


def test_people_and_their_words_stand_by_keyed_digest_only() -> None:
    decided: dict[str, Any] = {
        "meeting_no": "V3·常务会", "item_no": 1, "version": "V3", "kind": "executive",
        "held_on": date(2026, 12, 9), "minutes_no": "〔2026〕9号", "project_code": "P1",
        "asked_yuan": Decimal("9.00"), "suggested_yuan": None, "decided_yuan": Decimal("8.50"),
        "reason": "张三家属意见", "decided_by": "李四",
    }  # fmt: skip
    (entry,) = said("decision_meeting", [decided], KEY, NOW)
    assert (entry.kind, entry.body["decided_yuan"]) == ("decision", "8.50")
    assert entry.body["reason_digest"] == keyed_digest(KEY, "张三家属意见")
    assert entry.who == f"person:{keyed_digest(KEY, '李四')}"
    assert not any(name in json.dumps(entry.body, ensure_ascii=False) for name in ("张三", "李四"))
    (other,) = said("decision_meeting", [decided], bytes(32), NOW)
    assert other.body["reason_digest"] != entry.body["reason_digest"]  # without the key, no guess


def test_a_row_in_which_nobody_decided_leaves_nothing() -> None:
    nothing = dict.fromkeys(("finding_id", "batch", "rule_id", "project_code"), None)
    empty = {**nothing, "answer": None, "attachment_name": None}
    assert list(said("response", [empty], KEY, NOW)) == []
    (entry,) = said("response", [{**empty, "answer": "已改正"}], KEY, NOW)
    assert entry.kind == "response"
    open_ = {**nothing, "conclusion": None, "appeal": None, "blind": False, "reason": None}
    assert list(said("finding_review", [{**open_, "judge": "甲"}], KEY, NOW)) == []


def test_the_stamp_as_a_picture_is_the_same_code() -> None:
    import io

    from PIL import Image

    from ledger_given import SIGNER

    signed = note.sign(note.Checkpoint(SIGNER.name, 3, bytes(32)), SIGNER)
    picture = Image.open(io.BytesIO(stamp.qr_png(signed, module=1)))
    dark = sum(
        not picture.getpixel((x, y)) for x in range(picture.width) for y in range(picture.height)
    )
    assert stamp.qr_svg(signed).count("h1v1h-1z") == dark


def test_a_disclosure_names_each_file_by_its_digest(tmp_path: Path) -> None:
    (tmp_path / "甲.xlsx").write_bytes(b"x")
    made = disclosed("匿名快照", {"to": "某大学", "k": 5}, [tmp_path / "甲.xlsx"], NOW)
    assert (made.kind, made.body["to"]) == ("disclosure", "某大学")
    assert made.body["files"] == {"甲.xlsx": hashlib.sha256(b"x").hexdigest()}
