"""The same project over several rows, by class or fund source: one project, and a line a row.

What the rows say together must agree; where it does not, nothing is chosen.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Where
from shangji.intake.account import Taken, Tally
from shangji.intake.cells import letters, place, text_of
from shangji.schema import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.intake.rows import Reading
    from shangji.schema import Column, Spread, Table

LISTED = 12


def joined(reading: Reading, taken: Sequence[Taken], child: Table) -> list[Taken]:
    """Join the rows of each key that differ by class or fund source; make the lines they tell.

    Args:
        reading: the sheet of the parent table.
        taken: its rows.
        child: the table of the lines.

    Returns:
        The rows in their order, each group as its first row, and behind it the lines made of it.
    """
    spread = reading.table.spread
    if spread is None:
        return list(taken)
    groups: dict[str, list[Taken]] = {}
    for one in taken:
        if one.row is not None and one.project:
            groups.setdefault(one.project, []).append(one)
    apart = {key for key, group in groups.items() if _apart(reading, group, spread)}
    made: list[Taken] = []
    for one in taken:
        group = groups.get(one.project) if one.row is not None else None
        if not group or group[0] is not one:
            if group and one.project in apart:
                continue
            # Of no project, or a row twice over: what it says of a line is not taken.
            line = _line(reading, one, child, spread) if one.row is not None else None
            made += [one] if line is None else [one, _refused(line)]
            continue
        rows = group if one.project in apart else [one]
        made.append(_join(reading, group, spread) if len(rows) > 1 else one)
        made += [line for row in rows if (line := _line(reading, row, child, spread))]
    return made


def _refused(line: Taken) -> Taken:
    return replace(line, row=None, problems=[], tally=line.tally.all_refused())


def _apart(reading: Reading, group: Sequence[Taken], spread: Spread) -> bool:
    """Whether the rows of a group tell themselves apart by class or source."""
    told = {
        (
            *(_text(reading, one, at) for at in sorted(reading.heading.lines)),
            *(str((one.row or {}).get(name)) for name in spread.own),
        )
        for one in group
    }
    return len(group) > 1 and len(told) == len(group)


def _text(reading: Reading, one: Taken, at: int) -> str:
    number = int((one.row or {})["row_number"])
    cells = reading.sheet.rows[number - 1] if number <= len(reading.sheet.rows) else ()
    own = text_of(cells[at]) if at < len(cells) else ""
    return own or reading.shown.get(number, {}).get(at, "")


def _join(reading: Reading, group: Sequence[Taken], spread: Spread) -> Taken:
    """One row of several: figures are summed, what else differs is unknown and said."""
    first = group[0]
    row: dict[str, Any] = dict(first.row or {})
    unread = {name for one in group for name in _unread(one)}
    sums = set(spread.sum)
    rounded = {column.name for column in reading.held.columns if column.rounds in sums}
    problems = [problem for one in group for problem in one.problems]
    tally = Tally()
    for one in group:
        tally.add(one.tally)
    for column in reading.held.columns:
        values = [(one.row or {}).get(column.name) for one in group]
        if column.name in sums | rounded:
            row[column.name] = _sum(values)
            blank = row[column.name] is None and any(value is not None for value in values)
            if blank and column.name in sums and column.name not in unread:
                problems += _lost(reading, group, column, tally, "有的行没有填，不能相加")
                unread.add(column.name)
            elif row[column.name] is not None and column.name in sums:
                fresh = sum(1 for one in group if column.name not in one.changed)
                tally.kept -= fresh
                tally.changed += fresh
            continue
        told = {value for value in values if value is not None}
        row[column.name] = told.pop() if len(told) == 1 else None
        if told:
            problems += _lost(reading, group, column, tally, "各行写的不一样，不能认定哪个对")
            unread.add(column.name)
    names = [column.name for column in reading.held.columns if column.name in unread]
    row["row_unreadable"] = f"|{'|'.join(names)}|" if names else None
    problems.insert(0, _said(reading, group, row, spread))
    return Taken(first.table, row, problems, tally, project=first.project, sheet=first.sheet)


def _sum(values: Sequence[Any]) -> Any:  # noqa: ANN401 - money or a whole number
    if any(value is None for value in values):
        return None
    return sum(values[1:], values[0])


def _unread(one: Taken) -> set[str]:
    return set(str((one.row or {}).get("row_unreadable") or "").strip("|").split("|")) - {""}


def _lost(
    reading: Reading, group: Sequence[Taken], column: Column, tally: Tally, says: str
) -> list[Problem]:
    """Refuse a column's cells in every row of a group."""
    at = next(at for at, known in reading.heading.columns.items() if known.name == column.name)
    problems = []
    for one in group:
        if (one.row or {}).get(column.name) is None:
            continue
        number = int((one.row or {})["row_number"])
        problems.append(
            Problem(
                "rows-differ",
                Where(reading.file, reading.sheet.name, place(number, at), column.zh),
                f"同一项目占几行，{letters(at)} 列{says}，按读不出处理。",
                "请改成各行一致（金额则每行都填）后重报。",
                value=_text(reading, one, at)[:40],
            )
        )
        if column.name in one.changed:
            tally.changed -= 1
        else:
            tally.kept -= 1
        tally.refused += 1
    return problems


def _said(reading: Reading, group: Sequence[Taken], row: dict[str, Any], spread: Spread) -> Problem:
    numbers = [int((one.row or {})["row_number"]) for one in group]
    listed = "、".join(map(str, numbers[:LISTED])) + ("等" if len(numbers) > LISTED else "")
    amount = row.get(spread.sum[0])
    added = f"，金额相加为 {amount} 元" if isinstance(amount, Decimal) else ""
    return Problem(
        "rows-joined",
        Where(reading.file, reading.sheet.name, line=numbers[0]),
        f"同一项目按科目或资金来源占第 {listed} 行，合成一个项目{added}。",
        "",
        value=group[0].project,
    )


def _line(reading: Reading, one: Taken, child: Table, spread: Spread) -> Taken | None:
    """The line that a row of the parent's sheet tells: class, source and amount."""
    row = one.row or {}
    cells = {
        column.name: text
        for at, column in reading.heading.lines.items()
        if (text := _text(reading, one, at))
    }
    if not cells:
        return None
    number = int(row["row_number"])
    at = {column.name: at for at, column in reading.heading.lines.items()}

    def where(name: str) -> Where:
        column = child.column(name)
        if name not in at:
            return Where(reading.file, reading.sheet.name, line=number)
        return Where(reading.file, reading.sheet.name, place(number, at[name]), column.zh)

    values, problems = parse(child, cells, where=where)
    shared = (*reading.table.key, spread.sum[0])
    same = [
        column.name for column in child.columns if column.name in shared or column.rounds in shared
    ]
    values |= {name: row.get(name) for name in same}
    unread = _unread(one) & set(same) | set(
        str(values["row_unreadable"] or "").strip("|").split("|")
    ) - {""}
    values["row_unreadable"] = f"|{'|'.join(sorted(unread))}|" if unread else None
    values |= {name: row[name] for name in ("row_source", "row_sheet", "row_number")}
    refused = {item.where.field for item in problems if item.effect == "refused"}
    changed = {item.where.field for item in problems if item.effect == "changed"} - refused
    tally = Tally(len(cells) - len(refused) - len(changed), len(changed), len(refused))
    shown = reading.shown.get(number, {})
    tally.merged = sum(1 for name in cells if at[name] in shown)
    return Taken(
        child.name, values, problems, tally, project=one.project, sheet=one.sheet, spread=True
    )
