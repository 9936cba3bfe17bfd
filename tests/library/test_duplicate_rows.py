"""Found pairs as rows of the snapshot: what a person decided stands, and a pair is said once."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from shangji.evidence.duplicates import with_duplicates
from shangji.pack import Pack, load
from shangji.snapshot import Collected, RunFacts
from shangji.snapshot.freeze import keyed

FACTS = RunFacts(2027, date(2026, 9, 20), "990101")


@cache
def national() -> Pack:
    """The national pack."""
    pack, problems = load(("national",))
    assert pack, problems
    return pack


def rows_with(*given: dict[str, Any], history: tuple[dict[str, Any], ...] = ()) -> list[Any]:
    """The rows of duplicate_pair after the search over two ponds that are one."""
    base = {"project_name": "大塘镇石桥村山塘清淤加固", "place": "大塘镇石桥村", "lane": "works"}
    said = {"summary": "山塘年久淤积，计划清淤2020立方米，整修放水设施", "budget_year": 2027}
    ponds = [
        {"project_code": code, "unit_code": unit, "row_source": "a", **base, **said}
        for code, unit in (("P1", "U1"), ("P2", "U2"))
    ]
    collected = Collected(rows={"project": ponds, "duplicate_pair": list(given)})
    collected.rows["history"] = list(history)
    return with_duplicates(collected, national(), FACTS).rows["duplicate_pair"]


def test_a_found_pair_is_a_row_with_its_reasons() -> None:
    (row,) = rows_with()
    assert (row["project_code"], row["other_project_code"]) == ("P2", "P1")
    assert row["same_place"] is True
    assert "名称相同" in row["reasons"]
    assert row["group_no"]


def test_what_a_person_decided_is_not_said_again() -> None:
    decided = {"project_code": "P1", "other_project_code": "P2", "conclusion": "sibling"}
    assert rows_with(decided) == [decided]


def test_a_pair_that_the_bureau_lists_undecided_keeps_its_direction() -> None:
    listed = {"project_code": "P1", "other_project_code": "P2", "conclusion": None}
    first, second = rows_with(listed)
    assert first is listed
    assert (second["project_code"], second["other_project_code"]) == ("P1", "P2")


def test_a_finished_work_of_last_year_is_found_under_the_units_region() -> None:
    past = {
        "project_code": "Q1",
        "project_name": "大塘镇石桥村山塘清淤加固",
        "unit_code": "U1",
        "year": 2026,
        "as_of": "2026-07-31",
        "is_finished": True,
    }
    kinds = {
        (row["project_code"], row["other_project_code"]): row["kind"]
        for row in rows_with(history=(past,))
    }
    assert kinds["P1", "Q1"] == "completed"


def test_the_rows_freeze_with_every_column_answered() -> None:
    base = {"project_name": "城乡公交运营补贴", "lane": "policy", "place": None}
    ponds = [{"project_code": code, "unit_code": "U1", **base} for code in ("P1", "P2")]
    collected = with_duplicates(Collected(rows={"project": ponds}), national(), FACTS)
    made, problems = keyed(collected, national().tables["duplicate_pair"], national().tables)
    assert not problems
    assert [row["row_unsupplied"] for row in made] == [None] * len(made)
