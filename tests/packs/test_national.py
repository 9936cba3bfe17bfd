"""The national pack: every case as written, on both engines, and the samples give one digest."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shangji.checking.basis import unlisted
from shangji.cli.run_facts import run_facts
from shangji.compile import plan
from shangji.domain import DIMENSIONS
from shangji.engines import engine
from shangji.intake import read
from shangji.snapshot import Snapshot, freeze
from shangji.testing import nulled, run, run_cases

if TYPE_CHECKING:
    from shangji.pack import Pack

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NO_OPTIONS = {"year": None, "as_of": None, "region": None}


def snapshot_of(pack: Pack, name: str, out: Path) -> Snapshot:
    collected, _ = read([SAMPLES / name], pack)
    return freeze(collected, pack.tables, run_facts(collected, NO_OPTIONS), out)[0]


def test_every_case_comes_out_as_written(national: Pack) -> None:
    results = run_cases(national)
    assert len(results) > 100
    assert [result for result in results if not result.right] == []


def test_leaving_a_given_cell_empty_never_helps(national: Pack) -> None:
    """Rules that read relations made of other rows claim nothing: see the decision on guards."""
    from shangji.compile.reach import relations_read

    pairs = [
        (rule, variant)
        for rule in national.rules.values()
        if not relations_read(national, rule)
        for case in rule.cases
        if case.expect[0] in {"fail", "unknown"} and not case.copied
        for variant, _ in nulled(national, rule, case)
    ]
    found = run(national, pairs)
    assert len(found) > 150
    assert {result.found for result in found} <= {"fail", "unknown"}


def test_the_rules_cover_every_dimension_and_several_subjects(national: Pack) -> None:
    written = [rule for rule in national.rules.values() if not rule.derived]
    assert len(written) >= 20
    assert {rule.dimension for rule in written} == set(DIMENSIONS)
    assert len({rule.subject for rule in written}) >= 5
    assert {rule.visible_to for rule in written} == {"unit", "bureau"}
    assert any(rule.severity == "veto" for rule in written)
    assert any(rule.subject in national.relations for rule in written)


def test_no_rule_cites_what_the_policy_index_lacks(national: Pack) -> None:
    # A law is cited only when its article was read and stands in acts/*.yaml with a line of ours.
    lacking = [f"{name}: {cited}: {why}" for name, cited, why in unlisted(national)]
    assert lacking == []
    assert len(national.acts) >= 60


def test_a_citation_that_the_index_lacks_is_seen(national: Pack) -> None:
    rule = next(
        rule for rule in national.rules.values() if any(one.kind == "law" for one in rule.basis)
    )
    law = next(one for one in rule.basis if one.kind == "law")
    for changed, says in (
        (replace(law, article="第九百条"), "没有 第九百条"),
        (replace(law, title="没有这部法", doc_no=""), "政策目录里没有"),
        (replace(law, kind="act", title="", doc_no="财预〔2099〕1号"), "政策目录里没有"),
        (replace(law, kind="act", title="", doc_no="计价格[2002]10号"), "不在有效期"),
    ):
        rules = {**national.rules, rule.id: replace(rule, basis=(changed,))}
        found = [
            why for name, _, why in unlisted(replace(national, rules=rules)) if name == rule.id
        ]
        assert found
        assert says in found[0]


@pytest.mark.spark
def test_cases_and_samples_are_identical_on_spark(national: Pack) -> None:
    # Spark plans each statement for seconds: the first rules stand for all of them here.
    first = {
        rule.id: replace(rule, cases=tuple(case for case in rule.cases if not case.copied))
        for rule in national.rules.values()
        if rule.derived or rule.id < "R-0012"
    }
    national = replace(national, rules=first)
    spark = pytest.importorskip("shangji.engines.spark_engine")
    if problem := spark.missing():
        pytest.skip(problem.says)
    cluster = engine("local[2]")
    assert run_cases(national, cluster) == run_cases(national)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("small", "disclosed"):
            out = Path(folder) / name
            snapshot = snapshot_of(national, name, out / "snapshot")
            made = plan(
                national,
                snapshot.tables,
                snapshot.facts,
                regions=snapshot.regions,
                supplied=snapshot.supplied,
            )
            one = engine("duckdb").run(made, snapshot, out / "duckdb")
            two = cluster.run(made, snapshot, out / "spark")
            assert one.digests == two.digests, name
            assert one.rows["verdict"] > 0
