"""The one door: exact where it reads, a problem in words where it does not, never an exception."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.schema import CodeList, Column, Table, parse

LANES = CodeList("lane", "通道", {"works": "工程", "operation": "运行（维护）"})


def column(kind: str, **more: object) -> Column:
    scale = {"money": 2, "number": 1}.get(kind, 0)
    at_most = Decimal("9999999999999.99") if kind == "money" else Decimal(999999)
    least = Decimal(1900) if kind == "year" else Decimal(0)
    return Column("x", "列", kind, scale=scale, at_most=at_most, at_least=least, **more)  # type: ignore[arg-type] # keyword options of one test helper


def read(kind: str, text: str, *, wan: bool = False, **more: object) -> tuple[object, list[str]]:
    table = Table("t", "表", (), (column(kind, **more),))
    row, problems = parse(table, {"x": text}, wan=frozenset({"x"}) if wan else frozenset())
    assert (row["row_unreadable"] == "|x|") == any(p.effect == "refused" for p in problems)
    return row["x"], [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("kind", "text", "value", "codes"),
    [
        ("money", "1,234.50", Decimal("1234.50"), []),
        ("money", "１２３", Decimal("123.00"), ["cell-cleaned"]),
        ("money", "￥5.1元", Decimal("5.10"), ["cell-cleaned"]),
        ("money", "12万元", Decimal("120000.00"), ["cell-cleaned"]),
        ("money", "—", None, ["cell-cleaned"]),
        ("money", "约三百", None, ["cell-number"]),
        ("money", "1,23", None, ["cell-number"]),
        ("money", "12万3千元", None, ["cell-number"]),
        ("money", "0.001", None, ["cell-decimals"]),
        ("money", "-1", None, ["cell-range"]),
        ("money", "99999999999999", None, ["cell-range"]),
        ("money", "1e5", None, ["cell-number"]),
        ("count", "3.0", 3, []),
        ("count", "3.5", None, ["cell-decimals"]),
        ("date", "2027年1月31日", __import__("datetime").date(2027, 1, 31), []),
        ("date", "20270131", __import__("datetime").date(2027, 1, 31), []),
        ("date", "2027-02-30", None, ["cell-date"]),
        ("date", "2027-01", None, ["cell-date"]),
        ("year", "2027年度", 2027, []),
        ("year", "27", None, ["cell-year"]),
        ("flag", "√", True, []),
        ("flag", "2", False, []),
        ("flag", "也许", None, ["cell-flag"]),
        ("text", " 修路\u3000", "修路", []),
        ("text", "1.23E+20", None, ["cell-scientific"]),
        ("text", "", None, []),
        ("text", "—", None, ["cell-cleaned"]),
        ("text", "/", None, ["cell-cleaned"]),
        ("text", "无", "无", []),
        ("flag", "-", None, ["cell-cleaned"]),
        ("flag", "无", False, []),
        ("year", "——", None, ["cell-cleaned"]),
        ("date", "无", None, ["cell-cleaned"]),
    ],
)
def test_a_cell_is_read_or_refused_with_its_reason(
    kind: str, text: str, value: object, codes: list[str]
) -> None:
    found, problems = read(kind, text)
    assert found == value
    assert problems == codes or (codes == [] and problems == ["cell-cleaned"])


@pytest.mark.parametrize("text", ["works", "工程", "works 工程", "operation-运行"])
def test_a_code_is_read_by_itself_by_name_or_before_its_name(text: str) -> None:
    assert read("text", text, codes=LANES)[0] in {"works", "operation"}


def test_brackets_of_either_width_name_the_same_code() -> None:
    assert read("text", "运行(维护)", codes=LANES)[0] == "operation"
    assert read("text", "运行（维护）", codes=LANES)[0] == "operation"


def test_an_identity_number_is_never_kept() -> None:
    table = Table("t", "表", (), (column("id_no"),))
    row, problems = parse(table, {"x": "360426199101010071"})
    assert row["x"] == "360426***********1"
    assert row["x_valid"] is True
    assert all("360426199101010071" not in str(problem) for problem in problems)


@given(st.decimals(0, Decimal("999999999.99"), places=2))
def test_money_survives_its_own_text(value: Decimal) -> None:
    assert read("money", f"{value:f}")[0] == value
    assert read("money", f"{value:,}")[0] == value


@given(st.decimals(0, Decimal("99999.999999"), places=6))
def test_wan_becomes_yuan_exactly(value: Decimal) -> None:
    assert read("money", f"{value:f}", wan=True)[0] == value * 10000


@given(
    st.sampled_from(
        ["money", "count", "number", "date", "year", "flag", "text", "id_no", "credit_code"]
    ),
    st.text(max_size=40),
)
def test_any_text_is_read_or_refused_never_a_crash(kind: str, text: str) -> None:
    read(kind, text)


@pytest.mark.parametrize(
    ("text", "unit", "rounding"),
    [
        ("12.34", "万元", "50.00"),
        ("12.34万元", "元", "50.00"),
        ("12.34", "元", "0.00"),
        ("123400元", "万元", "0.00"),
        ("约三百", "万元", None),
        ("-", "万元", None),
        ("", "万元", None),
    ],
)
def test_how_an_amount_was_rounded_is_kept_beside_it(
    text: str,
    unit: str,
    rounding: str | None,
) -> None:
    beside = Column("r", "误差", "money", scale=2, at_most=Decimal(50), rounds="x")
    table = Table("t", "表", (), (column("money"), beside))
    row, _ = parse(
        table, {"x": text, "r": "7"}, wan=frozenset({"x"}) if unit == "万元" else frozenset()
    )
    assert row["r"] == (None if rounding is None else Decimal(rounding))
