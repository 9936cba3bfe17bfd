"""Ceilings that the budget office types in before 一下, and how what is asked stands to them.

They are rows of the pack's own table `ceiling` in one file of the bureau's, beside those that were
imported, and stand before these where the keys agree: so the library's review, its plan and the
site read the same figures. Units see theirs once they are published.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from shangji.errors import Problem, Where
from shangji.words import fund_words
from shangji_web import snapshot
from shangji_web.ledgered.services import log
from shangji_web.meetings.balance import bureau_table
from shangji_web.notices.models import Notice
from shangji_web.projects.services import refuse
from shangji_web.seasons.models import BureauFile, Season

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shangji_web.people.models import Post

TABLE = "ceiling"
TOTAL, PROJECTS = "total", "project"
KINDS = {PROJECTS: "项目支出（不含刚性）", TOTAL: "部门总额（含刚性）"}
"""What a typed ceiling is of; the other kinds of the pack are imported only."""
ROUND = "first_down"
DECIDED, TYPED = "decided", "typed"
GIVEN = {DECIDED: "按决定数自动汇总", TYPED: "按预算科填报的控制数"}
CENT = Decimal("0.01")
MOST = Decimal("999999999999.99")
TOLD_ROLES = ("unit_clerk", "unit_head", "department_reviewer", "town_finance")
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Entry:
    """One cell: whose ceiling, of which source and kind; no amount takes it back."""

    department_code: str
    unit_code: str
    fund_source: str
    kind: str
    amount_yuan: Decimal | None

    @classmethod
    def of(cls, key: Sequence[str], amount_yuan: Decimal | None) -> Entry:
        """An entry by its key."""
        department, unit, source, kind = key
        return cls(department, unit, source, kind, amount_yuan)

    @property
    def key(self) -> Key:
        """What it is about."""
        return (self.department_code, self.unit_code, self.fund_source, self.kind)


def entries(season: Season) -> dict[Key, Entry]:
    """The ceilings of a year as they now stand: typed before imported ones, by what they are of."""
    made = {}
    for row in bureau_table(season, TABLE):
        if row.get("round") != ROUND or row.get("kind") not in KINDS:
            continue
        amount = Decimal(row.get("amount_yuan") or 0)
        names = ("department_code", "unit_code", "fund_source", "kind")
        entry = Entry.of([row.get(name, "") for name in names], amount)
        made[entry.key] = entry
    return made


def seal(season: Season) -> str:
    """The digest of what was typed so far: who saves has to have seen exactly this."""
    file = season.bureau_files.filter(name=snapshot.TYPED_CEILINGS).first()
    return file.sha256 if file else ""


def enter(season: Season, post: Post, given: Iterable[Entry], *, seen: str) -> int:
    """Write ceilings, whole or not at all; return how many changed.

    Args:
        season: the budget year.
        post: who enters them.
        given: cells; those that stand as they are change nothing.
        seen: the seal that the person saw.

    Raises:
        Refused: a unit, source or amount is not fit, or somebody entered others meanwhile.
    """
    wanted = list(given)
    with transaction.atomic():
        held = Season.objects.select_for_update().get(pk=season.pk)
        if seal(held) != seen:
            says = "您打开之后，别人改过控制数。"
            fix = "您填的没有保存；请刷新页面，看过现在的数再填。"
            refuse([Problem("ceiling-stale", Where(field=str(held)), says, fix)])
        refuse(wrong(held, wanted))
        now = entries(held)
        changed = [one for one in wanted if _amount(now.get(one.key)) != one.amount_yuan]
        if changed:
            _write(held, post, changed)
            rows = [[*one.key, _text(one.amount_yuan)] for one in changed]
            log("decision", post, {"act": "set_ceilings", "year": held.year, "rows": rows})
    return len(changed)


def _amount(entry: Entry | None) -> Decimal | None:
    return entry.amount_yuan if entry else None


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


def _write(season: Season, post: Post, changed: Sequence[Entry]) -> None:
    file = season.bureau_files.filter(name=snapshot.TYPED_CEILINGS).first()
    rows = json.loads(file.content)["rows"][TABLE] if file else []
    names = ("department_code", "unit_code", "fund_source", "kind")
    typed = {tuple(row.get(name, "") for name in names): row for row in rows}
    for one in changed:
        typed.pop(one.key, None)
        if one.amount_yuan is not None:
            row = {name: text for name, text in zip(names, one.key, strict=True) if text}
            row |= {"budget_year": str(season.year), "round": ROUND}
            row |= {"amount_yuan": f"{one.amount_yuan:f}"}
            typed[one.key] = {**row, "issued_on": timezone.localdate().isoformat()}
    kept = [typed[key] for key in sorted(typed)]
    supplied = sorted({*names, "budget_year", "round", "amount_yuan", "issued_on"})
    content = {"rows": {TABLE: kept}, "supplied": {TABLE: supplied}, "facts": {}}
    text, sha256 = snapshot.canonical(content)
    BureauFile.objects.update_or_create(
        season=season,
        name=snapshot.TYPED_CEILINGS,
        defaults={
            "origin": "bureau",
            "content": text,
            "sha256": sha256,
            "at": timezone.now(),
            "by": post.person,
        },
    )


def wrong(season: Season, given: Iterable[Entry]) -> list[Problem]:
    """Why cells cannot be entered: what there is no such thing of, or no amount of money."""
    units = dict(season.units.values_list("code", "department_code"))
    departments = set(units.values())
    sources = snapshot.pack().codes["fund_source"].codes
    found = []
    for one in given:
        amount = one.amount_yuan
        if one.department_code not in departments:
            says, value = "本年度没有这个部门。", one.department_code
        elif one.unit_code and units.get(one.unit_code) != one.department_code:
            says, value = "这个部门下面没有这个单位。", one.unit_code
        elif one.fund_source not in sources:
            says, value = "没有这种资金来源。", one.fund_source
        elif one.kind not in KINDS:
            says, value = "控制口径只能是项目支出或部门总额。", one.kind
        elif amount is not None and (not 0 <= amount <= MOST or amount % CENT):
            says, value = "控制数应为不小于零、精确到分的金额。", str(amount)
        else:
            continue
        where = Where(field=f"{one.department_code} {one.unit_code}".strip())
        found.append(Problem("ceiling-wrong", where, says, "请核对后再保存。", value=value))
    return found


def settle(season: Season, post: Post, *, binds: bool, given: str) -> None:
    """Say whether a ceiling that is exceeded keeps a filing back, and which one 一下 gives."""
    with transaction.atomic():
        held = Season.objects.select_for_update().get(pk=season.pk)
        held.ceilings_bind, held.ceilings_given = binds, given if given in GIVEN else DECIDED
        held.save(update_fields=["ceilings_bind", "ceilings_given"])
        told = {"binds": binds, "given": held.ceilings_given}
        log("decision", post, {"act": "settle_ceilings", "year": held.year, **told})
    season.refresh_from_db()


def publish(season: Season, post: Post) -> int:
    """Let departments and units see their ceilings, and tell them; return how many rows there are.

    Raises:
        Refused: there are none.
    """
    with transaction.atomic():
        held = Season.objects.select_for_update().get(pk=season.pk)
        rows = entries(held)
        if not rows:
            says = "还没有控制数。"
            fix = "请先填写或导入，再公布给单位。"
            refuse([Problem("ceiling-none", Where(field=str(held)), says, fix)])
        if held.ceilings_told_at is None:
            Notice.objects.bulk_create(_notices(held, rows))
        held.ceilings_told_at = timezone.now()
        held.save(update_fields=["ceilings_told_at"])
        sealed = {"rows": len(rows), "sha256": seal(held)}
        log("decision", post, {"act": "publish_ceilings", "year": held.year, **sealed})
    season.refresh_from_db()
    return len(rows)


def _notices(season: Season, rows: Iterable[Key]) -> list[Notice]:
    """One notice for each unit and department that has a ceiling of its own."""
    says = f"{season.year} 年预算控制数已经公布，请在“控制数”页查看，申报不要超出。"
    made = {}
    for department, unit, _, _ in rows:
        for role in TOLD_ROLES[:2] if unit else TOLD_ROLES[2:]:
            key = (role, unit, "" if unit else department)
            made[key] = Notice(
                role=role,
                unit_code=key[1],
                department_code=key[2],
                words=says,
                link="/seasons/ceilings/",
            )
    return [made[key] for key in sorted(made)]


def names_of(season: Season) -> tuple[dict[str, str], dict[str, str]]:
    """The departments and the units of a year by their codes."""
    units = season.units.order_by("code")
    return (
        dict(units.values_list("department_code", "department_name")),
        dict(units.values_list("code", "name")),
    )


def source_words(source: str) -> str:
    """A source by its name."""
    return fund_words(snapshot.pack(), source) or "没有写明资金来源"
