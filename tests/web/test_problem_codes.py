"""Every problem that the site names is in the catalogue: an unknown code is a fault."""

from __future__ import annotations

import ast
from pathlib import Path

import shangji_web
from shangji.errors import CODES

SITE = Path(shangji_web.__file__).parent


def test_every_problem_code_of_the_site_is_in_the_catalogue() -> None:
    named = {
        node.args[0].value
        for path in SITE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Problem"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(named) > 5
    assert not named - set(CODES)
