"""The one door between the site's records and the library: filings in, a reviewed pool out.

A filing is canonical JSON, every value as the text of the form. It becomes rows by the library's
own `parse`, as a workbook's cells do; nothing else of the site hands anything to the library.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji import digest
from shangji.errors import Refused, Where
from shangji.pack import load
from shangji.schema import parse
from shangji.snapshot import Collected, RunFacts, Source
from shangji_web import documents, place
from shangji_web.filings.models import Filing, Paper
from shangji_web.remembered import remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shangji.cli.reviewing import Done
    from shangji.errors import Problem
    from shangji.pack import Pack
    from shangji.schema import Table
    from shangji_web.seasons.models import Season

NATIONAL = "national"
TYPED_CEILINGS = "控制数（预算科填报）"
"""The bureau's file of ceilings typed on the site; they stand before imported ones of their key."""
UNREADABLE = "row_unreadable"
WORDS = {True: "是", False: "否"}
Stand = tuple[tuple[str, ...], tuple[tuple[str, int], ...]]
Content = dict[str, Any]
"""{"rows": {table: [{column: text}]}, "supplied": {table: [columns]}}"""


def pack_folders() -> tuple[str, ...]:
    """The packs of this site: the national one, and the bureau's own over it."""
    own = place.home() / place.PACK
    names = sorted(path.parent for path in own.glob("*/pack.toml")) if own.is_dir() else []
    return (NATIONAL, *map(str, names))


def _stand(folders: tuple[str, ...]) -> Stand:
    """The folders, and when each file of the bureau's own packs was last written.

    A standard that one process has put in force is in force in every other at its next request.
    """
    files = [path for own in folders[1:] for path in sorted(Path(own).rglob("*.*ml"))]
    return folders, tuple((str(path), path.stat().st_mtime_ns) for path in files)


def _standing() -> Stand:
    """The packs as they stand; looked at once in a request that only reads."""
    return remembered("packs", lambda: _stand(pack_folders()))


@lru_cache(maxsize=2)
def _loaded(stand: Stand) -> Pack:
    pack, problems = load(stand[0])
    if pack is None:
        raise Refused(problems)
    return pack


def pack() -> Pack:
    """The pack under which the site reviews; loaded anew only where its files have changed.

    Raises:
        Refused: the bureau's own pack cannot be used.
    """
    return _loaded(_standing())


def canonical(content: Mapping[str, Any]) -> tuple[str, str]:
    """A content as the one text that stands for it, and the digest of that text."""
    text = digest.canonical(content)
    return text, hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=2)
def _tables_digest(stand: Stand) -> str:
    tables = _loaded(stand).tables
    shape = {
        name: [[c.name, c.kind, c.scale] for c in table.columns] for name, table in tables.items()
    }
    return digest.of_json(shape)


def tables_digest() -> str:
    """The digest of the tables under which a filing is parsed."""
    return _tables_digest(_standing())


def as_text(table: Table, row: Mapping[str, Any]) -> dict[str, str]:
    """A row of values as the texts of a form; what was left empty is left out."""
    made = {}
    for column in table.columns:
        value = row.get(column.name)
        if value is None:
            continue
        if isinstance(value, bool):
            made[column.name] = WORDS[value]
        elif isinstance(value, Decimal):
            made[column.name] = f"{value:f}"
        else:
            made[column.name] = value.isoformat() if isinstance(value, date) else str(value)
    if row.get(UNREADABLE):
        made[UNREADABLE] = str(row[UNREADABLE])
    return made


def rows_of(
    content: Mapping[str, Any], pack: Pack, source: str
) -> tuple[dict[str, list[dict[str, Any]]], list[Problem]]:
    """The rows of a content as the library collects them, and what in them cannot be read.

    Args:
        content: rows as texts; see `Content`.
        pack: says which tables there are.
        source: the id of the source that the rows belong to.
    """
    made: dict[str, list[dict[str, Any]]] = {}
    problems: list[Problem] = []
    for name, rows in content["rows"].items():
        table = pack.tables[name]
        made[name] = []
        for number, texts in enumerate(rows, 1):
            sheet, at = texts.get("row_sheet", table.zh), int(texts.get("row_number", number))
            row, found = parse(table, texts, where=_where(table, sheet, at))
            problems += found
            for column in table.columns:
                if column.rounds and texts.get(column.name):
                    row[column.name] = Decimal(texts[column.name])
            row[UNREADABLE] = texts.get(UNREADABLE) or row[UNREADABLE]
            blank = dict.fromkeys(table.stored())
            made[name].append(
                {**blank, **row, "row_source": source, "row_sheet": sheet, "row_number": at}
            )
    return made, problems


