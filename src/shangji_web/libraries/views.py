"""The libraries to read: rules, policies, indicators, reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render

from shangji.domain import (
    ACT_KNOWN,
    ACT_LEVELS,
    ACT_STATES,
    DIMENSIONS,
    OUTCOMES,
    SEVERITIES,
    STATUSES,
)
from shangji.pack.reasons import KINDS
from shangji.report.page.rules import in_full
from shangji_web import snapshot
from shangji_web.filings.indicators import common
from shangji_web.libraries import queries
from shangji_web.meetings.balance import bureau_table
from shangji_web.reviews.models import Finding
from shangji_web.rights.scope import projects_seen
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

LINES = 50
MEASURED, ALLOWED = "〔实际数〕", "〔允许数〕"


def _asked(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip() for name in names}


def _has(words: str, *texts: str) -> bool:
    """Whether every word that was asked for stands somewhere in the texts."""
    whole = " ".join(texts)
    return all(word in whole for word in words.split())


def _paged(request: HttpRequest, rows: Iterable[Any]) -> Any:  # noqa: ANN401 - Django's page
    return Paginator(list(rows), LINES).get_page(request.GET.get("page"))


def _select(name: str, zh: str, value: str, options: Iterable[Any]) -> dict[str, Any]:
    return {"name": name, "zh": zh, "value": value, "options": list(options)}


def rules(request: HttpRequest) -> HttpResponse:
    """Every rule that the post may read, with how often it fired and was upheld."""
    asked = _asked(request, "q", "dimension", "severity", "status")
    counted = queries.counts(season_now()) if request.post.side == queries.BUREAU else {}
    rows = [
        (rule, counted.get(rule.id, queries.NONE))
        for rule in queries.rules_seen(request.post)
        if _has(asked["q"], rule.id, rule.title, rule.message, *map(str, rule.basis))
        and all(
            not asked[name] or getattr(rule, name) == asked[name]
            for name in ("dimension", "severity", "status")
        )
    ]
    rows.sort(key=lambda row: (-row[1].fired, row[0].id))
    filters = [
        {"name": "q", "zh": "编号、名称、依据", "value": asked["q"], "options": None},
        _select("dimension", "维度", asked["dimension"], DIMENSIONS.items()),
        _select("severity", "程度", asked["severity"], SEVERITIES.items()),
        _select("status", "状态", asked["status"], STATUSES.items()),
    ]
    told = {
        "page": _paged(request, rows),
        "filters": filters,
        "found": f"共 {len(rows)} 条",
        "counted": bool(counted),
        "dimensions": DIMENSIONS,
    }
    return render(request, "libraries/rules.html", told)


def rule(request: HttpRequest, code: str) -> HttpResponse:
    """A rule: its text in words, its basis, its cases, what it came to."""
    found = next((one for one in queries.rules_seen(request.post) if one.id == code), None)
    if found is None:
        raise Http404
    pack, season = snapshot.pack(), season_now()
    bureau = request.post.side == queries.BUREAU
    told: dict[str, Any] = {
        "rule": found,
        "full": in_full(found, pack, None),
        "message": found.message.replace("{measured}", MEASURED).replace("{allowed}", ALLOWED),
        "dimensions": DIMENSIONS,
        "standards": [pack.standards[use.code] for use in found.standards],
        "cases": [
            (case, [OUTCOMES.get(one, one) for one in case.expect])
            for case in found.cases
            if not case.copied
        ],
        "bureau": bureau,
    }
    run = season.runs.last() if season else None
    if bureau and run:
        mine = projects_seen(request.post)
        told["count"] = queries.counts(season).get(code, queries.NONE)
        told["findings"] = (
            Finding.objects.filter(run=run, rule_id=code, outcome="fail", project__in=mine)
            .select_related("project")
            .order_by("-at_stake_yuan", "project__code")[:LINES]
        )
    return render(request, "libraries/rule.html", told)


def policies(request: HttpRequest) -> HttpResponse:
    """The policy index: title, number, level, whether in force, how many rules rest on it."""
    asked = _asked(request, "q", "level", "state")
    seen = {rule.id: rule for rule in queries.rules_seen(request.post)}
    rows = []
    for number, act in enumerate(queries.policies()):
        fits = all(
            not asked[name] or getattr(act, name) == asked[name] for name in ("level", "state")
        )
        if fits and _has(asked["q"], act.title, act.doc_no, act.issuer, act.note):
            resting = {one.id for row in queries.resting(act, seen) for one in row["rules"]}
            rows.append((number, act, len(resting)))
    season = season_now()
    told = {
        "page": _paged(request, rows),
        "filters": [
            {"name": "q", "zh": "标题、文号、机关", "value": asked["q"], "options": None},
            _select("level", "层级", asked["level"], ACT_LEVELS.items()),
            _select("state", "效力", asked["state"], ACT_STATES.items()),
        ],
        "found": f"共 {len(rows)} 件",
        "words": {"level": ACT_LEVELS, "state": ACT_STATES, "known": ACT_KNOWN},
        "own": bureau_table(season, "policy") if season and request.post.side == "bureau" else [],
    }
    return render(request, "libraries/policies.html", told)


def policy(request: HttpRequest, number: int) -> HttpResponse:
    """A document: its articles, the rules on each, their findings and yuan."""
    acts = queries.policies()
    if number >= len(acts):
        raise Http404
    act = acts[number]
    seen = {rule.id: rule for rule in queries.rules_seen(request.post)}
    bureau = request.post.side == queries.BUREAU
    counted = queries.counts(season_now()) if bureau else {}
    articles = [
        {**row, "rules": [(one, counted.get(one.id, queries.NONE)) for one in row["rules"]]}
        for row in queries.resting(act, seen)
    ]
    told = {
        "act": act,
        "articles": articles,
        "bureau": bureau,
        "words": {"level": ACT_LEVELS, "state": ACT_STATES, "known": ACT_KNOWN},
    }
    return render(request, "libraries/policy.html", told)


def indicators(request: HttpRequest) -> HttpResponse:
    """The indicators to choose from: common ones by nature, the bureau's own."""
    asked = _asked(request, "q", "nature")
    season = season_now()
    natures = sorted({one.nature for one in common() if one.nature})
    rows = [{name: getattr(one, name) for name in (*SHOWN, "source", "nature")} for one in common()]
    rows += [
        {**{name: row.get(name, "") for name in SHOWN}, "source": "财政指标库"}
        | {"nature": row.get("sector", ""), "value_text": row.get("reference_value", "")}
        for row in (bureau_table(season, "indicator") if season else ())
    ]
    rows = [
        row
        for row in rows
        if _has(asked["q"], row["level3"], row["explanation"], row["nature"])
        and (not asked["nature"] or row["nature"] == asked["nature"])
    ]
    pack = snapshot.pack()
    told = {
        "page": _paged(request, rows),
        "filters": [
            {"name": "q", "zh": "指标名称、解释", "value": asked["q"], "options": None},
            _select("nature", "适用项目", asked["nature"], ((one, one) for one in natures)),
        ],
        "found": f"共 {len(rows)} 个",
        "level1": pack.codes["target_level1"].codes,
        "level2": pack.codes["target_level2"].codes,
    }
    return render(request, "libraries/indicators.html", told)


SHOWN = ("level1", "level2", "level3", "value_text", "measure_unit", "explanation")


def reasons(request: HttpRequest) -> HttpResponse:
    """The sentences from which reasons and opinions are drafted."""
    asked = _asked(request, "q")
    pack = snapshot.pack()
    rows = [one for one in pack.reasons if _has(asked["q"], one.name, one.says, *one.titles)]
    told = {
        "rows": rows,
        "kinds": KINDS,
        "dimensions": DIMENSIONS,
        "filters": [{"name": "q", "zh": "编号、语句", "value": asked["q"], "options": None}],
        "found": f"共 {len(rows)} 条",
    }
    return render(request, "libraries/reasons.html", told)
