"""What stands beside the share that was cut: restored money, deviation, decisions as suggested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from shangji.adoption import adoption
from shangji.report.quality import quality

if TYPE_CHECKING:
    from collections.abc import Iterator

HISTORY = """
    CREATE TABLE given_history AS SELECT * FROM (VALUES
      ('P1', 2025, DATE '2025-12-31', 12, 90.00, 110.00, 20.00),
      ('P2', 2025, DATE '2025-12-31', 12, 50.00, 40.00, 0.00),
      ('P3', 2025, DATE '2025-12-31', 12, 60.00, 65.00, 5.00),
      ('P1', 2026, DATE '2026-07-31', 7, 90.00, 10.00, 0.00))
      AS t(project_code, year, as_of, period_months, original_yuan, executed_yuan,
        supplement_yuan)
"""
REVIEWED = """
    CREATE TABLE reviewed AS SELECT * FROM (VALUES ('k1', 100.00::DECIMAL(18,2)),
      ('k2', 80.00)) AS t(row_key, approved_yuan);
    CREATE TABLE given_project AS SELECT * FROM (VALUES ('k1', 'P1'), ('k2', 'P2'))
      AS t(row_key, project_code)
"""


def met(*rows: str) -> str:
    return f"""
        CREATE TABLE given_decision_meeting AS SELECT meeting_no, item_no, project_code, held_on,
          asked_yuan::DECIMAL(18,2) AS asked_yuan, suggested_yuan::DECIMAL(18,2) AS suggested_yuan,
          decided_yuan::DECIMAL(18,2) AS decided_yuan FROM (VALUES {", ".join(rows)})
          AS t(meeting_no, item_no, project_code, held_on, asked_yuan, suggested_yuan, decided_yuan)
    """


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute(HISTORY)
        made.execute(REVIEWED)
        yield made


def test_without_decisions_both_rates_are_not_known(connection: duckdb.DuckDBPyConnection) -> None:
    made = quality(connection, 2027)
    assert made["wrongly_cut"] is None
    assert [said.partition("：")[2][:3] for said in made["says"][::2]] == ["不知道", "不知道"]
    assert "2025 年年初预算与决算相差合计 0.00 万元，占年初预算 17.5%" in made["says"][1]


def test_the_last_meeting_of_the_year_counts_and_is_set_against_what_was_suggested(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        met(
            "('J', 1, 'P1', DATE '2026-11-02', 120, 100, 90)",
            "('D', 1, 'P1', DATE '2026-12-02', 120, 100, 100)",
            "('D', 2, 'P2', DATE '2026-12-02', 90, 80, 70)",
            "('D', 3, 'P9', DATE '2026-12-02', 90, 80, 70)",
        )
    )
    made = quality(connection, 2027)
    told = {"decided": 2, "adopted": 1, "raised_yuan": "0.00", "lowered_yuan": "10.00"}
    assert made["decided"] == told
    assert "采纳率 50.0%" in made["says"][2]


def test_what_was_cut_and_came_back_within_the_year_is_wrongly_cut(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        met(
            "('D', 1, 'P1', DATE '2024-12-02', 105, 90, 90)",
            "('D', 2, 'P2', DATE '2024-12-02', 70, 50, 50)",
            "('D', 3, 'P3', DATE '2024-12-02', 60, 60, 60)",
        )
    )
    made = quality(connection, 2027)
    # P1 lost 15 and 20 came back; P2 got nothing; P3 was not cut although it got more
    assert (made["wrongly_cut"]["cut_projects"], made["wrongly_cut"]["projects"]) == (2, 1)
    assert made["wrongly_cut"]["amount_yuan"] == "15.00"


def test_adoption_counts_only_what_was_both_suggested_and_decided() -> None:
    assert adoption([]).words.startswith("采纳率：不知道")
    assert adoption([(None, None)]).decided == 0
