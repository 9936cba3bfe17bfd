"""Calibration of a scoring card: by hand on five projects, and end to end on the small sample."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from shangji.cli import shangji
from shangji.cli.reviewing import review_paths
from shangji.pack.model import Framework, Node
from shangji.score.calibration import calibrate, correlation, grade_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = Path(__file__).resolve().parents[2] / "samples" / "small"
CARD = Framework(
    "card", "记分卡", "project", "TRUE",
    (Node("x", "必要性"), Node("X1", "一", "x", 60), Node("X2", "二", "x", 40),
     Node("y", "重要性"), Node("Y1", "三", "y", 100)),
    x="x", y="y", cut=Decimal(60), grades={"A": "甲", "B": "乙", "C": "丙", "D": "丁"},
)  # fmt: skip
# key, department, asked, X1, X2, Y1 (None: not known, and out of the full marks), grade
ROWS = [
    ("P1", "甲局", 400, 60, 40, 100, "A"), ("P2", "甲局", 100, 30, 30, 62, "A"),
    ("P3", "乙局", 300, 60, 4, 57, "B"), ("P4", "乙局", 200, 0, 40, 80, "C"),
    ("P5", "乙局", 50, None, 20, 0, "D"), ("P6", "乙局", 70, 0, 0, 0, ""),
]  # fmt: skip


@pytest.fixture
def made() -> Iterator[Any]:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE given_project (row_key TEXT, department_code TEXT, unit_code TEXT, "
            "amount_yuan DECIMAL(18,2))"
        )
        connection.execute(
            "CREATE TABLE grade (framework TEXT, key TEXT, low_grade TEXT, high_grade TEXT)"
        )
        connection.execute(
            "CREATE TABLE score (framework TEXT, key TEXT, node TEXT, low DECIMAL(18,2), "
            'known BIGINT, "full" BIGINT)'
        )
        for key, department, asked, x1, x2, y1, grade in ROWS:
            connection.execute(
                "INSERT INTO given_project VALUES (?, ?, 'U', ?)", [key, department, asked]
            )
            connection.execute("INSERT INTO grade VALUES ('card', ?, ?, ?)", [key, grade, grade])
            for node, points, full in (("X1", x1, 60), ("X2", x2, 40), ("Y1", y1, 100)):
                known = 0 if points is None else full
                connection.execute(
                    "INSERT INTO score VALUES ('card', ?, ?, ?, ?, ?)",
                    [key, node, points or 0, known, known],
                )
        yield calibrate(connection, CARD)


def test_shares_by_department_and_in_all(made: Any) -> None:
    assert (made.projects, made.graded) == (6, 5)
    assert made.all.top == pytest.approx(500 / 1050)
    first, second = made.shares
    assert (second.department, second.top) == ("甲局", 1.0)
    assert (first.department, first.top, first.projects[""]) == ("乙局", 0.0, 1)


def test_the_warning_is_strictly_above_the_limit(made: Any) -> None:
    assert made.crowded(47)
    assert not made.crowded(48)


def test_moved_cuts_change_grades(made: Any) -> None:
    """P2 has exactly 60 and 62, P3 64 and 57; 65 throws both off x and P2 off y, 55 lifts P3."""
    found = {(move.axis, move.points): dict(move.ways) for move in made.moves}
    assert found["x", 5] == {"A→C": 1, "B→D": 1}
    assert found["y", 5] == {"A→B": 1}
    assert found["y", -5] == {"B→A": 1}
    assert found["x+y", 5] == {"A→D": 1, "B→D": 1}
    assert {(move.axis, move.points): move.asked for move in made.moves}["x", 5] == 400


def test_present_cuts_give_the_present_grades(made: Any) -> None:
    from shangji.score.calibration import Scored

    one = Scored(
        "P", "", Decimal(1), "", "", {"X1": (Decimal(60), 60, 60), "Y1": (Decimal(59), 100, 100)}
    )
    cuts = {"x": Decimal(60), "y": Decimal(60)}
    assert grade_of(one, CARD, cuts) == "B"
    assert grade_of(one, CARD, cuts | {"y": Decimal(59)}) == "A"
    assert made.moves


def test_leaves_tell_mean_unknown_and_correlation(made: Any) -> None:
    leaf = {item.name: item for item in made.leaves}
    assert (leaf["X1"].known, leaf["X1"].unknown) == (5, 1)
    assert leaf["X1"].mean == pytest.approx((1 + 0.5 + 1 + 0 + 0) / 5)
    assert leaf["X1"].full == pytest.approx(2 / 5)
    assert leaf["Y1"].alone is None  # nothing else on its axis
    assert leaf["X1"].whole == pytest.approx(0.8471, abs=1e-4)  # by hand


def test_correlation_of_what_does_not_vary_is_not_known() -> None:
    assert correlation([1.0, 1.0], [0.0, 1.0]) is None
    assert correlation([0.0, 1.0, 2.0], [0.0, 2.0, 4.0]) == pytest.approx(1)


def test_end_to_end_on_the_small_sample(tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "paths": [str(SMALL)], "packs": (), "year": None, "as_of": None, "region": None,
        "out": str(tmp_path / "out"), "engine": "duckdb", "threads": 2,
    }  # fmt: skip
    done = review_paths(options)
    book = tmp_path / "校准.xlsx"
    run = CliRunner().invoke(
        shangji, ["score", "calibrate", str(tmp_path / "out"), "-o", str(book)]
    )
    assert run.exit_code == 0, run.output
    grades = {row["grade"]: row["projects"] for row in done.report.summary.grades}
    assert "评分项目 49 个" in run.output
    assert grades["合计"] == 60
    assert load_workbook(book).sheetnames == ["部门分布", "界线移动", "指标贡献"]
