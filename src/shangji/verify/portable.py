"""Relations once more: the pack's portable SQL on stdlib sqlite3, decimals as whole numbers.

A decimal column is stored times ten to its scale. Literals that meet such a column are scaled
likewise; SQL in which scales would have to be worked out (products, casts, mixed scales) is not
run, and everything that rests on it is listed as not derived.
"""

from __future__ import annotations

import re
import sqlite3
from copy import copy
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.verify.model import NotDerived

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.verify.rulebook import Table

Rows = list[dict[str, Any]]
TOKEN = re.compile(
    r"\s+|--[^\n]*|('(?:[^']|'')*')|(\d+(?:\.\d+)?)|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)"
    r"|(<=|>=|<>|!=|\|\||.)"
)
SIGNS = {"=", "<>", "!=", "<", "<=", ">", ">="}
AS_IS = {str, int, type(None)}
"""What SQLite stores as it is; a flag is a class of its own."""
WHOLE = {"SUBSTR", "LAG", "LEAD"}
"""Functions whose numbers are places, not amounts."""


def tokens(sql: str) -> list[str]:
    """The tokens of a text of SQL, blanks and comments left out."""
    found = (match[0] for match in TOKEN.finditer(sql))
    return [token for token in found if token.strip() and not token.startswith("--")]


def reads(sql: str, names: set[str]) -> set[str]:
    """The known tables that stand behind FROM, JOIN or a comma after them."""
    found, listing, depth = set(), False, 0
    held = tokens(sql)
    for at, token in enumerate(held):
        word = token.upper()
        depth += {"(": 1, ")": -1}.get(token, 0)
        if word in {"FROM", "JOIN"}:
            listing, level = True, depth
        elif word in {"WHERE", "GROUP", "ORDER", "ON", "UNION", "HAVING"}:
            listing = False
        before = held[at - 1].upper() if at else ""
        opens = before in {"FROM", "JOIN"} or (listing and before == "," and depth == level)
        if opens and token in names:
            found.add(token)
    return found


def portable(sql: str, scales: Mapping[str, set[int]]) -> str:
    """The SQL for SQLite over whole numbers.

    Args:
        sql: the portable SQL of a relation.
        scales: by name of a column, the scales it has in the tables that the SQL reads.

    Raises:
        NotDerived: scales would have to be worked out, or SQLite means something else.
    """
    held = tokens(sql)
    if not held or held[0].upper() not in {"SELECT", "WITH"}:
        raise NotDerived("不是查询")
    made = list(held)
    scales = {**scales, **_named(held, scales)}
    _answers(held, scales)
    calls: list[str] = []
    for at, token in enumerate(held):
        before, after = (held[at - 1] if at else ""), held[at + 1] if at + 1 < len(held) else ""
        if token == "(":  # noqa: S105 - a bracket
            calls.append(before.upper())
        elif token == ")":  # noqa: S105 - a bracket
            calls.pop()
        elif token.upper() in {"CAST", "DATE"}:
            _refuse_cast(held, at)
        elif token in {"*", "||", "+", "-"} and not (before == "(" and after == ")"):
            whole = _whole(before, scales) or _whole(after, scales)
            if not (whole and token.startswith("*")):
                _alike(token, _scale(before, scales), _scale(after, scales))
        elif token in SIGNS and before[:1].isalpha() and after[:1].isalpha():
            _alike("=", _scale(before, scales), _scale(after, scales))
        elif token[0].isdigit():
            made[at] = _literal(token, held[:at], held[at + 1 :], calls, scales)
    return " ".join(made)


def _refuse_cast(held: list[str], at: int) -> None:
    """Refuse a CAST, but to a flag, which is 0 or 1 in SQLite as well; refuse DATE '…'."""
    if held[at].upper() == "DATE":
        if held[at + 1 : at + 2] and held[at + 1].startswith("'"):
            raise NotDerived("用了日期常量")
        return
    depth = 0
    for place in range(at + 1, len(held)):
        depth += {"(": 1, ")": -1}.get(held[place], 0)
        if not depth:
            if held[place - 1].upper() != "BOOLEAN":
                raise NotDerived("用了 CAST")
            return


