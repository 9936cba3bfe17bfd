"""The handbook of standards in force in a region, as a Word file: what holds, by which act."""

# ruff: noqa: ANN401 - docx is imported late

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji import letters
from shangji.compile.standard_now import binds, in_force
from shangji.domain import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.pack.model import Standard, StandardRow

STEERING = ("threshold.", "duplicates.", "triage.")
"""Standards that steer the review and are no price of anything."""
"""Codes of figures that steer rules and are no standard of spending: listed by themselves."""

WHOSE = {
    "reference": "参照，不约束本地",
    "own": "本地规定",
    "above": "上级规定，约束本地",
}


def write_handbook(path: Path, pack: Pack, region: str, day: date, name: str = "") -> int:
    """Write the handbook; returns how many standards it holds.

    Args:
        path: where to write it.
        pack: national pack and the county's overlay.
        region: whose standards.
        day: in force on which day, by acts known then.
        name: the region as people call it, for the title.

    Raises:
        Refused: python-docx is not installed.
    """
    title = f"{name or region} 支出标准汇编"
    document = letters.new(path.name, title)
    letters.heading(document, title, size=22)
    told = document.add_paragraph()
    letters.words(
        told,
        f"截至 {day.isoformat()} 有效。同一标准有几级规定的，取最近一级、生效最晚的一行；"
        "标“参照”的不约束本地，只作对照。每项写明依据，条款待核的请以原文为准。",
        size=11,
    )
    held = [
        (standard, rows)
        for standard in sorted(pack.standards.values(), key=lambda one: one.code)
        if (rows := in_force(standard, region, day, day))
    ]
    spending = [one for one in held if not one[0].code.startswith(STEERING)]
    steering = [one for one in held if one[0].code.startswith(STEERING)]
    for number, (standard, rows) in enumerate(spending, start=1):
        letters.heading(document, f"{number}　{standard.zh}（{standard.unit}）", size=13, level=2)
        if standard.note:
            letters.words(document.add_paragraph(), standard.note, size=10)
        _values(document, pack, standard, rows)
        _sources(document, rows, region)
    if steering:
        letters.heading(document, "附　审核口径（可由本地调整的参数）", size=13, level=2)
        lines = [
            (standard.zh, _shown(row), standard.unit, _whose(row, region))
            for standard, rows in steering
            for row in rows
        ]
        letters.table(document, ("参数", "数值", "单位", "来源"), lines, (6.6, 3.0, 3.0, 4.0))
    document.save(str(path))
    return len(spending)


def _values(document: Any, pack: Pack, standard: Standard, rows: Sequence[StandardRow]) -> None:
    """The table of values: a column for each key, the band, the value, its status."""
    heads = [zh or name for name, zh in standard.keys]
    if standard.band:
        heads.append(standard.band[1] or standard.band[0])
    heads += [f"标准（{standard.unit}）", "状态"]
    names = [
        _names(pack, {row.keys[at] for row in standard.rows}) for at in range(len(standard.keys))
    ]
    lines = [
        (
            *(known.get(key, key) for known, key in zip(names, row.keys, strict=True)),
            *([_band(row)] if standard.band else []),
            _shown(row),
            STATUSES[row.status],
        )
        for row in rows
    ]
    wide = 16.6
    letters.table(document, heads, lines, [wide / len(heads)] * len(heads))


def _names(pack: Pack, keys: set[str]) -> Mapping[str, str]:
    """What the values of a key are called: by the code list that has them all, if there is one."""
    fits = [one.codes for one in pack.codes.values() if keys and keys <= set(one.codes)]
    return min(fits, key=len) if fits else {}


def _band(row: StandardRow) -> str:
    start = f"{row.band_from:,f}" if row.band_from is not None else "0"
    return f"{start} 以上" if row.band_to is None else f"{start}–{row.band_to:,f}（不含）"


def _shown(row: StandardRow) -> str:
    return f"{row.value:,f}"


def _whose(row: StandardRow, region: str) -> str:
    if not binds(row, region):
        return WHOSE["reference"]
    return WHOSE["own" if row.region == region[:6] else "above"]


def _sources(document: Any, rows: Iterable[StandardRow], region: str) -> None:
    """Below a table: the act of each dated value, from when, how it came into force."""
    told: dict[tuple[str, date], StandardRow] = {}
    for row in rows:
        told.setdefault((row.region, row.effective_from), row)
    for row in told.values():
        said = [f"依据：{row.basis}", f"{row.effective_from.isoformat()} 起"]
        if row.effective_to is not None:
            said.append(f"至 {row.effective_to.isoformat()}")
        said.append(_whose(row, region))
        _line(document, "，".join(said) + "。")
        if row.evidence:
            _line(document, f"测算：{row.evidence}")
        if row.history:
            steps = "；".join(
                f"{move.on.isoformat()} {STATUSES[move.status]}（{move.by}：{move.reason}）"
                for move in row.history
            )
            _line(document, f"经过：{steps}。")


def _line(document: Any, text: str) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(4)
    letters.words(paragraph, text, size=9.5)
