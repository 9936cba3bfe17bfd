"""A review proven by itself: everything derived again from the snapshot and the pack.

It imports nothing else of shangji, so an auditor may trust it by reading it alone.
"""

from __future__ import annotations

import decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji.verify.beside import PARTLY, unlike
from shangji.verify.cuts import Cutting
from shangji.verify.judge import Seated, judge, running
from shangji.verify.model import (
    DAMAGES,
    Counts,
    Difference,
    NotDerived,
    Unreadable,
    Verified,
    differing,
    leaves,
)
from shangji.verify.plan import Planning
from shangji.verify.quotes import unfounded
from shangji.verify.rulebook import book, text
from shangji.verify.score import Scored, measured, rests_on_sql
from shangji.verify.seals import COLUMNS, PLAN, Report, opened, shown
from shangji.verify.sections import Section
from shangji.verify.summary import Summing
from shangji.verify.walked import Walking, numbered
from shangji.verify.wanted import Wanted
from shangji.verify.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from shangji.verify.judge import Answer, Judged
    from shangji.verify.rulebook import Doc

__all__ = ["Counts", "Difference", "Unreadable", "Verified", "verify"]

ZH = {
    "verdict": "疑点与不知道",
    "coverage": "规则覆盖",
    "gate": "入库结论",
    "score": "得分",
    "grade": "等级",
    "measure": "指标值",
    "shown": "报告表",
    "reduction": "审减",
    "remedy": "改正",
    "path": "通过路径",
    "path_end": "通过路径终点",
    "plan": "安排",
    "plan_cause": "没有安排的原因",
    "plan_part": "安排的取舍单元",
    "plan_limit": "安排的约束",
    "plan_term": "约束的构成",
    "plan_stage": "安排的步骤",
}
KEYS = {
    "verdict": ("rule_id", "key"),
    "coverage": ("rule_id",),
    "gate": ("subject", "key"),
    "score": ("framework", "subject", "key", "node"),
    "grade": ("framework", "subject", "key"),
    "measure": ("name", "subject", "key", "period"),
    "shown": ("section", "key", "place"),
    "remedy": ("rule_id", "key"),
    "reduction": ("project_code", "line_key", "fund_source", "step"),
    "path": ("project_code", "reader", "action", "at_table", "at_key", "at_column"),
    "path_end": ("project_code", "reader"),
    "plan": ("project_code", "package", "fund_source", "year"),
    "plan_cause": ("project_code", "fund_source", "cause_no"),
    "plan_part": ("part_no",),
    "plan_limit": ("limit_name",),
    "plan_term": ("limit_name", "part_no"),
}
FREE = {"path": {"step_no"}}
"""Columns that are the engine's choice: compared elsewhere, or not derived."""
READERS = ("unit", "bureau")
OUTSIDE = (
    "审核结果.xlsx、审核报告.html 等供人阅读的文件：由结果表写成，没有重算",
    "通过路径：每一步做完后是否通过、终点如何都已重算；这些步是否最省、是否一步不能少，没有重算",
    "intake.json、run.json：读入时的提醒和用时，没有重算",
    "原始申报文件到快照的读入：没有重算，快照只核对摘要",
)
NO_PLAN = "没有安排计划：这份结果没有做资金安排，可行性和界限无从核验"
PROVEN = (
    "安排计划：每条约束都按分重新清点；各步由价格证明的上界，计划达到它的 {near}。"
    "“已证最优”比上界更紧的部分由求解器搜索得出，价格成立的区间由求解器给出，这两样没有重算"
)
PRECISION = 80


def verify(folder: str | Path) -> Verified:
    """Derive everything in a report again and compare.

    Args:
        folder: the report, as `shangji review` wrote it.

    Returns:
        Every difference, and how much was derived in full, by SQL, and not at all.

    Raises:
        Unreadable: a file of the report is missing or is none of its kind.
    """
    with decimal.localcontext() as context:
        context.prec = PRECISION
        report = opened(Path(folder))
        rules = book([Path(folder) / "pack" / name for name in report.order])
        try:
            return _Verifying(report, World(report, rules)).all()
        except DAMAGES as error:
            raise Unreadable(f"快照与规则包对不上（{type(error).__name__}：{error}）") from error


