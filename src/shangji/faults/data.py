"""The generator's data files, read once: the county, the kinds of project, words for faults."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "data"


@cache
def read(name: str) -> Any:  # noqa: ANN401 - whatever the YAML holds
    """Read one of the package's own YAML files."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))


def county() -> dict[str, Any]:
    """The fictitious county: departments, units, towns, entitlements, names of places."""
    found: dict[str, Any] = read("county")
    return found


def archetypes() -> list[dict[str, Any]]:
    """Every kind of project, in the order of its number."""
    return [*read("archetypes_people"), *read("archetypes_place")]
