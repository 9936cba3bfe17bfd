"""Sixty real participatory budgets: the plan is the exact knapsack, by a search of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from real_data import folder
from shangji.allocate.parts import Choice, Limit, Part
from shangji.allocate.stage import Stage, Standing

if TYPE_CHECKING:
    from pathlib import Path

CENTS = 100


def instance(path: Path) -> tuple[int, list[tuple[int, int]]]:
    """Budget and each project's cost and votes, of the projects that cost something."""
    rows: list[tuple[int, int]] = []
    columns: dict[str, int] = {}
    budget, inside = 0, False
    for line in path.read_text("utf-8").splitlines():
        cells = line.split(";")
        if cells[0] == "budget":
            budget = round(float(cells[1].replace(",", ".")) * CENTS)
        elif line == "PROJECTS":
            inside = True
        elif line == "VOTES":
            break
        elif inside and not columns:
            columns = {name: at for at, name in enumerate(cells)}
        elif inside:
            cost = round(float(cells[columns["cost"]].replace(",", ".")) * CENTS)
            votes = cells[columns["votes"]] if "votes" in columns else cells[columns["score"]]
            if cost > 0 and float(votes) > 0:
                rows.append((cost, int(float(votes))))
    return budget, rows


def best(budget: int, rows: list[tuple[int, int]]) -> int:
    """The greatest value within the budget: only sums that no cheaper sum reaches are kept."""
    rows = sorted(rows, key=lambda row: row[0] * 1_000_000 // row[1])
    kept = [(0, 0)]
    for at, (cost, worth) in enumerate(rows):
        grown = [(spent + cost, value + worth) for spent, value in kept if spent + cost <= budget]
        merged = sorted(kept + grown, key=lambda pair: (pair[0], -pair[1]))
        low = max(
            value + filled(budget - spent, rows[at + 1 :])[0] for spent, value in merged[-40:]
        )
        kept, top = [], -1
        for spent, value in merged:
            if value > top:
                top = value
                if value + filled(budget - spent, rows[at + 1 :])[1] >= low:
                    kept.append((spent, value))
    return max(value for _, value in kept)


def filled(room: int, rows: list[tuple[int, int]]) -> tuple[int, int]:
    """What the rest may add: at least, by taking what fits in order; at most, with one part."""
    least = most = 0
    left, whole = room, True
    for cost, worth in rows:
        if cost <= left:
            left -= cost
            least += worth
            most += worth if whole else 0
        elif whole:
            most += -(-worth * left // cost)
            whole = False
    return least, most


def solved(budget: int, rows: list[tuple[int, int]]) -> tuple[int, bool]:
    """The plan's votes: each project's votes stand for its money, its cost for what it takes."""
    parts = [
        Part(at, f"P{at}", "", "general", "", votes, whole=True, grade=1, weight=1)
        for at, (_, votes) in enumerate(rows)
    ]
    terms = tuple((at, cost) for at, (cost, _) in enumerate(rows))
    pot = Limit("pot|general", "pot", "at_most", budget, terms)
    choice = Choice(parts=parts, limits=[pot], classes=("A",))
    stage = Stage(Standing(choice), 1, 100_000).decided()
    return stage.value, stage.proven


def test_the_votes_are_those_of_an_exact_knapsack() -> None:
    paths = sorted(folder("allocation").glob("*.pb"))
    assert len(paths) >= 50
    different = {}
    for path in paths:
        budget, rows = instance(path)
        found, proven = solved(budget, rows)
        exact = best(budget, rows)
        if found != exact or not proven:
            different[path.stem] = (found, exact, proven)
    assert not different


def test_the_search_of_its_own_finds_a_known_optimum() -> None:
    rows = [(60, 10), (100, 20), (120, 30)]
    assert best(220, rows) == 50
    assert solved(220, rows) == (50, True)
