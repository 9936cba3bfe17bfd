"""Roles, pages and the flow's acts as they stand in the data, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shangji.errors import ShangjiError

FOLDER = Path(__file__).resolve().parent
ANYONE, SIGNED_IN = "anyone", "signed_in"
SCOPES = {"unit", "department", "division", "all", "referred", "handed", "published", "none"}


@dataclass(frozen=True)
class Role:
    """A role: its words, whose side it is on, the rows and the fields that it sees."""

    name: str
    zh: str
    side: str
    scope: str
    always: frozenset[str]
    told: frozenset[str]

    def sees(self, field: str, *, told: bool) -> bool:
        """Whether a field is seen, before or after 一下 has told it."""
        return field in self.always or (told and field in self.told)


@dataclass(frozen=True)
class Pages:
    """Which roles open which page, by the page's name."""

    rules: dict[str, str | frozenset[str]]

    def opens(self, page: str, role: str) -> bool:
        """Whether a role opens a page; the empty role is somebody without a log-in."""
        rule = self.rules.get(page)
        if rule is None:
            return False
        if rule == ANYONE:
            return True
        if rule == SIGNED_IN:
            return bool(role)
        return role in rule


def _read(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return read


@cache
def roles() -> dict[str, Role]:
    """All roles by name.

    Raises:
        ShangjiError: the data names a scope or a field that there is not.
    """
    data = _read("roles.yaml")
    made = {}
    for name, row in data["roles"].items():
        seen = [frozenset(row.get(key, ())) for key in ("always", "told")]
        if row["scope"] not in SCOPES or any(part - set(data["fields"]) for part in seen):
            raise ShangjiError(f"roles.yaml: {name} names an unknown scope or field")
        made[name] = Role(name, row["zh"], row["side"], row["scope"], *seen)
    return made


@cache
def apart() -> tuple[frozenset[str], ...]:
    """Sets of roles of which one person may hold one only."""
    return tuple(frozenset(names) for names in _read("roles.yaml")["apart"])


@cache
def pages() -> Pages:
    """All pages with their rules, groups resolved.

    Raises:
        ShangjiError: a rule names a role that there is not.
    """
    data = _read("pages.yaml")
    groups = {name: frozenset(names) for name, names in data["groups"].items()}
    made: dict[str, str | frozenset[str]] = {}
    for page, rule in data["pages"].items():
        if rule in (ANYONE, SIGNED_IN):
            made[page] = rule
            continue
        found: set[str] = set()
        for name in rule:
            found |= groups.get(name, frozenset([name]))
        if found - set(roles()):
            raise ShangjiError(f"pages.yaml: {page} names an unknown role")
        made[page] = frozenset(found)
    return Pages(made)
