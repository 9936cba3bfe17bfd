"""What rules say to each other is seen: never, within, against; and nothing is seen that is not."""

from __future__ import annotations

import random
import shutil
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from given import TINY, loaded
from shangji import checking
from shangji.checking import logic
from shangji.compile.scope import RuleScope
from shangji.language import Expr, parse

if TYPE_CHECKING:
    from shangji.pack import Pack

RULE = """
id: {id}
title: 试
subject: project
dimension: execution
severity: {severity}
status: active
visible_to: unit
basis: [{{kind: arithmetic}}]
applies: {applies}
fails: {fails}
message: 试
"""
CODES = {"rule-never", "rule-within", "rule-against"}


def told(folder: Path, *rules: tuple[str, str, str]) -> set[tuple[str, str]]:
    """Codes and the rules they stand at, for rules (applies, fails, severity) in a tiny pack."""
    pack = folder / "tiny"
    shutil.copytree(TINY, pack)
    for number, (applies, fails, severity) in enumerate(rules, start=1):
        name = f"R-090{number}"
        text = RULE.format(id=name, applies=applies, fails=fails, severity=severity)
        (pack / "rules" / f"{name}.yaml").write_text(text, "utf-8")
    found = checking.check(loaded(pack))
    return {(one.code, Path(one.where.file).stem) for one in found if one.code in CODES}


ANY = "project.lane IN ('works', 'operation')"


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([(ANY, "project.amount_yuan > 5 AND project.amount_yuan < 3", "minor")],
         {("rule-never", "R-0901")}),
        ([(ANY, "project.amount_yuan > 5 AND project.amount_yuan < 5.01", "minor")], set()),
        ([(ANY, "project.lane = 'formula'", "minor")], {("rule-never", "R-0901")}),
        ([(ANY, "project.amount_yuan > 10", "minor"), (ANY, "project.amount_yuan > 5", "minor")],
         {("rule-within", "R-0901")}),
        # The heavier rule inside the lighter adds its weight.
        ([(ANY, "project.amount_yuan > 10", "major"), (ANY, "project.amount_yuan > 5", "minor")],
         set()),
        ([("project.lane = 'works'", "project.amount_yuan > 5", "minor"),
          (ANY, "project.amount_yuan > 5", "minor")], {("rule-within", "R-0901")}),
        ([("project.lane = 'works'", "project.amount_yuan > 5", "minor"),
          ("project.lane = 'operation'", "project.amount_yuan > 5", "minor")], set()),
        # Of two that say the same, one is told.
        ([(ANY, "project.amount_yuan > 5", "minor"),
          (ANY, "NOT (project.amount_yuan <= 5)", "minor")], {("rule-within", "R-0902")}),
        ([(ANY, "project.amount_yuan > 5", "minor"), (ANY, "project.amount_yuan <= 7", "minor")],
         {("rule-against", "R-0901")}),
        ([(ANY, "project.amount_yuan > 7", "minor"), (ANY, "project.amount_yuan < 5", "minor")],
         set()),
    ],
)  # fmt: skip
def test_conflicts(
    tmp_path: Path, rules: list[tuple[str, str, str]], expected: set[tuple[str, str]]
) -> None:
    assert told(tmp_path, *rules) == expected


ATOMS = [
    "project.amount_yuan > 5", "project.amount_yuan <= 5", "project.amount_yuan = 7",
    "project.amount_yuan < 9", "project.amount_yuan <> 9", "project.lane = 'works'",
    "project.lane IN ('works', 'operation')", "project.lane <> 'operation'",
]  # fmt: skip


def predicate(dice: random.Random, depth: int = 3) -> str:
    if depth == 0 or dice.random() < 0.3:
        return dice.choice(ATOMS)
    word = dice.choice([" AND ", " OR "])
    made = word.join(f"({predicate(dice, depth - 1)})" for _ in range(2))
    return f"NOT ({made})" if dice.random() < 0.3 else made


def truth(text: str, amount: Decimal, lane: str) -> bool:
    """The predicate by Python, on a row without nulls."""
    spelled = (
        text.replace("project.amount_yuan", "amount").replace("project.lane", "lane")
        .replace("<>", "!=").replace("AND", "and").replace("OR", "or").replace("NOT", "not")
        .replace("IN", "in")
    )  # fmt: skip
    spelled = spelled.replace(" = ", " == ")
    return bool(eval(spelled, {"amount": amount, "lane": lane}))  # noqa: S307 - text made above


def test_alternatives_agree_with_brute_force(tiny: Pack) -> None:
    scope = RuleScope(tiny, tiny.tables["project"])
    rows = [
        (Decimal(amount), lane)
        for amount in (4, 5, 6, 7, 8, 9, 10)
        for lane in ("works", "operation", "policy")
    ]
    dice = random.Random(7)
    for _ in range(300):
        one, two = predicate(dice), predicate(dice)
        trees = [tree for text in (one, two) if isinstance(tree := parse(text, scope), Expr)]
        first, second = (logic.alternatives(tree, {}) for tree in trees)
        true_of_one = [row for row in rows if truth(one, *row)]
        assert bool(first) >= bool(true_of_one), one
        if logic.within(first, second):
            assert all(truth(two, *row) for row in true_of_one), (one, two)
        false = logic.alternatives(trees[0], {}, holds=False)
        assert logic.all_of([first, false]) == [], one
