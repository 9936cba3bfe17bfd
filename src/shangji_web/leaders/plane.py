"""Necessity × importance of every graded project, as a chart and as the table beside it.

Shape is the grade, size the money asked, hollow what lacks material; a dashed frame is how far the
points can still rise.
"""

from __future__ import annotations

from decimal import Decimal
from math import sqrt
from typing import TYPE_CHECKING, Any

from django.utils.html import json_script

from shangji.domain import wan
from shangji_web import snapshot
from shangji_web.leaders.lists import outcomes_seen
from shangji_web.leaders.queries import listed
from shangji_web.remembered import Briefly
from shangji_web.templatetags.shown import project_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.pack import Framework
    from shangji_web.people.models import Post
    from shangji_web.reviews.models import Outcome, Run

SHAPES = {"A": "circle", "B": "rect", "C": "triangle", "D": "diamond"}
COLOURS = {"A": "#173f66", "B": "#3d7ab5", "C": "#7d5f10", "D": "#6d5a7b"}
UNKNOWN = "材料不足"
HOLLOW = "#4a5662"
LEAST, MOST = 4, 22
CROWD = 200
DRAWN = 3_000
"""Of more points nobody tells one from another, and the page would weigh megabytes."""
FEW = 60
Point = tuple[float, float, float, float]


_drawn: Briefly[dict[str, Any]] = Briefly(60, 8)


def plane_seen(post: Post, run: Run) -> dict[str, Any]:
    """The plane of the projects that a post sees; at most a minute old.

    A run is never changed. What stands under the key is the run and the very condition by which the
    rights choose its projects, so that a post is given only what that condition lets it see.
    """
    seen = outcomes_seen(post, run)
    key = (run.pk, run.folder, run.result_digest, str(seen.query))
    return _drawn.of(key, lambda: plane(run, list(seen)))


