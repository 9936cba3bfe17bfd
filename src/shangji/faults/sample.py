"""A sample on disk: workbooks, the list of what was planted in them, and a page that says so."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.faults import attachments as papers
from shangji.faults import county, packages
from shangji.faults.data import FOLDER
from shangji.faults.drafts import FULL_SIZE
from shangji.faults.grading import COLUMNS, GRAVE, SIDE_FILE
from shangji.faults.kinds import KINDS, Planted, spoil
from shangji.faults.workbooks import write

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.faults.workbooks import Place
    from shangji.pack import Pack

DATA = "data"
ATTACHMENTS = "attachments"
README = FOLDER / "sample_readme.md"


@dataclass(frozen=True)
class Written:
    """What was written: counts for the screen."""

    projects: int
    lines: int
    faults: int
    grave: int


def make(
    folder: Path,
    pack: Pack,
    seed: int,
    *,
    size: int = FULL_SIZE,
    clean: bool = False,
    attachments: bool = False,
) -> Written:
    """Write a sample at a folder that does not exist yet, or is empty.

    Args:
        folder: where; `data/`, the side file and a README are put into it.
        pack: says what the tables are and how they are called.
        seed: which county.
        size: projects to be reviewed, at least 30.
        clean: plant nothing.
        attachments: write the papers behind some of the projects too.
    """
    world = county.clean(seed, size)
    planted = [] if clean else spoil(world, seed)
    packages.offer(world)  # of what is filed, faults and all
    places = write(world, pack, folder / DATA)
    if attachments:
        papers.write(world, folder / ATTACHMENTS)
    _side(planted, places, folder / SIDE_FILE)
    grave = sum(KINDS[found.kind].grave for found in planted)
    reviewed = sum(1 for _ in world.reviewed())
    text = README.read_text("utf-8").format(
        seed=seed,
        departments=len({row["department_code"] for row in world.bureau["organisation"]}),
        units=len(world.bureau["organisation"]),
        projects=reviewed,
        lines=len(world.rows("line")),
        targets=len(world.rows("target")),
        faults=len(planted),
        grave=grave,
    )
    (folder / "README.md").write_text(text, "utf-8")
    return Written(reviewed, len(world.rows("line")), len(planted), grave)


def record(found: Planted, place: Place) -> dict[str, str]:
    """A planted fault as a row of the side file."""
    kind = KINDS[found.kind]
    file, sheet, cell = place
    return {
        "project_code": found.project,
        "kind": found.kind,
        "zh": kind.zh,
        "gravity": GRAVE if kind.grave else "一般",
        "decided_by": "语义" if kind.semantic else "定值",
        "disguise": str(found.disguise + 1),
        "expected": "|".join(kind.rules),
        "file": file,
        "sheet": sheet,
        "cell": cell,
        "keys": "|".join(found.keys),
        "what": found.what,
    }


def _side(planted: list[Planted], places: dict[tuple[int, str], Place], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        rows = []
        for found in planted:
            name = "project_code" if (id(found.row), found.column) not in places else found.column
            rows.append(record(found, places[id(found.row), name]))
        writer.writerows(sorted(rows, key=lambda row: (row["project_code"], row["kind"])))
