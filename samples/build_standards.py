"""Builds samples/standards: six years of settled records of a made-up county and its neighbours.

Unit costs follow a known law (grade, size, drivers, year) with noise that is wider on small
contracts; so a test can say what an estimate should find. Run: python samples/build_standards.py
"""

from __future__ import annotations

import csv
import math
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

OUT = Path(__file__).parent / "standards"
SEED = 20261125
YEARS = range(2021, 2027)
RISE = 1.03
"""What labour costs more each year; `price_index` says so, the last year excepted."""

OWN, OTHERS = "990101", ("990102", "990103", "990104")


def main() -> None:
    """Write all tables."""
    rng = random.Random(SEED)  # noqa: S311 - no secret
    _write("物业费可比记录.csv", list(property_service(rng)))
    _write("公路养护费可比记录.csv", list(roads(rng)))
    _write("培训费可比记录.csv", list(training(rng)))
    _write("价格指数.csv", list(index()))


def property_service(rng: random.Random) -> Iterator[dict[str, Any]]:
    """Buildings: grade 1 dear, grade 2 plain, grade 3 so few that no standard can be set."""
    grades = [("一级", 62.0)] * 45 + [("二级", 41.0)] * 70 + [("三级", 30.0)] * 3
    for number, (grade, base) in enumerate(grades, start=1):
        area = round(math.exp(rng.gauss(8.4, 0.9)), 2)
        lifts, age = int(area // 4000) + rng.randint(0, 2), rng.randint(1, 35)
        place, unit = _owner(rng, number)
        own = rng.gauss(0, 0.10)
        for year in YEARS:
            cost = base * (area / 5000) ** -0.12 * math.exp(0.02 * lifts + 0.004 * age + own)
            cost *= RISE ** (year - YEARS[0]) * math.exp(rng.gauss(0, 0.05))
            yield {
                "记录编号": f"WY-{year}-{number:03}",
                "年度": year,
                "财政区划代码": place,
                "单位代码": unit,
                "服务等级": grade,
                "服务面积（平方米）": f"{area:.2f}",
                "电梯台数": lifts,
                "楼龄（年）": age,
                "结算金额（元）": f"{cost * area:.2f}",
                "包含内容说明": "",
            }


def roads(rng: random.Random) -> Iterator[dict[str, Any]]:
    """Roads by grade, with width and bridges."""
    grades = [("县道", 26000.0)] * 30 + [("乡道", 12000.0)] * 50 + [("村道", 5200.0)] * 80
    for number, (grade, base) in enumerate(grades, start=1):
        length = round(math.exp(rng.gauss(2.0, 0.6)), 3)
        width, bridges = rng.choice((3.5, 4.5, 6.0, 7.5)), rng.randint(0, 4)
        place, unit = _owner(rng, number)
        own = rng.gauss(0, 0.15)
        for year in YEARS:
            cost = base * (width / 4.5) ** 0.6 * math.exp(0.03 * bridges + own)
            cost *= RISE ** (year - YEARS[0]) * math.exp(rng.gauss(0, 0.08))
            yield {
                "记录编号": f"YH-{year}-{number:03}",
                "年度": year,
                "财政区划代码": place,
                "单位代码": unit,
                "公路等级": grade,
                "养护里程（公里）": f"{length:.3f}",
                "路面宽度（米）": width,
                "桥梁座数": bridges,
                "结算金额（元）": f"{cost * length:.2f}",
                "包含内容说明": "",
            }


def training(rng: random.Random) -> Iterator[dict[str, Any]]:
    """Courses; every second one lacks the share of days away, so that driver cannot be used."""
    for year in YEARS:
        for number in range(1, 61):
            days = rng.randint(20, 600)
            place, unit = _owner(rng, number)
            cost = 380 * (days / 150) ** -0.05 * math.exp(rng.gauss(0, 0.09))
            yield {
                "记录编号": f"PX-{year}-{number:03}",
                "年度": year,
                "财政区划代码": place,
                "单位代码": unit,
                "培训类别": "三类培训",
                "人天数": days,
                "外出人天占比（百分数）": "" if number % 2 else rng.randint(0, 100),
                "结算金额（元）": f"{cost * days:.2f}",
                "包含内容说明": "",
            }


def index() -> Iterator[dict[str, Any]]:
    """Price indices as an issuer would publish them: those of a made-up province."""
    for year in YEARS:
        for code, value in (("labour", "103.00"), ("construction", "103.00"), ("cpi", "100.00")):
            yield {
                "指数代码": code,
                "财政区划代码": "990000",
                "年度": year,
                "指数（上年=100）": value,
                "发布机构": "样例省统计局（虚构）",
                "发布日期": f"{year + 1}-01-20",
            }


def _owner(rng: random.Random, number: int) -> tuple[str, str]:
    """A unit of the county, or a neighbour without a name."""
    if rng.random() < 0.5:
        return OWN, f"9{number:05}"
    return rng.choice(OTHERS), ""


def _write(name: str, rows: list[dict[str, Any]]) -> None:
    OUT.mkdir(exist_ok=True)
    with (OUT / name).open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
