"""The optimiser behind one small door: HiGHS, one thread, a fixed seed, limits of nodes only."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shangji.errors import ShangjiError

if TYPE_CHECKING:
    from collections.abc import Sequence

TIGHT = 1e-9
"""Feasibility and integrality: a 分 is 1e-6 of the unit in which rows are written."""
INFINITE = float("inf")
SEARCH = {"mip_heuristic_run_rins": False, "mip_heuristic_run_rens": False}
"""Two searches about a relaxed plan are left out: half the time, and the same optimum."""
FEASIBLE = 2
"""How the solver marks a point that keeps every row."""


@dataclass
class Program:
    """Columns between nought and one, rows between two sides; the gain is to be greatest."""

    scale: float = 1.0
    gains: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    rows: list[tuple[int, list[tuple[int, float]], float, float]] = field(default_factory=list)

    def column(self, gain: float, *, whole: bool, most: float = 1.0) -> int:
        """Add a column; returns its place."""
        self.gains.append(gain)
        self.whole.append(whole)
        self.lower.append(0.0)
        self.upper.append(most)
        return len(self.gains) - 1

    def close(self, column: int) -> None:
        """Keep a column at nought."""
        self.upper[column] = 0.0

    def row(
        self,
        name: int,
        terms: list[tuple[int, float]],
        *,
        at_most: float | None = None,
        at_least: float | None = None,
    ) -> None:
        """Add a row under the number of its limit."""
        low = -INFINITE if at_least is None else at_least
        high = INFINITE if at_most is None else at_most
        self.rows.append((name, terms, low, high))


@dataclass(frozen=True)
class Solved:
    """What the solver says: whether there is a plan, its columns, its prices, its bound."""

    feasible: bool
    optimal: bool
    impossible: bool = False
    values: Sequence[float] = ()
    prices: Sequence[float] = ()
    """Of each row, and of each column where it stands at a side: the gain per unit of room."""
    reduced: Sequence[float] = ()
    ranges: Sequence[tuple[float, float]] = ()
    """Of each row: between which sides its price holds."""
    gain: float = 0.0
    bound: float = 0.0
    nodes: int = 0


def _highs() -> Any:  # noqa: ANN401 - most of it has no types
    return importlib.import_module("highspy")


def version() -> str:
    """The solver's version, kept in run.json."""
    return f"HiGHS {_highs().Highs().version()}"


def available() -> bool:
    """Whether the optimiser is installed."""
    return importlib.util.find_spec("highspy") is not None


def solve(program: Program, *, whole: bool, nodes: int = 0) -> Solved:
    """Solve a program, as a linear one or with its whole columns whole."""
    highspy = _highs()
    solver = highspy.Highs()
    options: dict[str, Any] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 1,
        "primal_feasibility_tolerance": TIGHT,
        "dual_feasibility_tolerance": TIGHT,
        "mip_feasibility_tolerance": TIGHT,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": TIGHT,
    }
    if whole:
        options |= SEARCH
    if whole and nodes:
        options["mip_max_nodes"] = nodes
    for name, value in options.items():
        if solver.setOptionValue(name, value) == highspy.HighsStatus.kError:
            raise ShangjiError(f"the solver refuses the option {name}")
    mixed = whole and any(program.whole)
    solver.passModel(_model(highspy, program, mixed=mixed))
    solver.run()
    return _read(highspy, solver, mixed=mixed)


def _model(highspy: Any, program: Program, *, mixed: bool) -> Any:  # noqa: ANN401 - highspy has no types
    import numpy as np

    made = highspy.HighsLp()
    made.num_col_, made.num_row_ = len(program.gains), len(program.rows)
    made.sense_ = highspy.ObjSense.kMaximize
    made.col_cost_ = np.array(program.gains)
    made.col_lower_ = np.array(program.lower)
    made.col_upper_ = np.array(program.upper)
    made.row_lower_ = np.array([row[2] for row in program.rows])
    made.row_upper_ = np.array([row[3] for row in program.rows])
    starts, index, values = [0], [], []
    for _, terms, _, _ in program.rows:
        index += [column for column, _ in terms]
        values += [value for _, value in terms]
        starts.append(len(index))
    made.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    made.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    made.a_matrix_.index_ = np.array(index, dtype=np.int32)
    made.a_matrix_.value_ = np.array(values, dtype=np.float64)
    if mixed:
        kinds = highspy.HighsVarType
        made.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in program.whole]
    return made


def _read(highspy: Any, solver: Any, *, mixed: bool) -> Solved:  # noqa: ANN401
    status = solver.getModelStatus()
    states = highspy.HighsModelStatus
    info, solution = solver.getInfo(), solver.getSolution()
    optimal = status in {states.kOptimal, states.kModelEmpty}
    found = bool(solution.value_valid) and info.primal_solution_status == FEASIBLE
    if not (optimal or found):
        return Solved(feasible=False, optimal=False, impossible=status == states.kInfeasible)
    gain = float(info.objective_function_value)
    return Solved(
        feasible=True,
        optimal=optimal,
        values=list(solution.col_value),
        prices=() if mixed else list(solution.row_dual),
        reduced=() if mixed else list(solution.col_dual),
        ranges=() if mixed or not optimal else _ranges(solver),
        gain=gain,
        bound=float(info.mip_dual_bound) if mixed else gain,
        nodes=int(info.mip_node_count) if mixed else 0,
    )


def _ranges(solver: Any) -> list[tuple[float, float]]:  # noqa: ANN401 - highspy has no types
    _, found = solver.getRanging()
    if not found.valid:
        return []
    return list(zip(found.row_bound_dn.value_, found.row_bound_up.value_, strict=True))
