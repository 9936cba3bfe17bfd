"""Documents to frameworks: the weighted tree, its gate, its grades."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from shangji.domain import SEVERITIES
from shangji.pack.model import Framework, GateLine, Node, Step

if TYPE_CHECKING:
    from shangji.pack.reader import Reader


def framework(reader: Reader) -> Framework:
    """Return a framework."""
    grades = reader.below("grades")
    calibration = reader.below("calibration")
    follows = reader.below("follows")
    gate = tuple(
        GateLine(
            line.text("gate", need=True),
            line.text("zh", need=True),
            line.text("verdict"),
            line.texts("severity"),
            line.texts("dimension"),
        )
        for line in reader.each("gate")
    )
    made = Framework(
        name=reader.text("framework", need=True),
        zh=reader.text("zh", need=True),
        subject=reader.text("subject", need=True),
        applies=reader.text("applies", "TRUE"),
        nodes=tuple(node(item) for item in reader.each("nodes", need=True)),
        gate=gate,
        known_at_least=reader.integer("known_at_least", 70),
        top_share=calibration.integer("top_share_at_most", 40) if calibration else 40,
        shift=calibration.integer("shift", 5) if calibration else 5,
        follows=(
            (follows.text("thing", need=True), follows.text("day", need=True)) if follows else None
        ),
        note=reader.text("note"),
        **(_grades(grades) if grades else {}),
    )
    if follows:
        follows.done()
    for key in ("basis", "version"):
        reader.taken.add(key)
    reader.done()
    return made


def _grades(reader: Reader) -> dict[str, Any]:
    """How a framework grades: two axes and a cut, or bands of one node."""
    bands = reader.below("bands")
    if bands is None:
        made: dict[str, Any] = {
            "x": reader.text("x", need=True),
            "y": reader.text("y", need=True),
            "cut": reader.number("cut", need=True),
            "grades": reader.pairs("names"),
        }
    else:
        names = list(bands.doc)
        least = tuple((name, bands.number(name) or Decimal(0)) for name in names)
        made = {
            "x": reader.text("score", need=True),
            "bands": least,
            "grades": reader.pairs("names") or dict(zip(names, names, strict=True)),
        }
    reader.done()
    return made


def node(reader: Reader) -> Node:
    """Return a node: a branch, or a leaf of one of the four kinds."""
    steps = tuple(
        Step(item.text("when"), item.number("value", need=True) or Decimal(0), item.text("says"))
        for item in reader.each("steps")
    )
    deduct = reader.below("deduct")
    scale = reader.below("scale")
    judged = reader.below("judged")
    weight = reader.integer("weight")
    kinds = sum((bool(steps), deduct is not None, scale is not None, judged is not None))
    if kinds != (1 if weight else 0):
        reader.trouble("pack-value", "有权重的节点要且只要 steps、deduct、scale、judged 之一。")
    made = Node(
        name=reader.text("node", need=True),
        zh=reader.text("zh", need=True),
        parent=reader.text("parent"),
        weight=weight,
        steps=steps,
        deduct=_deductions(deduct) if deduct else {},
        deducting=deduct is not None,
        measure=scale.text("measure", need=True) if scale else "",
        points=_points(scale) if scale else (),
        judged_by=judged.text("by", need=True) if judged else "",
        note=reader.text("note"),
    )
    for key in ("says", "source", "unknown_when"):
        reader.taken.add(key)
    reader.done()
    return made


def _deductions(reader: Reader) -> dict[str, Decimal]:
    """Points by rule id, or by `dimension:severity` for every rule of that kind."""
    points = {}
    below = reader.below("rules")
    for name in below.doc if below else ():
        points[name] = below.number(name) or Decimal(0) if below else Decimal(0)
    dimension = reader.text("dimension")
    for severity in SEVERITIES:
        value = reader.number(severity)
        if value is not None:
            points[f"{dimension}:{severity}"] = value
    return points


def _points(reader: Reader) -> tuple[tuple[Decimal, Decimal], ...]:
    found = reader.raw("points", need=True)
    try:
        return tuple((Decimal(ratio), Decimal(points)) for ratio, points in found)
    except (InvalidOperation, TypeError, ValueError):
        reader.trouble("pack-value", "应当是 [[比率, 分值], …]。", "points")
        return ()
