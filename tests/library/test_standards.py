"""Standards: estimated with tested coverage, entered, published, compared, watched, compiled."""

from __future__ import annotations

import csv
import random
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shangji.errors import Refused
from shangji.pack import load
from shangji.pack.load import required
from shangji.standards import MEMBERS_LEAST, Record, Records, comparable, estimate
from shangji.standards import compare as sides
from shangji.standards.coverage import later_years
from shangji.standards.draft import cents, of_estimate, text
from shangji.standards.store import Step, move, publish
from shangji.standards.watch import drift

if TYPE_CHECKING:
    from shangji.pack import Pack

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "standards"
COUNTY = ROOT / "samples" / "county" / "pack"
DAY = date(2026, 12, 1)
ON_A_DAY = date(2027, 6, 1)

pytest.importorskip("sklearn", reason="the ml list is not installed")


@pytest.fixture(scope="module")
def pack() -> Pack:
    made, trouble = load(("national",))
    assert made is not None, trouble
    return made


@pytest.fixture(scope="module")
def rows(pack: Pack) -> dict[str, list[dict[str, Any]]]:
    from shangji.intake import read

    collected, problems = read([SAMPLE], pack)
    assert not [one for one in problems if one.effect == "refused"]
    return collected.rows


def made(pack: Pack, n: int, seed: int = 1, *, shift: float = 1.0, year: int = 2026) -> Records:
    """Records of one group around 100 yuan, each of a member of its own."""
    rng = random.Random(seed)
    spending = replace(pack.classes["road_maintenance"], drivers=(), bands=())
    found = [
        Record(
            f"{year}-{at:04}",
            year,
            ("county", ""),
            f"u{at}",
            "",
            rng.uniform(1, 50),
            100 * shift * rng.lognormvariate(0, 0.2),
            (),
        )
        for at in range(n)
    ]
    return Records(spending, year + 1, found)


def test_below_thirty_records_there_is_no_standard_but_a_reference(pack: Pack) -> None:
    few = estimate(made(pack, MEMBERS_LEAST - 1))
    assert not few.intervals
    assert few.peers["county", ""].n == MEMBERS_LEAST - 1
    assert of_estimate(pack, few, None, region="990101", by="张某", on=DAY) is None
    assert estimate(made(pack, MEMBERS_LEAST)).intervals["county", ""].n == MEMBERS_LEAST


def test_the_interval_holds_what_it_says_on_records_it_has_not_seen(pack: Pack) -> None:
    inside = whole = 0
    for seed in range(6):
        fitted = estimate(made(pack, 120, seed), 80)
        new = made(pack, 300, 1000 + seed)
        found = fitted.interval(new.rows)
        inside += sum(
            one is not None and one[0] <= row.unit_cost <= one[1]
            for one, row in zip(found, new.rows, strict=True)
        )
        whole += len(found)
    assert 0.77 <= inside / whole <= 0.86


def test_without_residuals_of_unseen_records_the_same_models_hold_too_little(pack: Pack) -> None:
    """The twin: models that learned forty records with eight idle drivers are too sure of them."""

    def idle(seed: int, n: int) -> Records:
        records = made(pack, n, seed)
        rng = random.Random(seed)
        records.drivers = tuple(f"d{at}" for at in range(8))
        records.rows = [
            replace(row, drivers=tuple(rng.random() for _ in range(8))) for row in records.rows
        ]
        return records

    def held(seed: int, *, bare: bool) -> int:
        fitted = estimate(idle(seed, 40), 80)
        assert fitted.folds is not None
        if bare:
            fitted.folds.below[:] = fitted.folds.above[:] = 0
        new = idle(1000 + seed, 200)
        return sum(
            one is not None and one[0] <= row.unit_cost <= one[1]
            for one, row in zip(fitted.interval(new.rows), new.rows, strict=True)
        )

    honest = sum(held(seed, bare=False) for seed in range(3))
    bare = sum(held(seed, bare=True) for seed in range(3))
    assert honest / 600 >= 0.76
    assert bare < honest


