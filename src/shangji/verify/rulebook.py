"""The kept pack read a second time: strict YAML to the few things that a derivation needs."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from shangji.verify.model import DAMAGES, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Doc = dict[str, Any]
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""The fast twin where PyYAML was built with libyaml; scalars are text in both."""
CHINESE = "[\u3000-\u9fff\uff00-\uffef]"
FOLD = re.compile(f"(?<={CHINESE}) (?={CHINESE})")
SCALES = {"money": 2, "number": 2}
AGGREGATES = ("any", "all", "count", "sum", "min", "max")
DEEPEST = 20


@dataclass(frozen=True)
class Column:
    """A column: what its values are, who owes it, how its validity is told."""

    name: str
    kind: str
    scale: int
    codes: str
    pattern: str
    supplied_by: str
    required_when: str

    @property
    def judged(self) -> bool:
        """Whether `.valid` means something."""
        return bool(self.codes or self.pattern or self.kind in {"credit_code", "id_no"})


@dataclass(frozen=True)
class Table:
    """A table or a relation; a relation has SQL."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    project: str
    unit: str
    parent: str
    parent_on: dict[str, str]
    supplied_by: str
    sql: str = ""


@dataclass(frozen=True)
class Use:
    """A rule's use of a standard."""

    code: str
    by: dict[str, str]
    band: str
    region: str


@dataclass(frozen=True)
class Rule:
    """A rule as far as a verdict needs it."""

    id: str
    subject: str
    dimension: str
    severity: str
    status: str
    applies: str
    fails: str
    digest: str
    uses: dict[str, Use] = field(default_factory=dict)
    measured: str = ""
    allowed: str = ""
    scale: str = ""
    set: str = ""
    to: str = ""
    supply: str = ""
    question: str = ""
    visible_to: str = ""
    at_stake: str = ""
    start: str = ""
    end: str = ""
    column: Column | None = None
    """The column that a derived rule asks about."""

    @property
    def texts(self) -> list[str]:
        """Every expression of the rule."""
        return [
            self.applies,
            self.fails,
            self.measured,
            self.allowed,
            self.to,
            self.at_stake,
            self.set,
        ]


@dataclass
class Book:
    """The parts of a pack by name."""

    tables: dict[str, Table] = field(default_factory=dict)
    codes: dict[str, tuple[frozenset[str], bool]] = field(default_factory=dict)
    words: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)
    lookups: list[Doc] = field(default_factory=list)
    facts: dict[tuple[str, str], Doc] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    standards: dict[str, Doc] = field(default_factory=dict)
    measures: dict[str, Doc] = field(default_factory=dict)
    frameworks: dict[str, Doc] = field(default_factory=dict)
    sections: dict[str, Doc] = field(default_factory=dict)
    reduction: Doc = field(default_factory=dict)
    allocation: Doc = field(default_factory=dict)
    docs: list[tuple[str, Doc]] = field(default_factory=list)

    def of_codes(self, name: str) -> tuple[frozenset[str], bool]:
        """The codes of a list, and whether it is complete."""
        return self.codes[name]


