"""The bench of planted faults: what counts as found, what counts as false, what the page says."""

from __future__ import annotations

from collections import Counter

import pytest

from shangji.faults import accuracy, trial
from shangji.faults.kinds import KINDS
from shangji.pack import Pack, load


@pytest.fixture(scope="module")
def pack() -> Pack:
    loaded, _ = load(["national"])
    assert loaded
    return loaded


@pytest.fixture(scope="module")
def made(pack: Pack) -> trial.Trial:
    return trial.run(pack, [3], size=120, words=("seen",))


def test_what_hangs_on_a_sum_is_found(made: trial.Trial) -> None:
    tried = [
        one for one in made.tried if one.kind in {"sum_mismatch", "basis_missing", "wrong_lane"}
    ]
    assert len(tried) >= 5
    assert all(one.hit for one in tried)


def test_only_the_rule_that_should_find_it_counts() -> None:
    assert trial.Tried("sum_mismatch", 0, "seen", 1, frozenset({"R-0003"})).hit
    assert not trial.Tried("sum_mismatch", 0, "seen", 1, frozenset({"R-0004"})).hit
    assert not trial.Tried("basis_expired", 0, "seen", 1, frozenset()).hit


def test_precision_counts_findings_on_clean_projects() -> None:
    found = trial.Tried("sum_mismatch", 0, "seen", 1, frozenset({"R-0003"}))
    made = trial.Trial([1], [found], Counter({("R-0003", "major"): 1, ("R-0013", "minor"): 5}), 100)
    assert (made.precise(semantic=False).hits, made.precise(semantic=False).trials) == (1, 2)
    assert made.precise(semantic=True).hits == 0


def test_the_page_has_every_kind_weakest_first(made: trial.Trial, pack: Pack) -> None:
    real = accuracy.eyeballed(Counter(), 10, pack)
    text = accuracy.page(made, pack, "shangji bench faults", real)
    rows = [line for line in text.splitlines() if "| 定值 |" in line or "| 语义 |" in line]
    kinds = [row.split(" | ")[0].strip("| ") for row in rows[2:]]
    tried = {KINDS[one.kind].zh for one in made.tried}
    assert set(kinds) >= tried
    shares = [float(row.split(" | ")[4].split(" ")[0]) for row in rows if row.count(" | ") == 8]
    assert shares == sorted(shares)
    assert "种子 3" in text


def test_unseen_words_are_other_words() -> None:
    from shangji.faults.data import read

    words = read("words")
    assert words["seen"].keys() == words["unseen"].keys()
    for name, seen in words["seen"].items():
        assert not set(seen) & set(words["unseen"][name]) or isinstance(seen, str)


def test_expected_names_every_kind(pack: Pack) -> None:
    from shangji.errors import CODES
    from shangji.faults.data import read

    expected = read("expected")
    assert set(expected) == set(KINDS)
    names = {rule for rules in expected.values() for rule in rules}
    assert names <= set(pack.rules) | set(CODES)
