"""The cover sheet (封面): two columns, what and which, with the facts of the review."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji.intake.cells import place, plain, text_of
from shangji.pack.form import (
    CODES,
    CODES_HEAD,
    COVER,
    EXAMPLE,
    EXAMPLE_FROM,
    EXAMPLE_SEAL,
    GUIDE,
    GUIDE_TITLE,
    example_seal,
)
from shangji.schema import Column, Table, parse

if TYPE_CHECKING:
    from shangji.intake.sheet import Sheet

NAME = COVER
LABELS = {
    "预算年度": "budget_year",
    "区划代码": "region",
    "财政区划代码": "region",
    "数据截至日": "as_of",
    "数据截止日": "as_of",
    "数据截至": "as_of",
    "标题": "title",
    "数据性质": "data_kind",
    "数据提供": "provider",
    "填报单位": "unit",
}
HEADINGS = frozenset({"项", "值", "项目", "内容"})
FACTS = ("budget_year", "region", "as_of", "title", "data_kind")
REGION = re.compile(r"^[0-9]{6}([0-9]{3})?$")
PROVIDERS = (("财政", "bureau"), ("公开", "external"), ("外部", "external"))

TABLE = Table(
    "cover",
    NAME,
    (),
    (
        Column("budget_year", "预算年度", "year", at_most=Decimal(2200), at_least=Decimal(1990)),
        Column("region", "区划代码", "text", max_len=9),
        Column("as_of", "数据截至日", "date"),
        Column("title", "标题", "text", max_len=200),
        Column("data_kind", "数据性质", "text", max_len=200),
        Column("provider", "数据提供", "text", max_len=200),
        Column("unit", "填报单位", "text", max_len=200),
    ),
)


@dataclass
class Cover:
    """What a cover says: the facts as text, and where each stands."""

    facts: dict[str, str] = field(default_factory=dict)
    places: dict[str, Where] = field(default_factory=dict)
    origin: str = ""


def is_cover(sheet: Sheet) -> bool:
    """Whether a sheet is a cover."""
    return plain(sheet.name) == NAME


def is_form_page(sheet: Sheet) -> bool:
    """Whether a sheet is the guide, the codes or the untouched example of a form that we made.

    An example that was written over is not passed over: what stands in it is to be seen.
    """
    name = plain(sheet.name)
    rows = [[text_of(cell) for cell in row] for row in sheet.rows]
    first = rows[0][0] if rows and rows[0] else ""
    if name == GUIDE:
        return first.endswith(GUIDE_TITLE)
    if name == CODES:
        return first.endswith(CODES_HEAD)
    if name == EXAMPLE and len(rows) >= EXAMPLE_FROM and rows[1]:
        held = (text for row in rows[EXAMPLE_FROM:] for text in row)
        return rows[1][0].endswith(f"{EXAMPLE_SEAL} {example_seal(held)}")
    return False


def read_cover(file: str, sheet: Sheet) -> tuple[Cover, list[Problem]]:
    """Read a cover; what cannot be read is said and left out."""
    cover = Cover()
    problems = []
    cells: dict[str, str] = {}
    for number, row in enumerate(sheet.rows, 1):
        filled = [(at, text) for at, cell in enumerate(row) if (text := text_of(cell))]
        if not filled:
            continue
        label = LABELS.get(plain(filled[0][1]).removesuffix(":"))
        if label is None:
            if len(filled) > 1 and plain(filled[0][1]) not in HEADINGS:
                problems.append(
                    Problem(
                        "column-unknown",
                        Where(file, sheet.name, place(number, filled[0][0])),
                        "封面没有这一项，没有读。",
                        "如果是申报内容，请填到对应的表里。",
                        value=filled[0][1][:40],
                    )
                )
        elif len(filled) > 1 and label not in cells:
            cells[label] = filled[1][1]
            zh = TABLE.column(label).zh
            cover.places[label] = Where(file, sheet.name, place(number, filled[1][0]), zh)
    values, refused = parse(TABLE, cells, where=lambda name: cover.places.get(name, Where(file)))
    problems += [problem for problem in refused if problem.effect == "refused"]
    region = values["region"]
    if region is not None and not REGION.match(str(region)):
        problems.append(
            Problem(
                "cell-number",
                cover.places["region"],
                "区划代码应是 6 位或 9 位数字。",
                "请改正后重报。",
                value=str(region),
            )
        )
        values["region"] = None
    cover.facts = {name: str(values[name]) for name in FACTS if values[name] is not None}
    provider = str(values["provider"] or "")
    cover.origin = next((origin for word, origin in PROVIDERS if word in provider), "")
    if not cover.origin and values["unit"]:
        cover.origin = "unit"
    return cover, problems
