"""The score of a part: which items were found, and what was said of those that are clean.

Pure: answers and findings in, counts out. Nothing here knows a rule by its id.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.counting import Count
from shangji.exam.columns import touches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shangji.exam.answers import Answer


@dataclass(frozen=True)
class Finding:
    """A rule that fails on a row: whose row it is, and whether it is a verdict or a hint."""

    rule: str
    subject: str
    key: str
    project: str
    unit: str
    hint: bool

    def on(self, codes: Iterable[str], unit: str) -> bool:
        """Whether it stands on one of the projects, or on the unit that only they have."""
        parts = self.key.split("|")
        if self.project:
            return self.project in codes or any(code in parts for code in codes)
        return any(code in parts for code in codes) or bool(unit and self.unit == unit)

    @property
    def at(self) -> tuple[str, str, str]:
        """What makes it the same finding in another version."""
        return self.rule, self.subject, self.key


@dataclass(frozen=True)
class Sat:
    """What the versions of a part were answered with.

    `base` holds for each item-bearing version of the clean twin its findings; `asked` those of the
    version with the faults.
    """

    base: Sequence[frozenset[Finding]]
    asked: frozenset[Finding]


@dataclass(frozen=True)
class Marked:
    """An item with the findings that count for it."""

    answer: Answer
    verdicts: frozenset[Finding]
    hints: frozenset[Finding]

    @property
    def found(self) -> bool:
        """Whether it was found by a verdict, or, where only a question is fair, by a hint too."""
        return bool(self.verdicts or (self.answer.question and self.hints))

    @property
    def hinted(self) -> bool:
        """Whether it was found by anything at all."""
        return bool(self.verdicts or self.hints)


@dataclass
class Score:
    """The counts of a part."""

    marked: list[Marked] = field(default_factory=list)
    clean: int = 0
    false_verdicts: Counter[str] = field(default_factory=Counter)
    false_hints: Counter[str] = field(default_factory=Counter)
    dirty: int = 0
    stray_verdicts: Counter[str] = field(default_factory=Counter)
    stray_hints: Counter[str] = field(default_factory=Counter)
    beside: Counter[str] = field(default_factory=Counter)

    def recall(self, *, semantic: bool | None = None, hints: bool = False) -> Count:
        """Items found of those asked, of one class or of both."""
        made = [
            mark for mark in self.marked if semantic is None or mark.answer.semantic == semantic
        ]
        hits = sum(mark.hinted if hints else mark.found for mark in made)
        return Count(hits, len(made))

    @property
    def precision(self) -> Count:
        """Verdicts that point at a planted fault, of all verdicts on the exam's projects."""
        right = len({at.at for mark in self.marked for at in mark.verdicts})
        wrong = self.false_verdicts.total() + self.stray_verdicts.total()
        return Count(right, right + wrong)

    def by(self, name: str) -> list[tuple[str, Count]]:
        """Recall by a property of the items, weakest first."""
        made: dict[str, Count] = {}
        for mark in self.marked:
            key = str(getattr(mark.answer, name))
            made[key] = made.get(key, Count()) + Count(int(mark.found), 1)
        return sorted(made.items(), key=lambda pair: (pair[1].share, -pair[1].trials, pair[0]))


def score(
    answers: Sequence[Answer], sat: Sat, read: Mapping[str, frozenset[str]], *, pairs: bool = False
) -> Score:
    """Score a part.

    Args:
        answers: the key.
        sat: the findings of its versions.
        read: the columns that each rule rests on.
        pairs: whether an item is a pair, which counts by standing side by side and not by columns.
    """
    made = Score()
    if pairs:
        _pairs(made, answers, sat)
    else:
        _items(made, answers, sat, read)
    return made


def _items(
    made: Score, answers: Sequence[Answer], sat: Sat, read: Mapping[str, frozenset[str]]
) -> None:
    base = sat.base[0]
    before = {finding.at for finding in base}
    codes = {code for answer in answers for code in answer.codes}
    units = {answer.unit for answer in answers if answer.unit}
    asked, based = _index(sat.asked), _index(base)
    for answer in answers:
        mine = {at for at in _of(answer, asked) if at.at not in before}
        held = _of(answer, based)
        _false(made, held)
        if not answer.fault:
            _stray(made, mine)
            continue
        good = frozenset(at for at in mine if touches(read.get(at.rule, frozenset()),
                                                      answer.columns))  # fmt: skip
        made.marked.append(Marked(answer, _verdicts(good), _hints(good)))
        _stray(made, mine - good)
    made.clean = len(answers)
    for finding in base:
        if not finding.on(codes, "") and finding.unit not in units:
            made.beside[finding.rule] += 1


def _pairs(made: Score, answers: Sequence[Answer], sat: Sat) -> None:
    """A pair is found where a finding on one of the two is there only when both are."""
    before = {finding.at for base in sat.base for finding in base}
    asked = _index(sat.asked)
    for answer in answers:
        mine = frozenset(at for at in _of(answer, asked) if at.at not in before)
        if answer.fault:
            made.marked.append(Marked(answer, _verdicts(mine), _hints(mine)))
        else:
            made.clean += 1
            _false(made, mine)


def _index(findings: Iterable[Finding]) -> dict[str, set[Finding]]:
    """Findings by every project code and unit by which an item could claim them."""
    made: dict[str, set[Finding]] = {}
    for finding in findings:
        names = {finding.project, *finding.key.split("|")}
        if not finding.project:
            names.add(finding.unit)
        for name in filter(None, names):
            made.setdefault(name, set()).add(finding)
    return made


def _of(answer: Answer, index: Mapping[str, set[Finding]]) -> set[Finding]:
    names = [*answer.codes, *filter(None, [answer.unit])]
    near: set[Finding] = set().union(*(index.get(name, set()) for name in names))
    return {at for at in near if at.on(answer.codes, answer.unit)}


def _false(made: Score, findings: Iterable[Finding]) -> None:
    verdicts = 0
    for finding in findings:
        (made.false_hints if finding.hint else made.false_verdicts)[finding.rule] += 1
        verdicts += not finding.hint
    made.dirty += verdicts > 0


def _stray(made: Score, findings: Iterable[Finding]) -> None:
    for finding in findings:
        (made.stray_hints if finding.hint else made.stray_verdicts)[finding.rule] += 1


def _verdicts(findings: Iterable[Finding]) -> frozenset[Finding]:
    return frozenset(at for at in findings if not at.hint)


def _hints(findings: Iterable[Finding]) -> frozenset[Finding]:
    return frozenset(at for at in findings if at.hint)
