"""Write the examination: `PYTHONPATH=bench python -m exam.make`; the same seed, the same cells."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from exam.clean import clean_items, text_clean
from exam.county import AS_OF, DEPARTMENTS, NAME, REGION, UNITS, organisation
from exam.draw import draw
from exam.faults_buying import BOUGHT
from exam.faults_entry import ENTRY
from exam.faults_money import MONEY
from exam.kinds import Item, Kind, item
from exam.pairs import pairs
from exam.paper_kinds import KINDS as PAPERS
from exam.paper_kinds import Paper, papers_of
from exam.sheets import Set, answers, used
from exam.wording import TEXT
from shangji.pack import load

if TYPE_CHECKING:
    from exam.bundle import Bundle, Rows
    from shangji.pack import Pack

HERE = Path(__file__).parent
KINDS = (*ENTRY, *MONEY, *BOUGHT)


def rules_items() -> list[Item]:
    """The items of the part rules: faults, then clean ones."""
    made = faults(KINDS)
    return made + clean_items(len(made) + 1)


def text_items() -> list[Item]:
    """The items of the part text: faults, then clean ones."""
    made = faults(TEXT)
    return made + text_clean(len(made) + 1)


def faults(kinds: tuple[Kind, ...]) -> list[Item]:
    """An item for each disguise of each kind."""
    made: list[Item] = []
    for kind in kinds:
        for at in range(len(kind.disguises)):
            made.append(item(len(made) + 1, kind, at))
    return made


def county_rows() -> Rows:
    """What the bureau knows whatever is declared: units, duties, the region."""
    rows: Rows = {"organisation": [], "duty": [], "region": []}
    for found in UNITS.values():
        rows["organisation"] += [organisation(unit) for unit in found]
    for made in DEPARTMENTS.values():
        rows["duty"].append(
            {
                "duty_code": f"Z{made.code}",
                "department_code": made.code,
                "duty_text": made.duty,
                "spending_duty": "本级事权",
                "is_core": "是",
                "doc_no": f"沧编发〔2024〕{made.code}号（样例）",
                "effective_from": "2024-06-01",
            }
        )
    rows["region"].append(
        {
            "region": REGION,
            "region_name": NAME,
            "region_level": "县级",
            "population_count": "386000",
            "registered_count": "412000",
            "township_count": "12",
            "village_count": "214",
            "land_sqkm": "1680",
            "as_of": AS_OF,
        }
    )
    return rows


def gathered(bundles: list[Bundle]) -> Rows:
    """The rows of all bundles beside the county's own."""
    rows = county_rows()
    for bundle in bundles:
        for name, found in bundle.rows.items():
            rows.setdefault(name, []).extend(found)
    units = {row["unit_code"]: row for row in rows["organisation"]}
    rows["organisation"] = list(units.values())
    return rows


def answer(of: Item, part: str) -> dict[str, str]:
    """The answer row of an item."""
    return {
        "item": of.id,
        "kind": of.kind,
        "disguise": of.words,
        "part": part,
        "class": "semantic" if of.semantic else "deterministic",
        "counts_as": "question" if of.question else "verdict",
        "project_code": of.clean.code,
        "unit_code": of.clean.unit if of.clean.unit[3:] >= "100" else "",
        "rows": "",
        "columns": " ".join(of.columns),
        "truth": of.truth,
        "words": of.zh,
    }


def write(items: list[Item], part: str) -> None:
    """Write both versions of a part and its answers."""
    pack = packed()
    wan = frozenset(found.clean.code for found in items if found.wan)
    versions = {
        "无错": gathered([found.clean for found in items]),
        "有错": gathered([found.faulty for found in items]),
    }
    names = [(found.clean.unit, found.clean.project["project_name"]) for found in items]
    if len(set(names)) < len(names):
        twice = sorted(name for name in set(names) if names.count(name) > 1)
        raise SystemExit(f"{part}: used twice in one unit: {twice}")
    columns = used(pack, versions.values())
    for name, rows in versions.items():
        Set(rows, wan, pack.tables).write(HERE / "sets" / part / name, columns)
    answers(HERE / "sets" / part / "answers.csv", (answer(found, part) for found in items))
    wrong = [found for found in items if found.truth == "fault"]
    kinds = len({found.kind for found in wrong})
    sys.stdout.write(f"{part}: {len(wrong)} faults of {kinds} kinds, "
                     f"{len(items) - len(wrong)} clean\n")  # fmt: skip


