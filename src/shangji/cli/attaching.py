"""The attachments of a review: read before anything is frozen, and told on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji.evidence.attachments import Attached, attach
from shangji.intake import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    return attach(collected, pack, folders, readings=readings, limits=limits)


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
