"""The second round source by source: what was decided of each, what is filed now, the difference.

A project is decided as one amount. How much of it each source pays follows from the filing on
which it was decided (`balance.split`), as the ceilings do that are told at 一下; the detail of 二上
keeps to that. Decided money whose source nobody had named may be filed under any source.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.allocate.money import yuan
from shangji.errors import Problem, Where
from shangji.words import fund_words
from shangji_web import snapshot
from shangji_web.filings.content import PROJECT, parsed
from shangji_web.filings.sums import by_source
from shangji_web.meetings.balance import NO_SOURCE, asked_shares, pots, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shangji_web.filings.content import Content
    from shangji_web.projects.models import Project
    from shangji_web.seasons.models import Season

SECOND = 2
NAMELESS = "没有写明资金来源"
NOUGHT = Decimal(0)


@dataclass(frozen=True)
class Share:
    """What a source pays of a project: decided, and filed in the second round."""

    code: str
    zh: str
    decided_yuan: Decimal
    filed_yuan: Decimal

    @property
    def more_yuan(self) -> Decimal:
        """Filed less decided: more than nought is too much, less is not used up."""
        return self.filed_yuan - self.decided_yuan

    @property
    def off_yuan(self) -> Decimal:
        """The difference without its sign."""
        return abs(self.more_yuan)

    @property
    def over(self) -> bool:
        """Whether more is filed than was decided."""
        return self.filed_yuan > self.decided_yuan

    @property
    def words(self) -> str:
        """The difference as a sentence."""
        told = f"{self.zh}编列 {self.filed_yuan:,.2f} 元，核定 {self.decided_yuan:,.2f} 元"
        if not self.more_yuan:
            return f"{told}，相符"
        word = "多" if self.over else "少"
        return f"{told}，{word} {self.off_yuan:,.2f} 元"


@dataclass(frozen=True)
class Held:
    """A second filing against what was decided, source by source, the pack's order."""

    shares: tuple[Share, ...]
    spare_yuan: Decimal
    asked_yuan: Decimal | None
    near_yuan: Decimal

    @property
    def over(self) -> list[Share]:
        """The sources of which more is filed than was decided; none where nameless money covers."""
        found = [one for one in self.shares if one.over]
        named = sum((one.more_yuan for one in found if one.code != NO_SOURCE), NOUGHT)
        if named <= self.spare_yuan:
            return [one for one in found if one.code == NO_SOURCE]
        return found

    @property
    def filed_yuan(self) -> Decimal:
        """What all sources pay together as filed."""
        return sum((one.filed_yuan for one in self.shares), NOUGHT)

    @property
    def gap_yuan(self) -> Decimal:
        """What the sources together differ from the amount filed, beyond rounding."""
        gap = self.filed_yuan - (self.asked_yuan or NOUGHT)
        return gap if abs(gap) > self.near_yuan else NOUGHT

    @property
    def ties(self) -> bool:
        """Whether the filing may be handed in as far as its sources go."""
        return not self.over and not self.gap_yuan

    @property
    def says(self) -> list[str]:
        """What does not tie, in words."""
        found = [one.words for one in self.over]
        if found:
            found += [one.words for one in self.shares if one.more_yuan < 0]
        if self.gap_yuan:
            told = "没有填" if self.asked_yuan is None else f"{self.asked_yuan:,.2f} 元"
            word = "多" if self.gap_yuan > 0 else "少"
            found.append(
                f"各资金来源合计 {self.filed_yuan:,.2f} 元，比申报金额（{told}）"
                f"{word} {abs(self.gap_yuan):,.2f} 元"
            )
        return found


def decided_by_source(season: Season, projects: Iterable[Project]) -> dict[int, dict[str, Decimal]]:
    """What each source pays of what was decided, by the project's key; undecided ones left out."""
    every = [one for one in projects if one.decided_yuan is not None]
    shares, (_, earmarked) = asked_shares(every), pots(season)
    return {
        one.pk: {
            source: yuan(part)
            for source, part in split(one.decided_yuan, shares[one.pk], earmarked).items()
        }
        for one in every
    }


def decided_words(project: Project) -> list[tuple[str, Decimal]]:
    """What was decided of each source, by its name, in the order of the pack."""
    decided = decided_by_source(project.season, [project]).get(project.pk, {})
    return [(one.zh, one.decided_yuan) for one in _held(decided, {}, None, NOUGHT).shares]


def held(project: Project, content: Content) -> Held | None:
    """A content of the second round against what was decided; nothing before there is any."""
    if project.round != SECOND or project.decided_yuan is None:
        return None
    decided = decided_by_source(project.season, [project])[project.pk]
    rows, _ = parsed(content)
    own = rows[PROJECT][0]
    lines = [*rows.get("line", ()), *rows.get("line_fund", ())]
    near = sum((row.get("amount_rounding_yuan") or NOUGHT for row in [own, *lines]), NOUGHT)
    return _held(decided, by_source(rows), own["amount_yuan"], near)


def _held(
    decided: Mapping[str, Decimal],
    filed: Mapping[str, Decimal],
    asked: Decimal | None,
    near: Decimal,
) -> Held:
    pack = snapshot.pack()
    order = list(pack.codes["fund_source"].codes)
    shares = tuple(
        Share(
            name,
            fund_words(pack, name) if name else NAMELESS,
            decided.get(name, NOUGHT),
            filed.get(name, NOUGHT),
        )
        for name in sorted(
            {name for name in (*decided, *filed) if decided.get(name) or filed.get(name)},
            key=lambda name: (order.index(name) if name in order else len(order), name),
        )
    )
    spare = max(NOUGHT, decided.get(NO_SOURCE, NOUGHT) - filed.get(NO_SOURCE, NOUGHT))
    return Held(shares, spare, asked, near)


def not_held(project: Project, found: Held | None) -> Problem | None:
    """Why a second filing may not go up: a source is exceeded, or the sources do not add up."""
    if found is None or found.ties:
        return None
    where = Where(field=project.name)
    if found.over:
        fix = "请把各来源都编在核定数以内；核定数在控制数页和填报页右侧，资金来源之间不能调剂。"
        return Problem("source-over", where, f"{'；'.join(found.says)}。", fix)
    fix = "请核对各行金额和资金来源明细，使各来源合计等于申报金额。"
    return Problem("source-sum", where, f"{'；'.join(found.says)}。", fix)


def over_at_issue(season: Season, projects: Iterable[Project]) -> list[Problem]:
    """Second filings of which a source asks more than was decided: nothing of them is issued."""
    every = [one for one in projects if one.round == SECOND]
    decided = decided_by_source(season, every)
    filed = asked_shares(every, SECOND)
    found = []
    for project in every:
        if not filed[project.pk] or project.pk not in decided:
            continue
        parts = {source: yuan(amount) for source, amount in filed[project.pk].items()}
        one = _held(decided[project.pk], parts, project.asked_yuan, NOUGHT)
        if one.over:
            field = f"{project.name}（{project.unit_name}）"
            says = f"{'；'.join(share.words for share in one.over)}。"
            fix = "请退回单位，按核定的资金来源编细。"
            found.append(Problem("source-over", Where(field=field), says, fix))
    return found
