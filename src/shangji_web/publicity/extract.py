"""What is handed over, and nothing else: sealed when it is handed, packed with its proof.

The ledger's entry of a handing over carries the digests of the frozen version and of the extract,
so that one proof, checked offline, stands for every figure and word in the package.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shangji.ledger.offline
from shangji import digest
from shangji_web.ledgered import signing
from shangji_web.ledgered.queries import number_of
from shangji_web.meetings.models import Decision
from shangji_web.meetings.versions import rows_of
from shangji_web.reviews.models import Finding

if TYPE_CHECKING:
    from shangji_web.meetings.models import FrozenVersion
    from shangji_web.publicity.models import Handover
    from shangji_web.reviews.models import Run

FINDING = ("rule_id", "outcome", "status", "severity", "title", "says", "why", "place")
FIGURES = ("measured", "allowed")
FOLDER = "移交"
READ_ME = """移交内容，共 {projects} 个项目，{at} 移交给{receiver}。

版本.json      移交时冻结的申报、决定、批复金额；SHA-256 为 {version}
移交内容.json  移交时的疑点结论和会议决定；SHA-256 为 {extract}
凭证.json      账本里“移交”那一条的凭证，写着上面两个摘要
verify.py      核验凭证的程序，一个文件，只要 Python

一、核验凭证：python3 verify.py 凭证.json --key 公钥
    公钥要从公文、公示等可靠途径另取，不要用随附的。
二、算 版本.json、移交内容.json 的 SHA-256，应与凭证里的 version、extract 相同。
三、这里只有移交的内容，没有财政的全部数据。
    要独立重算全部结论的，请财政连同全部快照移交，再用 shangji verify。
"""


def extract(version: FrozenVersion, run: Run) -> tuple[str, str]:
    """The findings and decisions of a version's projects as one text, and its digest."""
    codes = {row["code"] for row in rows_of(version)}
    findings = Finding.objects.filter(run=run, project__code__in=codes).order_by(
        "project__code", "rule_id", "key", "pk"
    )
    decisions = Decision.objects.filter(
        project__season=version.season, project__code__in=codes
    ).order_by("pk")
    content: dict[str, Any] = {
        "version": version.sha256,
        "digests": {
            "result": run.result_digest,
            "snapshot": run.snapshot_digest,
            "pack": run.pack_digest,
        },
        "findings": [_finding(one) for one in findings.select_related("project")],
        "decisions": [_decision(one) for one in decisions.select_related("project", "meeting")],
    }
    text = digest.canonical(content)
    return text, hashlib.sha256(text.encode()).hexdigest()


def _finding(one: Finding) -> dict[str, Any]:
    words = {name: getattr(one, name) for name in FINDING}
    figures = {name: str(getattr(one, name) or "") for name in FIGURES}
    return {"project": one.project.code, **words, **figures}


def _decision(one: Decision) -> dict[str, Any]:
    return {
        "project": one.project.code,
        "meeting": one.meeting.name,
        "minute": one.meeting.minute_no,
        "decided_yuan": f"{one.decided_yuan:f}",
        "reason": one.reason,
        "at": one.at.isoformat(),
        "undone": one.undone_at is not None,
    }


def package(handover: Handover) -> bytes:
    """The package as a zip: version, extract, the proof of both, and what checks it.

    Raises:
        LookupError: the ledger has no entry of this handing over.
    """
    version = handover.version
    number = number_of("disclosure", act="hand_over", version=version.sha256)
    if number is None:
        raise LookupError(version.sha256)
    told = {
        "projects": len(rows_of(version)),
        "at": handover.at.date().isoformat(),
        "receiver": handover.receiver,
        "version": version.sha256,
        "extract": handover.extract_sha256 or "（这次移交没有留存疑点和决定）",
    }
    files = {
        "说明.txt": READ_ME.format(**told),
        "版本.json": version.content,
        "凭证.json": signing.proof(number),
        "公钥.txt": signing.public_key(),
        "verify.py": Path(shangji.ledger.offline.__file__).read_text("utf-8"),
    }
    if handover.extract:
        files["移交内容.json"] = handover.extract
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            archive.writestr(f"{FOLDER}/{name}", text)
    return data.getvalue()