def _answers(held: list[str], scales: Mapping[str, set[int]]) -> None:
    """Refuse a CASE that answers a plain number in one branch and a decimal column in another."""
    cases: list[set[str]] = []
    answering = False
    for at, token in enumerate(held):
        word = token.upper()
        if at and held[at - 1] == "*":  # a factor, no answer of its own
            continue
        if word == "CASE":
            cases.append(set())
        elif word == "END" and cases and cases.pop() == {"number", "decimal"}:
            raise NotDerived("CASE 的结果混用了常数和小数列")
        if word in {"CASE", "WHEN", "THEN", "ELSE", "END"}:
            answering = word in {"THEN", "ELSE"}
        elif answering and cases and token[0].isdigit() and Decimal(token):
            cases[-1].add("number")
        elif answering and cases and any(scales.get(token.rpartition(".")[2], ())):
            cases[-1].add("decimal")


def _named(held: list[str], scales: Mapping[str, set[int]]) -> dict[str, set[int]]:
    """Names given to whole numbers: `… AS name` over nothing that has decimals."""
    found: dict[str, set[int]] = {}
    for at, token in enumerate(held[:-1]):
        name = held[at + 1]
        if token.upper() != "AS" or name in scales:
            continue
        start, depth = at - 1, 0
        while start >= 0 and (depth or held[start].upper() not in {"SELECT", ","}) and depth >= 0:
            depth += {")": 1, "(": -1}.get(held[start], 0)
            start -= 1
        inside = [part.rpartition(".")[2] for part in held[start + 1 : at]]
        aliased = any("." in part and own not in scales for part, own in _pairs(held, start, at))
        if not aliased and not any(scale for part in inside for scale in scales.get(part, ())):
            found[name] = {0}
    return found


def _pairs(held: list[str], start: int, at: int) -> list[tuple[str, str]]:
    """The dotted names of a stretch with the column in each."""
    dotted = (part for part in held[start + 1 : at] if part[:1].isalpha())
    return [(part, part.rpartition(".")[2]) for part in dotted]


def _scale(token: str, scales: Mapping[str, set[int]]) -> int | None:
    """The scale of a column by its name; None for what is no known column."""
    found = scales.get(token.rpartition(".")[2], set())
    if len(found) > 1:
        raise NotDerived(f"列“{token}”在几张表里小数位数不同")
    return next(iter(found), None)


def _whole(token: str, scales: Mapping[str, set[int]]) -> bool:
    """Whether a factor is a whole number: so many hundredths times it are still hundredths."""
    return token.isdigit() or (token[:1].isalpha() and _scale(token, scales) == 0)


def _alike(sign: str, left: int | None, right: int | None) -> None:
    if sign in {"*", "||"}:
        if left or right:
            raise NotDerived(f"对小数列用了“{sign}”")
    elif left is not None and right is not None and left != right:
        raise NotDerived("两边小数位数不同")


def _literal(
    token: str,
    before: list[str],
    after: list[str],
    calls: list[str],
    scales: Mapping[str, set[int]],
) -> str:
    """A number beside a decimal column is scaled like it."""
    if calls and calls[-1] in WHOLE:
        return token
    value = Decimal(token)
    if value == 0:
        return "0"
    near = before[-1].upper()
    if token.isdigit() and "*" in {near, *after[:1]}:
        return token
    other = ""
    if before[-1] in {*SIGNS, "+", "-", ","}:
        other = before[-2]
    elif after and after[0] in SIGNS:
        other = after[1]
    if near in {"THEN", "ELSE", "SELECT", "BY"} and value == int(value):
        return token
    scale = _scale(other, scales) if other[:1].isalpha() else None
    if scale is None:
        raise NotDerived(f"数字“{token}”该按几位小数算，说不准")
    scaled = value.scaleb(scale)
    if scaled != int(scaled):
        raise NotDerived(f"数字“{token}”的小数位数比列多")
    return str(int(scaled))


