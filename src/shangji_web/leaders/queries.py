"""What a leader reads, out of the summary that the library wrote; nothing is computed anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from shangji.words import RULE
from shangji_web.projects.models import Event
from shangji_web.responses.models import Answer
from shangji_web.reviews.models import Ruling
from shangji_web.reviews.standing import WITHDRAWN
from shangji_web.rights.scope import projects_seen
from shangji_web.seasons.ceilings import TOTAL, entries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji_web.people.models import Post
    from shangji_web.reviews.models import Run
    from shangji_web.seasons.models import Season

CAUSES_SHOWN = 6
DEPARTMENTS_SHOWN = 12
NOTHING, HUNDRED = Decimal(0), Decimal(100)
LATE = 5
"""Where what is taken is less than a fifth, the axis starts late, and says so."""
GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True)
class Bar:
    """A bar of the waterfall: what it is called, its money, where it starts and how long it is."""

    zh: str
    kind: str
    amount_yuan: Decimal
    start: str
    length: str
    link: str
    note: str = ""
    broken: bool = False


@dataclass
class Waterfall:
    """Asked, less causes, approved, less causes, arranged; the axis starts at `from_yuan`."""

    bars: list[Bar] = field(default_factory=list)
    from_yuan: Decimal = NOTHING


def listed(**show: str) -> str:
    """The list of projects that a figure stands for."""
    return (
        f"{reverse('leaders:projects')}?{urlencode(show)}" if show else reverse("leaders:projects")
    )


def total_of(summary: Mapping[str, Any]) -> Mapping[str, Any]:
    """The last row of the grades: the sums of all."""
    rows = summary.get("grades") or [{}]
    found: Mapping[str, Any] = rows[-1]
    return found


def waterfall(summary: Mapping[str, Any]) -> Waterfall:
    """Where the money went, every step with the list of its projects."""
    total = total_of(summary)
    asked, approved = _money(total, "asked_yuan"), _money(total, "approved_yuan")
    plan = summary.get("plan") or {}
    ruled = _steps(_causes(summary["causes"], "cut_yuan"))
    later = [row for row in plan.get("causes", ()) if row["cause_kind"] != RULE]
    waits = _steps(_causes(later, "amount_yuan"))
    arranged = approved - sum((row[1] for row in waits), NOTHING) if plan else None
    least = approved if arranged is None else arranged
    lost = asked - least
    start = max(asked - 2 * lost, NOTHING) if NOTHING < lost * LATE < asked else NOTHING
    made = Waterfall(from_yuan=start)

    def bar(zh: str, kind: str, low: Decimal, high: Decimal, link: str, note: str = "") -> None:
        whole = kind != "less"
        below = max(low, start)
        at, length = (_share(part, asked - start) for part in (below - start, high - below))
        amount = high if whole else high - low
        made.bars.append(Bar(zh, kind, amount, at, length, link, note, whole and start > 0))

    bar("申报", "asked", NOTHING, asked, listed(), f"{total.get('projects', 0)} 个项目")
    left = asked
    for zh, cut, link, note in ruled:
        bar(zh, "less", left - cut, left, link, note)
        left -= cut
    bar("核定", "approved", NOTHING, approved, listed())
    if arranged is not None:
        for zh, cut, link, note in waits:
            bar(zh, "less", left - cut, left, link, note)
            left -= cut
        bar("建议安排", "arranged", NOTHING, arranged, listed(arranged="yes"))
    return made


def _causes(rows: Sequence[Mapping[str, Any]], money: str) -> list[tuple[str, Decimal, str, str]]:
    return [
        (
            row["zh"],
            _money(row, money),
            listed(cause=row["cause_kind"], name=row["cause_id"]),
            f"{row['projects']} 个项目",
        )
        for row in rows
    ]


def _steps(rows: list[tuple[str, Decimal, str, str]]) -> list[tuple[str, Decimal, str, str]]:
    """The greatest by name, the rest as one."""
    rows = sorted(rows, key=lambda row: -row[1])
    shown, rest = rows[:CAUSES_SHOWN], rows[CAUSES_SHOWN:]
    if len(rest) == 1:
        return rows
    if rest:
        sums = sum((row[1] for row in rest), NOTHING)
        shown.append((f"其余 {len(rest)} 个原因", sums, reverse("leaders:causes"), ""))
    return shown


def _money(row: Mapping[str, Any], name: str) -> Decimal:
    return Decimal(row.get(name) or 0)


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{max(part * HUNDRED / whole, NOTHING):.3f}%" if whole else "0%"


def departments(summary: Mapping[str, Any], season: Season) -> list[dict[str, Any]]:
    """A row for each department as the library summed it up, with its plan and its ceiling."""
    ceilings = department_ceilings(season)
    plan = {
        row["department_code"]: row for row in (summary.get("plan") or {}).get("departments", ())
    }
    made = []
    for row in summary.get("departments", ()):
        beside = plan.get(row["department_code"], {})
        grades = row["grades"]
        made.append(
            {
                **row,
                "asked": _money(row, "asked_yuan"),
                "approved": _money(row, "approved_yuan"),
                "cut": _money(row, "cut_yuan"),
                "arranged": Decimal(beside["arranged_yuan"]) if beside else None,
                "ceiling": ceilings.get(row["department_code"]),
                "letters": [(name, grades.get(name, 0)) for name in GRADES],
                "open": sum(grades.get(name, 0) for name in grades if name[:2] in {"材料", "区间"}),
            }
        )
    return sorted(made, key=lambda row: (-row["asked"], row["department_code"]))


def department_ceilings(season: Season) -> dict[str, Decimal]:
    """What a department's ceilings of all sources come to, by its code."""
    sums: dict[str, Decimal] = {}
    held = {one.key: one.amount_yuan for one in entries(season).values() if not one.unit_code}
    for (code, unit, source, kind), amount in held.items():
        if kind == TOTAL or (code, unit, source, TOTAL) not in held:
            sums[code] = sums.get(code, NOTHING) + (amount or NOTHING)
    return sums


