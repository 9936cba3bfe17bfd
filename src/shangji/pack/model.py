"""The parts of a pack as frozen values. Expressions are text here; `compile` types them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from shangji.pack.acts import Act, Anonymous, Repealed
    from shangji.pack.allocation import Allocation
    from shangji.pack.form import Form
    from shangji.pack.mapping import SheetMapping
    from shangji.pack.patterns import Patterns
    from shangji.pack.reasons import Reason
    from shangji.pack.section import Section
    from shangji.pack.spending import SpendingClass
    from shangji.schema import CodeList, Column, Table


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rule or a standard rests on; `kind` is one of `domain.BASIS_KINDS`."""

    kind: str
    doc_no: str = ""
    title: str = ""
    article: str = ""
    note: str = ""

    def __str__(self) -> str:
        """Return the citation as people read it; never more than was cited."""
        name = f"《{self.title}》" if self.title else ""
        if self.kind == "data_standard":  # a form or a value set has a name, not a title
            name = self.title
        number = f"（{self.doc_no}）" if self.doc_no and name else self.doc_no
        article = self.article or ("（条款待核）" if self.kind == "act" else "")
        words = {"arithmetic": "算术关系", "practice": "通行做法"}
        return f"{name}{number}{article}" or self.note or words.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Use:
    """A rule's use of a standard: its code, key expressions, band and region expressions."""

    name: str
    code: str
    by: Mapping[str, str]
    band: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would mend a finding: a figure to set, or material to supply."""

    set: str = ""
    to: str = ""
    supply: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """Given rows of tables as text, and the outcomes expected, one a row of the subject."""

    name: str
    given: Mapping[str, tuple[Mapping[str, str], ...]]
    expect: tuple[str, ...]
    region: str = ""
    unsupplied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    copied: bool = False
    """Whether it stands for another case with one cell changed (`alike`, `but`)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One predicate on one row, with its basis, its words and its cases."""

    id: str
    title: str
    subject: str
    dimension: str
    severity: str
    status: str
    visible_to: str
    basis: tuple[Basis, ...]
    applies: str
    fails: str
    message: str
    digest: str
    standards: tuple[Use, ...] = ()
    measured: str = ""
    allowed: str = ""
    shows_scale: str = ""
    remedy: Remedy | None = None
    at_stake: str = ""
    known_limits: str = ""
    question: str = ""
    keep: str = ""
    guarded_by: tuple[str, ...] = ()
    effective_from: str = ""
    effective_to: str = ""
    cases: tuple[Case, ...] = ()
    derived: bool = False
    file: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A word list: the mark is on where one of `any` stands and none of `unless`."""

    name: str
    zh: str
    any: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lookup:
    """At most one row of `source` for each row of `of`: source column → expression on the row."""

    name: str
    zh: str
    of: str
    source: str
    on: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """A derived column of `of`: an aggregate over `child`, or a date fact of the own row."""

    name: str
    zh: str
    of: str
    kind: str
    argument: str
    child: str = ""
    where: str = ""
    second: str = ""
    via: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relation:
    """A table made by portable SQL; `reads` are the tables it names.

    `across_units` says whether a row may show what other units filed.
    """

    table: Table
    sql: str
    reads: tuple[str, ...]
    cases: tuple[RelationCase, ...] = ()
    across_units: bool = False


