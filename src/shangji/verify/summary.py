"""What people read first, computed again: the summary of result.json from rows alone.

Sums, counts and sentences are made here from the snapshot's and the result's rows; the rows are
proven elsewhere.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shangji.verify.asking import NO_GRADE, NOUGHT, SPREAD, graded, projects
from shangji.verify.names import Names, grades
from shangji.verify.rulebook import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shangji.verify.asking import Asking
    from shangji.verify.rulebook import Book, Doc
    from shangji.verify.seals import Report, Rows

TOTAL = "合计"
SEVERITIES = ("veto", "major", "minor", "hint")
RULE_STATES = ("draft", "trial", "active", "retired")
CENT = Decimal("0.01")
SHOWN = (
    *("rule_id", "subject", "key", "project_code"),
    *("severity", "measured", "allowed", "value_kind"),
)
FIRST, FIELDS, DECISIONS, CODES = 3, 12, 5, 50
HUNDRED_MILLION = 100_000_000


def wan(amount: Decimal) -> str:
    """Yuan as 万元, two decimals, half up."""
    return f"{(amount / 10000).quantize(CENT, ROUND_HALF_UP):,}"


def broad(amount: Decimal) -> str:
    """Yuan as 亿元 from a hundred million up, else as 万元."""
    large = abs(amount) >= HUNDRED_MILLION
    return f"{wan(amount / 10000)} 亿元" if large else f"{wan(amount)} 万元"


def money(amount: Decimal | None) -> str | None:
    """Money as the text that JSON holds."""
    return None if amount is None else f"{amount:f}"


class Summing:
    """The summary of a report, part by part."""

    def __init__(self, report: Report, book: Book) -> None:
        """Take a report's rows and its pack."""
        self.report, self.book, self.names = report, book, Names(book)
        frameworks = list(book.frameworks.values())
        mine = (doc for doc in frameworks if text(doc, "subject") == "project")
        self.framework: Doc | None = next(mine, None)
        self.others = [doc for doc in frameworks if doc is not self.framework]
        self.verdicts = report.tables["verdict"]
        self.active = [row for row in self.verdicts if row["status"] == "active"]

    @property
    def parts(self) -> dict[str, Callable[[], Any]]:
        """The parts of a summary, each with what makes it."""
        return {
            "sentence": self.sentence,
            "tables": lambda: {name: len(rows) for name, rows in self.report.snapshot.items()},
            "rules": self.rules,
            "grades": lambda: self.grades,
            "gates": lambda: self.gates,
            "causes": self.causes,
            "first": self.first,
            "findings": self.findings,
            "unknown": self.unknown,
            "departments": self.departments,
            "decisions": lambda: list(self.decisions())[:DECISIONS],
            "trust": self.trust,
            "evaluations": lambda: self.evaluations,
            "framework": lambda: text(self.framework, "framework") if self.framework else "",
        }

    def held(self, name: str) -> Rows:
        """The rows of a table of the snapshot."""
        return self.report.snapshot.get(name, [])

    @cached_property
    def asking(self) -> list[Asking]:
        """Every project with its unit, grade, gate and cut."""
        name = text(self.framework, "framework") if self.framework else ""
        return projects(self.report, name)

    def gate_rows(self) -> Rows:
        """The outcomes of projects."""
        return [row for row in self.report.tables["gate"] if row["subject"] == "project"]

    # Parts.

    @cached_property
    def grades(self) -> list[Doc]:
        """Projects and money by grade, and the total."""
        found = sorted({one.grade for one in self.asking}, key=lambda name: (len(name), name))
        made = []
        for name in (*found, TOTAL):
            mine = [one for one in self.asking if name in {one.grade, TOTAL}]
            asked, cut = _asked(mine), sum((one.cut for one in mine), NOUGHT)
            made.append(
                {
                    "grade": name,
                    "projects": len(mine),
                    "without_amount": sum(one.asked is None for one in mine),
                    "asked_yuan": money(asked),
                    "cut_yuan": money(cut),
                    "approved_yuan": money(asked - cut),
                }
            )
        return made

    @cached_property
    def gates(self) -> list[Doc]:
        """Projects and money by the outcome of the gate."""
        asked = {row["row_key"]: row["amount_yuan"] for row in self.held("project")}
        made = []
        for line in (self.framework or {}).get("gate") or []:
            rows = [row for row in self.gate_rows() if row["outcome"] == line["gate"]]
            mine = [asked[row["key"]] for row in rows if row["key"] in asked]
            if mine:
                total = sum((one for one in mine if one is not None), NOUGHT)
                head = {"outcome": line["gate"], "projects": len(mine)}
                made.append({**head, "asked_yuan": money(total), "zh": text(line, "zh")})
        return made

    def causes(self) -> list[Doc]:
        """Cuts by their cause, the greatest first."""
        sums: dict[tuple[str, str], Decimal] = {}
        whose: dict[tuple[str, str], set[Any]] = {}
        for row in self.report.tables["reduction"]:
            key = (row["cause_kind"], row["cause_id"])
            sums[key] = sums.get(key, NOUGHT) + row["asked_yuan"] - row["approved_yuan"]
            whose.setdefault(key, set()).add(row["project_code"])
        order = sorted(sums, key=lambda key: (-sums[key], key[1]))
        return [
            {
                "cause_kind": key[0],
                "cause_id": key[1],
                "projects": len(whose[key] - {None}),
                "cut_yuan": money(sums[key]),
                "zh": self.names.title(key[1]),
            }
            for key in order
        ]

    def rules(self) -> dict[str, int]:
        """Rules by status; those that tables state apart."""
        written = Counter(one.status for one in self.book.rules.values() if one.column is None)
        derived = sum(one.column is not None for one in self.book.rules.values())
        return {**{name: written[name] for name in RULE_STATES}, "derived": derived}

    def findings(self) -> dict[str, int]:
        """Findings by what they count for."""
        kinds = Counter(
            "unknown"
            if row["outcome"] == "unknown"
            else ("trial" if row["status"] == "trial" else row["severity"])
            for row in self.verdicts
        )
        return {name: kinds[name] for name in (*SEVERITIES, "trial", "unknown")}

    def first(self) -> list[Doc]:
        """The gravest finding of each project, or of each row without any; of those the first."""
        projects = {one.key: one for one in self.asking}

        def weight(row: Doc) -> tuple[Any, ...]:
            project = projects.get(row["project_code"])
            asked = project.asked if project else None
            head = (SEVERITIES.index(row["severity"]), *_last(row["at_stake_yuan"]), *_last(asked))
            return (*head, row["rule_id"], row["key"])

        gravest: dict[Any, Doc] = {}
        for row in sorted((row for row in self.active if row["outcome"] == "fail"), key=weight):
            if not row["rule_id"].startswith("C-"):
                alone = None if projects else (row["subject"], row["key"])
                gravest.setdefault(row["project_code"] or alone, row)
        made = []
        for row in sorted(gravest.values(), key=weight)[:FIRST]:
            one = projects.get(row["project_code"])
            named = {
                "project_name": one.name if one else None,
                "unit_name": one.unit_name if one else None,
                "unit_code": one.unit if one else None,
                "department_code": one.department if one else None,
                "amount_yuan": money(one.asked) if one else None,
            }
            sums = {"at_stake_yuan": money(row["at_stake_yuan"])}
            shown = {"title": self.names.title(row["rule_id"])}
            made.append({**{key: row[key] for key in SHOWN}, **named, **sums, **shown})
        return made

    def unknown(self) -> Doc:
        """What is open, and by which missing field."""
        rows = [row for row in self.active if row["outcome"] == "unknown"]
        by_field: dict[str, Rows] = {}
        for row in rows:
            for name in json.loads(row["missing"]):
                by_field.setdefault(name, []).append(row)
        fields = [
            {
                "field": name,
                "owed_by": min(row["owed_by"] for row in found),
                "places": len(found),
                "projects": _distinct(found, "project_code"),
                "rules": _distinct(found, "rule_id"),
                "zh": self.names.field(name),
            }
            for name, found in by_field.items()
        ]
        fields.sort(key=lambda one: (-one["projects"] * one["rules"], -one["places"], one["field"]))
        return {
            "places": len(rows),
            "projects": _distinct(rows, "project_code"),
            "fields": fields[:FIELDS],
        }

    def departments(self) -> list[Doc]:
        """What each department asked, lost and was found at."""
        by_code: dict[str, list[Asking]] = {}
        for one in self.asking:
            by_code.setdefault(one.department, []).append(one)
        found: dict[Any, Rows] = {}
        for row in self.active:
            found.setdefault(row["project_code"], []).append(row)
        made = []
        for code, mine in by_code.items():
            rows = [row for one in mine if one.code is not None for row in found.get(one.code, [])]
            asked, cut = _asked(mine), sum((one.cut for one in mine), NOUGHT)
            made.append(
                {
                    "department_code": code,
                    "department_name": min(one.department_name for one in mine),
                    "projects": len(mine),
                    "units": len({one.unit for one in mine}),
                    "asked_yuan": money(asked),
                    "cut_yuan": money(cut),
                    "approved_yuan": money(asked - cut),
                    "fail": sum(row["outcome"] == "fail" for row in rows),
                    "unknown": sum(row["outcome"] == "unknown" for row in rows),
                    "grades": dict(Counter(one.grade for one in mine)),
                    "worst": self._worst(rows),
                }
            )
        return sorted(made, key=lambda one: (-Decimal(one["asked_yuan"]), one["department_code"]))

    def _worst(self, rows: Rows) -> Doc | None:
        places = Counter(
            (row["severity"], row["rule_id"]) for row in rows if row["outcome"] == "fail"
        )
        if not places:
            return None
        severity, rule = min(
            places, key=lambda one: (SEVERITIES.index(one[0]), -places[one], one[1])
        )
        head = {"rule_id": rule, "severity": severity, "places": places[severity, rule]}
        return {**head, "title": self.names.title(rule)}

    @cached_property
    def evaluations(self) -> list[Doc]:
        """By framework beside the projects' own: rows by grade."""
        made = []
        for doc in self.others:
            name, subject = text(doc, "framework"), text(doc, "subject")
            tables = self.report.tables
            keys = {row["key"] for row in tables["score"] if row["framework"] == name}
            found = {row["key"]: graded(row) for row in tables["grade"] if row["framework"] == name}
            counts = Counter(found.get(key, "") for key in keys)
            order = (*grades(doc), SPREAD, NO_GRADE, "")
            head = {"framework": name, "zh": text(doc, "zh"), "subject": subject}
            called = self.names.table(subject)
            rows = [{"grade": one, "rows": counts[one]} for one in order if one in counts]
            if counts:
                made.append({**head, "subject_zh": called, "rows": len(keys), "grades": rows})
        return made

    def trust(self) -> Doc:
        """Documents listed, received and unread, and who read them."""
        held = self.report.snapshot
        made: Doc = {}
        if "attachment" in held:
            rows = held["attachment"]
            made["attachments"] = len(rows)
            made["received"] = sum(row["document_sha256"] is not None for row in rows)
        if "document" in held:
            rows = held["document"]
            unread = [row["unread_count"] or 0 for row in rows]
            made["documents"] = len(rows)
            made["pages"] = int(sum(row["page_count"] or 0 for row in rows))
            made["pages_unread"] = int(sum(unread))
            made["documents_unread"] = sum(one > 0 for one in unread)
        readers = [name for name in ("evidence", "model_reading") if name in held]
        if readers:
            by_reader = Counter(row["extractor"] for name in readers for row in held[name])
            order = sorted(by_reader, key=lambda name: (name is None, name or ""))
            made["readers"] = [{"extractor": one, "facts": by_reader[one]} for one in order]
        if "model_reading" in held:
            made["model_rows"] = len(held["model_reading"])
        return made

    # Words.

    def sentence(self) -> str:
        """The year in one sentence."""
        year, total = self.report.manifest["facts"]["budget_year"], self.grades[-1]
        if not total["projects"]:
            told = "；".join(
                f"{one['zh']} {one['rows']:,} 个（"
                + "、".join(f"{row['grade'] or '不分等'} {row['rows']:,}" for row in one["grades"])
                + "）"
                for one in self.evaluations
            )
            return f"{year} 年度评价：{told}。" if told else ""
        sums = [Decimal(total[name]) for name in ("asked_yuan", "cut_yuan", "approved_yuan")]
        asked, left = broad(sums[0]), broad(sums[2])
        if asked == left and sums[1]:
            asked, left = f"{wan(sums[0])} 万元", f"{wan(sums[2])} 万元"
        says = f"{year} 年度 {total['projects']:,} 个项目申报 {asked}，"
        says += f"审减 {wan(sums[1])} 万元，核定 {left}"
        ends = ((NO_GRADE, "材料不足"), (SPREAD, "等级待补材料才能定"))
        more = [f"{row['projects']:,} 个项目{words}" for name, words in ends
                for row in self.grades if row["grade"] == name]  # fmt: skip
        more += [f"{row['projects']:,} 个项目触及否决项" for row in self.gates
                 if row["outcome"] == "rejected"]  # fmt: skip
        return f"{says}；{'，'.join(more)}。" if more else f"{says}。"

    def decisions(self) -> Iterator[Doc]:
        """What only a leader can decide."""
        asked = [
            ("gate", "rejected", "触及否决项", "是否同意不予入库？"),
            ("gate", "pending", "是否触及否决项还判不出来", "由谁核实、何时报结果？"),
            ("grade", SPREAD, "的等级取决于还没有交的材料", "限期补正，还是先按低的一级排序？"),
            ("grade", NO_GRADE, "材料不足，不能评级", "补正期限定在哪天，逾期怎样处理？"),
        ]
        letters = grades(self.framework or {})
        if letters:
            last, zh = list(letters.items())[-1]
            asked.append(("grade", last, f"评为 {last} 类（{zh}）", "安排、缓办，还是不安排？"))
        for column, value, words, question in asked:
            mine = [one for one in self.asking if getattr(one, column) == value]
            says = f"{len(mine):,} 个项目{words}，申报 {wan(_asked(mine))} 万元。"
            if mine:
                yield {"says": says, "asks": question, "show": {column: value}}
        yield from self._duplicates()
        for one in self.unknown()["fields"]:
            if one["owed_by"] == "bureau":
                says = f"财政这边缺{one['zh']}，{one['rules']} 条规则在 {one['projects']:,} "
                says += "个项目上判不了。"
                yield {"says": says, "asks": "由哪个科室、何时补齐？", "show": {"tab": "unknown"}}
                return

    def _duplicates(self) -> Iterator[Doc]:
        rows = [row for row in self.held("duplicate_pair") if row["conclusion"] is None]
        if not rows:
            return
        sums = [row["overlap_yuan"] for row in rows if row["overlap_yuan"] is not None]
        more = f"，可能重复 {wan(sum(sums, NOUGHT))} 万元" if sums else ""
        codes = sorted(row["project_code"] for row in rows if row["project_code"] is not None)
        yield {
            "says": f"{len(rows):,} 对项目疑似重复，还没有认定{more}。",
            "asks": "由谁认定，保留哪一个？",
            "show": {"codes": ",".join(code for code in codes[:CODES] if code)},
        }


def _asked(mine: list[Asking]) -> Decimal:
    return sum((one.asked for one in mine if one.asked is not None), NOUGHT)


def _last(amount: Decimal | None) -> tuple[bool, Decimal]:
    """An order: the greatest first, nothing last."""
    return amount is None, -(amount or NOUGHT)


def _distinct(rows: Rows, column: str) -> int:
    return len({row[column] for row in rows} - {None})
