"""The path to pass the review: the cheapest irreducible set of mendings, for unit and bureau.

Steps that set a figure or a code are verified by running the same rules on the changed rows, all
projects at once; a step that its project also passes without is dropped. Steps that supply material
are listed and called unverified. What a reader may not mend is counted, not described.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from shangji.domain import FAIL, UNKNOWN
from shangji.path.again import Again, State, state
from shangji.path.steps import (
    EXPLAIN,
    FOLLOW,
    READERS,
    SUPPLY,
    UNIT,
    Cell,
    Finding,
    Step,
    may,
    of_mends,
    priced,
    settable,
    suppliable,
)
from shangji.results import extended

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji.pack import Framework, Pack, Rule
    from shangji.results import Results
    from shangji.snapshot import Snapshot

__all__ = ["paths"]

ROUNDS = 3
"""Runs in which steps may call for further steps; what is not mended by then is left."""

Chosen = dict[str, list[Step]]


def paths(snapshot: Snapshot, results: Results, pack: Pack) -> Results:
    """Add the tables `path` and `path_end` to the results of a review."""
    base = state(results)
    again = Again(snapshot, pack, base)
    walked: dict[str, _Walk] = {}
    for reader in READERS:
        walk = _Walk(reader, pack, base, again)
        first = walk.first()
        for known in walked.values():
            if known.started == first:  # the same figures to set: one run serves both
                walk.chosen, walk.after = known.chosen, known.after
        if walk.after is None:
            walk.settle(first)
        walked[reader] = walk
    rows: list[tuple[Any, ...]] = []
    ends: list[tuple[Any, ...]] = []
    for walk in walked.values():
        for project in sorted(again.project_keys):
            steps, end = walk.end(project)
            rows += steps
            ends.append(end)
    return extended(results, {"path": rows, "path_end": ends})


@dataclass
class _Walk:
    """The paths of one reader."""

    reader: str
    pack: Pack
    base: State
    again: Again
    started: Chosen = field(default_factory=dict)
    chosen: Chosen = field(default_factory=dict)
    after: State | None = None
    barred: set[Cell] = field(default_factory=set)

    def rule(self, finding: Finding) -> Rule:
        return self.pack.rules[finding.rule_id]

    def mended(self, findings: Iterable[Finding]) -> list[Finding]:
        """The failing findings that the reader may mend."""
        return [one for one in findings if one.outcome == FAIL and may(self.reader, self.rule(one))]

    def first(self) -> Chosen:
        """The figures and codes that the remedies of the review itself would set."""
        self.started = self._sets(self.base)
        return self.started

    def _sets(self, now: State) -> Chosen:
        made: Chosen = {}
        for project, findings in sorted(now.findings.items()):
            if project in self.again.project_keys:
                steps = of_mends(self.pack, now.mends, self.mended(findings))
                steps = [step for step in steps if step.cell not in self.barred]
                if steps:
                    made[project] = steps
        return made

    def settle(self, first: Chosen) -> None:
        """Apply, run again and keep what passes; then drop what is not needed."""
        self.chosen = {
            project: [replace(step) for step in steps] for project, steps in first.items()
        }
        if not self.chosen:
            self.after = self.base
            return
        self.after = self.again.run(self.chosen, None)
        for _ in range(ROUNDS):
            if not (self._more() or self._kept()):
                break
            self.after = self.again.run(self.chosen, None)
        else:
            self._kept()
        if self._drop():
            self.after = self.again.run(self.chosen, None)
        for project, steps in self.chosen.items():
            failing = self.after.failing(project)
            for step in steps:
                step.verified = not failing & set(step.findings)

    def _more(self) -> bool:
        """Take up what the changed rows newly fail and a further figure would mend."""
        grown = False
        for project, steps in self._sets(self._now()).items():
            mine = {step.cell: step for step in self.chosen.get(project, [])}
            for step in steps:
                known = mine.get(step.cell)
                if known is None:
                    self.chosen.setdefault(project, []).append(self._from_given(step))
                    grown = True
                elif step.yuan and known.to is not None and step.to != known.to:
                    found = tuple(sorted({*known.findings, *step.findings}))
                    new = self._from_given(replace(step, findings=found))
                    self.chosen[project][self.chosen[project].index(known)] = new
                    grown = True
        return grown

    def _from_given(self, step: Step) -> Step:
        """A step found on changed rows, told from what was filed: the rows already moved along."""
        given = self.again.cell(step.cell)
        return priced(self.pack, replace(step, given=given))

    def _now(self) -> State:
        if self.after is None:
            return self.base
        return self.after

    def _kept(self) -> bool:
        """Bar the steps whose findings still fail; whether there were any."""
        gone = False
        for project, steps in list(self.chosen.items()):
            failing = self._now().failing(project)
            kept = [step for step in steps if not failing & set(step.findings)]
            if len(kept) < len(steps):
                gone = True
                self.barred |= {step.cell for step in steps} - {step.cell for step in kept}
                self.chosen[project] = kept
                if not kept:
                    del self.chosen[project]
        return gone

    def _drop(self) -> bool:
        """Try each project without each of its steps, dearest first, all projects at once."""
        several = {
            project: sorted(steps, key=lambda step: step.cost, reverse=True)
            for project, steps in self.chosen.items()
            if len(steps) > 1
        }
        if not several:
            return False
        rules = {
            one.rule_id
            for now in (self.base, self._now())
            for project in several
            for one in self.mended(now.findings.get(project, ()))
        }
        aim = {project: self._open(self._now(), project) for project in several}
        dropped = False
        for turn in range(max(map(len, several.values()))):
            without = {
                project: steps[turn] for project, steps in several.items() if turn < len(steps)
            }
            trial = {
                project: [step for step in steps if step is not without.get(project)]
                for project, steps in self.chosen.items()
            }
            now = self.again.run(trial, rules)
            for project in without:
                if self._open(now, project) <= aim[project]:
                    self.chosen[project] = trial[project]
                    dropped = True
        return dropped

    def _open(self, now: State, project: str) -> set[tuple[str, str]]:
        found = self.mended(now.findings.get(project, ()))
        return {(one.rule_id, one.key) for one in found}

    # Ends.

    def end(self, project: str) -> tuple[list[tuple[Any, ...]], tuple[Any, ...]]:
        """The rows of a project's path and of its end."""
        chosen = self.chosen.get(project, [])
        now = self._now() if chosen else self.base
        standing = now.findings.get(project, [])
        gate = _gate(self.pack)
        asked, left = self._asked(standing, gate)
        sets = sorted(chosen, key=lambda step: step.cost)
        whole = self.again.whole(project, sets)
        steps = sorted([*asked, *sets], key=lambda step: step.cost)
        ordered = [*steps, *(step for step in whole if step.action == FOLLOW)]
        rows = []
        for at, step in enumerate(ordered, start=1):
            shown = all(one.verified for one in sets) if step.action == FOLLOW else step.verified
            where, values = step.cell, (step.given, step.to, step.yuan)
            head = (project, self.reader, at, step.action, step.rules)
            rows.append((*head, *where, *values, shown))
        before = _outcome(gate, self.base.findings.get(project, []), self.pack)
        after = _outcome(gate, left, self.pack)
        unverified = sum(not row[-1] for row in rows)
        end = (project, self.reader, len(rows), unverified, len(left), before, after)
        return rows, end

    def _asked(
        self, standing: list[Finding], gate: Framework | None
    ) -> tuple[list[Step], list[Finding]]:
        """What is to be supplied or explained, and what the reader cannot mend."""
        steps: dict[tuple[str, Cell], Step] = {}
        left = []
        for finding in standing:
            answers = self._answers(finding, gate)
            if answers is None:
                continue
            if not answers:
                left.append(finding)
            for step in answers:
                known = steps.setdefault((step.action, step.cell), step)
                known.findings = tuple(sorted({*known.findings, *step.findings}))
        return list(steps.values()), left

    def _answers(self, finding: Finding, gate: Framework | None) -> list[Step] | None:
        """The steps that answer a finding: none where a person must decide, None if none is due."""
        rule = self.rule(finding)
        found = ((finding.rule_id, finding.key),)
        if finding.outcome == UNKNOWN:
            if not _blocks(gate, finding, self.pack):
                return None
            owed = finding.owed_by == UNIT and rule.visible_to in (UNIT, self.reader)
            return [self._supply(name, finding, found) for name in finding.missing if owed]
        return self._mending(rule, finding, found) if may(self.reader, rule) else []

    def _mending(
        self, rule: Rule, finding: Finding, found: tuple[tuple[str, str], ...]
    ) -> list[Step]:
        if rule.remedy is not None and rule.remedy.supply:
            step = self._supply(rule.remedy.supply, finding, found)
            fits = suppliable(self.pack, rule, step.cell, step.given)
            return [step] if fits else []
        mend = self._now().mends.get(found[0])
        if mend is not None and settable(self.pack, rule, mend):  # figures that pull apart
            return [Step(SUPPLY, mend.cell, mend.given, findings=found)]
        if self.reader == UNIT and rule.question:
            return [Step(EXPLAIN, (finding.subject, finding.key, ""), findings=found)]
        return []

    def _supply(self, name: str, finding: Finding, found: tuple[tuple[str, str], ...]) -> Step:
        table, _, column = name.partition(".")
        key = finding.key if table == finding.subject else ""
        if table == "project":
            key = self.again.project_keys[finding.project]
        given = self.again.cell((table, key, column)) if key else None
        return Step(SUPPLY, (table, key, column), given, findings=found)


def _gate(pack: Pack) -> Framework | None:
    return next((one for one in pack.frameworks.values() if one.subject == "project"), None)


def _caught(gate: Framework, finding: Finding, pack: Pack) -> str:
    """The first line of a gate that catches a finding."""
    dimension = pack.rules[finding.rule_id].dimension
    for line in gate.gate:
        fits = finding.outcome == line.verdict
        graded = not line.severity or finding.severity in line.severity
        if fits and graded and (not line.dimension or dimension in line.dimension):
            return line.name
    return ""


def _blocks(gate: Framework | None, finding: Finding, pack: Pack) -> bool:
    return gate is not None and bool(_caught(gate, finding, pack))


def _outcome(gate: Framework | None, standing: list[Finding], pack: Pack) -> str:
    """The outcome of a gate with some findings standing."""
    if gate is None:
        return ""
    caught = {_caught(gate, finding, pack) for finding in standing}
    names = [line.name for line in gate.gate if line.name in caught or not line.verdict]
    return names[0] if names else ""
