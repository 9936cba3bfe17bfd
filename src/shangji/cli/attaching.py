"""The attachments of a review: read before anything is frozen, and told on the screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Refused, Where
from shangji.evidence.attachments import Attached, attach
from shangji.evidence.model import ALLOWED, NO_CONCLUSION, SERVER
from shangji.intake import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shangji.evidence.model.reading import Reader
    from shangji.pack import Pack
    from shangji.snapshot import Collected

READINGS = "资料读取"
"""What was read of attachments is kept beside the result, in a folder of this ending."""


def attached_to(collected: Collected, pack: Pack, options: Mapping[str, Any]) -> Attached | None:
    """Read the attachments that the options name into what was collected."""
    folders = [Path(path) for path in options.get("attachments") or ()]
    if not folders:
        return None
    out = Path(options["out"])
    readings = Path(options.get("readings") or out.with_name(f"{out.name}-{READINGS}"))
    limits = Limits(ocr=bool(options.get("scans")))
    model = _model(pack, options)
    return attach(collected, pack, folders, readings=readings, limits=limits, model=model)


def _model(pack: Pack, options: Mapping[str, Any]) -> Reader | None:
    """The reader that asks a model, where one is set up.

    Raises:
        Refused: its address may not be spoken to, or half of it was given.
    """
    told = str(options.get("model_server") or ""), str(options.get("model") or "")
    if not any(told) and not os.environ.get(SERVER):
        return None
    from shangji.evidence.model.reading import Reader
    from shangji.evidence.model.server import ModelServer
    from shangji.evidence.serving import Unreachable

    server = ModelServer.of_settings(*told)
    if server is None:
        says = "模型服务要同时给地址和模型名。"
        raise Refused([Problem("model-address", Where(), says, "请补全，或都不给。")])
    try:
        server.check()
    except Unreachable as error:
        fix = f"缺省只许本机；别的地址请写进环境变量 {ALLOWED}，如 10.1.2.3:8000。"
        raise Refused([Problem("model-address", Where(), str(error), fix)]) from error
    return Reader(server, pack)


def read_lines(attached: Attached | None) -> Iterator[str]:
    """What was read of the attachments, and what was not, for the screen."""
    if attached is None:
        return
    found = attached.record()
    yield ""
    yield (
        f"资料  {found['documents']} 份，读了 {found['pages']} 页，证据 {found['evidence']} 条；"
        f"其中 {attached.known} 份没有变，没有重读。"
    )
    told = {
        "unread": "份没有读全（原因和办法见“数据问题”）",
        "secret": "份标有密级，没有收入",
        "hidden": "份有隐藏文字，已剔除",
        "unmatched": "份不知属于哪个项目",
    }
    parts = [f"{found[name]} {says}" for name, says in told.items() if found[name]]
    if parts:
        yield f"      {'；'.join(parts)}。"
    if attached.model:
        yield from _asked(attached.model)


def _asked(model: Reader) -> Iterator[str]:
    """What a model was asked and what came of it."""
    states = model.record()["states"]
    answered = states.get("answered", 0) + states.get("repaired", 0)
    facts = sum(one.facts for one in model.readings)
    doubts = sum(one.doubts for one in model.readings)
    yield (
        f"      模型 {model.server.model} 读了 {answered} 份，添事实 {facts} 条、疑点 {doubts} 条，"
        "只作提示，不进得分和金额。"
    )
    left = states.get("invalid", 0) + states.get("unreachable", 0)
    if left:
        yield f"      {left} 份 {NO_CONCLUSION}（见“数据问题”）。"
    if states.get("not_asked"):
        yield f"      {states['not_asked']} 份没有问模型：没有文字，或服务一再没有回答。"
