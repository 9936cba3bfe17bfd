"""Indicators to choose from: the common ones by nature, the bureau's, the unit's own past ones.

What is proposed first is what is most like the project's name and summary, by the likeness that
the library itself uses for names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from shangji.evidence.duplicates.likeness import Weights
from shangji_web.filings.content import PROJECT, opened, table_of
from shangji_web.filings.models import Draft, Filing
from shangji_web.filings.pool import pool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shangji_web.filings.content import Content
    from shangji_web.projects.models import Project

COMMON, BUREAU, OWN = "基础指标库", "财政指标库", "本单位指标库"
TARGET = "target"
FIELDS = ("level1", "level2", "level3", "direction", "value_text", "measure_unit", "explanation")
ROW = (*FIELDS[1:], "data_source")
OF_NATURE, OF_LANE, GENERAL = 1_500, 600, 300
"""What a word of the nature, the lane and a common indicator add to the likeness, of 10 000."""


@dataclass(frozen=True)
class Indicator:
    """A proposal: the fields of a target, where it comes from, of what nature it is."""

    source: str
    nature: str
    level1: str
    level2: str
    level3: str
    direction: str = ""
    value_text: str = ""
    measure_unit: str = ""
    explanation: str = ""
    data_source: str = ""
    from_project: str = ""
    words: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """How its value is written, the direction once."""
        if self.value_text.startswith(self.direction):
            return self.value_text
        return f"{self.direction} {self.value_text}".strip()

    @property
    def text(self) -> str:
        """What is compared and searched."""
        parts = (self.nature, *self.words, self.level3, self.explanation, self.from_project)
        return " ".join(part for part in parts if part)


@cache
def common() -> tuple[Indicator, ...]:
    """The common indicators of the data."""
    read = yaml.safe_load(Path(__file__).with_name("indicators.yaml").read_text("utf-8"))
    parents = table_of(TARGET).column("level2").codes
    above = parents.parents if parents else {}
    made = []
    for group in read:
        for row in group["rows"]:
            told = dict(zip(ROW, map(str, row), strict=True))
            made.append(
                replace(
                    _of(COMMON, group["zh"], told | {"level1": above.get(told["level2"], "")}),
                    words=tuple(group["words"]),
                    lanes=tuple(group["lanes"]),
                )
            )
    return tuple(made)


def _of(source: str, nature: str, told: Mapping[str, str]) -> Indicator:
    return Indicator(
        source,
        nature,
        told.get("level1", ""),
        told.get("level2", ""),
        told.get("level3", ""),
        told.get("direction", ""),
        told.get("value_text", ""),
        told.get("measure_unit", ""),
        told.get("explanation", ""),
        told.get("data_source", ""),
    )


def of_bureau(project: Project) -> Iterator[Indicator]:
    """The indicators of the bureau's own library."""
    for row in pool(project.season).collected.rows.get("indicator", ()):
        if row["level3"]:
            told = {name: row[name] or "" for name in (*FIELDS, *ROW) if name in row}
            value = row["reference_value"]
            told["value_text"] = "" if value is None else f"{value.normalize():f}"
            yield _of(BUREAU, row["sector"] or "", told)


def of_unit(project: Project) -> Iterator[Indicator]:
    """What the unit itself has set before, in other projects and years; each once."""
    others = {"project__unit_code": project.unit_code}
    filings = Filing.objects.filter(**others).exclude(project=project).order_by("-pk")
    drafts = Draft.objects.filter(**others, project__filings=None).exclude(project=project)
    seen: set[str] = set()
    for held in (*filings.select_related("project"), *drafts.select_related("project")):
        for row in opened(held.content)["rows"].get(TARGET, []):
            level3 = row.get("level3", "")
            if not level3 or level3 in seen:
                continue
            seen.add(level3)
            project_words = f"{held.project.season.year} {held.project.name}"
            yield replace(_of(OWN, "", row), from_project=project_words)


def proposed(
    project: Project, content: Content, words: str = "", source: str = "", nature: str = ""
) -> list[tuple[int, Indicator]]:
    """Indicators with how well each fits, the best first; all of them where words are searched.

    Args:
        project: for which.
        content: its draft: name, summary and lane say what fits.
        words: what somebody searches for; what does not hold them is left out.
        source: one of the three libraries, or all.
        nature: one nature, or all.
    """
    every = [*of_unit(project), *of_bureau(project), *common()]
    row = content["rows"][PROJECT][0]
    about = f"{row.get('project_name', '')}{row.get('summary', '')}"
    weights = Weights([*(item.text for item in every), about])
    wanted = words.split()
    taken = {one.get("level3") for one in content["rows"].get(TARGET, [])}
    made = []
    for item in every:
        if (source and item.source != source) or (nature and item.nature != nature):
            continue
        if item.level3 in taken or not all(word in item.text for word in wanted):
            continue
        made.append((_fit(item, about, row.get("lane", ""), weights), item))
    return sorted(made, key=lambda pair: -pair[0])


def _fit(item: Indicator, about: str, lane: str, weights: Weights) -> int:
    fit = weights.alike(item.text, about)
    fit += OF_NATURE * sum(1 for word in item.words if word in about)
    if lane and lane in item.lanes:
        fit += OF_LANE
    return fit + (GENERAL if not item.lanes and item.source == COMMON else 0)


def as_row(item: Indicator) -> dict[str, str]:
    """A proposal as a row of the target sheet; a hint how to write a value is no value."""
    hint = item.source == COMMON and item.value_text.startswith(("写", "不"))
    row = {name: getattr(item, name) for name in FIELDS}
    row["data_source"] = item.data_source
    if hint:
        row["value_text"] = ""
    return {name: text for name, text in row.items() if text}
