"""Documents to rules, standards, measures and frameworks."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.domain import BASIS_KINDS, DIMENSIONS, OUTCOMES, SEVERITIES, STATUSES, VISIBLE
from shangji.pack.model import (
    Basis,
    Case,
    Floor,
    Measure,
    Move,
    Reduction,
    Remedy,
    Rule,
    Standard,
    StandardRow,
    Use,
)
from shangji.pack.read_tables import given
from shangji.schema import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.pack.reader import Reader

DIGEST_LENGTH = 16
BAND_SCALE = 2


def digest(doc: Mapping[str, Any], leave: tuple[str, ...] = ()) -> str:
    """A short digest of what a document says, some keys left out."""
    kept = {key: value for key, value in doc.items() if key not in leave}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def basis(reader: Reader) -> Basis:
    """Return a basis; keys beyond the citation are kept as a note."""
    made = Basis(
        reader.choice("kind", BASIS_KINDS),
        reader.text("doc_no"),
        reader.text("title"),
        reader.text("article"),
        reader.text("note"),
    )
    reader.done()
    if made.kind == "law" and not (made.title and made.article):
        reader.trouble("rule-basis", "法律法规依据要写明名称和条款。", "kind")
    if made.kind == "act" and not made.doc_no:
        reader.trouble("rule-basis", "规范性文件依据要写明文号。", "kind")
    if made.kind == "data_standard" and not (made.title or made.doc_no):
        reader.trouble("rule-basis", "数据标准依据要写明名称。", "kind")
    return made


def rule(reader: Reader, shown: str) -> Rule:
    """Return a rule."""
    shows = reader.below("shows")
    common = given(reader, "given")
    remedy = reader.below("remedy")
    effective = reader.below("effective")
    made = Rule(
        id=reader.text("id", need=True),
        title=reader.text("title", need=True),
        subject=reader.text("subject", need=True),
        dimension=reader.choice("dimension", DIMENSIONS),
        severity=reader.choice("severity", SEVERITIES),
        status=reader.choice("status", STATUSES),
        visible_to=reader.choice("visible_to", VISIBLE),
        basis=tuple(basis(item) for item in reader.each("basis", need=True)),
        applies=reader.text("applies", need=True),
        fails=reader.text("fails", need=True),
        message=reader.text("message", need=True),
        digest=digest(reader.doc, ("cases", "given")),
        standards=uses(reader.below("standards")),
        measured=shows.text("measured") if shows else "",
        allowed=shows.text("allowed") if shows else "",
        shows_scale=shows.text("scale") if shows else "",
        remedy=_remedy(remedy) if remedy else None,
        at_stake=reader.text("at_stake"),
        known_limits=reader.text("known_limits"),
        question=reader.text("question"),
        keep=reader.text("keep"),
        guarded_by=reader.texts("guarded_by"),
        effective_from=effective.text("from") if effective else "",
        effective_to=effective.text("to") if effective else "",
        cases=tuple(
            one for item in reader.each("cases") for one in alike(item, case(item, common))
        ),
        file=shown,
    )
    if shows:
        shows.done()
    reader.taken.add("note")
    reader.done()
    if not made.basis:
        reader.trouble("rule-basis", "规则要有依据；算术关系写 kind: arithmetic。", "basis")
    return made


def _remedy(reader: Reader) -> Remedy:
    made = Remedy(reader.text("set"), reader.text("to"), reader.text("supply"))
    if bool(made.set) == bool(made.supply) or bool(made.set) != bool(made.to):
        reader.trouble("pack-value", "remedy 要么写 set 和 to，要么写 supply。")
    reader.done()
    return made


def reduction(reader: Reader) -> Reduction:
    """Return how cuts are taken."""
    made = Reduction(
        reader.text("reduction", need=True),
        reader.text("zh", need=True),
        reader.texts("fund_order"),
        tuple(_floor(item) for item in reader.each("floors")),
        reader.text("note"),
    )
    reader.done()
    return made


def _floor(reader: Reader) -> Floor:
    made = Floor(
        reader.text("floor", need=True),
        reader.text("zh", need=True),
        reader.choice("subject", ("line", "project")),
        reader.text("at_least", need=True),
        reader.text("applies", "TRUE"),
        reader.text("note"),
    )
    reader.done()
    return made


def uses(reader: Reader | None) -> tuple[Use, ...]:
    """Return the uses of standards under a key; none where it is not there."""
    return tuple(use(reader, name) for name in reader.doc) if reader else ()


def use(reader: Reader, name: str) -> Use:
    """Return a use of a standard; `{code: …}` or the code alone."""
    found = reader.doc[name]
    reader.taken.add(name)
    if isinstance(found, str):
        return Use(name, found, {})
    below = reader.below(name)
    if below is None:
        return Use(name, "", {})
    made = Use(
        name,
        below.text("code", need=True),
        below.pairs("by"),
        below.text("band"),
        below.text("region"),
    )
    below.done()
    return made


def case(reader: Reader, common: Mapping[str, tuple[Mapping[str, str], ...]]) -> Case:
    """Return a case; its rows of a table replace those common to the rule's cases."""
    unsupplied = reader.below("unsupplied")
    expect = reader.texts("expect")
    for outcome in expect:
        if outcome not in OUTCOMES:
            reader.trouble(
                "pack-value", "只能是 fail pass unknown not_applicable。", "expect", outcome
            )
    reader.taken |= {"alike", "but"}
    made = Case(
        name=reader.text("name", need=True),
        given={**common, **given(reader, "given")},
        expect=expect,
        region=reader.text("region"),
        unsupplied={name: unsupplied.texts(name) for name in unsupplied.doc} if unsupplied else {},
    )
    reader.done()
    return made


