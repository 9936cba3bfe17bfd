"""Every case of the tiny pack comes out as written, on each engine alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shangji.engines import engine
from shangji.testing import nulled, run, run_cases

if TYPE_CHECKING:
    from shangji.pack import Pack


def test_every_case_comes_out_as_written(tiny: Pack) -> None:
    results = run_cases(tiny)
    assert len(results) == 17
    assert [result for result in results if not result.right] == []


@pytest.mark.spark
def test_every_case_comes_out_alike_on_spark(tiny: Pack) -> None:
    spark = pytest.importorskip("shangji.engines.spark_engine")
    if problem := spark.missing():
        pytest.skip(problem.says)
    assert run_cases(tiny, engine("local[2]")) == run_cases(tiny)


def test_a_wrong_expectation_is_noticed(tiny: Pack) -> None:
    from dataclasses import replace

    rule = tiny.rules["R-0001"]
    swapped = replace(rule.cases[0], expect=("pass",))
    (result,) = run(tiny, [(rule, swapped)])
    assert not result.right
    assert result.found == "fail"


def test_leaving_a_cell_empty_never_helps(tiny: Pack) -> None:
    pairs = []
    for rule in tiny.rules.values():
        if rule.id == "R-0003":  # reads other rows: no such claim
            continue
        for case in rule.cases:
            if case.expect[0] in {"fail", "unknown"}:
                pairs += [(rule, variant) for variant, _ in nulled(tiny, rule, case)]
    results = run(tiny, pairs)
    assert len(results) > 20
    assert {result.found for result in results} <= {"fail", "unknown"}
