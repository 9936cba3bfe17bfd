"""The accuracy page: every number with its set, how many, and the seeds; the weakest kind first."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from shangji.counting import Count, per_thousand
from shangji.faults.data import read
from shangji.faults.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shangji.faults.trial import Trial, Tried
    from shangji.pack import Pack

VOCABULARY = {"seen": "写规则时见过的词", "unseen": "没有见过的词"}
TARGETS = {False: 0.99, True: 0.90}
FALSE_MOST = 10.0
"""False findings to a thousand clean projects that are let pass: one to a hundred."""


def page(trial: Trial, pack: Pack, command: str, real: Iterable[str]) -> str:
    """The page as Markdown."""
    parts: list[Iterable[str]] = [
        _head(trial, pack, command),
        _summary(trial),
        _kinds(trial),
        _false(trial, pack),
        real,
        _limits(),
    ]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _head(trial: Trial, pack: Pack, command: str) -> Iterator[str]:
    seeds = "、".join(map(str, trial.seeds))
    yield "# 查得准不准：植入差错的测量"
    yield ""
    yield (
        f"本页由 `{command}` 写成，不手改。"
        f"规则包 {'+'.join(pack.names)} {pack.version}，启用规则 {trial.rules} 条。"
    )
    yield ""
    each = trial.clean // len(trial.seeds)
    yield (
        f"做法：用 `shangji sample` 的生成器造出没有差错的虚构县（种子 {seeds}，"
        f"每个 {each} 个待评审项目），先审一遍；再把每种差错、每种写法各放进一个项目"
        "（一个项目只放一处），重审一遍，只看新出现的疑点。该找到它的规则报出才算找到；"
        "别的规则碰巧报出不算。区间是 95 % 的 Wilson 区间，误报率是泊松区间。"
    )
    yield ""
    yield (
        "这些差错和规则出自同一个项目，所以数字偏高：它说明规则按写的意思工作，"
        "不说明真实申报里的差错能找到多少。“没有见过的词”换了一套写规则时没有看过的说法；"
        "另有一套盲写、封存的考题，用 `shangji bench exam` 打分。"
        "合成数据上的误报率不能搬到真实的县，见“真实数据”。"
    )
    yield ""


def _summary(trial: Trial) -> Iterator[str]:
    yield "## 总的"
    yield ""
    yield "| 判法 | 用词 | 植入 | 找到 | 查全率 [95 %] | 查准率 [95 %] | 目标 |"
    yield "|---|---|--:|--:|---|---|---|"
    for semantic in (False, True):
        for words, zh in VOCABULARY.items():
            tried = [
                one
                for one in trial.tried
                if KINDS[one.kind].semantic is semantic and one.words == words
            ]
            if not tried:
                continue
            count = trial.recall(tried)
            precise = trial.precise(semantic=semantic).shown() if words == "seen" else "同上"
            label = "语义" if semantic else "定值"
            yield (
                f"| {label} | {zh if semantic else '不涉及用词'} | {count.trials} | {count.hits} | "
                f"{count.shown()} | {precise} | ≥ {TARGETS[semantic]:.2f} |"
            )
    known = [one for one in trial.tried if KINDS[one.kind].rules and not KINDS[one.kind].semantic]
    count = trial.recall(known)
    wrong = sum(trial.false.values())
    rate, low, high = per_thousand(wrong, trial.clean)
    yield ""
    yield (
        f"定值差错里，有规则负责的种类：{count.hits}/{count.trials}，{count.shown()}；其余种类还没有规则。"
    )
    yield ""
    yield (
        f"误报：{trial.clean} 个没有差错的项目上报出 {wrong} 处疑点，每千个项目 {rate:.1f} 处"
        f" [{low:.1f}, {high:.1f}]，目标不超过 {FALSE_MOST:.0f} 处。"
    )
    yield ""


def _kinds(trial: Trial) -> Iterator[str]:
    yield "## 按种类，最弱的在前"
    yield ""
    yield "每格是 找到/植入；“写法”依次是同一种差错的几种样子；“没见过”是换一套词之后。"
    yield ""
    heads = (
        "种类",
        "判法",
        "程度",
        "植入",
        "查全率 [95 %]",
        "写法",
        "没见过的词",
        "该由谁找到",
        "没找到时别的规则",
    )
    yield f"| {' | '.join(heads)} |"
    yield "|---|---|---|--:|---|---|---|---|---|"
    by_kind: defaultdict[str, list[Tried]] = defaultdict(list)
    for one in trial.tried:
        by_kind[one.kind].append(one)
    order = sorted(by_kind, key=lambda name: (trial.recall(by_kind[name]).share, name))
    for name in order:
        yield _kind_row(trial, name, by_kind[name])
    yield ""


def _kind_row(trial: Trial, name: str, tried: list[Tried]) -> str:
    kind = KINDS[name]
    seen = [one for one in tried if one.words == "seen"]
    forms = " · ".join(
        _part(trial, [one for one in seen if one.disguise == number])
        for number in range(kind.disguises)
    )
    other = _part(trial, [one for one in tried if one.words != "seen"]) if kind.semantic else "—"
    rules = " ".join(kind.rules) or "没有规则"
    missed = Counter(rule for one in tried if not one.hit for rule in one.by)
    beside = " ".join(rule for rule, _ in missed.most_common(2)) or "—"
    label, gravity = ("语义" if kind.semantic else "定值"), ("严重" if kind.grave else "一般")
    recall = trial.recall(tried).shown()
    cells = (kind.zh, label, gravity, len(tried), recall, forms, other, rules, beside)
    return f"| {' | '.join(map(str, cells))} |"


def _part(trial: Trial, tried: list[Tried]) -> str:
    count = trial.recall(tried)
    return f"{count.hits}/{count.trials}" if count.trials else "—"


def _false(trial: Trial, pack: Pack) -> Iterator[str]:
    yield "## 没有差错的项目上报出的疑点"
    yield ""
    if not trial.false:
        yield f"{trial.clean} 个项目上一处也没有。"
        yield ""
        return
    yield "| 规则 | 名称 | 程度 | 处 | 每千个项目 [95 %] |"
    yield "|---|---|---|--:|---|"
    for (rule, severity), count in trial.false.most_common():
        rate, low, high = per_thousand(count, trial.clean)
        title = pack.rules[rule].title if rule in pack.rules else rule
        yield f"| {rule} | {title} | {severity} | {count} | {rate:.1f} [{low:.1f}, {high:.1f}] |"
    yield ""


def eyeballed(found: Counter[str], rows: int, pack: Pack) -> Iterator[str]:
    """Findings on the disclosed sample, by rule, with what was made of each on reading it."""
    told: dict[str, Any] = read("eyeballed") or {}
    yield "## 真实数据"
    yield ""
    yield (
        f"`samples/disclosed` 是从公开信息里摘录的事实（{rows} 行），没有人标注过哪里有错，"
        "所以算不出查全率。下面是报出的每条规则，写这一页时逐条看过一遍："
        "只看摘录，没有核对原件，也没有第二个人复看。"
    )
    yield ""
    if not found:
        yield "一处疑点也没有报出。"
        yield ""
        return
    yield "| 规则 | 名称 | 处 | 每千行 [95 %] | 看过之后 |"
    yield "|---|---|--:|---|---|"
    for rule, count in found.most_common():
        rate, low, high = per_thousand(count, rows)
        title = pack.rules[rule].title if rule in pack.rules else rule
        said = told.get(rule, "还没有看")
        yield f"| {rule} | {title} | {count} | {rate:.1f} [{low:.1f}, {high:.1f}] | {said} |"
    yield ""


def _limits() -> Iterator[str]:
    yield "## 这些数字说明不了什么"
    yield ""
    yield "- 一个种子里每种写法只试一次；种类之间的差别小于区间宽度时不算差别。"
    yield "- 县、部门、文本都是生成的。真实申报更乱：扫描件、合并单元格、一格两事，这里都没有。"
    yield "- 规则没有启用（试行、草稿）的不计；“不知道”不算找到，也不算误报。"
    yield "- 达不到目标的种类照列，不为凑数改规则或改题。"


def measured(trial: Trial) -> dict[str, Count]:
    """Recall of the two classes on the words that were seen, for a screen."""
    return {
        zh: trial.recall(
            one
            for one in trial.tried
            if KINDS[one.kind].semantic is semantic and one.words == "seen"
        )
        for semantic, zh in ((False, "定值"), (True, "语义"))
    }
