"""The files of a page: one up to a size, above it an index and one file a department."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from dataclasses import replace
from importlib import resources
from typing import TYPE_CHECKING, Any

from shangji.report.page.content import Met, content, counted, stated
from shangji.report.page.packed import masked
from shangji.report.page.parts import Parts
from shangji.report.page.projects import open_past
from shangji.report.page.quotes import quoted_findings
from shangji.report.reviewed import open_reviewed
from shangji.responses import responses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shangji.errors import Problem
    from shangji.pack import Pack
    from shangji.report.page.quotes import Pictures
    from shangji.report.summary import Summary
    from shangji.results import Results
    from shangji.snapshot import Snapshot

PAGE = "审核报告.html"
FOLDER = "审核报告"
PROJECTS_MOST = 5_000
"""Projects of one file."""
BYTES_MOST = 10_000_000
"""Bytes of one file: what a page of 5 000 projects may be."""

STYLES = ("screen.css", "charts.css", "print.css")
LAST = "start.js"


def write_page(  # noqa: PLR0913 - each is named where it is called
    out: Path,
    snapshot: Snapshot,
    results: Results,
    pack: Pack,
    summary: Summary,
    *,
    result: str,
    intake: tuple[Sequence[Problem], Mapping[str, int]] = ((), {}),
    pictures: Pictures | None = None,
) -> list[Path]:
    """Write the page of a review into `out`; returns the files, the one to open first.

    Args:
        out: the report's folder.
        snapshot: the frozen data.
        results: the result tables.
        pack: the pack that judged.
        summary: the summary of the whole review.
        result: the digest of result.json.
        intake: what intake met, and its count of cells.
        pictures: draws the quoted lines of documents; without it only their words are shown.
    """
    import duckdb

    head = _head(snapshot, pack, result)
    met = Met(*intake, responses(snapshot, results).by_finding)
    with duckdb.connect() as connection:
        open_reviewed(connection, snapshot, results, pack)
        met = replace(met, quotes=quoted_findings(connection, pack, pictures))
        shared = stated(connection, pack)
        open_past(connection, snapshot, pack)
        if summary.tables.get("project", 0) <= PROJECTS_MOST:
            said = (head, {**shared, **counted(connection, pack)})
            text = page(content(connection, snapshot, pack, summary, said, met))
            if len(text.encode()) <= BYTES_MOST or len(summary.departments) < 2:  # noqa: PLR2004
                return [_written(out / PAGE, text)]
        return _departments(connection, (out, snapshot, pack, summary), (head, shared), met)


def _departments(
    connection: Any,  # noqa: ANN401 - duckdb is imported late
    review: tuple[Path, Snapshot, Pack, Summary],
    on_all: tuple[Mapping[str, Any], Mapping[str, Any]],
    met: Met,
) -> list[Path]:
    """An index without projects, and a page for each department."""
    out, snapshot, pack, summary = review
    head, shared = on_all
    pages = {
        row["department_code"]: f"{FOLDER}/{at:03d}.html"
        for at, row in enumerate(summary.departments, start=1)
    }
    said = ({**head, "pages": pages}, {**shared, **counted(connection, pack)})
    parts = Parts(connection, snapshot)
    parts.show(None)
    index = content(connection, snapshot, pack, summary, said, met)
    files = [_written(out / PAGE, page(index))]
    (out / FOLDER).mkdir(exist_ok=True)
    for row in summary.departments:
        parts.show(row["department_code"])
        own = {**head, "department": masked(row["department_name"])}
        said = (own, {**shared, **counted(connection, pack)})
        part = parts.summary(snapshot, pack)
        text = page(
            content(
                connection, snapshot, pack, part, said, Met(answers=met.answers, quotes=met.quotes)
            )
        )
        files.append(_written(out / pages[row["department_code"]], text))
    return files


def _written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8", newline="\n")
    return path


def _head(snapshot: Snapshot, pack: Pack, result: str) -> dict[str, Any]:
    facts = snapshot.facts
    return {
        "title": masked(facts.title) or "预算评审",
        "kind": facts.data_kind,
        "year": facts.budget_year,
        "as_of": str(facts.as_of),
        "region": facts.region,
        "packs": f"{'+'.join(pack.names)} {pack.version}",
        "result": result,
        "snapshot": snapshot.digest,
        "pack": pack.digest,
        "department": "",
        "pages": None,
        "stamp": None,
    }


def stamp_pages(out: Path, said: Sequence[str], code: tuple[int, str]) -> None:
    """Put the ledger's checkpoint into the pages of a report, which were written before it.

    Args:
        out: the report's folder.
        said: the lines of the checkpoint.
        code: its QR code: modules a side, and the path of the dark ones.
    """
    found = in_script({"stamp": {"lines": list(said), "side": code[0], "dark": code[1]}})[1:-1]
    for path in [out / PAGE, *sorted((out / FOLDER).glob("*.html"))]:
        if path.is_file():
            text = path.read_text("utf-8").replace('"stamp":null', found, 1)
            _written(path, text)


def page(data: Mapping[str, Any]) -> str:
    """The whole file: template, style, script and data, with a policy that lets nothing else in."""
    files = web()
    style = "\n".join(files[name] for name in STYLES)
    names = sorted(name for name in files if name.endswith(".js") and name != LAST)
    script = "\n".join(files[name] for name in (*names, LAST))
    script = f'(function () {{\n"use strict";\n{script}}}());\n'
    head = data["head"]
    up = head["department"]
    title = f"{head['title']} 审核报告" + (f" · {up}" if up else "")
    facts = [head["kind"], f"{head['year']} 年度", f"数据截至 {head['as_of']}"]
    facts += [f"区划 {head['region']}", f"规则包 {head['packs']}", "内部资料"]
    policy = (
        f"default-src 'none'; img-src data:; script-src '{_sha256(script)}'; "
        f"style-src '{_sha256(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    filled = {
        "csp": policy,
        "title": html.escape(title),
        "heading": html.escape(title),
        "facts": html.escape(" · ".join(fact for fact in facts if fact)),
        "sentence": html.escape(data["summary"]["sentence"]),
        "style": style,
        "data": in_script(data),
        "script": script,
    }
    text = files["page.html"]
    parts = text.split("{")
    made = [parts[0]]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        made.append(filled[name] + rest)
    return "".join(made)


def in_script(data: Mapping[str, Any]) -> str:
    """JSON that cannot leave its script element, whatever the texts in it say."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _sha256(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def web() -> dict[str, str]:
    """The page's own files by name."""
    folder = resources.files(__package__) / "web"
    return {item.name: item.read_text("utf-8") for item in folder.iterdir() if item.is_file()}
