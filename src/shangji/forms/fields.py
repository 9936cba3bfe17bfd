"""A field of a form in words: heading, whether it must be filled and when, choices, norm."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.compile.scope import RuleScope, typed
from shangji.words import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.pack import Pack
    from shangji.pack.form import Form, FormSheet
    from shangji.pack.model import Basis
    from shangji.schema import CodeList, Column, Table

ALWAYS, SOMETIMES, FREE = "必填", "按情形必填", "选填"
YES_NO = ("是", "否")
SHOWN_CHOICES = 13
KIND_WORDS = {
    "flag": "是、否",
    "date": "日期，如 2027-01-31",
    "year": "四位年份",
    "money": "金额，最多两位小数",
    "count": "整数",
    "number": "数字，最多 {scale} 位小数",
    "credit_code": "18 位统一社会信用代码",
    "id_no": "身份证号，只留脱敏后的号码",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a field: the code that is kept, the label that is shown, what it is under."""

    code: str
    label: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form.

    `duty` is one of ALWAYS, SOMETIMES, FREE, `condition` says when; `closed` tells that nothing but
    the choices is right; `depends` is the column on which the choices depend.
    """

    column: Column
    heading: str
    group: str
    duty: str
    condition: str
    says: str
    basis: tuple[Basis, ...]
    choices: tuple[Choice, ...] = ()
    closed: bool = False
    depends: str = ""

    def shown(self, text: str) -> str:
        """A value as the form shows it: the label of a code, other text as it is."""
        return next((item.label for item in self.choices if item.code == text), text)

    def kind_words(self) -> str:
        """What to write, in few words: the choices, or the kind with its limits."""
        column = self.column
        if self.choices:
            labels = [choice.label for choice in self.choices]
            if len(labels) <= SHOWN_CHOICES:
                return "、".join(labels)
            return f"从下拉中选，共 {len(labels)} 项"
        if column.kind == "text":
            return f"文字，最多 {column.max_len} 字" if column.max_len else "文字"
        return KIND_WORDS[column.kind].format(scale=column.scale)


def fields(form: Form, sheet: FormSheet, pack: Pack) -> list[Field]:
    """The fields of a sheet in their order."""
    table = pack.tables[sheet.table]
    made = []
    for group in sheet.groups:
        for name in group.columns:
            column = table.column(name)
            duty, condition = _duty(column, table, pack)
            remarks = (sheet.notes.get(name, ""), column.note, column.optional_because)
            made.append(
                Field(
                    column=column,
                    heading=_heading(column, form.money),
                    group=group.zh,
                    duty=duty,
                    condition=condition,
                    says="".join(dict.fromkeys(_sentence(text) for text in remarks if text)),
                    basis=group.basis or form.basis,
                    choices=tuple(_choices(column, sheet, pack)),
                    closed=bool(column.codes and column.codes.complete) or column.kind == "flag",
                    depends=sheet.depends.get(name, ""),
                )
            )
    return made


def _heading(column: Column, money: str) -> str:
    unit = money if column.kind == "money" else column.unit
    return f"{column.zh}（{unit}）" if unit and not column.zh.endswith("）") else column.zh


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else f"{text}。"


def _duty(column: Column, table: Table, pack: Pack) -> tuple[str, str]:
    if column.required_when == "always":
        return ALWAYS, ""
    if not column.required_when:
        return FREE, ""
    scope = RuleScope(pack, table, ())
    expression = typed(column.required_when, scope, f"C-{table.name}.{column.name}")
    return SOMETIMES, f"{in_words(expression, pack, scope)}时必填。"


def _choices(column: Column, sheet: FormSheet, pack: Pack) -> Iterator[Choice]:
    codes = column.codes
    if codes is None:
        return
    above = set(codes.parents.values()) if column.name in sheet.leaves else set()
    depends = sheet.depends.get(column.name)
    upper = pack.tables[sheet.table].column(depends).codes if depends else None
    made = [
        Choice(code, label(codes, code), _under(codes, upper, code))
        for code in codes.codes
        if code not in above
    ]
    # What hangs on another choice stands together, in that choice's order.
    order = {label(upper, code): at for at, code in enumerate(upper.codes)} if upper else {}
    yield from sorted(made, key=lambda item: order.get(item.under, len(order)))


def _under(codes: CodeList, upper: CodeList | None, code: str) -> str:
    parent = codes.parents.get(code, "")
    return label(upper, parent) if upper and parent in upper.codes else ""


def label(codes: CodeList, code: str) -> str:
    """A code as a form shows it: by name alone where that says which; numbers stay before names.

    Whatever is shown here reads back as the code.
    """
    zh = codes.codes[code]
    plain = unicodedata.normalize("NFKC", zh)
    known = plain in codes.codes and plain != code
    if codes.by_zh.get(plain) == code and not known and not code.isdigit():
        return zh
    return f"{code} {zh}"
