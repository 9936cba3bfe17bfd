"""What became of findings once people decided: by rule, and how far people and system agree.

Decisions on findings tell what share was upheld. Agreement is told of blinded rows alone, and only
where they show every answer that is common in the whole; elsewhere it is refused in words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from shangji.adoption import Adoption, adoption
from shangji.compile.standard_now import CENTRAL, chain
from shangji.domain import FAIL, OUTCOMES, PASS, UNKNOWN
from shangji.errors import Problem, Where
from shangji.responses import finding_id, responses
from shangji.score.agreement import Agreement, alpha, covered, kappa
from shangji.triage.drawn import ANSWERS, rows_of
from shangji.triage.sheet import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from shangji.pack import Pack
    from shangji.results import Results
    from shangji.snapshot import Snapshot

UPHELD, OVERRIDDEN, UNSURE = "upheld", "overridden", "unsure"
SAYS = {UPHELD: FAIL, OVERRIDDEN: PASS, UNSURE: UNKNOWN}
"""What the system would have answered, had it been of a person's mind."""

LIMIT = "triage.overridden_percent"
LIMIT_DEFAULT = 20
LEAST_DECIDED = 5
"""Below so many decided findings a share says nothing."""

TWO = 2


@dataclass
class RuleTally:
    """What became of a rule: rows it applied to, failed, and how people decided."""

    rule_id: str
    title: str
    status: str
    applied: int = 0
    fired: int = 0
    upheld: int = 0
    overridden: int = 0
    open: int = 0
    split: int = 0
    appealed: int = 0
    appeal_upheld: int = 0
    triage: bool = False

    @property
    def decided(self) -> int:
        """Findings that people upheld or overrode."""
        return self.upheld + self.overridden

    @property
    def overridden_percent(self) -> Fraction:
        """The share of decided findings that were overridden, in per cent."""
        return Fraction(100 * self.overridden, self.decided) if self.decided else Fraction(0)


@dataclass
class Agreed:
    """All of it: rules, agreement on blinded rows, why some is not told, and what did not fit."""

    rules: list[RuleTally]
    limit: int
    machine: Agreement | None = None
    people: Agreement | None = None
    refused: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    adopted: Adoption = field(default_factory=Adoption)


def agreed(given: Sequence[tuple[Snapshot, Results, Pack]]) -> Agreed:
    """Put together what people decided in some reviews.

    Args:
        given: each review's snapshot, results and pack; the last pack's limit holds.
    """
    tallies: dict[str, RuleTally] = {}
    blinded: list[tuple[str, str, str, str]] = []
    whole: Counter[str] = Counter()
    decided: list[tuple[Decimal | None, Decimal | None]] = []
    made = Agreed([], _limit(given[-1][2], given[-1][0]) if given else LIMIT_DEFAULT)
    for at, (snapshot, results, pack) in enumerate(given):
        one = _Review(snapshot, results, pack)
        one.tally(tallies)
        whole.update(one.whole)
        blinded += [
            (f"{at}·{name}", system, person, judge) for name, system, person, judge in one.blinded()
        ]
        made.problems += one.problems
        decided += [
            (row["suggested_yuan"], row["decided_yuan"]) for row in one.rows("decision_meeting")
        ]
    made.adopted = adoption(decided)
    for tally in tallies.values():
        enough = tally.decided >= LEAST_DECIDED
        tally.triage = enough and tally.overridden_percent > made.limit
    made.rules = [tallies[name] for name in sorted(tallies)]
    _agree(made, blinded, whole)
    return made


