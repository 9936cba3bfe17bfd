"""A county's own table of standards, copied from its document, as drafts.

The table has a column for the standard (its name or code; not needed where one is named), one for
each key of it, one for the amount, and, for standards with bands, 起 and 止. It is read by intake:
every cell that cannot be taken says why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Where
from shangji.intake import read
from shangji.schema import Column, Table
from shangji.standards.draft import Plain, head, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.pack.model import Standard

ENTRY = "standard_entry"
SHEETS = ("支出标准录入", "支出标准", "Sheet1", "Sheet", "工作表1", "标准")
"""Names of sheets that are read; of a CSV file the file's own name counts."""

NAME, VALUE, FROM, TO = "standard", "value_yuan", "band_from", "band_to"


def pasted(  # noqa: PLR0913 - each is named where it is called
    paths: Iterable[Path],
    pack: Pack,
    *,
    code: str,
    region: str,
    start: date,
    basis: dict[str, str],
    by: str,
    on: date,
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Read a table of standards; returns a draft for each standard in it, and the problems.

    Args:
        paths: workbooks or CSV files.
        pack: has the standards: their names, keys, units.
        code: the one standard of a table without a column for it; empty otherwise.
        region: whose standards these are.
        start: the day on which they take effect.
        basis: the county's document, as a basis in a pack: kind, doc_no, title.
        by: who enters them.
        on: the day of entry.
    """
    wanted = [pack.standards[code]] if code in pack.standards else list(pack.standards.values())
    paths = list(paths)
    sheets = (*(path.stem for path in paths), *SHEETS)
    table = replace(_table(wanted, named=bool(code)), sheets=sheets)
    narrowed = replace(pack, tables={ENTRY: table}, mappings=(), relations={})
    collected, problems = read(paths, narrowed)
    named = {standard.zh: standard for standard in wanted} | {
        standard.code: standard for standard in wanted
    }
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in collected.rows.get(ENTRY, ()):
        found = _row(row, named, code, problems)
        if found is not None:
            rows.setdefault(found[0].code, []).append(found[1])
    drafts = []
    for name in sorted(rows):
        made = value(
            rows[name], region=region, start=start, basis=basis, by=by, on=on, reason="照文件录入"
        )
        drafts.append({**head(pack.standards[name]), "values": [made]})
    return drafts, problems


def _table(standards: Iterable[Standard], *, named: bool) -> Table:
    """The table that people paste: a column for every key of the standards."""
    columns = []
    if not named:
        columns.append(
            Column(NAME, "标准", "text", max_len=80, aka=("标准名称", "标准代码", "项目"))
        )
    keys: dict[str, str] = {}
    for standard in standards:
        for _, zh in standard.keys:
            keys.setdefault(zh, f"key_{len(keys)}")
    columns += [Column(name, zh, "text", max_len=60) for zh, name in keys.items()]
    spoken = ("金额", "数值", "标准值", "限额", "定额", "元", "开支标准")
    columns.append(Column(VALUE, "标准金额", "money", scale=2, at_most=_most(), aka=spoken))
    columns += [
        Column(name, zh, "number", scale=4, at_most=_most())
        for name, zh in ((FROM, "起"), (TO, "止"))
    ]
    return Table(ENTRY, "支出标准录入", (), tuple(columns), supplied_by="bureau")


def _most() -> Any:  # noqa: ANN401 - the bound of a kind
    from shangji.schema.table import KINDS

    return KINDS["number"].at_most


def _row(
    row: Mapping[str, Any], named: Mapping[str, Standard], code: str, problems: list[Problem]
) -> tuple[Standard, dict[str, Any]] | None:
    where = Where(str(row.get("row_source", "")), str(row.get("row_sheet", "")))
    where = replace(where, line=int(row.get("row_number") or 0))
    name = code or str(row.get(NAME) or "")
    standard = named.get(name)
    if standard is None:
        fix = "请写标准的名称或代码，与 shangji standards list 一致。"
        says = "这一行没有写是哪个标准。" if not name else "没有这个标准。"
        problems.append(Problem("standard-entry", where, says, fix, value=name))
        return None
    made: dict[str, Any] = {}
    held = {zh: row.get(column) for column, zh in _keyed(named.values()).items()}
    for key, zh in standard.keys:
        text = held.get(zh)
        if not text:
            says = f"“{standard.zh}”要写“{zh}”。"
            problems.append(Problem("standard-entry", where, says, "请补填后重新录入。"))
            return None
        known = {one.keys[[k for k, _ in standard.keys].index(key)] for one in standard.rows}
        if known and str(text) not in known:
            says = f"“{zh}”没有见过的写法，现有：{'、'.join(sorted(known)[:12])}。"
            fix = "与现有写法同义的请改成现有写法；确是新的一类，审核时也要用同样的写法。"
            problems.append(Problem("standard-key", where, says, fix, value=str(text)))
        made[key] = str(text)
    amount = row.get(VALUE)
    if amount is None:
        says = "没有标准金额。"
        problems.append(Problem("standard-entry", where, says, "请补填后重新录入。"))
        return None
    if standard.band:
        for column in (FROM, TO):
            if row.get(column) is not None:
                made[column] = Plain(row[column].normalize())
    made["value"] = Plain(amount.normalize() if standard.value.kind != "money" else amount)
    return standard, made


def _keyed(standards: Iterable[Standard]) -> dict[str, str]:
    """Column of the entry table → the key's Chinese name, as `_table` numbered them."""
    keys: dict[str, str] = {}
    for standard in {one.code: one for one in standards}.values():
        for _, zh in standard.keys:
            if zh not in keys.values():
                keys[f"key_{len(keys)}"] = zh
    return keys