def alike(reader: Reader, written: Case) -> list[Case]:
    """Return a case and those that differ from it in one cell of a table's first row.

    `alike: {project.lane: [policy, one_off]}` stands for two more cases with the same answer, and
    `but: {project.lane: {rigid: not_applicable}}` for one with another, so that every member of a
    list and every condition can have a case without writing the rows again.
    """
    found = [written]
    same, other = reader.below("alike"), reader.below("but")
    for path in same.doc if same else ():
        for value in same.texts(path) if same else ():
            found += _changed(same, written, path, value, written.expect)
    for path in other.doc if other else ():
        answers = other.pairs(path) if other else {}
        for value, outcome in answers.items():
            if outcome not in OUTCOMES and other:
                says = "只能是 fail pass unknown not_applicable。"
                other.trouble("pack-value", says, path, outcome)
            found += _changed(other, written, path, value, (outcome,))
    return found


def _changed(
    reader: Reader | None, written: Case, path: str, value: str, expect: tuple[str, ...]
) -> list[Case]:
    """The case with one cell of a table's first row replaced."""
    table, _, column = path.partition(".")
    rows = written.given.get(table, ())
    if not column or not rows:
        if reader:
            reader.trouble("pack-reference", "要写成“表.列”，且案例里有这张表的行。", path)
        return []
    changed = ({**rows[0], column: value}, *rows[1:])
    name = f"{written.name}（{path} = {value}）"
    given_rows = {**written.given, table: changed}
    return [replace(written, name=name, given=given_rows, expect=expect, copied=True)]


def standard(reader: Reader) -> Standard:
    """Return a standard with all its dated rows."""
    code = reader.text("standard", need=True)
    keys = tuple((item.text("name", need=True), item.text("zh")) for item in reader.each("keys"))
    band = reader.below("band")
    kind = reader.choice("kind", ("money", "number", "count"))
    scale = {"money": 2, "count": 0}.get(kind, reader.integer("scale", 2))
    reader.taken.add("scale")
    value = Column(
        name="value",
        zh=reader.text("zh", need=True),
        kind=kind,
        scale=scale,
        at_most=reader.number("at_most") or Decimal(999_999_999),
        unit=reader.text("unit"),
        supplied_by="bureau",
    )
    names = [name for name, _ in keys]
    rows = [row for item in reader.each("values", need=True) for row in _dated(item, code, names)]
    made = Standard(
        code=code,
        zh=value.zh,
        value=value,
        unit=value.unit,
        keys=keys,
        band=(band.text("name", need=True), band.text("zh")) if band else None,
        rows=tuple(rows),
        note=reader.text("note"),
    )
    reader.done()
    return made


def _dated(reader: Reader, code: str, names: list[str]) -> list[StandardRow]:
    binds = reader.raw("binds")
    below = reader.below("binds") if not isinstance(binds, str) else None
    source = reader.below("basis")
    start = reader.day("effective_from")
    if start is None:
        reader.trouble("pack-key-absent", "缺少生效日期。", "effective_from")
        return []
    cited = basis(source) if source else Basis("practice")
    end, region = reader.day("effective_to"), reader.text("region", need=True)
    status = reader.choice("status", STATUSES)
    checked = reader.choice("checked", ("verified", "recalled", "default"))
    levels = below.texts("levels") if below else ()
    regions = below.texts("regions") if below else ()
    if not (levels or regions or binds == "all"):
        reader.trouble("pack-value", "要写明约束谁：all、levels 或 regions。", "binds")
    history, evidence = _history(reader, status), reader.text("evidence")
    made = []
    for row in reader.each("rows", need=True):
        value = row.number("value", need=True)
        if value is None:
            continue
        made.append(
            StandardRow(
                code=code,
                keys=tuple(row.text(name, need=True) for name in names),
                value=value,
                region=region,
                effective_from=start,
                effective_to=end,
                status=status,
                basis=cited,
                checked=checked,
                binds_all=binds == "all",
                binds_levels=levels,
                binds_regions=regions,
                band_from=row.number("band_from"),
                band_to=row.number("band_to"),
                history=history,
                evidence=evidence,
            )
        )
        row.taken.add("note")
        row.done()
    for key in ("note", "known_from"):
        reader.taken.add(key)
    reader.done()
    return made


def _history(reader: Reader, status: str) -> tuple[Move, ...]:
    """The life of a dated value so far; the last step must be where it stands."""
    made = []
    for item in reader.each("history"):
        day = item.day("day")
        if day is None:
            item.trouble("pack-key-absent", "缺少日期。", "day")
            continue
        made.append(
            Move(
                item.choice("status", STATUSES),
                day,
                item.text("by", need=True),
                item.text("reason", need=True),
            )
        )
        item.done()
    if made and made[-1].status != status:
        reader.trouble("pack-value", "经过的最后一步与现在的状态不一致。", "history")
    return tuple(made)


def measure(reader: Reader) -> Measure:
    """Return a measure."""
    made = Measure(
        name=reader.text("measure", need=True),
        zh=reader.text("zh", need=True),
        aka=reader.texts("aka"),
        subject=reader.text("subject", need=True),
        numerator=reader.text("numerator", need=True),
        denominator=reader.text("denominator"),
        unit=reader.text("unit"),
        says=reader.text("says", need=True),
    )
    reader.done()
    return made