class _Review:
    """One review's decisions beside its results."""

    def __init__(self, snapshot: Snapshot, results: Results, pack: Pack) -> None:
        self.snapshot, self.results, self.pack = snapshot, results, pack
        self.problems: list[Problem] = []
        self.coverage = self._table("coverage")
        self.whole: Counter[str] = Counter()
        for row in self.coverage:
            if not pack.rules[row["rule_id"]].derived:
                self.whole[FAIL] += row["fail"]
                self.whole[UNKNOWN] += row["unknown"]
                self.whole[PASS] += row["applied"] - row["fail"] - row["unknown"]
        self.outcomes = {
            finding_id(row["rule_id"], row["subject"], row["key"]): row["outcome"]
            for row in self._table("verdict")
        }

    def _table(self, name: str) -> list[dict[str, Any]]:
        import duckdb

        with duckdb.connect() as connection:
            cursor = connection.execute(
                "SELECT * FROM read_parquet(?)", [str(self.results.path(name))]
            )
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def rows(self, name: str) -> Iterable[dict[str, Any]]:
        """The rows of an input table; none where nobody brought it."""
        return rows_of(self.snapshot, name) if name in self.snapshot.tables else []

    def decided(self, *, blind: bool) -> dict[str, list[dict[str, Any]]]:
        """What was decided, by finding; what names itself wrongly is noted and left out."""
        made: dict[str, list[dict[str, Any]]] = {}
        for row in self.rows(TABLE):
            if row["conclusion"] is None or bool(row["blind"]) is not blind:
                continue
            name = finding_id(
                str(row["rule_id"] or ""), str(row["subject"] or ""), str(row["row_name"] or "")
            )
            if name != row["finding_id"] or row["rule_id"] not in self.pack.rules:
                where = Where(row["row_source"], row["row_sheet"], line=row["row_number"])
                says = "回填编号缺失、被改动，或与所在行对不上，这条认定没有计入。"
                fix = "请在原认定表上填写，不要改动隐藏列。"
                self.problems.append(Problem("answer-edited", where, says, fix))
                continue
            made.setdefault(name, []).append(row)
        return made

    def tally(self, tallies: dict[str, RuleTally]) -> None:
        """Add this review to the counts by rule."""
        decided = self.decided(blind=False)
        by_rule: dict[str, list[list[dict[str, Any]]]] = {}
        for rows in decided.values():
            by_rule.setdefault(rows[0]["rule_id"], []).append(rows)
        answered = Counter(one.rule_id for one in responses(self.snapshot, self.results).given)
        for row in self.coverage:
            rule = self.pack.rules[row["rule_id"]]
            if not row["fail"] and rule.derived:
                continue
            fresh = RuleTally(rule.id, rule.title, rule.status)
            tally = tallies.setdefault(rule.id, fresh)
            tally.applied += row["applied"]
            tally.fired += row["fail"]
            tally.appealed += answered[rule.id]
            for found in by_rule.get(rule.id, ()):
                kinds = Counter(one["conclusion"] for one in found)
                up, over = kinds[UPHELD], kinds[OVERRIDDEN]
                tally.upheld += up > over
                tally.overridden += over > up
                tally.split += up == over and up > 0
                tally.open += up == over == 0
                tally.appeal_upheld += any(one["appeal"] == UPHELD for one in found)

    def blinded(self) -> list[tuple[str, str, str, str]]:
        """Each blinded answer: finding, the system's answer, the person's, the person."""
        return [
            (name, self.outcomes.get(name, PASS), SAYS[row["conclusion"]], str(row["judge"] or ""))
            for name, rows in sorted(self.decided(blind=True).items())
            for row in sorted(rows, key=lambda one: str(one["judge"]))
        ]


def _agree(
    made: Agreed, blinded: Sequence[tuple[str, str, str, str]], whole: Mapping[str, int]
) -> None:
    """Agreement on blinded rows, or why there is none."""
    if not blinded:
        made.refused.append(
            "没有盲审样本，不计算一致程度：只看被系统标出的疑点，看不到系统漏掉的，"
            "这样的样本范围受限。请用 shangji triage --blind 抽取。"
        )
        return
    system = {name: answer for name, answer, _, _ in blinded}
    lacking = covered(list(system.values()), {name: whole[name] for name in ANSWERS})
    if lacking is not None:
        words = "、".join(f"“{OUTCOMES[name]}”" for name in lacking.lacking)
        made.refused.append(
            f"盲审样本里没有系统结论为{words}的行，而这类结论在全部结论中不少于 5%：样本范围受限，"
            "不计算一致程度。请用 shangji triage --blind 在全部范围内重新抽取。"
        )
        return
    made.machine = kappa([(answer, person) for _, answer, person, _ in blinded])
    things: dict[str, list[str]] = {}
    for name, _, person, _ in blinded:
        things.setdefault(name, []).append(person)
    if any(len(answers) >= TWO for answers in things.values()):
        made.people = alpha(list(things.values()))
    else:
        made.refused.append("没有一行由两人以上分别盲审，不计算人与人的一致程度。")


def _limit(pack: Pack, snapshot: Snapshot) -> int:
    """The share of overridden findings, in per cent, above which a rule goes to triage."""
    standard = pack.standards.get(LIMIT)
    day = date(snapshot.facts.budget_year, 1, 1)
    places = [*chain(snapshot.facts.region), CENTRAL]
    rows = [
        row
        for row in (standard.rows if standard else ())
        if row.region in places
        and row.effective_from <= day
        and (row.effective_to is None or row.effective_to >= day)
    ]
    rows.sort(key=lambda row: (places.index(row.region), -row.effective_from.toordinal()))
    return int(rows[0].value) if rows else LIMIT_DEFAULT