def test_our_conformal_quantile_is_that_of_the_library() -> None:
    """On residuals of one split, MAPIE's corrected quantiles are ours."""
    mapie = pytest.importorskip("mapie.regression", reason="the ml list is not installed")
    linear = pytest.importorskip("sklearn.linear_model")
    import numpy as np

    rng = np.random.default_rng(5)
    x, y = rng.uniform(size=(200, 1)), rng.normal(size=200)
    models = [
        linear.QuantileRegressor(quantile=q, alpha=0).fit(x[:100], y[:100]) for q in (0.1, 0.9, 0.5)
    ]
    theirs = mapie.ConformalizedQuantileRegressor(models, confidence_level=0.8, prefit=True)
    theirs.conformalize(x[100:], y[100:])
    _, intervals = theirs.predict_interval(x[:1], symmetric_correction=False)
    below = np.sort(models[0].predict(x[100:]) - y[100:])
    above = np.sort(y[100:] - models[1].predict(x[100:]))
    last = int(np.ceil(0.9 * 101)) - 1
    assert intervals[0, 0, 0] == pytest.approx(models[0].predict(x[:1])[0] - below[last])
    assert intervals[0, 1, 0] == pytest.approx(models[1].predict(x[:1])[0] + above[last])


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_plays_no_part(pack: Pack, rng: random.Random) -> None:
    records = made(pack, 40)
    table = [
        {
            "record_code": row.key, "year": row.year, "region": "990101", "unit_code": row.member,
            "road_grade": "county", "length_km": Decimal(repr(row.per)), "width_m": Decimal(5),
            "bridge_count": 1, "amount_yuan": Decimal(repr(row.per * row.unit_cost)),
        }
        for row in records.rows
    ]  # fmt: skip
    spending = pack.classes["road_maintenance"]
    first = estimate(comparable(pack, spending, {"cost_road": table}, 2027))
    rng.shuffle(table)
    second = estimate(comparable(pack, spending, {"cost_road": table}, 2027))
    assert first.intervals == second.intervals


def test_the_sample_gives_back_the_law_by_which_it_was_made(
    pack: Pack, rows: dict[str, list[dict[str, Any]]]
) -> None:
    records = comparable(pack, pack.classes["road_maintenance"], rows, 2027)
    fitted = estimate(records)
    truth = {"county": 26000, "town": 12000, "village": 5200}
    for group, found in fitted.intervals.items():
        by_law = truth[group[0]] * 1.03**5 * 1.06
        assert found.low < by_law < found.high
        assert abs(found.mid / by_law - 1) < 0.12
    effects = {one.driver: one.percent for one in fitted.effects}
    assert effects["width_m"] > 40 > effects["bridge_count"] > 0


def test_later_years_are_held_about_as_often_as_was_said(
    pack: Pack, rows: dict[str, list[dict[str, Any]]]
) -> None:
    records = comparable(pack, pack.classes["road_maintenance"], rows, 2027)
    tested = later_years(records, 80, first=2026)
    assert 0.72 <= tested.whole.count.share <= 0.88
    found, of = tested.inflated[50]
    assert found / of > 0.85


def test_a_driver_missing_for_half_is_not_used_and_said(
    pack: Pack, rows: dict[str, list[dict[str, Any]]]
) -> None:
    records = comparable(pack, pack.classes["training"], rows, 2027)
    assert records.drivers == ()
    assert [one.code for one in records.problems] == ["standard-driver"]
    assert len(records.rows) == len(rows["cost_training"])