@dataclass(frozen=True, slots=True)
class RelationCase:
    """Given rows as text and the rows expected, all columns as text, in key order."""

    given: Mapping[str, tuple[Mapping[str, str], ...]]
    rows: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A step in the life of a standard's row: to which status, when, by whom and why."""

    status: str
    on: date
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One dated value of a standard, with whose act it is and whom it binds."""

    code: str
    keys: tuple[str, ...]
    value: Decimal
    region: str
    effective_from: date
    effective_to: date | None
    status: str
    basis: Basis
    checked: str
    binds_all: bool = False
    binds_levels: tuple[str, ...] = ()
    binds_regions: tuple[str, ...] = ()
    band_from: Decimal | None = None
    band_to: Decimal | None = None
    history: tuple[Move, ...] = ()
    evidence: str = ""

    @property
    def id(self) -> str:
        """A name for the row that survives other rows: code, keys, band, region, date."""
        keys = "".join(f"[{key}]" for key in self.keys)
        band = f"[{self.band_from:f}]" if self.band_from is not None else ""
        return f"{self.code}{keys}{band}@{self.region}@{self.effective_from}"


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard: what its keys are, in which unit it is, and its dated rows."""

    code: str
    zh: str
    value: Column
    unit: str
    keys: tuple[tuple[str, str], ...]
    band: tuple[str, str] | None
    rows: tuple[StandardRow, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One definition of a number: numerator over denominator on a subject's row."""

    name: str
    zh: str
    aka: tuple[str, ...]
    subject: str
    numerator: str
    denominator: str
    unit: str
    says: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a steps leaf: a predicate (empty = otherwise), its value, its words."""

    when: str
    value: Decimal
    says: str


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a framework; a leaf has a weight and one of steps, deduct, scale, judged."""

    name: str
    zh: str
    parent: str = ""
    weight: int = 0
    steps: tuple[Step, ...] = ()
    deduct: Mapping[str, Decimal] = field(default_factory=dict)
    deducting: bool = False
    measure: str = ""
    points: tuple[tuple[Decimal, Decimal], ...] = ()
    judged_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class GateLine:
    """One line of a gate: the outcome, and which verdicts bring it about."""

    name: str
    zh: str
    verdict: str = ""
    severity: tuple[str, ...] = ()
    dimension: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Framework:
    """A weighted tree over a subject, with its gate and its grades.

    Grades are the four quarters of two axes (`x`, `y`, both against `cut`), or `bands` of one node
    (`x`): name and least per cent of full marks, best first. `follows` are two columns of the
    subject: what the row is about, and the day of the row, where one thing has a row a day.
    """

    name: str
    zh: str
    subject: str
    applies: str
    nodes: tuple[Node, ...]
    gate: tuple[GateLine, ...] = ()
    known_at_least: int = 70
    top_share: int = 40
    shift: int = 5
    x: str = ""
    y: str = ""
    cut: Decimal | None = None
    grades: Mapping[str, str] = field(default_factory=dict)
    bands: tuple[tuple[str, Decimal], ...] = ()
    follows: tuple[str, str] | None = None
    note: str = ""

    @property
    def axes(self) -> tuple[str, ...]:
        """The nodes that grade: two axes, one node with bands, or none."""
        return tuple(filter(None, (self.x, self.y)))

    def leaves(self, node: str = "") -> tuple[Node, ...]:
        """The leaves under a node, or all of them, in the framework's order."""
        names = {node}
        for child in self.nodes:
            if child.parent in names and node:
                names.add(child.name)
        return tuple(
            leaf for leaf in self.nodes if leaf.weight and (not node or leaf.name in names)
        )


@dataclass(frozen=True, slots=True)
class Floor:
    """What no cut goes below on a row of `subject`: a sum that a contract or a policy binds."""

    name: str
    zh: str
    subject: str
    at_least: str
    applies: str = "TRUE"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reduction:
    """How cuts are taken: from which fund first, and what they never go below."""

    name: str
    zh: str
    fund_order: tuple[str, ...]
    floors: tuple[Floor, ...]
    note: str = ""


@dataclass(frozen=True)
class Pack:
    """Everything that was loaded: one national pack with the packs that extend it."""

    names: tuple[str, ...]
    zh: str
    version: str
    language: int
    digest: str
    tables: Mapping[str, Table]
    codes: Mapping[str, CodeList]
    words: Mapping[str, Words]
    lookups: tuple[Lookup, ...]
    facts: tuple[Fact, ...]
    relations: Mapping[str, Relation]
    rules: Mapping[str, Rule]
    standards: Mapping[str, Standard]
    measures: Mapping[str, Measure]
    frameworks: Mapping[str, Framework]
    documents: Mapping[str, Any] = field(default_factory=dict)
    repealed: tuple[Repealed, ...] = ()
    reduction: Reduction | None = None
    allocation: Allocation | None = None
    reasons: tuple[Reason, ...] = ()
    acts: tuple[Act, ...] = ()
    forms: Mapping[str, Form] = field(default_factory=dict)
    anonymous: Anonymous | None = None
    mappings: tuple[SheetMapping, ...] = ()
    patterns: tuple[Patterns, ...] = ()
    sections: Mapping[str, Section] = field(default_factory=dict)
    classes: Mapping[str, SpendingClass] = field(default_factory=dict)

    def relation_or_table(self, name: str) -> Table | None:
        """The definition behind a name that rules may have as subject."""
        if name in self.relations:
            return self.relations[name].table
        return self.tables.get(name)

    def children(self, table: str) -> tuple[Table, ...]:
        """The tables whose parent this is."""
        return tuple(child for child in self.tables.values() if child.parent == table)
