"""The laws of the house that a linter does not know."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
DRAWERS = {"utils", "util", "helpers", "helper", "misc", "common"}
VENDOR = "src/shangji_web/static/vendor/"
BINARY = {".whl", ".xlsx", ".xls", ".png", ".jpg", ".pdf", ".docx", ".parquet", ".ttf", ".zip"}
# Spelt in pieces, or this file would be its own finding.
MARKS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK")) + r")\b")
MACHINE_PATHS = re.compile(r"(?<![\w.$/<>}])/(work|tmp|root|home|opt)/[\w.]")
REGISTRIES = re.compile(
    r"py" + r"pi\.org|python" + r"hosted|npm" + r"js\.(org|com)|deb" + r"\.debian|tsing" + r"hua"
    r"|mir" + r"rors\.|--index" + r"-url|extra-index" + r"-url",
    re.IGNORECASE,
)
FLOAT_MONEY = re.compile(r"_yuan\s*[*/]\s*\d*\.\d|\d\.\d+\s*\*\s*\w*_yuan")
BARE_IGNORE = re.compile(r"#\s*type:\s*ign" + r"ore(?!\[[\w, -]+\]\s*#?\s*\S)")


@cache
def tracked() -> tuple[Path, ...]:
    """Files of the repository: tracked, or new and not ignored."""
    if not (ROOT / ".git").exists():  # unpacked from an archive
        return tuple(
            path
            for path in sorted(ROOT.rglob("*"))
            if path.is_file() and not re.search(r"/(\.\w+|__pycache__)/", f"/{name(path)}")
        )
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    paths = (ROOT / name for name in listed.decode().split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def python_files() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def text_files() -> list[Path]:
    """Texts of ours: what others published stays as it is, and digests.json says which it is."""
    return [
        path for path in tracked() if path.suffix.lower() not in BINARY and VENDOR not in name(path)
    ]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def hits(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{name(path)}:{number}: {line.strip()[:120]}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_modules_are_short() -> None:
    long = {
        name(path): lines
        for path in python_files()
        if (lines := path.read_text("utf-8").count("\n")) > LONGEST_MODULE
    }
    assert not long


def test_functions_are_short() -> None:
    long = {
        f"{name(path)}::{node.name}": lines
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert not long


def test_no_module_is_a_drawer() -> None:
    parts = {path: path.relative_to(ROOT).with_suffix("").parts for path in tracked()}
    assert not [name(path) for path in parts if DRAWERS & {part.lower() for part in parts[path]}]


def test_nothing_is_left_for_later() -> None:
    assert not hits(MARKS, text_files())


def test_no_machine_paths() -> None:
    assert not hits(MACHINE_PATHS, text_files())


def test_no_registry_addresses() -> None:
    assert not hits(REGISTRIES, text_files())


def test_money_is_never_multiplied_by_a_float() -> None:
    assert not hits(FLOAT_MONEY, [path for path in python_files() if "tests" not in path.parts])


def test_type_ignores_have_a_code_and_a_reason() -> None:
    assert not hits(BARE_IGNORE, python_files())


def test_every_rule_file_names_itself_and_its_basis() -> None:
    rules = [path for path in tracked() if path.suffix == ".yaml" and "rules" in path.parts]
    nameless = [
        name(path)
        for path in rules
        if not re.search(rf"^id: *{re.escape(path.stem)}\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    baseless = [
        name(path)
        for path in rules
        if not re.search(r"^basis:", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert not nameless
    assert not baseless
