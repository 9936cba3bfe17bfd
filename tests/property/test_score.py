"""A score is an interval: however the unit completes what it left out, the score stays inside."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from given import FACTS, collect, run_plan
from shangji.snapshot import freeze

if TYPE_CHECKING:
    from shangji.pack import Pack

PROJECTS = 60
TIERS = ("一类", "三类")


def complete(rng: random.Random) -> dict[str, list[dict[str, str]]]:
    """Projects with every cell given."""
    projects, lines = [], []
    for number in range(PROJECTS):
        code = f"P{number:03}"
        amounts = [rng.choice([50, 100, 150, 600, 1000, 4000]) for _ in range(rng.randint(1, 3))]
        asked = sum(amounts) + rng.choice([0, 0, 1])
        projects.append(
            {
                "project_code": code,
                "project_name": f"项目{number}",
                "region": "990101",
                "lane": rng.choice(["works", "operation"]),
                "amount_yuan": str(asked),
            }
        )
        lines += [
            {
                "project_code": code,
                "line_no": str(at),
                "item": "会",
                "tier": rng.choice(TIERS),
                "persons": str(rng.randint(1, 3)),
                "days": "1",
                "amount_yuan": str(amount),
            }
            for at, amount in enumerate(amounts, start=1)
        ]
    return {"project": projects, "line": lines, "history": []}


def withheld(rows: dict[str, list[dict[str, str]]], rng: random.Random) -> dict[str, Any]:
    """The same rows with some cells of the unit left empty."""
    kept = {"project_code", "line_no", "lane", "region"}
    return {
        name: [
            {
                key: "" if key not in kept and rng.random() < 0.3 else text
                for key, text in row.items()
            }
            for row in table
        ]
        for name, table in rows.items()
    }


def scores(pack: Pack, rows: dict[str, Any]) -> dict[tuple[str, str], tuple[Any, Any, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        snapshot, _ = freeze(collect(pack, rows), pack.tables, FACTS, out / "snapshot")
        runner = run_plan(pack, snapshot, out / "out")
        found = runner.query('SELECT "key", node, low, high, "full" FROM score')
    return {(key, node): tuple(values) for key, node, *values in found}


def test_completing_the_unknowns_stays_inside_the_interval(tiny: Pack) -> None:
    opened = 0
    for seed in range(6):
        rng = random.Random(seed)
        rows = complete(rng)
        wide, exact = scores(tiny, withheld(rows, rng)), scores(tiny, rows)
        for place, (low, high, full) in wide.items():
            true_low, true_high, true_full = exact[place]
            if full == true_full:
                assert low <= true_low <= true_high <= high, (seed, place)
            opened += low < high
    assert opened > 100


def test_leaving_cells_empty_never_raises_the_low_end(tiny: Pack) -> None:
    for seed in range(6, 10):
        rng = random.Random(seed)
        rows = complete(rng)
        wide, exact = scores(tiny, withheld(rows, rng)), scores(tiny, rows)
        assert all(wide[place][0] <= exact[place][0] for place in exact)


def test_the_cuts_of_a_project_never_exceed_what_was_asked(tiny: Pack) -> None:
    rows = complete(random.Random(99))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        snapshot, _ = freeze(collect(tiny, rows), tiny.tables, FACTS, out / "snapshot")
        runner = run_plan(tiny, snapshot, out / "out")
        found = runner.query("SELECT asked_yuan, approved_yuan FROM reduction")
        over = runner.query(
            "SELECT r.project_code FROM (SELECT project_code, "
            "SUM(asked_yuan - approved_yuan) AS cut "
            "FROM reduction GROUP BY project_code) AS r JOIN project AS p USING (project_code) "
            "WHERE r.cut > p.amount_yuan OR r.cut < 0"
        )
    assert found
    assert all(0 <= approved < asked for asked, approved in found)
    assert over == []
