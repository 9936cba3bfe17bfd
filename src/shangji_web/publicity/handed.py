"""What congress and audit read: the version and the review handed over, and the ledger."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

import shangji.ledger.offline
from shangji_web import place
from shangji_web.ledgered import signing
from shangji_web.meetings.versions import rows_of
from shangji_web.publicity.appraising import AUDITOR, appraisals_seen
from shangji_web.publicity.extract import package as packed
from shangji_web.publicity.models import GRADES, Handover
from shangji_web.publicity.queries import sums
from shangji_web.reviews.models import Finding
from shangji_web.rights.scope import projects_seen
from shangji_web.typed import count

if TYPE_CHECKING:
    from django.http import HttpRequest

    from shangji_web.projects.models import Project

LINES = 50
JSON = "application/json"


def _rows(request: HttpRequest, handover: Handover) -> list[dict[str, Any]]:
    """The frozen rows of the projects that the post may see."""
    seen = set(
        projects_seen(request.post).filter(season=handover.season).values_list("code", flat=True)
    )
    return [row for row in rows_of(handover.version) if row["code"] in seen]


def _handover(pk: int) -> Handover:
    rows = Handover.objects.select_related("version", "run", "season", "by")
    found: Handover = get_object_or_404(rows, pk=pk)
    return found


def listed(request: HttpRequest) -> HttpResponse:
    """Everything that was handed over."""
    rows = Handover.objects.select_related("version", "run", "season", "by")
    return render(request, "publicity/handed.html", {"handovers": rows})


def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """A handed version: sums by department, and its projects."""
    held = _handover(pk)
    rows = _rows(request, held)
    words = request.GET.get("q", "").strip()
    code = request.GET.get("department", "")
    shown = [
        row
        for row in rows
        if (not words or words in row["name"] + row["unit_name"] + row["code"])
        and (not code or row["department_code"] == code)
    ]
    options = sorted({(row["department_code"], row["department_name"]) for row in rows})
    told = {
        "held": held,
        "sums": sums(rows),
        "summary": held.run.summary if held.run else {},
        "page": Paginator(shown, LINES).get_page(request.GET.get("page")),
        "filters": [
            {"name": "q", "zh": "项目、单位或代码", "value": words, "options": None},
            {"name": "department", "zh": "部门", "value": code, "options": options},
        ],
        "found": f"共 {len(shown)} 个项目",
    }
    return render(request, "publicity/handover.html", told)


def project(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A project as it was handed over: frozen amounts, findings of the run, what the ledger has."""
    held = _handover(pk)
    row = next((row for row in _rows(request, held) if row["code"] == code), None)
    if row is None:
        raise Http404
    mine: Project = get_object_or_404(projects_seen(request.post), season=held.season, code=code)
    findings = Finding.objects.filter(run=held.run, project=mine).order_by("outcome", "rule_id")
    told = {
        "held": held,
        "row": row,
        "findings": findings,
        "decisions": [
            (one, one.undone_at is not None and one.undone_at <= held.at)
            for one in mine.decisions.filter(at__lte=held.at).select_related("meeting")
        ],
        "appraisals": appraisals_seen(request.post).filter(handover=held, code=code),
        "grades": GRADES,
        "appraises": request.post.role == AUDITOR,
        "entries": [one for one in signing.entries_of(code) if one.when <= held.at],
    }
    return render(request, "publicity/handed_project.html", told)


@require_POST
def package(request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG001 - a view's form
    """What was handed over and nothing else, with the proof that it is just this."""
    held = _handover(pk)
    try:
        data = packed(held)
    except LookupError as error:
        raise Http404 from error
    answer = HttpResponse(data, content_type="application/zip")
    name = f"handed-{held.version.sha256[:12]}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def run(request: HttpRequest, pk: int) -> FileResponse:
    """The folder of the handed review, to be checked with `shangji verify`, where it was handed."""
    held = _handover(pk)
    if request.post.role == AUDITOR and not held.whole:
        raise Http404
    folder = place.folder(place.RUNS) / held.run.folder if held.run else None
    if folder is None or not folder.is_dir():
        raise Http404
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, Path("审核结果") / path.relative_to(folder))
    data.seek(0)
    return FileResponse(data, as_attachment=True, filename=f"审核结果-{held.run.folder}.zip")


def version(request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG001 - a view's form
    """The frozen version itself, byte for byte what its digest in the ledger stands for."""
    held = _handover(pk)
    answer = HttpResponse(held.version.content, content_type=JSON)
    name = f"version-{held.version.sha256[:12]}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def verifier(request: HttpRequest) -> FileResponse:  # noqa: ARG001 - a view's form
    """The one-file offline verifier of the ledger's proofs."""
    data = Path(shangji.ledger.offline.__file__).read_bytes()
    return FileResponse(io.BytesIO(data), as_attachment=True, filename="verify.py")


def ledger(request: HttpRequest) -> HttpResponse:
    """Where the ledger stands: signed checkpoints, their roots, the key."""
    every = signing.checkpoints()
    told = {"now": every[0] if every else None, "older": every[1:], "key": signing.public_key()}
    return render(request, "publicity/ledger.html", told)


@require_POST
def proof(request: HttpRequest, number: int) -> HttpResponse:
    """The proof that an entry is in the ledger; with `since`, that nothing before was rewritten."""
    since = count(request.POST.get("since"))
    try:
        text = signing.proof(number, since if since >= 0 else None)
    except LookupError as error:
        raise Http404 from error
    answer = HttpResponse(text, content_type=JSON)
    answer["Content-Disposition"] = f'attachment; filename="proof-{number}.json"'
    return answer


@require_POST
def note(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's form
    """Sign a checkpoint, as a file to be kept elsewhere and compared later."""
    now = signing.checkpoint()
    answer = HttpResponse(str(now), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="checkpoint-{now.size}.txt"'
    return answer
