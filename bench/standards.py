"""Coverage of estimated standards on years that the estimate has not seen.

Real data: school spending (one panel of six years; two tables of one year, split at random and
named so). The panel's group is the band of enrolment; its price index is the one in the table.
Run: python bench/standards.py [--quick]
"""

from __future__ import annotations

import argparse
import csv
import os
import random
from pathlib import Path
from typing import TYPE_CHECKING

from shangji.pack.spending import SpendingClass
from shangji.standards import Record, Records, estimate
from shangji.standards.coverage import Tested, count, later_years, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(os.environ.get("SHANGJI_REAL_DATA", Path(__file__).parents[2] / "shared" / "data"))
SEED = 20270101
LEVELS = (80, 90)
ENROLMENT = (0, 300, 450)
PANEL_FROM = 1995


def spending(name: str, drivers: tuple[str, ...], years: int = 3) -> SpendingClass:
    """A class that is not in a pack: spending per pupil."""
    empty = ("", "")
    return SpendingClass(
        name, name, "", "", "enrol", "per pupil", "year", *empty, "", drivers, (), "", years, 80, ""
    )


def panel() -> Records:
    """Spending per pupil at constant prices, Michigan schools 1993-1998."""
    made = Records(spending("school93_98", ("lunch",)), 1999, drivers=("lunch",))
    for row in _rows("wooldridge_school93_98.csv"):
        if any(row[name] in {"", "NA"} for name in ("rexpp", "lunch", "enrol")):
            continue
        enrol = float(row["enrol"])
        band = max(start for start in ENROLMENT if start <= enrol)
        school = f"{row['distid']}-{row['schid']}"
        made.rows.append(
            Record(
                f"{school}-{row['year']}",
                int(row["year"]),
                ("", str(band)),
                school,
                "",
                enrol,
                float(row["rexpp"]),
                (float(row["lunch"]),),
            )
        )
    made.rows.sort(key=lambda one: (one.year, one.member, one.key))
    return made


def one_year(file: str, amount: str, size: str, drivers: tuple[str, ...]) -> Records:
    """Spending per pupil of districts in one year."""
    made = Records(spending(file, drivers, 1), 2000, drivers=drivers)
    for row in _rows(file):
        values = [row[name] for name in (amount, size, *drivers)]
        if any(value in {"", "NA"} for value in values):
            continue
        cost, per, *rest = map(float, values)
        made.rows.append(
            Record(row["rownames"], 1999, ("", ""), row["rownames"], "", per, cost, tuple(rest))
        )
    return made


def at_random(records: Records, level: int, rounds: int) -> Tested:
    """Estimate on a random half of one year, count on the other; several rounds pooled."""
    made = Tested(level)
    rng = random.Random(SEED)  # noqa: S311 - no secret
    for _ in range(rounds):
        rows = rng.sample(records.rows, len(records.rows))
        half = len(rows) // 2
        known = Records(records.spending, records.year, sorted(rows[:half], key=lambda r: r.key))
        known.drivers = records.drivers
        fitted = estimate(known, level)
        count(made, rows[half:], fitted.interval(rows[half:]), plain(known.rows, level))
    return made


def shown(title: str, tested: Tested) -> Iterator[str]:
    """Lines of a result: whole, then each year and group, furthest from nominal first."""
    yield f"{title} · nominal {tested.level} % · n = {tested.whole.n} · without {tested.without}"
    parts = [(f"year {year}", held) for year, held in tested.years.items()]
    parts += [(f"group {'/'.join(group)}", held) for group, held in tested.groups.items()]
    parts.sort(key=lambda one: -abs(100 * one[1].count.share - tested.level))
    for name, held in [("all", tested.whole), *parts]:
        low, high = held.count.interval
        yield (
            f"  {name:<12} {held.count.share:.3f} [{low:.3f}, {high:.3f}] of {held.n:>5} · "
            f"below {held.below / held.n:.3f} above {held.above / held.n:.3f} · width "
            f"{held.width / held.n:8.1f} · plain quantiles {held.plain_inside / held.n:.3f}, "
            f"width {held.plain_width / held.n:8.1f}"
        )
    for percent, (found, of) in sorted(tested.inflated.items()):
        yield f"  raised by {percent} %: {found} of {of} above their interval = {found / of:.3f}"


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (DATA / "expenditure" / file).open(encoding="utf-8") as opened:
        yield from csv.DictReader(opened)


def main() -> None:
    """Print all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    rounds = 5 if parser.parse_args().quick else 40
    schools = panel()
    california = one_year(
        "AER_CASchools.csv", "expenditure", "students", ("lunch", "english", "income")
    )
    boston = one_year("AER_MASchools.csv", "exptot", "scratio", ("lunch", "special", "income"))
    for level in LEVELS:
        for first, title in ((1996, "school93_98, later years 1996-1998"), (None, "all years")):
            tested = later_years(schools, level, first=first)
            print(*shown(title, tested), sep="\n")
        for title, records in (("CASchools", california), ("MASchools", boston)):
            tested = at_random(records, level, rounds)
            print(*shown(f"{title}, {rounds} random halves of one year", tested), sep="\n")


if __name__ == "__main__":
    main()