def _where(table: Table, sheet: str, number: int) -> Any:  # noqa: ANN401 - a function of a name
    return lambda name: Where("", sheet, field=table.column(name).zh, line=number)


def source_of(project_code: str, unit_name: str, content: Mapping[str, Any], sha256: str) -> Source:
    """A filing as a source: what the form asked of the unit and got no answer to was left empty."""
    supplied = {name: tuple(columns) for name, columns in content["supplied"].items()}
    return Source(project_code, f"网上申报/{unit_name}/{project_code}", "unit", sha256, supplied)


def collected(
    season: Season, projects: Iterable[int] | None = None
) -> tuple[Collected, list[Problem]]:
    """Everything that was filed for a season, the latest version of each project, and the bureau's.

    Args:
        season: the budget year.
        projects: keys of the projects wanted, None for all that were ever submitted.
    """
    known = pack()
    made, problems = bureau_rows(season)
    filings = Filing.objects.filter(project__season=season).select_related("project")
    if projects is not None:
        filings = filings.filter(project__in=projects)
    latest: dict[int, Filing] = {item.project_id: item for item in filings.order_by("version")}
    for filing in latest.values():
        content = json.loads(filing.content)
        project = filing.project
        source = source_of(project.code, project.unit_name, content, filing.sha256)
        rows, found = rows_of(content, known, source.id)
        problems += found
        made.sources.append(source)
        for name, held in rows.items():
            made.rows.setdefault(name, []).extend(held)
    return made, problems


def bureau_rows(season: Season) -> tuple[Collected, list[Problem]]:
    """The bureau's and outsiders' tables of a season, and what units brought beside projects."""
    made, problems = Collected(), list[Any]()
    known = pack()
    for file in season.bureau_files.order_by("name"):
        content = json.loads(file.content)
        supplied = {name: tuple(columns) for name, columns in content["supplied"].items()}
        made.sources.append(Source(file.name, file.name, file.origin, file.sha256, supplied))
        rows, found = rows_of(content, known, file.name)
        problems += found
        for name in supplied:
            made.rows.setdefault(name, [])
        for name, held in rows.items():
            made.rows.setdefault(name, []).extend(held)
    if "ceiling" in made.rows:
        made.rows["ceiling"] = typed_first(made.rows["ceiling"], "row_source")
    return made, problems


def typed_first(rows: list[dict[str, Any]], source: str) -> list[dict[str, Any]]:
    """Rows of ceilings without imported ones that typed ones replace; `source` names the file."""
    key = pack().tables["ceiling"].key
    typed = {
        tuple(row.get(name) or None for name in key)
        for row in rows
        if row.get(source) == TYPED_CEILINGS
    }
    return [
        row
        for row in rows
        if row.get(source) == TYPED_CEILINGS
        or tuple(row.get(name) or None for name in key) not in typed
    ]


def facts(season: Season) -> RunFacts:
    """What a review of the season is about."""
    return RunFacts(season.year, season.as_of, season.region, season.title, season.data_kind)


def review_pool(season: Season, out: Path) -> Done:
    """Review everything that was submitted, papers included, and write the report at `out`.

    Raises:
        Refused: there is nothing to review, or the library refuses it.
    """
    from shangji.cli.reviewing import review_collected

    made, problems = collected(season)
    made.facts = {
        "budget_year": str(season.year),
        "as_of": season.as_of.isoformat(),
        "region": season.region,
        "title": season.title,
        "data_kind": season.data_kind,
    }
    library = place.home() / "library"
    with tempfile.TemporaryDirectory(prefix="papers-", dir=place.home()) as folder:
        _lay_papers(season, Path(folder))
        options = {
            "packs": pack_folders(),
            "out": str(out),
            "attachments": [folder],
            "readings": str(place.folder("readings")),
            "library": str(library) if library.is_dir() else None,
            "engine": "duckdb",
            "threads": 2,
            **dict.fromkeys(("year", "as_of", "region")),
        }
        return review_collected(made, problems, pack(), options)


def _lay_papers(season: Season, folder: Path) -> None:
    """Lay the papers out as the library finds them: a folder a project, each under its own name."""
    papers: Sequence[Paper] = Paper.objects.filter(
        project__season=season, removed_at=None, project__submitted_at__isnull=False
    ).select_related("project")
    for paper in papers:
        target = folder / paper.project.code / paper.name
        target.parent.mkdir(exist_ok=True)
        if not target.exists():
            documents.lay(paper.sha256, target)