def short(doc: Doc) -> str:
    """The short digest by which a verdict names its rule."""
    text = json.dumps(doc, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def text(doc: Doc, key: str, default: str = "") -> str:
    """A text of a document; the blank of a broken Chinese line is taken out."""
    found = doc.get(key, default)
    if not isinstance(found, str):
        raise Unreadable(f"规则包里“{key}”不是文字")
    return FOLD.sub("", found.strip())


def texts(doc: Doc, key: str) -> list[str]:
    """A list of texts; one text alone is a list of one."""
    found = doc.get(key) or []
    return [found] if isinstance(found, str) else list(found)


def book(folders: list[Path]) -> Book:
    """Read the kept packs in their order."""
    made = Book()
    parts: dict[str, Callable[[Book, Doc, Path], object]] = {
        "codes": _codes,
        "words": _words,
        "tables": _table,
        "facts": _facts,
        "relations": _relation,
        "standards": _standard,
        "rules": _rule,
        "reductions": lambda made, doc, _: setattr(made, "reduction", doc),
        "allocations": lambda made, doc, _: setattr(made, "allocation", doc),
        "measures": lambda made, doc, _: made.measures.update({text(doc, "measure"): doc}),
        "frameworks": lambda made, doc, _: made.frameworks.update({text(doc, "framework"): doc}),
        "sections": lambda made, doc, _: made.sections.update({text(doc, "section"): doc}),
    }
    try:
        for folder in folders:
            for kind, take in parts.items():
                for path in sorted((folder / kind).rglob("*.yaml")):
                    doc = document(path)
                    take(made, doc, path)
                    made.docs.append((kind, doc))
        derived = {
            rule.id: rule for table in made.tables.values() for rule in _derived(made, table)
        }
    except (*DAMAGES, OSError, csv.Error) as error:
        raise Unreadable(f"规则包读不懂（{type(error).__name__}：{error}）") from error
    made.rules = dict(sorted((derived | made.rules).items()))
    return made


def document(path: Path) -> Doc:
    """The mapping of a file, scalars as text; a key written twice is refused."""
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Unreadable(f"规则包的 {path.name} 读不出来") from error
    found = _built(node, 0) if node is not None else {}
    if not isinstance(found, dict):
        raise Unreadable(f"规则包的 {path.name} 最外层不是“名称: 值”")
    return found


def _built(node: yaml.Node, depth: int) -> Any:  # noqa: ANN401 - text, lists, mappings
    if depth > DEEPEST:
        raise Unreadable("规则包嵌套太深")
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_built(item, depth + 1) for item in node.value]
    made: Doc = {}
    for key, below in node.value:
        if key.value in made:
            raise Unreadable(f"规则包里“{key.value}”写了两次")
        made[key.value] = _built(below, depth + 1)
    return made


def _codes(made: Book, doc: Doc, path: Path) -> None:
    held = {text(row, "code") for row in doc.get("rows") or []}
    if doc.get("file"):
        with (path.parent / doc["file"]).open(encoding="utf-8-sig", newline="") as file:
            held |= {line["code"] for line in csv.DictReader(file)}
    made.codes[text(doc, "codes")] = (frozenset(held), text(doc, "complete", "true") == "true")


def _words(made: Book, doc: Doc, _: Path) -> None:
    made.words[text(doc, "words")] = (texts(doc, "any"), texts(doc, "except"))


def _column(doc: Doc, supplied_by: str) -> Column:
    kind = text(doc, "kind")
    scale = SCALES.get(kind, 0)
    return Column(
        text(doc, "name"),
        kind,
        int(text(doc, "scale") or scale) if kind == "number" else scale,
        text(doc, "codes"),
        text(doc, "pattern"),
        text(doc, "supplied_by") or supplied_by,
        text(doc, "required_when"),
    )


def _made_table(doc: Doc, name: str) -> Table:
    supplied_by = text(doc, "supplied_by") or "unit"
    columns = [_column(item, supplied_by) for item in doc["columns"]]
    return Table(
        name,
        tuple(texts(doc, "key")),
        {column.name: column for column in columns},
        text(doc, "project"),
        text(doc, "unit"),
        text(doc, "parent"),
        dict(doc.get("parent_on") or {}),
        supplied_by,
        text(doc, "sql"),
    )


def _table(made: Book, doc: Doc, _: Path) -> None:
    base = made.tables.get(text(doc, "extends"))
    if base is None:
        name = text(doc, "table")
        made.tables[name] = _made_table(doc, name)
        return
    base.columns.update(_made_table(doc, base.name).columns)


def _relation(made: Book, doc: Doc, _: Path) -> None:
    name = text(doc, "relation")
    made.tables[name] = _made_table(doc, name)


def _facts(made: Book, doc: Doc, _: Path) -> None:
    made.lookups.extend(doc.get("lookups") or [])
    for item in doc.get("facts") or []:
        kind = next(key for key in (*AGGREGATES, "months", "years_after") if key in item)
        given = texts(item, kind)
        child = given[0] if kind == "count" else ""
        if kind in AGGREGATES and not child:
            alias = re.search(r"\b(?!review\.)([a-z_]\w*)\.", given[0])
            child = text(item, "over") or (alias[1] if alias else "")
        fact: Doc = {
            "name": text(item, "name"),
            "of": text(item, "of"),
            "kind": kind,
            "child": child,
            "argument": "TRUE" if kind == "count" else given[0],
            "second": given[1] if len(given) > 1 else "",
            "where": text(item, "where") or "TRUE",
            "via": {key: path.split(".")[-1] for key, path in (item.get("via") or {}).items()},
        }
        made.facts.setdefault((fact["of"], fact["name"]), fact)


