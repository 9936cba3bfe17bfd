"""批复书: what was issued to a department, unit by unit and source by source, on paper."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from shangji import letters
from shangji.allocate.money import yuan
from shangji.domain import wan
from shangji.ledger.stamp import lines as stamp_lines
from shangji.ledger.stamp import qr_png, qr_svg
from shangji.words import fund_words
from shangji_web import snapshot
from shangji_web.ledgered.queries import standing_root
from shangji_web.meetings.balance import asked_shares
from shangji_web.rights.scope import projects_seen
from shangji_web.seasons.services import deadlines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shangji.ledger.note import Checkpoint
    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project
    from shangji_web.seasons.models import Season
    from shangji_web.seasons.services import Deadlines

NAMED_NOWHERE = "未注明来源"
LAW = (
    "依据《中华人民共和国预算法》第五十二条：财政部门在人民代表大会批准后二十日内批复部门，"
    "部门在接到批复后十五日内批复所属单位。经批准的预算，非经法定程序不得调整（第十三条）。"
)
QR_CM = 2.6


@dataclass(frozen=True)
class Line:
    """One project: its amount, and what each source pays of it."""

    project: Project
    shares: Mapping[str, Decimal]


@dataclass(frozen=True)
class UnitPart:
    """The projects of one unit and their sum."""

    name: str
    lines: tuple[Line, ...]

    @property
    def total_yuan(self) -> Decimal:
        """What the unit is given."""
        return _total(self.lines)


@dataclass(frozen=True)
class Issue:
    """Everything that stands on the paper. Amounts are yuan, sources are words."""

    season: Season
    department: str
    units: tuple[UnitPart, ...]
    until: Deadlines | None
    checkpoint: Checkpoint | None

    @property
    def lines(self) -> tuple[Line, ...]:
        """All projects."""
        return tuple(line for unit in self.units for line in unit.lines)

    @property
    def total_yuan(self) -> Decimal:
        """What is issued in all."""
        return _total(self.lines)

    @property
    def sources(self) -> list[tuple[str, Decimal]]:
        """What each source pays in all; together the total."""
        made: defaultdict[str, Decimal] = defaultdict(Decimal)
        for line in self.lines:
            for source, amount in line.shares.items():
                made[source] += amount
        return sorted(made.items(), key=lambda pair: (pair[0] == NAMED_NOWHERE, -pair[1], pair[0]))

    @property
    def stamp(self) -> list[str]:
        """The ledger's lines under the code."""
        return stamp_lines(self.checkpoint) if self.checkpoint else []

    @property
    def svg(self) -> str:
        """The code as a drawing."""
        return qr_svg(self.checkpoint) if self.checkpoint else ""


def _total(lines: Iterable[Line]) -> Decimal:
    return sum((line.project.issued_yuan or Decimal(0) for line in lines), Decimal(0))


def departments_issued(season: Season, post: Post) -> list[dict[str, object]]:
    """The departments of which a post sees issued projects: code, name, projects, sum in yuan."""
    seen = projects_seen(post).filter(season=season, issued_yuan__isnull=False)
    rows = seen.values("department_code", "department_name").order_by("department_code")
    return list(rows.annotate(projects=Count("pk"), issued=Sum("issued_yuan")))


def issue_of(season: Season, post: Post, department_code: str) -> Issue | None:
    """What was issued to a department, as far as a post sees it; None where it sees nothing."""
    seen = projects_seen(post).filter(
        season=season, issued_yuan__isnull=False, department_code=department_code
    )
    projects = list(seen.order_by("unit_code", "code"))
    if not projects:
        return None
    shares = asked_shares(projects, of_round=2)
    units: dict[tuple[str, str], list[Line]] = {}
    for project in projects:
        line = Line(project, _named(project, shares.get(project.pk, {})))
        units.setdefault((project.unit_code, project.unit_name), []).append(line)
    parts = tuple(UnitPart(name, tuple(lines)) for (_, name), lines in units.items())
    name = projects[0].department_name
    return Issue(season, name, parts, deadlines(season), standing_root(season))


def _named(project: Project, shares: Mapping[str, int]) -> dict[str, Decimal]:
    """The shares of a project by the source's name; what names none stands apart."""
    pack = snapshot.pack()
    made: defaultdict[str, Decimal] = defaultdict(Decimal)
    for source, amount in shares.items():
        made[fund_words(pack, source) or NAMED_NOWHERE] += yuan(amount)
    rest = (project.issued_yuan or Decimal(0)) - sum(made.values(), Decimal(0))
    if rest:
        made[NAMED_NOWHERE] += rest
    return dict(made)


def document(made: Issue) -> bytes:
    """The paper as a Word file.

    Raises:
        Refused: python-docx is not installed.
    """
    from docx.shared import Cm

    season = made.season
    name = f"{season.year}年度项目支出预算批复 {made.department}"
    paper = letters.new(f"{name}.docx", name)
    letters.heading(paper, f"关于批复{season.year}年度项目支出预算的通知", size=18)
    letters.words(paper.add_paragraph(), "文号：　　　　　　　　（由印发机关填写）", size=10.5)
    letters.words(paper.add_paragraph(), f"{made.department}：", size=10.5)
    for text in said(made):
        letters.words(paper.add_paragraph(), f"　　{text}", size=10.5)
    heads, widths = (
        ["单位、项目", "项目代码", "批复数（万元）", "资金来源（万元）"],
        [5.2, 3.8, 2.8, 4.6],
    )
    rows = []
    for unit in made.units:
        rows.append([unit.name, "", wan(unit.total_yuan), ""])
        rows += [
            [
                f"　{line.project.name}",
                line.project.code,
                wan(line.project.issued_yuan or Decimal(0)),
                "\n".join(f"{source} {wan(amount)}" for source, amount in line.shares.items()),
            ]
            for line in unit.lines
        ]
    rows.append(["合　计", "", wan(made.total_yuan), ""])
    letters.table(paper, heads, rows, widths)
    letters.words(paper.add_paragraph(), "（印章）　　　　年　　月　　日", size=10.5)
    if made.checkpoint is not None:
        picture = io.BytesIO(qr_png(made.checkpoint))
        paper.add_paragraph().add_run().add_picture(picture, width=Cm(QR_CM))
        for line in made.stamp:
            letters.words(paper.add_paragraph(), line, size=8)
    held = io.BytesIO()
    paper.save(held)
    return held.getvalue()


def said(made: Issue) -> list[str]:
    """The sentences before the table."""
    season, count = made.season, len(made.lines)
    day = f"{season.approved_on:%Y年%m月%d日}" if season.approved_on else ""
    parts = "，".join(f"{source} {wan(amount)} 万元" for source, amount in made.sources)
    told = [
        (
            f"经{day}人民代表大会批准，现批复你部门{season.year}年度项目支出预算 {count} 个项目，"
            f"合计 {wan(made.total_yuan)} 万元（{parts}），明细见下表。"
        ),
        LAW,
    ]
    if made.until is not None:
        told.append(f"请于 {made.until.by_department:%Y-%m-%d} 前批复所属单位。")
    return told
