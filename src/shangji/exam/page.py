"""The score of a part in words: every figure under the stamp of the set that it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.counting import per_thousand
from shangji.exam.frozen import TIMES

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping

    from shangji.counting import Count
    from shangji.exam.frozen import Frozen
    from shangji.exam.scoring import Score

SHOWN = 12
CLASSES = (("全部", None), ("确定类", False), ("语义类", True))


def lines(score: Score, frozen: Frozen, zh: Mapping[str, str]) -> Iterator[str]:
    """The screen: totals, kinds weakest first, disguises missed, false findings by rule.

    Args:
        score: the counts.
        frozen: the part, after this scoring was counted.
        zh: kind to its words.
    """
    yield frozen.stamp()
    if frozen.worn:
        yield f"这一部分评分已超过 {TIMES} 次，只能当开发集用；对外的数字要用新写的考卷。"
    yield ""
    yield from _totals(score)
    yield ""
    yield f"按错误种类，最弱在前（{frozen.stamp()}）"
    for kind, count in score.by("kind"):
        yield f"  {count.hits:>3}/{count.trials:<3} {count.shown()}  {kind}  {zh.get(kind, '')}"
    yield ""
    yield f"没有找到的（{frozen.stamp()}）"
    for mark in score.marked:
        if not mark.found:
            hint = "（有提示）" if mark.hinted else ""
            yield f"  {mark.answer.item}  {mark.answer.words}：{mark.answer.disguise}{hint}"
    yield ""
    yield f"误报按规则（{frozen.stamp()}）"
    yield from _rules("无错项目上的结论", score.false_verdicts)
    yield from _rules("无错项目上的提示", score.false_hints)
    yield from _rules("有错项目上与所植错误无关的结论", score.stray_verdicts)
    yield from _rules("有错项目上与所植错误无关的提示", score.stray_hints)
    yield from _rules("不属于任何题目的单位和全表", score.beside)


def record(score: Score, frozen: Frozen) -> dict[str, Any]:
    """The score as JSON values, its stamp first."""
    rate, low, high = per_thousand(score.false_verdicts.total(), score.clean)
    return {
        "stamp": frozen.stamp(),
        "part": frozen.part,
        "writing": frozen.writing,
        "commit": frozen.commit,
        "scored": frozen.scored,
        "development": frozen.worn,
        "recall": _count(score.recall()),
        "recall_deterministic": _count(score.recall(semantic=False)),
        "recall_semantic": _count(score.recall(semantic=True)),
        "recall_with_hints": _count(score.recall(hints=True)),
        "precision": _count(score.precision),
        "clean_projects": score.clean,
        "false_verdicts": score.false_verdicts.total(),
        "false_verdicts_per_1000": [rate, low, high],
        "projects_with_false_verdicts": score.dirty,
        "false_hints": score.false_hints.total(),
        "stray_verdicts": score.stray_verdicts.total(),
        "stray_hints": score.stray_hints.total(),
        "by_kind": {kind: _count(count) for kind, count in score.by("kind")},
        "missed": [mark.answer.item for mark in score.marked if not mark.found],
        "found_by": {
            mark.answer.item: sorted({at.rule for at in mark.verdicts | mark.hints})
            for mark in score.marked
            if mark.hinted
        },
        "false_by_rule": dict(sorted(score.false_verdicts.items())),
        "false_hints_by_rule": dict(sorted(score.false_hints.items())),
        "stray_by_rule": dict(sorted(score.stray_verdicts.items())),
    }


def _totals(score: Score) -> Iterator[str]:
    for name, semantic in CLASSES:
        count = score.recall(semantic=semantic)
        more = score.recall(semantic=semantic, hints=True)
        if count.trials:
            yield (
                f"{name}：查出 {count.hits}/{count.trials}，查全率 {count.shown()}；"
                f"连提示 {more.hits}/{more.trials}，{more.shown()}"
            )
    precise = score.precision
    yield f"查准率（只计结论）{precise.hits}/{precise.trials}，{precise.shown()}"
    rate, low, high = per_thousand(score.false_verdicts.total(), score.clean)
    yield (
        f"每千个无错项目误报 {rate:.1f} 条 [{low:.1f}, {high:.1f}]"
        f"（{score.clean} 个无错项目，{score.dirty} 个有误报，另有提示 "
        f"{score.false_hints.total()} 条）"
    )


def _rules(name: str, counted: Counter[str]) -> Iterator[str]:
    if not counted:
        return
    yield f"  {name}：{counted.total()} 条"
    for rule, times in counted.most_common(SHOWN):
        yield f"    {times:>4}  {rule}"
    if len(counted) > SHOWN:
        yield f"    另有 {len(counted) - SHOWN} 条规则，见 --json。"


def _count(count: Count) -> dict[str, Any]:
    low, high = count.interval
    share = count.share if count.trials else None
    return {"hits": count.hits, "trials": count.trials, "share": share, "interval": [low, high]}