def decisions(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The questions for the leader, each with the list of its projects."""
    made = []
    for row in summary.get("decisions", ()):
        show = row["show"]
        link = reverse("leaders:unknowns") if "tab" in show else listed(**show)
        made.append({**row, "link": link})
    return made


def beside(post: Post, season: Season) -> dict[str, Any]:
    """What stands beside the cuts: suggestions followed, findings overruled, work sent back."""
    projects = projects_seen(post).filter(season=season)
    decided = projects.filter(decided_yuan__isnull=False, suggested_yuan__isnull=False)
    rows = list(decided.values_list("decided_yuan", "suggested_yuan"))
    rulings: dict[tuple[int, str], bool] = {}
    for key, name, stands in Ruling.objects.filter(project__season=season).values_list(
        "project_id", "finding_id", "stands"
    ):
        rulings[key, name] = stands
    for key, name in Answer.objects.filter(project__season=season, outcome=WITHDRAWN).values_list(
        "project_id", "finding_id"
    ):
        rulings[key, name] = False
    events = Event.objects.filter(project__in=projects)
    return {
        "decided": len(rows),
        "adopted": sum(one == other for one, other in rows),
        "ruled": len(rulings),
        "false": sum(not stands for stands in rulings.values()),
        "corrected": events.filter(act="correct").count(),
        "returned": events.filter(act="return").count(),
    }


def trust(run: Run) -> dict[str, Any]:
    """What the result does not know, did not read and only tries, and by what it can be checked."""
    summary = run.summary
    read = summary.get("trust", {})
    readers = read.get("readers", ())
    models = [row for row in readers if str(row["extractor"]).startswith("model")]
    return {
        "unknown": summary.get("unknown", {}),
        "rules": summary.get("rules", {}),
        "read": read,
        "listed_not_got": read.get("attachments", 0) - read.get("received", 0),
        "facts": sum(row["facts"] for row in readers if row not in models),
        "models": models,
        "digests": [
            ("结果", run.result_digest),
            ("数据快照", run.snapshot_digest),
            ("规则包", run.pack_digest),
        ],
    }
