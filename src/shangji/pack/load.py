"""Folders to one `Pack`: the national pack, the packs that extend it, a county's overlay."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji import LANGUAGE
from shangji.errors import Problem, Where
from shangji.pack import hints, read_forms, read_frameworks, read_rules, read_tables, strict_yaml
from shangji.pack.allocation import allocation
from shangji.pack.derived import derived_rules
from shangji.pack.mapping import mappings
from shangji.pack.model import Pack
from shangji.pack.patterns import patterns
from shangji.pack.reader import Reader
from shangji.pack.reasons import reasons
from shangji.pack.section import section
from shangji.pack.spending import spending_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shangji.pack.acts import Act, Anonymous, Repealed
    from shangji.pack.allocation import Allocation
    from shangji.pack.mapping import SheetMapping
    from shangji.pack.model import Fact, Lookup, Reduction
    from shangji.pack.patterns import Patterns
    from shangji.pack.reasons import Reason
    from shangji.schema import Table

SUFFIXES = frozenset({".yaml", ".csv", ".toml"})


@dataclass
class _Parts:
    """What has been read so far, by name."""

    codes: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    relations: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)
    standards: dict[str, Any] = field(default_factory=dict)
    measures: dict[str, Any] = field(default_factory=dict)
    frameworks: dict[str, Any] = field(default_factory=dict)
    sections: dict[str, Any] = field(default_factory=dict)
    classes: dict[str, Any] = field(default_factory=dict)
    forms: dict[str, Any] = field(default_factory=dict)
    lookups: list[Lookup] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    repealed: list[Repealed] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    anonymous: Anonymous | None = None
    mappings: list[SheetMapping] = field(default_factory=list)
    documents: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    reduction: Reduction | None = None
    allocation: Allocation | None = None
    reasons: dict[str, Reason] = field(default_factory=dict)
    patterns: list[Patterns] = field(default_factory=list)


def shipped(name: str) -> Path:
    """The folder of a pack that comes with the library."""
    return Path(str(resources.files("shangji"))) / "packs" / name


def load(
    folders: Iterable[Path | str] = ("national",), overlays: Iterable[Path | str] = ()
) -> tuple[Pack | None, list[Problem]]:
    """Load packs in the order given; a name without a folder is a pack that comes with us.

    Returns:
        The pack and no problem, or None and the problems that forbid it.
    """
    parts = _Parts()
    heads = []
    hashed = hashlib.sha256()
    for given in (*folders, *overlays):
        folder = Path(given) if Path(given).is_dir() else shipped(str(given))
        head = _head(folder, parts)
        if head is None:
            continue
        heads.append(head)
        for path in sorted(folder.rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                name = path.relative_to(folder).as_posix()
                hashed.update(f"{head['name']}/{name}\0".encode() + path.read_bytes() + b"\0")
        _read(folder, parts)
    if not parts.problems:
        _join(parts)
    if parts.problems or not heads:
        return None, parts.problems
    return _pack(parts, heads, hashed.hexdigest()), []


def required(folders: Iterable[Path | str]) -> tuple[Path | str, ...]:
    """The folders in order, before each the packs that its pack.toml requires, each pack once."""
    order: list[Path | str] = []
    known: set[str] = set()

    def take(given: Path | str) -> None:
        folder = Path(given) if Path(given).is_dir() else shipped(str(given))
        try:
            head = tomllib.loads((folder / "pack.toml").read_text("utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
            head = {}  # `load` says what is wrong with it
        name = str(head.get("name", folder))
        if name in known:
            return
        known.add(name)
        for needed in head.get("requires", ()):
            take(str(needed))
        order.append(given)

    for given in folders:
        take(given)
    return tuple(order)


def _pack(parts: _Parts, heads: list[dict[str, Any]], digest: str) -> Pack:
    made = Pack(
        names=tuple(head["name"] for head in heads),
        zh=heads[-1].get("zh", ""),
        version="+".join(head.get("version", "") for head in heads),
        language=LANGUAGE,
        digest=digest,
        tables=parts.tables,
        codes=parts.codes,
        words=parts.words,
        lookups=tuple(parts.lookups),
        facts=tuple(parts.facts),
        relations=parts.relations,
        rules=dict(sorted(parts.rules.items())),
        standards=parts.standards,
        measures=parts.measures,
        frameworks=parts.frameworks,
        forms=parts.forms,
        documents=parts.documents,
        repealed=tuple(parts.repealed),
        reduction=parts.reduction,
        allocation=parts.allocation,
        reasons=tuple(parts.reasons.values()),
        acts=tuple(parts.acts),
        anonymous=parts.anonymous,
        mappings=tuple(parts.mappings),
        patterns=tuple(parts.patterns),
        sections=parts.sections,
        classes=parts.classes,
    )
    rules = {rule.id: rule for rule in derived_rules(made.tables.values())} | dict(made.rules)
    return replace(made, rules=dict(sorted(rules.items())))


def _head(folder: Path, parts: _Parts) -> dict[str, Any] | None:
    path = folder / "pack.toml"
    shown = f"{folder.name}/pack.toml"
    if not path.is_file():
        says = "这个文件夹里没有 pack.toml。" if folder.is_dir() else "没有这个规则包。"
        fix = "请检查名称，或先新建：shangji pack new 名称（用小写英文，如 benxian）。"
        parts.problems.append(Problem("pack-missing", Where(shown), says, fix))
        return None
    try:
        head = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        says = f"读不出来：{error}。"
        parts.problems.append(Problem("pack-yaml", Where(shown), says, "请改正后重试。"))
        return None
    if head.get("language") != LANGUAGE:
        says = f"这个包用规则语言 {head.get('language')}，本版支持 {LANGUAGE}。"
        fix = "请升级上计或规则包。"
        parts.problems.append(Problem("pack-language", Where(shown), says, fix))
        return None
    if not head.get("name"):
        says = "缺少 name。"
        parts.problems.append(Problem("pack-key-absent", Where(shown), says, "请补写包名。"))
        return None
    return head


def _read(folder: Path, parts: _Parts) -> None:
    """Read one pack's documents, code lists before tables and tables before relations."""
    read = partial(_each, folder, parts)
    read("acts", lambda reader, _: parts.acts.extend(read_tables.acts(reader)))
    read("anonymous.yaml", lambda reader, _: _anonymous(reader, parts))
    read("repealed.yaml", lambda reader, _: parts.repealed.extend(read_tables.repealed(reader)))
    read(
        "codes",
        lambda reader, path: _add(
            parts.codes, read_tables.code_list(reader, path.parent), reader, "name"
        ),
    )
    read("words", lambda reader, _: _add(parts.words, read_tables.words(reader), reader, "name"))
    read("tables", lambda reader, _: _table(reader, parts))
    read("mappings", lambda reader, _: parts.mappings.extend(mappings(reader, parts.tables)))
    read("facts", lambda reader, _: _facts(reader, parts))
    read("relations", lambda reader, _: _relation(reader, parts))
    read("standards", lambda reader, _: _standard(reader, parts))
    read("rules", lambda reader, _: _rule(reader, parts))
    read(
        "measures",
        lambda reader, _: _add(parts.measures, read_rules.measure(reader), reader, "name"),
    )
    read(
        "frameworks",
        lambda reader, _: _add(parts.frameworks, read_frameworks.framework(reader), reader, "name"),
    )
    read("sections", lambda reader, _: _add(parts.sections, section(reader), reader, "name"))
    read("classes", lambda reader, _: _add(parts.classes, spending_class(reader), reader, "name"))
    read("reductions", lambda reader, _: _reduction(reader, parts))
    read("allocations", lambda reader, _: _allocation(reader, parts))
    read("patterns", lambda reader, _: parts.patterns.append(patterns(reader)))
    read("reasons", lambda reader, _: _reasons(reader, parts))
    read(
        "forms",
        lambda reader, _: _add(parts.forms, read_forms.form(reader, parts.tables), reader, "name"),
    )


