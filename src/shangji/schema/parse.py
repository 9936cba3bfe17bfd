"""The only way from text to value: workbooks, CSV, forms, cases and answers all come through here.

Nothing is guessed: what cannot be read is unknown, and says so in a `Problem`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Where
from shangji.schema.identity import credit_code_text, id_no_masked, id_no_valid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shangji.schema.table import CodeList, Column, Table

DASHES = frozenset({"-", "--", "---", "—", "——", "―", "─", "－", "–", "/", "\\"})
"""What clerks write in a cell that they leave empty, whatever is asked: a mark, no answer."""

NO_FIGURE = DASHES | {"无", "N/A", "n/a"}
"""What they write besides for "no figure" where a figure or a day is asked."""

YES = frozenset({"是", "有", "√", "✓", "y", "yes", "true", "1", "t"})
NO = frozenset({"否", "无", "没有", "×", "✗", "n", "no", "false", "0", "2", "f"})
"""一体化 writes 1 for 是 and 2 for 否."""

INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
SCIENTIFIC = re.compile(r"^\d(\.\d+)?[eE]\+?\d{2,}$")
NUMBER = re.compile(r"^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?$")
DATE = re.compile(
    r"^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]00:00(?::00)?)?$"
)
YEAR = re.compile(r"^(\d{4})(?:年度?|\.0)?$")
WAN = Decimal(10000)
ROUNDED = Decimal("50.00")
"""Half of the last digit of a figure in 万元 with two decimals, in yuan."""
EXACT = Decimal("0.00")

Answer = tuple[Any, Problem | None]


def parse(
    table: Table,
    cells: Mapping[str, str],
    *,
    where: Callable[[str], Where] = lambda name: Where(field=name),
    wan: frozenset[str] = frozenset(),
) -> tuple[dict[str, Any], list[Problem]]:
    """Read one row: column name → text, into column name → value.

    Args:
        table: the table that says what each column is.
        cells: text by column name; a blank or absent cell was left empty.
        where: the place of a column's cell, for the problems.
        wan: columns whose figures were written in 万元.

    Returns:
        The row (every column of the table, None where empty or unreadable; `row_unreadable` lists
        the latter), and the problems in column order.
    """
    row: dict[str, Any] = {}
    problems = []
    unreadable = []
    rounded: dict[str, Decimal] = {}
    for column in table.columns:
        if column.rounds:
            continue
        text = INVISIBLE.sub("", cells.get(column.name) or "").strip(" \t\r\n\u3000\xa0")
        if not text:  # most columns of most rows
            row |= _nothing(column)
            continue
        in_wan = column.name in wan
        value, problem = _value(column, text, where, in_wan=in_wan)
        row[column.name] = value
        if column.kind == "money" and value is not None:
            rounded[column.name] = _rounding(text, in_wan=in_wan)
        if column.kind == "id_no":
            row[f"{column.name}_valid"] = id_no_valid(text)
        if problem:
            problems.append(problem)
            if value is None and problem.effect != "changed":
                unreadable.append(column.name)
    for column in table.columns:
        if column.rounds:
            row[column.name] = rounded.get(column.rounds)
    row["row_unreadable"] = f"|{'|'.join(unreadable)}|" if unreadable else None
    return row, problems


def _nothing(column: Column) -> dict[str, None]:
    """What a cell that was left empty comes to."""
    if column.kind == "id_no":
        return {column.name: None, f"{column.name}_valid": None}
    return {column.name: None}


def _value(column: Column, text: str, where: Callable[[str], Where], *, in_wan: bool) -> Answer:
    """Return the value of one cell, and what was wrong with it or done to it."""
    plain = unicodedata.normalize("NFKC", text)
    if plain in DASHES or text in DASHES:
        return None, _cleaned(where(column.name), text, "按未填处理")
    if column.numeric and column.kind != "year":
        return _number(column, text, plain, where, in_wan=in_wan)
    reader = {"date": _date, "year": _year, "flag": _flag, "id_no": _id_no}.get(column.kind, _text)
    return reader(column, text, plain, where)


def _number(
    column: Column, text: str, plain: str, where: Callable[[str], Where], *, in_wan: bool
) -> Answer:
    if plain in NO_FIGURE or text in NO_FIGURE:
        return None, _cleaned(where(column.name), text, "按未填处理")
    bare, factor = _figure(plain, in_wan=in_wan, money=column.kind == "money")
    if not NUMBER.match(bare):
        return None, Problem(
            "cell-number",
            where(column.name),
            "这里要填数字。",
            "请改为阿拉伯数字后重报。",
            value=text,
        )
    try:
        value = Decimal(bare.replace(",", "")) * factor
    except InvalidOperation:  # pragma: no cover - the pattern admits only decimals
        value = Decimal("NaN")
    normal = value.normalize()
    exponent = normal.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > column.scale:
        says = f"最多 {column.scale} 位小数。" if column.scale else "这里要填整数。"
        return None, Problem(
            "cell-decimals", where(column.name), says, "请核对后改正。", value=text
        )
    if not column.at_least <= value <= column.at_most:
        says = f"应在 {column.at_least:f} 到 {column.at_most:f} 之间。"
        return None, Problem(
            "cell-range", where(column.name), says, "请检查单位是不是填错（元、万元）。", value=text
        )
    exact = int(value) if column.scale == 0 else value.quantize(Decimal(1).scaleb(-column.scale))
    if in_wan and factor == WAN:
        return exact, Problem(
            "cell-unit", where(column.name), f"换算为 {exact} 元。", "", value=text
        )
    return exact, None if bare == text else _cleaned(where(column.name), text, f"读作 {exact}")


def _figure(plain: str, *, in_wan: bool, money: bool = True) -> tuple[str, Decimal]:
    """The digits of a figure, and how many yuan one of its units is."""
    bare = plain.replace(" ", "").removeprefix("¥").removeprefix("￥")
    if money and bare.endswith("万元"):
        return bare[:-2], WAN
    if money and bare.endswith("元"):
        return bare[:-1], Decimal(1)
    return bare, WAN if in_wan else Decimal(1)


def _date(column: Column, text: str, plain: str, where: Callable[[str], Where]) -> Answer:
    if plain in NO_FIGURE:
        return None, _cleaned(where(column.name), text, "按未填处理")
    match = DATE.match(plain.replace(" 00:00:00", ""))
    if match:
        year, month, day = match[1], match[2] or match[4], match[3] or match[5]
        try:
            value = date(int(year), int(month), int(day))
        except ValueError:
            match = None
        else:
            return value, None if plain == text else _cleaned(
                where(column.name), text, f"读作 {value}"
            )
    return None, Problem(
        "cell-date",
        where(column.name),
        "这里要填到日的日期。",
        "请写成 2027-01-31 的样子。",
        value=text,
    )


def _year(column: Column, text: str, plain: str, where: Callable[[str], Where]) -> Answer:
    match = YEAR.match(plain)
    if match and column.at_least <= int(match[1]) <= column.at_most:
        return int(match[1]), None if plain == text else _cleaned(
            where(column.name), text, f"读作 {match[1]}"
        )
    return None, Problem(
        "cell-year", where(column.name), "这里要填四位年份。", "例如 2027。", value=text
    )


def _flag(column: Column, text: str, plain: str, where: Callable[[str], Where]) -> Answer:
    word = plain.lower()
    if word in YES or text in YES:
        return True, None
    if word in NO or text in NO:
        return False, None
    return None, Problem(
        "cell-flag", where(column.name), "这里要填“是”或“否”。", "请改正后重报。", value=text
    )


def _id_no(column: Column, text: str, plain: str, where: Callable[[str], Where]) -> Answer:
    del text
    return id_no_masked(plain), Problem(
        "cell-id-no",
        where(column.name),
        "只留脱敏后的号码和校验结果。",
        "",
        value=id_no_masked(plain),
    )


def _text(column: Column, text: str, plain: str, where: Callable[[str], Where]) -> Answer:
    """Text stays as written; a code is looked up by itself, by its name, by `code name`."""
    if SCIENTIFIC.match(plain):
        return None, Problem(
            "cell-scientific",
            where(column.name),
            "长编码被存成了数字，末几位已经丢失。",
            "请把该列设为文本格式，重新录入完整编码。",
            value=text,
        )
    if column.kind == "credit_code":
        return credit_code_text(plain), None
    value = text
    if column.codes:
        value = _code(column.codes, plain)
    elif column.pattern:
        value = plain
    if column.max_len and len(value) > column.max_len:
        says = f"最多 {column.max_len} 个字，实为 {len(value)} 个。"
        return None, Problem(
            "cell-long", where(column.name), says, "请精简后重报。", value=f"{value[:20]}…"
        )
    return value, None


def _code(codes: CodeList, plain: str) -> str:
    if plain in codes.codes:
        return plain
    if plain in codes.by_zh:
        return codes.by_zh[plain]
    head = re.split(r"[\s\-—_|:：.、]+", plain, maxsplit=1)[0]
    return head if head in codes.codes else plain


def _rounding(text: str, *, in_wan: bool) -> Decimal:
    """By how much an amount may be off for the way it was written."""
    _, factor = _figure(unicodedata.normalize("NFKC", text), in_wan=in_wan)
    return ROUNDED if factor == WAN else EXACT


def _cleaned(place: Where, text: str, says: str) -> Problem:
    return Problem("cell-cleaned", place, f"{says}。", "", value=text)
