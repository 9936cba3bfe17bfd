"""A kind of fault, its disguises, and how a disguise becomes an item of the exam."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exam.bundle import Bundle, Change
from exam.start import alone

Archetype = Callable[[int], Bundle]
ALL, TOTALS, NOTHING = "all", "totals", "nothing"
FAULT, CLEAN = "fault", "clean"


@dataclass(frozen=True)
class Disguise:
    """One way in which the fault comes: on which project, in what words, by which changes.

    `before` is done to the clean twin too; `also` names columns that follow and yet are the fault.
    `alone` gives the project a unit of its own, for faults that stand in the unit's register.
    """

    of: Archetype
    words: str
    changes: tuple[Change, ...]
    before: tuple[Change, ...] = ()
    also: str = ""
    settle: str = ALL
    alone: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of fault: name, words, class, whether only a question is fair, its disguises."""

    name: str
    zh: str
    disguises: tuple[Disguise, ...]
    semantic: bool = False
    question: bool = False


def kind(
    name: str, zh: str, *disguises: Disguise, semantic: bool = False, question: bool = False
) -> Kind:
    """A kind of its disguises."""
    return Kind(name, zh, disguises, semantic, question)


def as_(
    of: Archetype,
    words: str,
    *changes: Change,
    before: tuple[Change, ...] = (),
    also: str = "",
    settle: str = ALL,
    alone: bool = False,
) -> Disguise:
    """A disguise."""
    return Disguise(of, words, changes, before, also, settle, alone)


@dataclass
class Item:
    """An item: its id, its place in the exam, the clean and the tampered bundle, its columns."""

    id: str
    kind: str
    zh: str
    words: str
    truth: str
    clean: Bundle
    faulty: Bundle
    columns: tuple[str, ...] = ()
    semantic: bool = False
    question: bool = False
    wan: bool = False


def item(serial: int, of: Kind, at: int) -> Item:
    """The item of a kind's disguise."""
    disguise = of.disguises[at]
    clean = disguise.of(serial)
    if disguise.alone:
        alone(clean, serial)
    for change in disguise.before:
        change.carry_out(clean)
    if disguise.before:
        clean.settle()
        clean.count()
    faulty = clean.copy()
    columns = set(disguise.also.split())
    for change in disguise.changes:
        columns |= change.columns(faulty)
        change.carry_out(faulty)
    if disguise.settle == ALL:
        faulty.settle()
    elif disguise.settle == TOTALS:
        faulty.retotal()
    if disguise.settle != NOTHING and not any(name.startswith("target.") for name in columns):
        faulty.count()
    faulty.retext(clean)
    if not columns:
        raise ValueError(f"{of.name} {at}: nothing is tampered with")
    return Item(
        f"{of.name}-{at + 1}",
        of.name,
        of.zh,
        disguise.words,
        FAULT,
        clean,
        faulty,
        tuple(sorted(columns)),
        of.semantic,
        of.question,
    )
