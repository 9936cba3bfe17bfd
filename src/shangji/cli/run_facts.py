"""What a run is about, from the options of a command or from the cover; never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Refused, Where
from shangji.snapshot import RunFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.snapshot import Collected

YEARS = range(2000, 2101)
REGION_DIGITS = (6, 9)


def run_facts(collected: Collected, options: Mapping[str, Any]) -> RunFacts:
    """Budget year, data day and region: from the options, else the cover; never guessed."""
    told = collected.facts
    year = str(options["year"] or told.get("budget_year", ""))
    as_of = options["as_of"] or told.get("as_of", "")
    region = options["region"] or told.get("region", "")
    problems = []
    if not year.isdigit() or int(year) not in YEARS:
        problems.append(_lacking("预算年度", year, "--year 2027"))
    if not region.isdigit() or len(region) not in REGION_DIGITS:
        problems.append(_lacking("区划代码", region, "--region 六位代码"))
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        problems.append(_lacking("数据截至日", as_of, "--as-of 2026-11-20"))
        day = date.min
    if problems:
        raise Refused(problems)
    facts = RunFacts(int(year), day, region[:6])
    return replace(facts, title=told.get("title", ""), data_kind=told.get("data_kind", ""))


def _lacking(name: str, value: str, example: str) -> Problem:
    says = f"“{name}”{'不对' if value else '没有给出'}。"
    fix = f"请在封面页填写，或在命令里加 {example}。"
    return Problem("facts-missing", Where(field=name), says, fix, value=value)
