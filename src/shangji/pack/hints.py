"""Tables that only hints may read: whatever else of a pack rests on one forbids the pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji.pack.derived import derived_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shangji.pack.model import Fact, Lookup, Relation, Rule
    from shangji.schema import Table

HINT = "hint"
UNCOUNTED = frozenset({"draft", "trial", "retired"})
FIX = "这张表只给试行的提示规则看；请改用别的表，或把规则改为 status: trial、severity: hint。"


def resting(
    tables: Mapping[str, Table],
    rules: Iterable[Rule],
    joined: tuple[Iterable[Lookup], Iterable[Fact], Iterable[Relation]],
    subjects: Iterable[tuple[str, str]],
) -> Iterator[Problem]:
    """Yield what rests on a table of hints and is more than a hint on trial.

    Args:
        tables: all tables by name.
        rules: the rules that were written; those that tables state are made here.
        joined: lookups, facts, relations: what carries rows of one table to another.
        subjects: name and table of whatever else reads rows.
    """
    hints = {name for name, table in tables.items() if table.hints_only}
    if not hints:
        return
    lookups, facts, relations = joined
    for rule in (*rules, *derived_rules(tables[name] for name in sorted(hints))):
        counts = rule.severity != HINT or rule.status not in UNCOUNTED
        if rule.subject in hints and counts:
            yield _problem(rule.id, rule.subject)
    reached = [
        *((one.name, table) for one in lookups for table in (one.of, one.source)),
        *((one.name, table) for one in facts for table in (one.of, one.child)),
        *((one.table.name, table) for one in relations for table in one.reads),
        *((table.name, table.parent) for table in tables.values()),
        *subjects,
    ]
    for name, table in reached:
        if table in hints:
            yield _problem(name, table)


def _problem(name: str, table: str) -> Problem:
    says = f"“{name}”用到只供提示的表“{table}”。"
    return Problem("pack-hints-only", Where(field=name), says, FIX, value=table)
