"""Rules over the rows of many cases at once, as `testing` judges them, with more to be seen.

`testing.run` answers whether a case is right. Here rules made for a check are run over other rules'
cases, thousands of them, without the results that nobody reads.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from shangji.compile import plan
from shangji.compile.plan import Apart
from shangji.compile.reach import reached
from shangji.compile.rows import CASE_COLUMN
from shangji.compile.steps import RESULT
from shangji.engines import engine as engine_named
from shangji.testing import BY_CODE, FACTS, REGION, freeze_cases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji.pack import Case, Pack, Rule

Shown = tuple[str | None, str | None]


@dataclass
class Probed:
    """What was seen: outcomes and shown values by case, rule and row; keys of given rows."""

    outcomes: dict[tuple[int, str], dict[str, str]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    shown: dict[tuple[int, str], dict[str, Shown]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    keys: dict[tuple[int, str, int], str] = field(default_factory=dict)

    def judged(self, at: int, case: Case, rule: Rule, pack: Pack, by: str = "") -> list[str]:
        """Keys of the rows that a case judges, in the order of its `expect`."""
        if rule.subject in pack.relations:
            return sorted(self.outcomes.get((at, by or rule.id), {}))[: len(case.expect)]
        rows = range(1, len(case.given.get(rule.subject, ())) + 1)
        return [self.keys[at, rule.subject, row] for row in rows][: len(case.expect)]


def probe(
    pack: Pack, rules: Sequence[Rule], cases: Sequence[Case], *, values: bool = False
) -> Probed:
    """Run rules over cases on DuckDB.

    Args:
        pack: the pack; only the relations that the rules can reach are made.
        rules: the rules to run, each under its own id.
        cases: the cases; what is seen is filed under their place in this list.
        values: whether the values shown for failed rows are wanted too.
    """
    seen = Probed()
    reduced = replace(
        pack,
        rules={
            rule.id: replace(rule, status="active", effective_from="", effective_to="")
            for rule in rules
        },
        frameworks={},
        measures={},
        sections={},
        reduction=None,
        relations=reached(pack, rules),
    )
    for region in sorted({case.region or REGION for case in cases}):
        chosen = {at: case for at, case in enumerate(cases) if (case.region or REGION) == region}
        _run(reduced, region, chosen, seen, values=values)
    return seen


def _run(pack: Pack, region: str, cases: Mapping[int, Case], seen: Probed, *, values: bool) -> None:
    named = {f"c{at}": case for at, case in cases.items()}
    engine = engine_named("duckdb")
    with tempfile.TemporaryDirectory(prefix="shangji-probe-") as folder:
        snapshot = freeze_cases(pack, named, Path(folder))
        facts = replace(FACTS, region=region)
        apart = Apart(dict.fromkeys(pack.relations, named))
        made = plan(pack, snapshot.tables, facts, regions={REGION, region}, apart=apart)
        kept = [
            step for step in made.steps if step.kind != RESULT or _wanted(step.name, values=values)
        ]
        engine.run(replace(made, steps=tuple(kept)), snapshot, Path(folder) / "out")  # type: ignore[arg-type] # a snapshot of cases has what engines read
    seen.keys |= {
        (int(case[1:]), table, row): key for (case, table, row), key in snapshot.keys.items()
    }
    subjects: dict[str, list[str]] = defaultdict(list)
    for rule in pack.rules.values():
        if any(step.name == f"judged_{rule.subject}" for step in kept):
            subjects[rule.subject].append(rule.id)
    for subject, ids in subjects.items():
        columns = ", ".join(f'"{name}"' for name in ids)
        for case, key, *codes in engine.query(
            f'SELECT {CASE_COLUMN}, row_key, {columns} FROM "judged_{subject}"'
        ):
            for name, code in zip(ids, codes, strict=True):
                seen.outcomes[int(case[1:]), name][key] = BY_CODE[code]
    if values:
        for case, name, key, measured, allowed in engine.query(
            f"SELECT {CASE_COLUMN}, rule_id, key, measured, allowed FROM verdict"
        ):
            seen.shown[int(case[1:]), name][key] = (measured, allowed)


def _wanted(name: str, *, values: bool) -> bool:
    return values and name == "verdict"
