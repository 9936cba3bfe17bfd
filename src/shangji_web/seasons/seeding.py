"""A budget year set up from files that a bureau has: units, filings, its own tables, papers.

The first year of a bureau begins with the workbooks that its units sent; what they hold becomes
filings of version 1, submitted. A sample county begins in the same way, with log-ins made for it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import yaml
from django.db import transaction
from django.utils import timezone

from shangji.errors import Problem, Refused, Where
from shangji.intake import read
from shangji_web import documents, snapshot
from shangji_web.filings.models import Draft, Filing, Paper
from shangji_web.ledgered.services import log
from shangji_web.people.models import Person
from shangji_web.people.services import give_post
from shangji_web.projects.models import Project
from shangji_web.seasons.models import BureauFile, Season, Stage, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shangji.snapshot import Collected

BATCH = 500
UNIT = "unit"
SITE_FILE = "site.yaml"


@dataclass
class Setup:
    """What a bureau says of itself: divisions, calendar, people; see samples/county/site.yaml."""

    divisions: Sequence[Mapping[str, Any]] = ()
    stages: Sequence[Mapping[str, Any]] = ()
    people: Sequence[Mapping[str, Any]] = ()
    drafting: Sequence[str] = ()
    divided: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> Setup:
        """Read a setup; without the file there are no divisions, no stages, no people."""
        data = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else {}
        made = cls(
            **{name: data.get(name, ()) for name in ("divisions", "stages", "people", "drafting")}
        )
        for division in made.divisions:
            for code in division["departments"]:
                made.divided[code] = (division["code"], division["name"])
        return made


def seed(folders: Sequence[Path], setup: Setup, papers: Path | None, password: str) -> Season:
    """Set up a budget year from files, whole or not at all.

    Args:
        folders: the units' and the bureau's files, as for `shangji review`.
        setup: divisions, calendar, people.
        papers: a folder a project with what the unit attached, or None.
        password: of every person that is made.

    Raises:
        Refused: the files cannot be read, or do not say which year they are of.
    """
    pack = snapshot.pack()
    found, problems = read(list(folders), pack)
    fatal = [problem for problem in problems if problem.fatal]
    if fatal or not found.rows.get("project"):
        raise Refused(
            fatal or [Problem("folder-empty", Where(), "没有读到项目。", "请检查文件夹。")]
        )
    with transaction.atomic():
        season = _season(found, setup)
        units = _units(season, found, setup)
        people = _people(setup, password)
        _bureau_files(season, found)
        projects = _projects(season, found, units, setup)
        _filings(found, projects, people)
        if papers is not None:
            _papers(projects, papers)
        log(
            "input",
            None,
            {"year": season.year, "projects": len(projects), "files": len(found.sources)},
        )
    return season


def _season(found: Collected, setup: Setup) -> Season:
    facts = found.facts
    season = Season.objects.create(
        year=int(facts["budget_year"]),
        region=facts["region"],
        title=facts.get("title", ""),
        data_kind=facts.get("data_kind", ""),
        as_of=date.fromisoformat(facts["as_of"]),
    )
    today = timezone.localdate()
    Stage.objects.bulk_create(
        Stage(
            season=season,
            name=item["name"],
            opens_on=today + timedelta(days=int(item["from"])),
            closes_on=today + timedelta(days=int(item["to"])),
        )
        for item in setup.stages
    )
    return season


def _units(season: Season, found: Collected, setup: Setup) -> dict[str, Unit]:
    made: dict[str, Unit] = {}
    for row in found.rows.get("organisation", ()):
        code, department = row["unit_code"], row["department_code"] or row["unit_code"]
        if not code or code in made:
            continue
        division = setup.divided.get(department, (row.get("division_code") or "", ""))
        made[code] = Unit(
            season=season,
            code=code,
            name=row["unit_name"] or code,
            department_code=department,
            department_name=row["department_name"] or row["unit_name"] or department,
            division_code=division[0],
            division_name=division[1],
            is_township=bool(row.get("is_township")),
        )
    Unit.objects.bulk_create(made.values(), BATCH)
    return made


def _people(setup: Setup, password: str) -> dict[str, Person]:
    made = {}
    for item in setup.people:
        person = Person.objects.create_user(item["login"], password, name=item["name"])
        for post in item["posts"]:
            codes = {name: post[name] for name in post if name.endswith("_code")}
            give_post(person, post["role"], post.get("place", ""), **codes)
        made[item["login"]] = person
    return made


def _bureau_files(season: Season, found: Collected) -> None:
    """Keep each file's rows that are no project's filing: the bureau's, outsiders', the rest."""
    tables = snapshot.pack().tables
    filed = {row["project_code"] for row in found.rows["project"]}
    rest: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    origins = {source.id: source.origin for source in found.sources}
    for name, rows in found.rows.items():
        for row in rows:
            source = row["row_source"]
            if origins[source] == UNIT and row.get("project_code") in filed:
                continue
            texts = snapshot.as_text(tables[name], row)
            texts |= {"row_sheet": row["row_sheet"], "row_number": str(row["row_number"])}
            rest[source][name].append(texts)
    for source in found.sources:
        held = rest.get(source.id, {})
        if source.origin == UNIT and not held:
            continue
        supplied = {
            name: list(columns)
            for name, columns in source.supplied.items()
            if source.origin != UNIT or name in held
        }
        text, sha256 = snapshot.canonical({"rows": held, "supplied": supplied})
        BureauFile.objects.create(
            season=season, name=source.id, origin=source.origin, content=text, sha256=sha256
        )


def _projects(
    season: Season, found: Collected, units: Mapping[str, Unit], setup: Setup
) -> dict[str, Project]:
    now = timezone.now()
    made: dict[str, Project] = {}
    for row in found.rows["project"]:
        code = row["project_code"]
        if not code or code in made:
            continue
        unit = units.get(row["unit_code"] or "")
        drafting = (row["unit_code"] or "") in setup.drafting
        made[code] = Project(
            season=season,
            code=code,
            name=row["project_name"] or code,
            unit_code=row["unit_code"] or "",
            unit_name=unit.name if unit else row["unit_name"] or "",
            department_code=unit.department_code if unit else row["department_code"] or "",
            department_name=unit.department_name if unit else "",
            division_code=unit.division_code if unit else "",
            lane=row["lane"] or "",
            category=row["project_category"] or "",
            step="drafting" if drafting else "first_review",
            asked_yuan=row["amount_yuan"],
            version=0 if drafting else 1,
            handed_up_at=None if drafting else now,
            submitted_at=None if drafting else now,
        )
    Project.objects.bulk_create(made.values(), BATCH)
    return {item.code: item for item in Project.objects.filter(season=season)}


def _filings(
    found: Collected, projects: Mapping[str, Project], people: Mapping[str, Person]
) -> None:
    contents = filed_contents(found)
    shape = snapshot.tables_digest()
    somebody = next(iter(people.values()), None)
    filings, drafts = [], []
    for code, project in projects.items():
        text, sha256 = snapshot.canonical(contents[code])
        if project.version:
            filings.append(
                Filing(
                    project=project,
                    version=1,
                    round=1,
                    content=text,
                    sha256=sha256,
                    tables_sha256=shape,
                )
            )
        elif somebody is not None:
            drafts.append(Draft(project=project, content=text, by=somebody))
    Filing.objects.bulk_create(filings, BATCH)
    Draft.objects.bulk_create(drafts, BATCH)


def filed_contents(found: Collected) -> dict[str, dict[str, Any]]:
    """What was collected from units, by project: rows as texts, and the columns that were asked."""
    tables = snapshot.pack().tables
    sources = {source.id: source for source in found.sources if source.origin == UNIT}
    made: dict[str, dict[str, Any]] = {}
    for row in found.rows["project"]:
        source = sources.get(row["row_source"])
        if source is None or not row["project_code"]:
            continue
        owed = {name: list(columns) for name, columns in source.supplied.items()}
        made.setdefault(row["project_code"], {"rows": defaultdict(list), "supplied": owed})
    for name, rows in found.rows.items():
        for row in rows:
            code = row.get("project_code")
            if row["row_source"] in sources and code in made:
                made[code]["rows"][name].append(snapshot.as_text(tables[name], row))
    return json.loads(json.dumps(made, ensure_ascii=False))


def _papers(projects: Mapping[str, Project], folder: Path) -> None:
    papers = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        project = projects.get(path.relative_to(folder).parts[0])
        if project is None:
            continue
        data = path.read_bytes()
        papers.append(
            Paper(
                project=project,
                name=path.name,
                sha256=documents.keep(data),
                size_bytes=len(data),
            )
        )
    Paper.objects.bulk_create(papers, BATCH)