class _Verifying:
    """Compares one report, table by table."""

    def __init__(self, report: Report, world: World) -> None:
        self.report, self.world, self.seated = report, world, Seated(world)
        self.problems = report.problems
        self.counts = Counts(outside=OUTSIDE)
        self.judged: dict[str, Judged] = {}
        self.frameworks: list[Scored] = []

    def all(self) -> Verified:
        self.regions()
        for rule in running(self.world):
            self.judged[rule.id] = judge(self.seated, rule)
        self.rules()
        verdicts = [row for one in self.judged.values() for row in one.verdicts.values()]
        lacking = "、".join(one.rule.id for one in self.judged.values() if one.why)
        lost = {one.rule.id for one in self.judged.values() if one.why}
        verdicts += [row for row in self.told("verdict") if row["rule_id"] in lost]
        self.frameworks = [
            Scored(self.seated, doc, verdicts)
            for doc in self.world.book.frameworks.values()
            if self.world.present(text(doc, "subject"))
        ]
        why = f"要用的规则没有重算：{lacking}" if lacking else ""
        any_sql = any(one.by_sql for one in self.judged.values())
        self.gates(why, by_sql=any_sql)
        self.scores(why)
        self.measures()
        self.sections()
        cut_sql = any(one.by_sql and one.cuts for one in self.judged.values())
        self.tabled("reduction", Cutting(self.seated, self.judged).rows, why, by_sql=cut_sql)
        set_sql = any(one.by_sql and one.remedies for one in self.judged.values())
        self.tabled("remedy", self.remedies, why, by_sql=set_sql)
        self.paths(why, by_sql=any_sql)
        self.quotes()
        self.others()
        self.summary()
        return Verified(tuple(self.problems), self.counts)

    def remedies(self) -> list[Answer]:
        """What the remedies of all failing rules would set."""
        return [row for one in self.judged.values() for row in one.remedies]

    def summary(self) -> None:
        """Every figure and sentence that people read first."""
        told, parts = self.report.result["summary"], Summing(self.report, self.world.book).parts
        for name in parts.keys() | told.keys():
            if name not in parts:
                self.counts.add(1, by_sql=False, name=f"摘要 {name}", why="核验程序还不认识这一项")
                continue
            try:
                derived = parts[name]()
            except DAMAGES as error:
                why = f"算不了（{type(error).__name__}：{error}）"
                self.counts.add(1, by_sql=False, name=f"摘要 {name}", why=why)
                continue
            self.counts.add(leaves(derived), by_sql=False)
            for place, here, there in differing(told.get(name), derived, name):
                self.problems.append(Difference("摘要", "", "", place, here, there))

    def paths(self, why: str, *, by_sql: bool) -> None:
        """The paths to pass: what each step does, and where it ends."""
        steps, ends = self.told("path"), self.told("path_end")
        derived: list[list[Answer]] = [[], []]
        try:
            walking = Walking(self.seated, self.judged)
            for reader in READERS:
                mine = [row for row in steps if row["reader"] == reader]
                for held, made in zip(derived, walking.walk(reader, mine), strict=True):
                    held.extend(made)
        except (NotDerived, *DAMAGES) as error:
            why = str(error) or why or "算不了"
        if not why:
            self.compare("path", steps, derived[0])
            self.compare("path_end", ends, derived[1])
            for project, reader, here, there in numbered(steps):
                self.differ("path", {"key": project, "node": reader}, "步骤", here, there)
        self.counts.add(len(steps) + len(ends), by_sql=by_sql, name="通过路径", why=why)

    def quotes(self) -> None:
        """Every quote against its page, where evidence was frozen."""
        pages = self.report.snapshot.get("document_page", [])
        for name in ("evidence", "model_reading"):
            rows = self.report.snapshot.get(name, [])
            self.problems += unfounded(rows, pages)
            self.counts.add(len(rows), by_sql=False)

    def others(self) -> None:
        """Tables that this checker does not know are listed; where there is no plan, that too."""
        for name in sorted(self.report.tables.keys() - COLUMNS.keys() - PLAN.keys()):
            why = PARTLY.get(name, "只核对了摘要，核验程序还不会重算这张结果表")
            self.counts.add(len(self.told(name)), by_sql=False, name=f"结果表 {name}", why=why)
        if not self.report.tables.keys() >= PLAN.keys():
            self.counts.outside = (NO_PLAN, *self.counts.outside)
            return
        self.plan()

    def plan(self) -> None:
        """The plan: parts and limits made anew, every limit counted, every bound proven."""
        rows = sum(len(self.told(name)) for name in PLAN)
        try:
            planning = Planning(self.report, Wanted(self.report, self.world.book, self.stated))
            derived = planning.tables()
            wrong = [*planning.broken(), *planning.stages()]
            beside = list(unlike(planning))
            gaps = planning.reached()
        except DAMAGES as error:
            why = f"算不了（{type(error).__name__}：{error}）"
            self.counts.add(rows, by_sql=False, name="安排", why=why)
            return
        for name, made in derived.items():
            self.compare(name, self.told(name), made)
        for field, told, found in wrong:
            self.problems.append(Difference(ZH["plan_stage"], "", "", field, told, found))
        for field, told, found in beside:
            self.problems.append(Difference("安排之外", "", "", field, told, found))
        self.counts.add(rows, by_sql=False)
        near = "、".join(f"{name or '未定级'} {share:.4f} %" for name, share in gaps)
        self.counts.outside = (PROVEN.format(near=near), *self.counts.outside)

    @property
    def stated(self) -> Doc:
        """How the pack says that money is arranged."""
        return self.world.book.allocation

    def told(self, name: str) -> list[Answer]:
        """The rows of a result table."""
        return self.report.tables.get(name, [])

    def regions(self) -> None:
        """The manifest's regions must be those of its projects."""
        rows = self.report.snapshot.get("project", [])
        found = sorted({row["region"][:6] for row in rows if row["region"] is not None})
        self.report.check("快照", "项目区划", self.report.manifest["regions"], found)

    def rules(self) -> None:
        """Verdicts and coverage, rule by rule."""
        covered = {row["rule_id"]: row for row in self.told("coverage")}
        findings: dict[str, list[Answer]] = {}
        for row in self.told("verdict"):
            findings.setdefault(row["rule_id"], []).append(row)
        for one in self.judged.values():
            reported = covered.get(one.rule.id, {}).get("rows") or 0
            rows = one.counts.get("rows", reported)
            self.counts.add(rows, by_sql=one.by_sql, name=one.rule.id, why=one.why)
            mine = findings.pop(one.rule.id, [])
            told = [covered.pop(one.rule.id)] if one.rule.id in covered else []
            if one.why:
                continue
            head = {"rule_id": one.rule.id, "subject": one.rule.subject}
            self.compare("coverage", told, [{**head, **one.counts}])
            self.compare("verdict", mine, one.verdicts.values())
        for stray in findings.values():
            self.compare("verdict", stray, [])
        self.compare("coverage", covered.values(), [])

    def gates(self, why: str, *, by_sql: bool) -> None:
        def derived() -> list[Answer]:
            return [row for one in self.frameworks for row in one.gates()]

        self.tabled("gate", derived, why, by_sql=by_sql)

    def scores(self, why: str) -> None:
        """Scores node by node, since one may rest on SQL and another not; then grades."""
        for one in self.frameworks:
            try:
                scores = one.scores()
                grades = one.grades() if one.doc.get("grades") else []
            except (NotDerived, *DAMAGES) as error:
                self.lost("score", one.name, str(error))
                self.lost("grade", one.name, str(error))
                continue
            self.compare("score", self.told_of("score", one.name), scores)
            self.compare("grade", self.told_of("grade", one.name), grades)
            for node in one.nodes:
                name = node["node"]
                answers = sum(row["node"] == name for row in scores)
                because = why if one.by_rules(name) else ""
                label = f"{one.name} {name}"
                self.counts.add(answers, by_sql=one.by_sql(name), name=label, why=because)
            because = why if one.by_rules() else ""
            label = f"{one.name} 等级"
            self.counts.add(len(grades), by_sql=one.by_sql(), name=label, why=because)
        known = {one.name for one in self.frameworks}
        for table in ("score", "grade"):
            stray = [row for row in self.told(table) if row["framework"] not in known]
            self.compare(table, stray, [])

    def told_of(self, table: str, framework: str) -> list[Answer]:
        return [row for row in self.told(table) if row["framework"] == framework]

    def lost(self, table: str, framework: str, why: str) -> None:
        rows, label = len(self.told_of(table, framework)), f"{framework} {ZH[table]}"
        self.counts.add(rows, by_sql=False, name=label, why=why or "算不了")

    def measures(self) -> None:
        known = set()
        for name, doc in self.world.book.measures.items():
            if not self.world.present(text(doc, "subject")):
                continue
            known.add(name)
            told = [row for row in self.told("measure") if row["name"] == name]
            try:
                derived = measured(self.seated, doc)
            except (NotDerived, *DAMAGES) as error:
                self.counts.add(len(told), by_sql=False, name=name, why=str(error) or "算不了")
                continue
            self.counts.add(len(derived), by_sql=rests_on_sql(self.seated, doc))
            self.compare("measure", told, derived)
        stray = [row for row in self.told("measure") if row["name"] not in known]
        self.compare("measure", stray, [])

    def sections(self) -> None:
        known = set()
        for name, doc in self.world.book.sections.items():
            if not self.world.present(text(doc, "subject")):
                continue
            known.add(name)
            told = [row for row in self.told("shown") if row["section"] == name]
            try:
                one = Section(self.seated, doc)
                derived = one.rows()
            except (NotDerived, *DAMAGES) as error:
                self.counts.add(len(told), by_sql=False, name=name, why=str(error) or "算不了")
                continue
            self.counts.add(len(derived), by_sql=one.by_sql)
            self.compare("shown", told, derived)
        stray = [row for row in self.told("shown") if row["section"] not in known]
        self.compare("shown", stray, [])

    def tabled(
        self, name: str, derive: Callable[[], list[Answer]], why: str, *, by_sql: bool
    ) -> None:
        """A whole table; where rules behind it are not derived, it counts as not derived."""
        try:
            derived = derive()
        except (NotDerived, *DAMAGES) as error:
            why, derived = str(error) or why or "算不了", []
        else:
            if not why:
                self.compare(name, self.told(name), derived)
        rows = len(self.told(name)) if why else len(derived)
        self.counts.add(rows, by_sql=by_sql, name=ZH[name], why=why)

    def compare(self, name: str, told: Iterable[Answer], derived: Iterable[Answer]) -> None:
        """Note every difference of two sets of rows."""
        mine = {tuple(row[key] for key in KEYS[name]): row for row in derived}
        seen = set()
        for row in told:
            key = tuple(row[column] for column in KEYS[name])
            if key in seen:
                self.differ(name, row, "行", "重复", "一行")
            elif key not in mine:
                self.differ(name, row, "行", "有这一行", "没有这一行")
            seen.add(key)
            columns = [
                one for one in {**COLUMNS, **PLAN}[name].split() if one not in FREE.get(name, ())
            ]
            for column in columns if key in mine else ():
                here, there = _text(row[column]), _text(mine[key][column])
                if here != there:
                    self.differ(name, row, column, here, there)
        for key in mine.keys() - seen:
            self.differ(name, mine[key], "行", "没有这一行", "有这一行")

    def differ(
        self, name: str, row: Mapping[str, Any], field: str, reported: str, derived: str
    ) -> None:
        named = ("rule_id", "node", "name", "section", "cause_id")
        rule = next((row[one] for one in named if row.get(one)), "")
        key = row.get("key") or row.get("line_key") or row.get("project_code") or ""
        made = Difference(ZH[name], str(rule), str(key), field, reported, derived)
        self.problems.append(made)


def _text(value: Any) -> str:  # noqa: ANN401 - any cell
    return "（空）" if value is None else shown(value)
