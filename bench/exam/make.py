"""Write the examination: `PYTHONPATH=bench python -m exam.make`; the same seed, the same cells."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from exam.clean import clean_items
from exam.county import AS_OF, DEPARTMENTS, NAME, REGION, UNITS, organisation
from exam.faults_buying import BOUGHT
from exam.faults_entry import ENTRY
from exam.faults_money import MONEY
from exam.kinds import Item, item
from exam.sheets import Set, answers, used
from shangji.pack import load

if TYPE_CHECKING:
    from exam.bundle import Bundle, Rows

HERE = Path(__file__).parent
KINDS = (*ENTRY, *MONEY, *BOUGHT)


def rules_items() -> list[Item]:
    """The items of the part rules: faults, then clean ones."""
    made: list[Item] = []
    for kind in KINDS:
        for at in range(len(kind.disguises)):
            made.append(item(len(made) + 1, kind, at))
    return made + clean_items(len(made) + 1)


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
    pack, problems = load(["national", HERE / "pack"])
    if pack is None:
        raise SystemExit("\n".join(f"{problem.where} {problem.says}" for problem in problems))
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
    faults = [found for found in items if found.truth == "fault"]
    kinds = len({found.kind for found in faults})
    sys.stdout.write(f"{part}: {len(faults)} faults of {kinds} kinds, "
                     f"{len(items) - len(faults)} clean\n")  # fmt: skip


def main() -> None:
    """Write every part that is asked for; all without arguments."""
    parts = {"rules": rules_items}
    for name in sys.argv[1:] or parts:
        write(parts[name](), name)


if __name__ == "__main__":
    main()