def plane(run: Run, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The chart's script, its option, how many it shows, and how many have no points at all."""
    framework = snapshot.pack().frameworks.get(run.summary.get("framework", ""))
    if framework is None or len(framework.axes) < 2:  # noqa: PLR2004 - a plane has two
        return {}
    placed = [(one, _point(framework, one)) for one in outcomes]
    shown = [(one, point) for one, point in placed if point is not None]
    if not shown:
        return {}
    greatest = max((one.asked_yuan or Decimal(0) for one, _ in shown), default=Decimal(0))
    drawn = sorted(shown, key=lambda row: -(row[0].asked_yuan or 0))[:DRAWN]
    series = [_series(name, drawn, greatest) for name in (*SHAPES, UNKNOWN)]
    names = [_axis_name(framework, axis) for axis in framework.axes[:2]]
    option = {
        "grid": {"left": 50, "right": 18, "top": 36, "bottom": 44},
        "legend": {
            "top": 0,
            "itemWidth": 12,
            "itemHeight": 12,
            "data": [one["name"] for one in series if one["data"]],
        },
        "graphic": _corners(framework),
        "xAxis": _axis(names[0], 26),
        "yAxis": _axis(names[1], 32),
        "series": [_lines(framework), *(one for one in series if one["data"])],
    }
    return {
        "script": json_script(option, "plane"),
        "option": option,
        "shown": len(drawn),
        "smaller": len(shown) - len(drawn),
        "without": len(placed) - len(shown),
    }


def _corners(framework: Framework) -> list[dict[str, Any]]:
    """What each quarter is called, written into its corner."""
    places = {
        "A": {"right": 26, "top": 42},
        "B": {"right": 26, "bottom": 52},
        "C": {"left": 72, "top": 42},
        "D": {"left": 72, "bottom": 52},
    }
    return [
        {
            "type": "text",
            **place,
            "silent": True,
            "style": {
                "text": f"{name} {framework.grades[name]}",
                "fill": "#4a5662",
                "fontSize": 12,
            },
        }
        for name, place in places.items()
        if name in framework.grades
    ]


def _lines(framework: Framework) -> dict[str, Any]:
    """The lines between the quarters."""
    cut = float(framework.cut or 0)
    return {
        "type": "scatter",
        "name": "_",
        "data": [],
        "markLine": {
            "silent": True,
            "symbol": "none",
            "label": {"show": False},
            "lineStyle": {"color": "#7d8a98", "type": "solid", "width": 1},
            "data": [{"xAxis": cut}, {"yAxis": cut}],
        },
    }


def _axis(name: str, gap: int) -> dict[str, Any]:
    return {
        "type": "value",
        "name": f"{name}（得分占满分 %）",
        "nameLocation": "middle",
        "nameGap": gap,
        "min": 0,
        "max": 100,
        "splitLine": {"lineStyle": {"color": "#e3e8ed"}},
        "axisLine": {"show": True, "lineStyle": {"color": "#55606d"}},
    }


def _axis_name(framework: Framework, axis: str) -> str:
    return next((node.zh for node in framework.nodes if node.name == axis), axis)


def _point(framework: Framework, outcome: Outcome) -> Point | None:
    """Low and high of both axes in per cent of the full score; nothing where one was not scored."""
    ends = []
    for axis in framework.axes[:2]:
        low, high, _, full = (outcome.scores.get(axis) or ["", "", "", ""])[:4]
        if not low or not high or not full or not Decimal(full):
            return None
        ends.append([float(Decimal(part) * 100 / Decimal(full)) for part in (low, high)])
    return ends[0][0], ends[1][0], ends[0][1], ends[1][1]


def _series(name: str, shown: Sequence[tuple[Outcome, Point]], greatest: Decimal) -> dict[str, Any]:
    """The projects of one grade; those that span two stand under the lower one, framed."""
    mine = [(one, at) for one, at in shown if (one.low_grade or UNKNOWN) == name]
    mine.sort(key=lambda row: -(row[0].asked_yuan or 0))
    crowd = 0.75 if len(shown) > CROWD else 1
    colour = COLOURS.get(name, HOLLOW)
    style = {"color": colour, "opacity": 0.72, "borderColor": "#fff", "borderWidth": 0.5}
    if name == UNKNOWN:
        style = {"color": "rgba(255,255,255,0)", "borderColor": HOLLOW, "borderWidth": 1.3}
    made: dict[str, Any] = {
        "type": "scatter",
        "name": name if name == UNKNOWN else f"{name} 类",
        "symbol": SHAPES.get(name, "circle"),
        "itemStyle": style,
        "data": [
            {
                "value": [round(x, 1), round(y, 1)],
                "symbolSize": round(_size(one.asked_yuan, greatest) * crowd, 1),
                "words": _words(one),
                "link": project_link(one.project.code) or listed(codes=one.project.code),
            }
            for one, (x, y, _, _) in mine
        ],
    }
    frames = [
        [{"coord": [low_x, low_y]}, {"coord": [high_x, high_y]}]
        for one, (low_x, low_y, high_x, high_y) in mine
        if (high_x > low_x or high_y > low_y) and one.low_grade != one.high_grade
    ][:FEW]
    if frames:
        dashes = {"color": "rgba(0,0,0,0)", "borderColor": colour, "borderType": "dashed"}
        made["markArea"] = {
            "silent": True,
            "itemStyle": {**dashes, "borderWidth": 1},
            "data": frames,
        }
    return made


def _size(asked: Decimal | None, greatest: Decimal) -> float:
    return LEAST + (MOST - LEAST) * sqrt(float((asked or 0) / greatest)) if greatest else LEAST


def _words(outcome: Outcome) -> str:
    project = outcome.project
    grade = outcome.low_grade or UNKNOWN
    if outcome.high_grade and outcome.high_grade != outcome.low_grade:
        grade = f"{grade} 至 {outcome.high_grade}"
    asked = "不知道" if outcome.asked_yuan is None else f"{wan(outcome.asked_yuan)} 万元"
    return f"{project.name}（{project.unit_name}）申报 {asked}，{grade}"
