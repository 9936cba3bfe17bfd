"""CP-SAT on the same plan, class after class, in a process and a Python of its own.

    python -m venv other && other/bin/pip install ortools
    python bench/allocate.py 1000 10000 --cpsat other/bin/python

ortools (Apache-2.0) is in none of the lists: it cannot be loaded beside highspy. This file reads
the parts and limits from standard input and imports nothing of Shangji. Amounts are whole yuan and
weights are without the department's own order, for sums must fit into 63 bits.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from typing import Any

WEIGHT = 1000
"""The department's own order is below this in a weight."""


def modelled(cp_model: Any, given: dict[str, Any]) -> tuple[Any, list[Any]]:  # noqa: ANN401
    """The whole choice: a yes or no, or an amount, for each part."""
    model = cp_model.CpModel()
    taken: list[Any] = []
    money: list[Any] = []
    for at, (amount, whole, grade, after) in enumerate(given["parts"]):
        yes = model.NewBoolVar(f"x{at}")
        part = amount * yes if whole else model.NewIntVar(0, amount, f"y{at}")
        if not whole:
            model.Add(part <= amount * yes)
        if after is not None:
            model.AddImplication(yes, taken[after])
        if grade == 0:
            model.Add(part == amount)
        taken.append(yes)
        money.append(part)
    for of_money, least, amount, terms in given["limits"]:
        total = sum(money[at] if of_money else c * taken[at] for at, c in terms)
        model.Add(total >= amount if least else total <= amount)
    return model, money


def main() -> None:
    """Decide class after class; print what each came to, and the time of the processor."""
    cp_model = importlib.import_module("ortools.sat.python.cp_model")
    given = json.load(sys.stdin)
    model, money = modelled(cp_model, given)
    started, classes = time.process_time(), []
    for grade in range(1, given["classes"] + 1):
        mine = [at for at, part in enumerate(given["parts"]) if part[2] == grade]
        if not mine:
            classes.append([grade, 0, 0, "OPTIMAL"])
            continue
        worth = sum(given["weights"][at] // WEIGHT * money[at] for at in mine)
        model.Maximize(worth)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_time_in_seconds = given["seconds"]
        status = solver.StatusName(solver.Solve(model))
        if status not in {"OPTIMAL", "FEASIBLE"}:
            classes.append([grade, None, None, status])
            break
        classes.append(
            [grade, int(solver.ObjectiveValue()), int(solver.BestObjectiveBound()), status]
        )
        for at in mine:
            model.Add(money[at] == solver.Value(money[at]))
    print(json.dumps({"classes": classes, "seconds": time.process_time() - started}))


if __name__ == "__main__":
    main()
