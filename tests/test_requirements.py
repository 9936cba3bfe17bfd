"""docs/requirements.csv names every requirement once, and its claims point at what exists."""

from __future__ import annotations

import ast
import csv
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORE_AND_SUPPORTING = 280
STATES = {"works", "small", "absent"}
COLUMNS = ["id", "title", "class", "document", "state", "module", "test", "note"]


def rows() -> list[dict[str, str]]:
    with (ROOT / "docs" / "requirements.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return list(reader)


CLAIMED = [row for row in rows() if row["state"] != "absent"]


def test_every_requirement_stands_once() -> None:
    ids = [row["id"] for row in rows()]
    assert len(ids) == len(set(ids)) == CORE_AND_SUPPORTING
    assert Counter(row["class"] for row in rows()) == {"core": 188, "supporting": 92}
    assert all(row["title"] for row in rows())


def test_states_are_legal() -> None:
    assert {row["state"] for row in rows()} <= STATES
    for row in rows():
        if row["state"] == "small":
            assert row["note"], f"{row['id']}: a small part says what it lacks"


def test_claims_point_at_what_exists() -> None:
    # One test over all rows: an empty parametrisation would be a skip.
    wrong = {row["id"]: problems for row in CLAIMED if (problems := problems_of(row))}
    assert not wrong


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ({"module": "", "test": ""}, 2),
        ({"module": "no.such", "test": "tests/nowhere.py"}, 2),
        ({"module": "docs/", "test": "tests/test_requirements.py::test_nothing"}, 1),
        ({"module": "docs/", "test": "tests/test_requirements.py::test_states_are_legal"}, 0),
    ],
)
def test_a_false_claim_is_seen(row: dict[str, str], count: int) -> None:
    assert len(problems_of(row)) == count


def problems_of(row: dict[str, str]) -> list[str]:
    problems = [f"no module {module}" for module in row["module"].split() if not exists(module)]
    problems += [f"nothing in {column}" for column in ("module", "test") if not row[column]]
    for test in row["test"].split():
        path, _, function = test.partition("::")
        if not (ROOT / path).is_file():
            problems.append(f"no file {path}")
        elif function and function not in functions(ROOT / path):
            problems.append(f"no test {test}")
    return problems


def exists(module: str) -> bool:
    """A dotted Python module, or a path inside the repository."""
    if "/" in module:
        return (ROOT / module).exists()
    path = ROOT / "src" / Path(*module.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
