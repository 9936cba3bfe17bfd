"""Which cells a 补正 opens: the fields of the form, those of the findings chosen beforehand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import mark_safe

from shangji.remarks import own_column
from shangji_web import snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.pack import Pack
    from shangji_web.filings.models import Filing
    from shangji_web.projects.models import Project
    from shangji_web.reviews.models import Finding
    from shangji_web.reviews.standing import Stood


@dataclass(frozen=True)
class Field:
    """A field that can be opened: `name` is `table.column`; `why` the finding that asks for it."""

    name: str
    zh: str
    why: str = ""


@dataclass(frozen=True)
class Group:
    """The fields of one table of the form."""

    zh: str
    fields: Sequence[Field]

    @property
    def labels(self) -> str:
        """Every field with its box, the asked ones ticked: hundreds of lines, made at one go."""
        return mark_safe("".join(map(_label, self.fields)))  # noqa: S308 - each part is escaped

    @property
    def asked(self) -> int:
        """How many of them a finding asks for."""
        return sum(bool(field.why) for field in self.fields)


def _label(one: Field) -> str:
    why = f' class="asked" title="{escape(one.why)}"' if one.why else ""
    ticked = " checked" if one.why else ""
    return (
        f'<label{why}><input class="form-check-input" type="checkbox" name="field" '
        f'value="{escape(one.name)}"{ticked}>{escape(one.zh)}</label>'
    )


def field_of(finding: Finding, pack: Pack) -> str:
    """The field that a finding is about, as `table.column`; empty where it is about none."""
    rule = pack.rules.get(finding.rule_id)
    table = pack.tables.get(finding.subject)
    column = own_column(rule, table) if rule and table else ""
    return f"{finding.subject}.{column}" if column else ""


def choices(project: Project, found: Sequence[Stood], filing: Filing | None = None) -> list[Group]:
    """The fields of the latest filing by table, those of open or standing findings first.

    Args:
        project: the project.
        found: its findings.
        filing: its latest filing, where the caller has read it.
    """
    pack = snapshot.pack()
    asked: dict[str, str] = {}
    for one in found:
        name = field_of(one.finding, pack) if one.to_rule else ""
        if name and one.state != "rejected":
            asked.setdefault(name, one.finding.title)
    filing = filing or project.filings.last()
    supplied = json.loads(filing.content)["supplied"] if filing else {}
    for name in asked:
        of, _, column_name = name.partition(".")
        supplied[of] = sorted({*supplied.get(of, ()), column_name})
    made = []
    for name, columns in supplied.items():
        table = pack.tables.get(name)
        if table is None:
            continue
        fields = [
            Field(f"{name}.{column.name}", column.zh, asked.get(f"{name}.{column.name}", ""))
            for column in table.columns
            if column.name in columns and column.name not in table.key and not column.rounds
        ]
        fields.sort(key=lambda field: not field.why)
        whole = [Field(f"{name}.*", "整表（可以增删行）")] if name != "project" else []
        made.append(Group(table.zh, [*fields, *whole]))
    return sorted(made, key=lambda group: -group.asked)


def known_fields(project: Project) -> set[str]:
    """Every field that can be opened."""
    from shangji_web.reviews.standing import standing

    return {field.name for group in choices(project, standing(project)) for field in group.fields}