def _anonymous(reader: Reader, parts: _Parts) -> None:
    parts.anonymous = read_tables.anonymous(reader) or parts.anonymous


def _each(folder: Path, parts: _Parts, kind: str, take: Callable[[Reader, Path], None]) -> None:
    found = folder / kind
    for path in [found] if found.is_file() else sorted(found.rglob("*.yaml")):
        shown = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        doc, problems = strict_yaml.read(path, shown)
        parts.problems.extend(problems)
        if doc is not None:
            parts.documents[shown] = doc
            take(Reader(doc, shown, parts.problems), path)


def _add(known: dict[str, Any], made: Any, reader: Reader, key: str) -> None:  # noqa: ANN401 - any part of a pack
    name = getattr(made, key)
    if name in known:
        reader.trouble("pack-duplicate", f"“{name}”已经定义过。", value=name)
    known[name] = made


def _table(reader: Reader, parts: _Parts) -> None:
    made = read_tables.table(reader, parts.codes)
    reader.done()
    if not reader.doc.get("extends"):
        if not made.zh or not made.name:
            reader.trouble("pack-key-absent", "表要有 table 和 zh。")
        _add(parts.tables, made, reader, "name")
        return
    base = parts.tables.get(made.name)
    if base is None:
        reader.trouble("pack-reference", "要扩展的表不存在。", "extends", made.name)
        return
    for column in made.columns:
        if column.name in base.by_name:
            reader.trouble("pack-duplicate", "被扩展的表已有这一列。", "columns", column.name)
    parts.tables[made.name] = replace(
        base,
        columns=base.columns + made.columns,
        sheets=base.sheets + made.sheets,
    )


