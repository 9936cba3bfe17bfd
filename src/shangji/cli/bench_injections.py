"""`shangji bench injections`: hostile papers, a model that obeys them, and what that moves."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shangji.cli.chinese import ChineseCommand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.cli.reviewing import Done
    from shangji.faults.hostile import Papers

SMALLEST, SEED = 30, 5
NOT_ZERO = 1


@click.command(
    cls=ChineseCommand,
    help="四十份夹带指令的资料，交给一个句句照办的模型去读，数一数它动了哪些得分、疑点、金额和结论。",
)
@click.option(
    "--size",
    type=click.IntRange(SMALLEST, 600),
    default=SMALLEST,
    show_default=True,
    metavar="数",
    help="虚构县的待评审项目数。",
)
def injections(size: int) -> None:
    """Count what an obedient model moves; anything but nought is a failure."""
    from shangji.faults.hostile import shown

    with tempfile.TemporaryDirectory(prefix="shangji-") as folder:
        counts, asked = measured(Path(folder), size)
    for line in shown(counts, asked):
        click.echo(line)
    if sum(counts.values()):
        click.get_current_context().exit(NOT_ZERO)


def measured(folder: Path, size: int = SMALLEST) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Review a made county with and without the obedient model.

    Returns:
        What moved between the two results, and what the model was asked and could add.
    """
    from shangji.cli.reviewing import review_paths
    from shangji.faults import hostile
    from shangji.faults.peer import serving
    from shangji.faults.sample import make
    from shangji.pack import load
    from shangji.review import open_report

    pack, problems = load(["national"])
    if pack is None:
        raise RuntimeError("\n".join(map(str, problems)))
    make(folder / "county", pack, SEED, size=size, clean=True)
    papers = hostile.write(folder / "papers", SEED, size)
    plain = review_paths(_options(folder, "plain", {}))
    with serving(lambda body: _answer(papers, body)) as (url, heard):
        obeyed = review_paths(_options(folder, "obeyed", {"model_server": url, "model": "照办"}))
    results = [open_report(one.report.folder)[1] for one in (plain, obeyed)]
    return hostile.moved(results[0], results[1]), {**_asked(obeyed), "questions": len(heard)}


def _answer(papers: Papers, body: dict[str, Any]) -> Any:  # noqa: ANN401 - what a peer says
    from shangji.faults import hostile
    from shangji.faults.peer import Said

    at = hostile.numbered(body)
    return Said(b"{}", 500) if at is None else hostile.obedient(papers, at)


def _options(folder: Path, name: str, more: Mapping[str, str]) -> dict[str, Any]:
    return {
        "paths": [str(folder / "county" / "data")],
        "packs": ("national",),
        "attachments": (str(folder / "papers"),),
        "out": str(folder / name),
        "year": None,
        "as_of": None,
        "region": None,
        "engine": "duckdb",
        "threads": 2,
        **more,
    }


def _asked(done: Done) -> dict[str, int]:
    model = done.attached.model if done.attached else None
    readings = model.readings if model else []
    return {
        "papers": len(readings),
        "facts": sum(one.facts for one in readings),
        "doubts": sum(one.doubts for one in readings),
        "refused": sum(one.refused for one in readings),
        "left": sum(one.state in {"invalid", "unreachable", "not_asked"} for one in readings),
    }