def test_records_without_their_work_are_counted_to_the_end(
    pack: Pack, rows: dict[str, list[dict[str, Any]]]
) -> None:
    given = rows["cost_training"]
    half = [dict(row, person_days=None) if at % 2 else row for at, row in enumerate(given)]
    records = comparable(pack, pack.classes["training"], {**rows, "cost_training": half}, 2027)
    fitted = estimate(records)
    assert fitted.records.left_out == {"没有金额、工作量或年度": len(given) // 2}


def test_a_missing_index_is_said_and_amounts_stand_as_they_were(
    pack: Pack, rows: dict[str, list[dict[str, Any]]]
) -> None:
    given = {"cost_road": rows["cost_road"]}
    bare = comparable(pack, pack.classes["road_maintenance"], given, 2027)
    assert [one.code for one in bare.problems] == ["standard-index"]
    indexed = comparable(pack, pack.classes["road_maintenance"], rows, 2027)
    first, other = bare.rows[0], indexed.rows[0]
    assert first.year == 2021
    assert other.unit_cost == pytest.approx(first.unit_cost * 1.03**5)


def test_no_record_is_a_problem_that_says_what_to_do(pack: Pack) -> None:
    records = comparable(pack, pack.classes["cleaning"], {}, 2027)
    assert [one.code for one in records.problems] == ["standard-records"]


def test_an_earlier_level_of_cost_is_left_out(pack: Pack) -> None:
    now, then = made(pack, 80), made(pack, 80, 2, shift=1.3, year=2025)
    both = Records(now.spending, 2027, [*then.rows, *now.rows])
    assert estimate(both).levels_left == (2025,)
    same = Records(now.spending, 2027, [*made(pack, 80, 2, year=2025).rows, *now.rows])
    assert estimate(same).years == (2025, 2026)


def test_a_drift_is_proposed_and_nothing_is_changed(pack: Pack) -> None:
    fitted = estimate(made(pack, 100))
    (up,) = drift(fitted, made(pack, 40, 3, shift=1.4))
    assert up.proposed
    assert "上调" in up.says
    (same,) = drift(fitted, made(pack, 40, 4))
    assert not same.proposed
    (few,) = drift(fitted, made(pack, 5, 5, shift=1.4))
    assert not few.proposed


def test_a_draft_becomes_a_standard_only_by_a_person(pack: Pack, tmp_path: Path) -> None:
    fitted = estimate(made(pack, 60))
    draft = of_estimate(pack, fitted, None, region="990101", by="张某", on=DAY)
    assert draft is not None
    county = Path(shutil.copytree(COUNTY, tmp_path / "pack"))
    code = "road.maintenance_km_year"
    publish(county, draft, Step("draft", "张某", DAY, "先放着"))
    assert in_force(county, code) == {}
    at = ("990101", "2027-01-01")
    move(county, code, at, Step("trial", "李某", DAY, "试行"))
    move(county, code, at, Step("active", "王某", DAY, "启用"))
    (row,) = in_force(county, code).values()
    assert row.value == cents(fitted.intervals["county", ""].high)
    assert [one.status for one in row.history] == ["draft", "trial", "active"]
    assert "60 条可比记录" in row.evidence
    with pytest.raises(Refused) as back:
        move(county, code, at, Step("trial", "李某", DAY, "退回"))
    assert back.value.problems[0].code == "standard-move"
    with pytest.raises(Refused):
        publish(county, draft, Step("active", "李某", DAY, "同一天再来一次"))


def test_nothing_is_written_where_there_is_no_pack(pack: Pack, tmp_path: Path) -> None:
    draft = of_estimate(pack, estimate(made(pack, 60)), None, region="990101", by="张某", on=DAY)
    assert draft is not None
    with pytest.raises(Refused) as back:
        publish(tmp_path / "none", draft, Step("trial", "张某", DAY, "试行"))
    assert back.value.problems[0].code == "pack-missing"
    assert not (tmp_path / "none").exists()


def test_what_a_person_wrote_in_the_file_stays(tmp_path: Path) -> None:
    county = Path(shutil.copytree(COUNTY, tmp_path / "pack"))
    path = county / "standards" / "meeting.person_day.yaml"
    path.write_text("# 本县自己的说明\n" + path.read_text("utf-8"), "utf-8")
    before = path.read_text("utf-8")
    at = ("990101", "2026-07-01")
    move(county, "meeting.person_day", at, Step("retired", "王某", DAY, "文件到期"))
    lost = set(before.splitlines()) - set(path.read_text("utf-8").splitlines())
    assert lost == {"    status: active"}


def test_what_the_pack_would_refuse_is_not_kept(pack: Pack, tmp_path: Path) -> None:
    draft = of_estimate(pack, estimate(made(pack, 60)), None, region="990101", by="张", on=DAY)
    assert draft is not None
    draft["values"][0]["binds"] = {}
    county = Path(shutil.copytree(COUNTY, tmp_path / "pack"))
    before = sorted(path.name for path in (county / "standards").iterdir())
    with pytest.raises(Refused):
        publish(county, draft, Step("trial", "张某", DAY, "缺了约束谁"))
    assert sorted(path.name for path in (county / "standards").iterdir()) == before


def test_a_table_is_pasted_and_each_bad_row_says_why(pack: Pack, tmp_path: Path) -> None:
    from shangji.standards.paste import pasted

    lines = [
        ["标准", "会议类别", "城市", "开支标准（元）"],
        ["会议费综合定额", "二类", "", "400"],
        ["meeting.person_day", "特类", "", "330"],
        ["差旅伙食补助费", "", "北京", "100"],
        ["差旅伙食补助费", "", "", "90"],
        ["没有的标准", "", "", "5"],
    ]
    with (tmp_path / "本县.csv").open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(lines)
    drafts, problems = pasted(
        [tmp_path / "本县.csv"], pack, code="", region="990101", start=date(2027, 1, 1),
        basis={"kind": "act", "doc_no": "样财行〔2027〕1号", "title": "样例办法"},
        by="张某", on=DAY,
    )  # fmt: skip
    held = {one["standard"]: one["values"][0]["rows"] for one in drafts}
    assert held == {
        "meeting.person_day": [
            {"tier": "二类", "value": "400.00"},
            {"tier": "特类", "value": "330.00"},
        ],
        "travel.meal_day": [{"city": "北京", "value": "100.00"}],
    }
    assert [one.code for one in problems if one.code.startswith("standard")] == [
        "standard-key",
        "standard-entry",
        "standard-entry",
    ]


def test_a_draft_reads_back_as_it_was_written(pack: Pack, tmp_path: Path) -> None:
    from shangji.pack import strict_yaml
    from shangji.standards.draft import plain

    draft = of_estimate(pack, estimate(made(pack, 60)), None, region="990101", by="张", on=DAY)
    path = tmp_path / "草案.yaml"
    path.write_text(text(draft), "utf-8")
    again, problems = strict_yaml.read(path, path.name)
    assert not problems
    assert text(plain(again)) == path.read_text("utf-8")


def test_regions_stand_side_by_side_nearest_first() -> None:
    made, _ = load(required((COUNTY,)))
    assert made is not None
    standard = made.standards["meeting.person_day"]
    lines = {one.keys: one for one in sides.regions(standard, ["000000", "990101"], ON_A_DAY)}
    second = lines[("二类",)]
    assert [row.value for row in second.rows if row] == [650, 380]
    assert second.percent(1) == pytest.approx(-41.54, abs=0.01)
    first = lines[("一类",)].rows
    assert first[1] is not None
    assert first[1].region == "000000"


def test_units_stand_beside_the_median_of_their_group(pack: Pack) -> None:
    records = made(pack, 9)
    found = sides.units(records)
    assert len(found) == len(records.rows)
    assert found[0].percent > 0 > found[-1].percent
    assert sides.units(replace_member(records)) == []


def test_what_is_due_is_what_binds_us(pack: Pack) -> None:
    found = sides.due(pack, "990101", ON_A_DAY, 180, 5)
    assert all(one.standard.code != "travel.lodging_night" for one in found)
    soon = replace(
        pack.standards["vehicle.litres"],
        rows=tuple(
            replace(row, effective_to=date(2027, 8, 1))
            for row in pack.standards["vehicle.litres"].rows
        ),
    )
    expiring = replace(pack, standards={"vehicle.litres": soon})
    assert any("到期" in one.says for one in sides.due(expiring, "990101", ON_A_DAY, 180, 99))
    assert not sides.due(expiring, "990101", ON_A_DAY, 30, 99)


def test_the_handbook_holds_every_standard_in_force(pack: Pack, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx", reason="the base list is not installed")
    from shangji.standards.handbook import write_handbook

    count = write_handbook(tmp_path / "汇编.docx", pack, "990101", ON_A_DAY, "样例县（虚构）")
    document = docx.Document(str(tmp_path / "汇编.docx"))
    said = "\n".join(one.text for one in document.paragraphs)
    assert count > 30
    assert "参照，不约束本地" in said
    cells = {cell.text for table in document.tables for cell in table._cells}
    assert "desktop_computer" not in cells  # codes are told by their names


def in_force(county: Path, code: str) -> dict[Any, Any]:
    made, trouble = load(required((county,)))
    assert made is not None, trouble
    return sides.by_keys(made.standards[code], "990101", ON_A_DAY)


def replace_member(records: Records) -> Records:
    return Records(records.spending, records.year, [replace(r, member="") for r in records.rows])