def _standard(made: Book, doc: Doc, _: Path) -> None:
    """Later packs add rows; a row carries its act's head along."""
    code, kind = text(doc, "standard"), text(doc, "kind")
    keys = [text(key, "name") for key in doc.get("keys") or []]
    given = int(text(doc, "scale") or 2)
    scale = {"money": 2, "count": 0}.get(kind, given)
    fresh: Doc = {"kind": kind, "scale": scale, "keys": keys, "band": bool(doc.get("band"))}
    held = made.standards.setdefault(code, {**fresh, "rows": []})
    for act in doc["values"]:
        binds = act.get("binds")
        binding = binds if isinstance(binds, dict) else {}
        for row in act["rows"]:
            band = text(row, "band_from")
            held["rows"].append(
                {
                    "keys": tuple(text(row, key) for key in keys),
                    "value": Decimal(text(row, "value")),
                    "region": text(act, "region"),
                    "start": date.fromisoformat(text(act, "effective_from")),
                    "end": text(act, "effective_to"),
                    "status": text(act, "status"),
                    "all": binds == "all",
                    "levels": texts(binding, "levels"),
                    "regions": texts(binding, "regions"),
                    "low": Decimal(band) if band else None,
                    "high": Decimal(text(row, "band_to")) if text(row, "band_to") else None,
                }
            )


def uses(doc: Doc) -> dict[str, Use]:
    """The uses of standards that a rule or a section names."""
    return {name: _use(found) for name, found in (doc.get("standards") or {}).items()}


def _use(found: Any) -> Use:  # noqa: ANN401 - a text or a mapping
    if isinstance(found, str):
        return Use(found, {}, "", "")
    by = dict(found.get("by") or {})
    return Use(text(found, "code"), by, text(found, "band"), text(found, "region"))


def _rule(made: Book, doc: Doc, _: Path) -> None:
    shows, remedy = doc.get("shows") or {}, doc.get("remedy") or {}
    effective = doc.get("effective") or {}
    kept = {key: value for key, value in doc.items() if key not in {"cases", "given"}}
    rule = Rule(
        id=text(doc, "id"),
        subject=text(doc, "subject"),
        dimension=text(doc, "dimension"),
        severity=text(doc, "severity"),
        status=text(doc, "status"),
        applies=text(doc, "applies"),
        fails=text(doc, "fails"),
        digest=short(kept),
        uses=uses(doc),
        measured=text(shows, "measured"),
        allowed=text(shows, "allowed"),
        scale=text(shows, "scale"),
        set=text(remedy, "set"),
        to=text(remedy, "to"),
        supply=text(remedy, "supply"),
        question=text(doc, "question"),
        visible_to=text(doc, "visible_to"),
        at_stake=text(doc, "at_stake"),
        start=text(effective, "from"),
        end=text(effective, "to"),
    )
    made.rules[rule.id] = rule


def _derived(made: Book, table: Table) -> Iterator[Rule]:
    """The rules that a table states itself: columns required, codes and formats."""
    for column in table.columns.values():
        name = f"{table.name}.{column.name}"
        if table.sql:
            continue
        if column.required_when:
            applies = "TRUE" if column.required_when == "always" else column.required_when
            fails = f"{name}.missing"
            sealed = short({"applies": applies, "fails": fails})
            head = (f"C-{name}", table.name, "completeness", "major", "active")
            asked = _asking(column, name)
            yield replace(Rule(*head, applies, fails, sealed, column=column), **asked)
        if column.judged:
            partial = bool(column.codes) and not made.codes[column.codes][1]
            status, fails = "trial" if partial else "active", f"NOT {name}.valid"
            sealed = short({"fails": fails, "status": status})
            head = (f"V-{name}", table.name, "completeness", "minor", status)
            asked = {**_asking(column, name), "measured": name}
            made_of = Rule(*head, f"NOT {name}.missing", fails, sealed, column=column)
            yield replace(made_of, **asked)


def _asking(column: Column, name: str) -> dict[str, Any]:
    """What a derived rule asks to be supplied, and who may read its finding."""
    seen = "unit" if column.supplied_by == "unit" else "bureau"
    return {"supply": name, "visible_to": seen}
