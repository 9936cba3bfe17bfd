"""What leaves the bureau: nothing before publication, nothing but the handed version to audit."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from shangji.errors import Refused
from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def office(people: dict[str, Any]) -> Any:
    return people["budget_office"].posts.get()


def issued(season: Any, code: str = "P1", **more: Any) -> Any:
    """An issued project of an approved year."""
    amount = Decimal("500000.00")
    given = {"decided_yuan": amount, "issued_yuan": amount, "round": 2, **more}
    season.approved_on = timezone.localdate()
    season.save()
    return filed.project(season, code, step="issued", **given)


PUBLIC = (
    "/public/",
    "/public/2027/",
    "/public/2027/departments/D01/",
    "/public/2027/projects/P1/",
)


def test_nothing_is_public_before_publication_and_only_issued_projects_after(
    season: Any, office: Any, asked: Callable[[str], Any]
) -> None:
    from shangji_web.publicity.services import publish

    issued(season)
    filed.project(season, "P2", name="还没有批复的项目", decided_yuan=Decimal(1))
    anybody = asked("")
    for address in PUBLIC:
        page = anybody.get(address)
        assert page.status_code == (200 if address == "/public/" else 404)
        assert "阅览桌椅更新" not in page.content.decode()
        assert "50.00" not in page.content.decode()
    publish(season, office)
    pages = [anybody.get(address) for address in PUBLIC]
    assert [page.status_code for page in pages] == [200] * 4
    assert "50.00" in pages[1].content.decode()
    assert "阅览桌椅更新" in pages[2].content.decode()
    assert "更新阅览桌数量" in pages[3].content.decode()
    assert "还没有批复的项目" not in "".join(page.content.decode() for page in pages)
    assert anybody.get("/public/2027/projects/P2/").status_code == 404


def test_publication_waits_for_the_congress_and_for_issue(season: Any, office: Any) -> None:
    from shangji_web.publicity.services import publish

    project = filed.project(season)
    with pytest.raises(Refused):
        publish(season, office)
    project.issued_yuan = Decimal(1)
    project.save()
    with pytest.raises(Refused):
        publish(season, office)
    season.approved_on = timezone.localdate()
    season.save()
    publish(season, office)
    with pytest.raises(Refused):
        publish(season, office)


def test_a_notice_stands_until_it_is_taken_back(season: Any, asked: Callable[[str], Any]) -> None:
    filed.unit(season)
    client = asked("performance_office")
    words = {
        "kind": "execution",
        "department": "D01",
        "title": "执行进度落后",
        "words": "<b>三成</b>",
    }
    assert client.post("/public/board/", words).status_code == 302
    notice = season.public_notices.get()
    page = asked("").get("/public/notices/").content.decode()
    assert "执行进度落后" in page
    assert "<b>三成" not in page
    assert asked("").post(f"/public/board/{notice.pk}/withdraw/").status_code in {302, 403}
    asked("budget_office").post(f"/public/board/{notice.pk}/withdraw/", {"why": ""})
    assert "执行进度落后" in asked("").get("/public/notices/").content.decode()
    asked("budget_office").post(f"/public/board/{notice.pk}/withdraw/", {"why": "数据有误"})
    assert "执行进度落后" not in asked("").get("/public/notices/").content.decode()


def test_the_auditor_reads_what_was_handed_and_no_later_word(
    season: Any, office: Any, asked: Callable[[str], Any]
) -> None:
    from shangji_web.publicity.services import hand_over

    run = filed.run(season)
    amounts: dict[str, Any] = {"decided_yuan": Decimal(450000), "suggested_yuan": Decimal(430000)}
    project = filed.project(season, **amounts)
    filed.finding(run, project)
    auditor = asked("auditor")
    assert "还没有移交" in auditor.get("/public/handed/").content.decode()
    made = hand_over(season, office, "县审计局")
    project.decided_yuan = Decimal("390000.00")
    project.save()
    filed.project(season, "P7", name="移交之后的项目")
    page = auditor.get(f"/public/handed/{made.pk}/").content.decode()
    assert "45.00" in page
    assert "39.00" not in page
    assert "移交之后的项目" not in page
    version = auditor.get(f"/public/handed/{made.pk}/version/").content.decode()
    assert "430000" not in version
    for role in ("unit_clerk", "expert", "first_reviewer", ""):
        assert asked(role).get(f"/public/handed/{made.pk}/").status_code in {302, 403}


def test_a_season_without_a_review_cannot_be_handed_over(season: Any, office: Any) -> None:
    from shangji_web.publicity.services import hand_over

    filed.project(season)
    with pytest.raises(Refused):
        hand_over(season, office, "县审计局")
    assert season.handed_at is None


def test_an_appraisal_is_answered_once_and_changes_no_decision(
    season: Any, office: Any, asked: Callable[[str], Any]
) -> None:
    from shangji_web.publicity.services import hand_over

    filed.run(season)
    project = filed.project(season, step="decided", decided_yuan=Decimal(450000))
    made = hand_over(season, office, "县审计局")
    page = f"/public/handed/{made.pk}/projects/P1/"
    auditor = asked("auditor")
    assert "提交评价意见" in auditor.get(page).content.decode()
    auditor.post(f"{page}appraise/", {"grade": "doubt", "words": "无"})
    assert not made.appraisals.exists()
    auditor.post(f"{page}appraise/", {"grade": "doubt", "words": "桌椅存量没有盘点"})
    said = made.appraisals.get()
    assert asked("unit_clerk").get("/public/appraisals/").status_code == 403
    bureau = asked("budget_office")
    assert "桌椅存量没有盘点" in bureau.get("/public/appraisals/").content.decode()
    for words in ("已补盘点表，见附件", "再答一次也不行"):
        bureau.post(f"/public/appraisals/{said.pk}/reply/", {"reply": words})
    assert "已补盘点表" in asked("auditor").get("/public/appraisals/").content.decode()
    said.refresh_from_db()
    assert said.reply == "已补盘点表，见附件"
    before = (project.step, project.lock, project.decided_yuan)
    project.refresh_from_db()
    assert (project.step, project.lock, project.decided_yuan) == before
    assert asked("budget_office").post(f"{page}appraise/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_package_holds_what_was_handed_and_one_proof_of_all_of_it(
    season: Any, office: Any, asked: Callable[[str], Any], tmp_path: Path
) -> None:
    from hashlib import sha256

    from shangji_web.publicity.services import hand_over

    project = filed.project(season, decided_yuan=Decimal(450000), suggested_yuan=Decimal(430000))
    filed.finding(filed.run(season), project)
    made = hand_over(season, office, "县人大")
    filed.project(season, "P7", name="移交之后的项目")
    data = asked("auditor").post(f"/public/handed/{made.pk}/package/").content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "移交"
    every = "".join(path.read_text("utf-8") for path in folder.iterdir())
    assert "移交之后的项目" not in every
    assert "430000" not in every
    assert "单价超标" in (folder / "移交内容.json").read_text("utf-8")
    call = [sys.executable, "verify.py", "凭证.json", "--key", "公钥.txt"]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    body = json.loads(json.loads((folder / "凭证.json").read_text("utf-8"))["entry"])["body"]
    for name, key in (("版本.json", "version"), ("移交内容.json", "extract")):
        assert sha256((folder / name).read_bytes()).hexdigest() == body[key]


@pytest.mark.django_db(transaction=True)
def test_a_decision_is_proved_by_one_file_and_no_history_is_rewritten(
    season: Any, office: Any, asked: Callable[[str], Any], tmp_path: Path
) -> None:
    from datetime import date

    from shangji_web.meetings.services import Choice, decide, hold
    from shangji_web.publicity.services import hand_over

    filed.run(season)
    meeting = hold(season, office, "bureau_party", "党组会", date(2026, 11, 25), "12 号")
    project = filed.project(season, step="budget", suggested_yuan=Decimal(500000))
    decide(office, meeting, Choice(project, project.lock, Decimal(500000)))
    made = hand_over(season, office, "县审计局")
    auditor = asked("auditor")
    page = auditor.get(f"/public/handed/{made.pk}/projects/P1/").content.decode()
    note = auditor.post("/public/ledger/checkpoint/").content
    decide(office, meeting, Choice(project, project.lock, Decimal(400000), "从紧核定"))
    page = auditor.get(f"/public/handed/{made.pk}/projects/P1/").content.decode()
    number = int(page.partition("/public/ledger/proofs/")[2].partition("/")[0])
    since = int(note.decode().splitlines()[1])
    bundle = auditor.post(f"/public/ledger/proofs/{number}/", {"since": since})
    key = json.loads(bundle.content)["keys"][0]
    names = {"proof.json": bundle.content, "held.txt": note, "key.txt": key.encode()}
    names["verify.py"] = b"".join(auditor.get("/public/ledger/verifier/").streaming_content)
    for name, data in names.items():
        (tmp_path / name).write_bytes(data)
    call = [sys.executable, "verify.py", "proof.json", "--key", "key.txt", "--held", "held.txt"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    forged = json.loads(bundle.content)
    forged["entry"] = forged["entry"].replace("500000", "600000")
    (tmp_path / "proof.json").write_text(json.dumps(forged), "utf-8")
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert auditor.post("/public/ledger/proofs/99999/").status_code == 404


def test_the_handed_review_comes_as_a_folder_to_be_verified(
    season: Any, office: Any, asked: Callable[[str], Any]
) -> None:
    from shangji_web import place
    from shangji_web.publicity.services import hand_over

    run = filed.run(season)
    filed.project(season)
    made = hand_over(season, office, "县人大")
    auditor = asked("auditor")
    assert auditor.get(f"/public/handed/{made.pk}/run/").status_code == 404
    made = hand_over(season, office, "县审计局", whole=True)
    folder = place.folder(place.RUNS) / run.folder
    folder.mkdir()
    (folder / "result.json").write_text("{}", "utf-8")
    answer = auditor.get(f"/public/handed/{made.pk}/run/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.namelist() == ["审核结果/result.json"]