def _facts(reader: Reader, parts: _Parts) -> None:
    parts.lookups.extend(read_tables.lookup(item) for item in reader.each("lookups"))
    parts.facts.extend(
        made for item in reader.each("facts") if (made := read_tables.fact(item)) is not None
    )
    reader.done()


def _relation(reader: Reader, parts: _Parts) -> None:
    names = set(parts.tables) | set(parts.relations)
    made = read_tables.relation(reader, parts.codes, names)
    if made.table.name in names:
        reader.trouble("pack-duplicate", "这个名称已经用过。", "relation", made.table.name)
    parts.relations[made.table.name] = made


def _standard(reader: Reader, parts: _Parts) -> None:
    """A later pack adds dated rows to a standard of an earlier one: nearest region wins."""
    made = read_rules.standard(reader)
    base = parts.standards.get(made.code)
    if base is None:
        parts.standards[made.code] = made
    elif (base.value.kind, base.value.scale, base.keys) != (
        made.value.kind,
        made.value.scale,
        made.keys,
    ):
        reader.trouble("pack-duplicate", "同名标准的类型或键不同。", "standard", made.code)
    else:
        parts.standards[made.code] = replace(base, rows=base.rows + made.rows)


def _reasons(reader: Reader, parts: _Parts) -> None:
    """Sentences of a later pack come first, and replace those of their name."""
    made = {one.name: one for one in reasons(reader)}
    parts.reasons = {**made, **{key: one for key, one in parts.reasons.items() if key not in made}}


def _reduction(reader: Reader, parts: _Parts) -> None:
    """One statement of how cuts are taken; a later pack's replaces an earlier one of its name."""
    made = read_rules.reduction(reader)
    if parts.reduction is not None and parts.reduction.name != made.name:
        reader.trouble("pack-duplicate", "审减口径只能有一个；要替换的，请用同名。", "reduction")
    parts.reduction = made


def _allocation(reader: Reader, parts: _Parts) -> None:
    """One statement of how money is arranged; a later pack's replaces an earlier of its name."""
    made = allocation(reader)
    if parts.allocation is not None and parts.allocation.name != made.name:
        reader.trouble("pack-duplicate", "安排口径只能有一个；要替换的，请用同名。", "allocation")
    parts.allocation = made


def _rule(reader: Reader, parts: _Parts) -> None:
    _add(parts.rules, read_rules.rule(reader, reader.shown), reader, "id")


def _join(parts: _Parts) -> None:  # noqa: C901 - one loop for each kind of part
    """Check what only the whole shows: parents, lookups and facts on tables that exist."""
    tables: dict[str, Table] = parts.tables
    for made in tables.values():
        problem = read_tables.absent_parent(made, tables, made.name)
        if problem:
            parts.problems.append(problem)
    for spending in parts.classes.values():
        if why := spending.fits(tables):
            where = Where(field=spending.name)
            parts.problems.append(Problem("pack-reference", where, why, "请检查支出类的表和列。"))
    known = set(tables) | set(parts.relations)
    for lookup in parts.lookups:
        for name in {lookup.of, lookup.source} - known:
            _unknown(parts, lookup.name, name)
    for fact in parts.facts:
        for name in ({fact.of, fact.child} - {""}) - known:
            _unknown(parts, fact.name, name)
    judged = [(rule.id, rule) for rule in parts.rules.values()]
    for name, one in (*judged, *parts.sections.items()):
        if one.subject not in known:
            _unknown(parts, name, one.subject)
        for use in one.standards:
            if use.code not in parts.standards:
                _unknown(parts, name, use.code)
    joined = (parts.lookups, parts.facts, parts.relations.values())
    evaluated = [(one.name, one.subject) for one in parts.frameworks.values()]
    measured = [(one.name, one.subject) for one in parts.measures.values()]
    costed = [(one.name, one.table) for one in parts.classes.values()]
    subjects = (*evaluated, *measured, *costed)
    parts.problems += hints.resting(tables, parts.rules.values(), joined, subjects)


def _unknown(parts: _Parts, place: str, name: str) -> None:
    says = f"用到的“{name}”不存在。"
    parts.problems.append(
        Problem("pack-reference", Where(field=place), says, "请检查名称，或先定义它。", value=name)
    )