class Relations:
    """A database in memory with the snapshot's tables, in which relations are run when asked."""

    def __init__(
        self, tables: Mapping[str, Table], snapshot: Mapping[str, Rows], review: dict[str, Any]
    ) -> None:
        """Load the tables and the one row of `review`."""
        self.tables = tables
        self.database = sqlite3.connect(":memory:")
        self.done: dict[str, Rows | str] = {}
        self.review: dict[str, set[int]] = {name: {0} for name in review}
        self.below = {name: reads(one.sql, set(tables)) for name, one in tables.items() if one.sql}
        for name, table in tables.items():
            if not table.sql:
                self.load(table, snapshot.get(name, []))
        columns = ", ".join(f'"{name}"' for name in review)
        self.database.execute(f"CREATE TABLE review ({columns})")
        marks = ", ".join("?" * len(review))
        values = [_stored(value, 0) for value in review.values()]
        self.database.execute(f"INSERT INTO review VALUES ({marks})", values)

    def after(self, changed: Mapping[str, Rows]) -> Relations:
        """The same database with the rows of some tables changed, a copy; what rests on them goes.

        Args:
            changed: all rows of each table that has changed.
        """
        made = copy(self)
        made.database = sqlite3.connect(":memory:")
        self.database.commit()  # a copy waits for an open transaction without end
        self.database.backup(made.database)
        made.done = {
            name: rows for name, rows in self.done.items() if not self._over(name, changed)
        }
        for name in (*changed, *(self.done.keys() - made.done.keys())):
            made.database.execute(f'DROP TABLE IF EXISTS "{name}"')
        for name, rows in changed.items():
            made.load(self.tables[name], rows)
        return made

    def _over(self, name: str, changed: Mapping[str, Rows]) -> bool:
        """Whether a relation reads a changed table, itself or through others."""
        return any(one in changed or self._over(one, changed) for one in self.below.get(name, ()))

    def load(self, table: Table, rows: Rows) -> None:
        """Put the rows of a table into the database."""
        columns = [(column.name, column.scale) for column in table.columns.values()]
        spelled = ", ".join(f'"{name}"' for name, _ in columns)
        self.database.execute(f'CREATE TABLE "{table.name}" ({spelled})')
        marks = ", ".join("?" * len(columns))
        values = (
            [
                cell if cell.__class__ in AS_IS else _stored(cell, scale)
                for cell, scale in ((row[name], scale) for name, scale in columns)
            ]
            for row in rows
        )
        self.database.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', values)

    def rows(self, name: str) -> Rows:
        """The rows of a relation.

        Raises:
            NotDerived: its SQL cannot be run here, or what it reads could not.
        """
        if name not in self.done:
            try:
                self.done[name] = self._run(self.tables[name])
            except NotDerived as error:
                self.done[name] = f"关系 {name}：{error}"
            except sqlite3.Error as error:
                self.done[name] = f"关系 {name} 在 SQLite 上跑不了（{error}）"
        found = self.done[name]
        if isinstance(found, str):
            raise NotDerived(found)
        return found

    def _run(self, table: Table) -> Rows:
        scales = {name: set(found) for name, found in self.review.items()}
        for read in sorted(self.below[table.name]):
            if self.tables[read].sql:
                self.rows(read)
            for column in self.tables[read].columns.values():
                scales.setdefault(column.name, set()).add(column.scale)
        named = set(_names(table.sql))
        scales = {name: found for name, found in scales.items() if name in named}
        found = self.database.execute(portable(table.sql, scales))
        names = [column[0] for column in found.description]
        rows = [
            {
                name: _value(cell, table.columns[name].kind, table.columns[name].scale)
                for name, cell in zip(names, row, strict=True)
            }
            for row in found.fetchall()
        ]
        self.load(table, rows)
        return rows


def _names(sql: str) -> list[str]:
    return [token.rpartition(".")[2] for token in tokens(sql)]


def _stored(value: Any, scale: int) -> Any:  # noqa: ANN401 - any cell
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return int(value.scaleb(scale))
    return value.isoformat() if isinstance(value, date) else value


def _value(cell: Any, kind: str, scale: int) -> Any:  # noqa: ANN401 - any cell
    if cell is None:
        return None
    if isinstance(cell, float):
        raise NotDerived("SQLite 算出了浮点数")
    if kind == "flag":
        return bool(cell)
    if kind == "date":
        return date.fromisoformat(cell)
    if kind in {"money", "number"}:
        return Decimal(cell).scaleb(-scale)
    return cell