def write_pairs(part: str) -> None:
    """Write the part duplicates: only the first sides, only the second, both."""
    made = pairs(1)
    pack = packed()
    sides = {
        "只有甲": gathered([pair.first for pair in made]),
        "只有乙": gathered([pair.second for pair in made]),
        "有错": gathered([side for pair in made for side in (pair.first, pair.second)]),
    }
    columns = used(pack, sides.values())
    for name, rows in sides.items():
        Set(rows, tables=pack.tables).write(HERE / "sets" / part / name, columns)
    answers(
        HERE / "sets" / part / "answers.csv",
        (
            {
                "item": pair.id,
                "kind": pair.kind,
                "disguise": f"{_name(pair.first)} / {_name(pair.second)}",
                "part": part,
                "class": "semantic" if pair.semantic else "deterministic",
                "counts_as": "question" if pair.semantic else "verdict",
                "project_code": pair.first.code,
                "unit_code": "",
                "rows": pair.second.code,
                "columns": "project.project_name" if pair.fault else "",
                "truth": "fault" if pair.fault else "clean",
                "words": pair.words,
            }
            for pair in made
        ),
    )
    faults = sum(pair.fault for pair in made)
    sys.stdout.write(f"{part}: {faults} pairs, {len(made) - faults} siblings\n")


PAPER_CLEAN = 45
FOLDER = "附件"


def write_documents(part: str) -> None:
    """Write the part documents: the declarations are the same, the papers are not."""
    made: list[Item] = []
    drawn: list[tuple[str, str, Paper, Paper]] = []
    wanted = [(kind, at, True) for kind in PAPERS for at in range(len(kind.forms))]
    wanted += [(PAPERS[at % len(PAPERS)], at, False) for at in range(PAPER_CLEAN)]
    for kind, at, wrong in wanted:
        serial = len(made) + 1
        bundle = kind.of(serial)
        form = kind.forms[at % len(kind.forms)]
        good, bad = papers_of(kind, bundle, at)
        row = next(row for row in bundle.rows["attachment"] if row["kind"] == kind.attachment)
        row["file_name"] = f"{bundle.code}-{row['attachment_no']}.{SUFFIX[form]}"
        drawn.append((row["file_name"], form, good, bad if wrong else good))
        name = kind.name if wrong else f"agrees_{kind.name}"
        made.append(
            Item(f"{name}-{serial}", name, kind.zh if wrong else "材料与申报一致", form,
                 "fault" if wrong else "clean", bundle, bundle,
                 tuple(sorted(kind.columns.split())) if wrong else (),
                 semantic=True, question=kind.question)
        )  # fmt: skip
    write(made, part)
    for file, form, good, bad in drawn:
        draw(good, form, HERE / "sets" / part / "无错" / FOLDER / file)
        draw(bad, form, HERE / "sets" / part / "有错" / FOLDER / file)


SUFFIX = {"docx": "docx", "pdf": "pdf", "scan": "pdf", "xlsx": "xlsx"}


def _name(bundle: Bundle) -> str:
    row = bundle.rows.get("project", bundle.rows.get("history", [{}]))[0]
    return row["project_name"].strip()


def packed() -> Pack:
    """The national pack with the exam's standards."""
    pack, problems = load(["national", HERE / "pack"])
    if pack is None:
        raise SystemExit("\n".join(f"{problem.where} {problem.says}" for problem in problems))
    return pack


def main() -> None:
    """Write every part that is asked for; all without arguments."""
    for name in sys.argv[1:] or ("rules", "text", "duplicates", "documents"):
        if name == "duplicates":
            write_pairs(name)
        elif name == "documents":
            write_documents(name)
        else:
            write({"rules": rules_items, "text": text_items}[name](), name)


if __name__ == "__main__":
    main()
