"""Where in the files of a pack a thing stands: file, line and key, for the problems it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shangji.errors import Where
from shangji.pack.strict_yaml import Mapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.pack import Pack, Rule

HEADS = (
    "table",
    "extends",
    "relation",
    "standard",
    "measure",
    "framework",
    "reduction",
    "section",
    "id",
)
"""The key by which a document names what it defines."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Places:
    """Finds the place of a part of a pack."""

    pack: Pack

    @cached_property
    def named(self) -> Mapping[tuple[str, str], list[tuple[str, Mapped]]]:
        """Documents and entries of lists by kind and name, with the file they stand in."""
        found: dict[tuple[str, str], list[tuple[str, Mapped]]] = {}

        def add(kind: str, name: Any, shown: str, doc: Mapped) -> None:  # noqa: ANN401 - any YAML value
            found.setdefault((kind, str(name)), []).append((shown, doc))

        for shown, doc in self.pack.documents.items():
            for kind in HEADS:
                if kind in doc:
                    add("table" if kind == "extends" else kind, doc[kind], shown, doc)
            for kind in ("facts", "lookups"):
                items = doc.get(kind)
                for item in items if isinstance(items, list) else ():
                    add(kind, f"{item.get('of')}.{item.get('name')}", shown, item)
        return found

    def of(self, kind: str, name: str, *path: str | int) -> Where:
        """The place of a key of a table, relation, standard, measure, framework, fact or lookup."""
        places = self.named.get((kind, name), [])
        for shown, doc in places:
            if not path or path[0] in doc:
                return inside(shown, doc, path)
        if places:
            return inside(*places[0], path)
        return Where(field=name)

    def rule(self, rule: Rule, *path: str | int) -> Where:
        """The place of a key of a rule; a derived rule stands at its column."""
        if rule.derived:
            table, _, column = rule.id.split("-", 1)[1].rpartition(".")
            return self.column(table, column, "required_when" if rule.id[0] == "C" else "")
        return inside(rule.file, self.pack.documents.get(rule.file), path)

    def column(self, table: str, column: str, key: str = "") -> Where:
        """The place of a column of a table, or of a key of it."""
        for kind in ("table", "relation"):
            for shown, doc in self.named.get((kind, table), []):
                for item in doc.get("columns", ()):
                    if item.get("name") == column:
                        place = inside(shown, item, (key,) if key else ())
                        return Where(
                            place.file, line=place.line, field=f"{column}.{key}".strip(".")
                        )
        return Where(field=f"{table}.{column}")

    def value(self, code: str, text: str, *path: str | int) -> Where:
        """The place of the dated values of a standard that say `text` as effective date."""
        for shown, doc in self.named.get(("standard", code), []):
            for item in doc.get("values", ()):
                if item.get("effective_from") == text:
                    return inside(shown, item, path)
        return Where(field=code)


def inside(shown: str, doc: Any, path: Path) -> Where:  # noqa: ANN401 - any YAML value
    """The place at the end of a path of keys, as deep as it goes."""
    line = getattr(doc, "line", 0)
    here = doc
    for part in path:
        if isinstance(here, Mapped) and part in here:
            line, here = here.lines[str(part)], here[str(part)]
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
            line = getattr(here, "line", line)
        else:
            break
    words = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path]
    return Where(shown, line=line, field="".join(words).lstrip("."))
