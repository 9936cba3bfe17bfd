"""The standards that rules use, beside the rows: one join for all that share their keys.

A pack joins dozens of standards to one table, most of them by the same keys or by none. What has
the same keys stands side by side in one small table, a column a standard; only what is found by a
band keeps a join of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.compile.rows import text
from shangji.compile.scope import typed
from shangji.compile.steps import Input
from shangji.errors import Problem, Refused, Where
from shangji.language import to_expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shangji.compile.subject import Subject
    from shangji.pack import Use

Record = tuple[Any, ...]
Given = tuple[tuple[str, ...], str]
"""The expressions of the keys, and that of the region."""

CODE, REGION, KEYS, VALUE = 0, 1, 2, 8
"""Places in a row of `standard_now`: from its value on stand the parts that are shown."""

PARTS = ("value", "binding", "status", "id")


def joined(subject: Subject) -> tuple[list[str], list[str]]:
    """LEFT JOINs of the standards in use, by equality of region and keys, and their columns."""
    joins, shown = [], []
    for at, (given, uses) in enumerate(_groups(subject).items()):
        table = f"n{at}"
        joins.append(
            f"LEFT JOIN {_named(subject, at)} AS {table} ON {_alike(subject, table, given)}"
        )
        for name, use in uses.items():
            parts = {
                part: f"{table}.{name}_{part}" for part in ("value", "binding", "status", "id")
            }
            shown += _columns(subject, name, use, parts)
    for name, use in subject.uses.items():
        if subject.rows.pack.standards[use.code].band:
            value = subject.sql(typed(use.band, subject.scope, use.code))
            joins.append(
                f"LEFT JOIN standard_now AS {name} ON {name}.code = {text(use.code)} "
                f"AND {_alike(subject, name, _given(subject, use))} "
                f"AND {value} >= {name}.band_from "
                f"AND ({name}.band_to IS NULL OR {value} < {name}.band_to)"
            )
            parts = {part: f"{name}.{part}" for part in PARTS}
            shown += _columns(subject, name, use, parts)
    return joins, shown


def inputs(subject: Subject, standard_now: Iterable[Record]) -> dict[str, Input]:
    """The tables in which standards with the same keys stand side by side.

    Args:
        subject: whose rules use them.
        standard_now: the rows of all standards, of every region of the review.
    """
    groups = _groups(subject)
    held: dict[str, list[Record]] = {}
    for row in standard_now if groups else ():
        held.setdefault(row[CODE], []).append(row)
    return {
        _named(subject, at): _beside(len(keys), uses, held)
        for at, ((keys, _), uses) in enumerate(groups.items())
    }


def _beside(keys: int, uses: Mapping[str, Use], held: Mapping[str, list[Record]]) -> Input:
    columns = {"region": "VARCHAR", **{f"key_{at + 1}": "VARCHAR" for at in range(keys)}}
    found: dict[Record, dict[str, Record]] = {}
    for name, use in uses.items():
        columns |= {
            f"{name}_value": "DECIMAL(18,4)",
            f"{name}_binding": "BOOLEAN",
            f"{name}_status": "VARCHAR",
            f"{name}_id": "VARCHAR",
        }
        for row in held.get(use.code, ()):
            key = row[REGION : KEYS + keys]
            if found.setdefault(key, {}).setdefault(name, row) is not row:
                raise Refused([_doubled(use.code)])
    nothing = (None,) * (VALUE + len(PARTS))
    rows = tuple(
        (*key, *(cell for name in uses for cell in found[key].get(name, nothing)[VALUE:]))
        for key in found
    )
    return Input(columns, rows)


def _doubled(code: str) -> Problem:
    says = "同一地区、同一键有两个数，无法确定用哪一个。"
    return Problem("pack-duplicate", Where(field=code), says, "请只留一个。", value=code)


def _groups(subject: Subject) -> dict[Given, dict[str, Use]]:
    """The uses without a band, by what their keys and their region are."""
    found: dict[Given, dict[str, Use]] = {}
    for name, use in subject.uses.items():
        if not subject.rows.pack.standards[use.code].band:
            found.setdefault(_given(subject, use), {})[name] = use
    return found


def _named(subject: Subject, at: int) -> str:
    return f"norm_{subject.table.name}_{at}"


def _given(subject: Subject, use: Use) -> Given:
    keys = subject.rows.pack.standards[use.code].keys
    return tuple(use.by.get(key, "") for key, _ in keys), use.region


def _alike(subject: Subject, table: str, given: Given) -> str:
    keys, region = given
    conditions = [f"{table}.region = {_region(subject, region)}"]
    for at, source in enumerate(keys, start=1):
        value = subject.sql(typed(source, subject.scope, subject.table.name))
        conditions.append(f"{table}.key_{at} = {value}")
    return " AND ".join(conditions)


def _columns(subject: Subject, name: str, use: Use, parts: Mapping[str, str]) -> list[str]:
    """What a use shows on the row: its value, whether one was found, whether it binds, which."""
    standard = subject.rows.pack.standards[use.code]
    sources = [*_given(subject, use)[0], *([use.band] if standard.band else [])]
    given = [subject.sql(typed(source, subject.scope, use.code)) for source in sources]
    known = " AND ".join(f"{value} IS NOT NULL" for value in given) or "TRUE"
    value = standard.value
    kind = "BIGINT" if value.kind == "count" else f"DECIMAL(18,{value.scale})"
    return [
        f"CAST({parts['value']} AS {kind}) AS {name}__value",
        (
            f"CASE WHEN {parts['id']} IS NOT NULL THEN TRUE WHEN {known} THEN FALSE END "
            f"AS {name}__found"
        ),
        f"{parts['binding']} AS {name}__binding",
        f"{parts['status']} AS {name}__status",
        f"{parts['id']} AS {name}__id",
    ]


def _region(subject: Subject, source: str) -> str:
    fallback = to_expression(subject.rows.review["region"]).sql(dialect="duckdb")
    if source:
        value = subject.sql(typed(source, subject.scope, subject.table.name))
    elif "project" in subject.scope.aliases:
        value = '"project__region"'
    else:
        return fallback
    return f"SUBSTR(COALESCE({value}, {fallback}), 1, 6)"
