"""Mutants of rules: what a case notices is killed, and a case taken away lets one live."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from given import TINY, loaded
from shangji.checking import mutation
from shangji.cli import shangji

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.pack import Pack


def test_kinds_of_change(tiny: Pack) -> None:
    found = mutation.mutate(tiny, ["R-0003"])
    assert {mutant.of for mutant in found} == {"R-0003"}
    kinds = {mutant.kind for mutant in found}
    assert kinds == {"operator", "constant", "member", "column", "conjunct"}
    texts = [(mutant.rule.applies, mutant.rule.fails) for mutant in found]
    assert len(texts) == len(set(texts))


def test_a_case_taken_away_lets_a_mutant_live(tmp_path: Path) -> None:
    pack = tmp_path / "tiny"
    shutil.copytree(TINY, pack)
    before = mutation.mutate(loaded(pack), ["R-0001"])
    path = pack / "rules" / "R-0001.yaml"
    text = path.read_text("utf-8")
    kept = [line for line in text.splitlines() if "恰好" not in line]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    after = mutation.mutate(loaded(pack), ["R-0001"])
    assert len(before) == len(after)
    assert len(mutation.survivors(before)) < len(mutation.survivors(after))


def test_counts_tie(tiny: Pack) -> None:
    found = mutation.mutate(tiny)
    counts = mutation.tallies(found)
    whole = counts.pop("")
    assert whole.made == len(found) == sum(tally.made for tally in counts.values())
    assert whole.killed == whole.made - len(mutation.survivors(found))


@pytest.mark.parametrize(("at_least", "code"), [("0", 0), ("100", 4)])
def test_the_command_says_what_lives(at_least: str, code: int) -> None:
    made = CliRunner().invoke(
        shangji, ["pack", "mutate", str(TINY), "--rule", "R-0001", "--at-least", at_least]
    )
    assert made.exit_code == code, made.output
    assert "没有发现：R-0001" in made.output


def test_alike_makes_cases_that_differ_in_one_cell(tmp_path: Path) -> None:
    pack = tmp_path / "tiny"
    shutil.copytree(TINY, pack)
    path = pack / "rules" / "R-0001.yaml"
    text = path.read_text("utf-8")
    likes_of_it = "{name: 超, expect: fail, alike: {line.days: ['300', '400']},"
    path.write_text(text.replace("{name: 超, expect: fail,", likes_of_it, 1), "utf-8")
    before, after = loaded(TINY).rules["R-0001"].cases, loaded(pack).rules["R-0001"].cases
    assert len(after) == len(before) + 2
    likes = [case for case in after if "line.days" in case.name]
    assert [case.given["line"][0]["days"] for case in likes] == ["300", "400"]
