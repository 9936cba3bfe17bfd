"""From a document's own words to its facts: title, number, issuer, dates, what it repeals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shangji.evidence.library.numerals import DAY, NUMERAL, day, number
from shangji.evidence.library.policy import DOC_NO, ORDER, Repeal, same_title
from shangji.evidence.library.reading import bare
from shangji.evidence.library.text import ARTICLE_KIND, HEAD, WRAPPING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shangji.evidence.library.reading import Given
    from shangji.evidence.library.text import Passage, Text

ENDS = (
    "通知|办法|意见|决定|决议|规定|条例|细则|批复|复函|函|答复|纪要|方案|规划|计划|公告|通告|报告|法|解释|"
    "批示|标准|目录|规则|制度|要点|清单|指南|规范|预案|命令|令|章程|协议|合同"
)
TITLED = re.compile(rf"(?:{ENDS})(?:[（(][^（）()]*[）)])?$")
SKIPPED = re.compile(r"[：:]$|现公布|现予公布|予以公布|^(?:总理|主席|省长|市长|部长|县长)")
FILE_DAY = re.compile(r"[（(](\d{4})-(\d{2})-(\d{2})[）)]")
PASSED = re.compile(r"通过|公布|发布|修正|修订|修改|批准|公告|印发")
BEGINS = re.compile(
    rf"自\s*({DAY.pattern})\s*起\s*(?:正式)?(?:施行|实施|执行|生效)".replace("(?:", "(?:")
)
AT_ONCE = re.compile(r"自\s*(?:公布|发布|印发|颁布|下发|通过)之日起\s*(?:施行|实施|执行|生效)")
UNTIL = re.compile(
    rf"(?:有效期[限]?|执行|实施|施行)?\s*(?:至|到|截至)\s*({DAY.pattern})\s*(?:止|$|。|；|，|期满|失效)"
)
VALID = re.compile(rf"(?:有效期|试行期|试行)[限为]*\s*([{NUMERAL}]+|\d+)\s*年")
DRAFT = re.compile(r"征求意见稿|草案|送审稿|讨论稿")
ENDED = re.compile(
    r"同时废止|即行废止|予以废止|相应废止|停止执行|不再执行|起废止|宣布失效|同时失效"
)
TITLE_IN = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》(?:\s*[（(]([^（）()]{4,60})[）)])?")
ENDING = re.compile(r"废止|宣布失效|失效")
CONGRESS = re.compile(
    r"日\s*((?:第[一二三四五六七八九十]+届)?全国人民代表大会(?:常务委员会)?|[\u4e00-\u9fa5]{2,12}?"
    r"第[一二三四五六七八九十]+届人民代表大会(?:常务委员会)?)"
)
PUBLISHED = re.compile(r"日\s*经?([\u4e00-\u9fa5、]{2,24}?)(?:发布|公布|批准|第\d+次常务会议)")
ISSUER = re.compile(r"^(.{2,60}?)(?:关于|对|印发|转发|批转|第[\d一二三四五六七八九十百]+次)")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says of itself, with what a person should look at."""

    title: str
    doc_no: str
    issuer: str
    issued_on: date | None
    effective_from: date | None
    effective_to: date | None
    draft: bool
    repeals: tuple[Repeal, ...]
    notes: tuple[str, ...]


def facts(given: Given, text: Text, passages: Sequence[Passage]) -> Facts:
    """Read a document's facts; what its catalogue says goes before what its words say."""
    row, notes = given.row, []
    head = _head(text, passages)
    body = "\n".join(text.words[p.start : p.end] for p in passages if p.kind != WRAPPING)
    heading = next((line.lstrip("#").strip() for line in head if line.startswith("#")), "")
    title = heading or row.get("title") or _title(head)
    if not title:
        title = FILE_DAY.sub("", re.sub(r"\.\w+$", "", bare(given.name)))
        notes.append("标题取自文件名")
    doc_no = row.get("doc_no") or _number(head)
    issued = day(row.get("issued_on", "")) or _issued(given.name, head, body, doc_no)
    begins = day(row.get("effective_from", "")) or _begins(head, body, issued)
    if begins is None and issued:
        begins = issued
        if any(one.kind == ARTICLE_KIND for one in passages):
            notes.append("没有写明施行日期，按印发日期")
    if issued is None:
        notes.append("没有找到印发日期")
    return Facts(
        title=re.sub(r"\s+", "", title) if re.search(r"[\u4e00-\u9fa5]\s+[\u4e00-\u9fa5]", title)
        else title.strip(),
        doc_no=doc_no,
        issuer=row.get("issuer") or _issuer(title, head),
        issued_on=issued,
        effective_from=begins,
        effective_to=day(row.get("effective_to", "")) or _until(body, begins),
        draft=bool(DRAFT.search(title + given.name)),
        repeals=tuple(dict.fromkeys(_repeals(title, body))),
        notes=tuple(notes),
    )  # fmt: skip


def _head(text: Text, passages: Sequence[Passage]) -> list[str]:
    """The lines above the body."""
    made: list[str] = []
    for passage in passages:
        if passage.kind == WRAPPING and not made:
            continue
        if passage.kind != HEAD:
            break
        made += text.words[passage.start : passage.end].split("\n")
    stripped = (line.strip() for line in made)
    return [line for line in stripped if line and not line.startswith("<!--")]


def _title(head: Sequence[str]) -> str:
    """The title: all that stands above the number, or what comes below an order's red head."""
    lines = [line for line in head if not SKIPPED.search(line)]
    at = next((i for i, line in enumerate(lines) if _is_number(line)), len(lines))
    above = [line for line in lines[:at] if not line.endswith("文件")]
    if above and not above[-1].endswith("令"):
        whole = _joined(above)
        if TITLED.search(whole) or at < len(lines):
            return whole
    return _joined(lines[at + 1 :], first=True)


def _joined(lines: Sequence[str], *, first: bool = False) -> str:
    """Lines as one title; with `first`, only up to where it can end."""
    words = ""
    for line in lines:
        if DAY.match(line) or line.startswith(("（", "(")):
            if words:
                break
            continue
        words += re.sub(r"\s+", "", line)
        if first and TITLED.search(words):
            break
    return words


def _is_number(line: str) -> bool:
    joined = re.sub(r"\s+", "", line)
    return bool(DOC_NO.fullmatch(re.sub(r"[（(]样例[）)]", "", joined))) or bool(
        re.fullmatch(r"第[\d〇一二三四五六七八九十百]+号", joined)
    )


def _number(head: Sequence[str]) -> str:
    """The document's own number: a line of its own, or the order that published the law last."""
    joined = re.sub(r"\s+", "", "".join(head))
    for line in head:
        if _is_number(line) and (found := DOC_NO.search(line)):
            tail = re.search(r"[（(]样例[）)]", line)
            return re.sub(r"\s+", "", found[0]) + (tail[0] if tail else "")
    orders = [found for found in ORDER.finditer(joined) if "第" in found[0]]
    if orders:
        return f"{_ordering(orders[-1][1])}令第{orders[-1][2]}号"
    return ""


def _ordering(words: str) -> str:
    """Who gives an order, from what stands before 令."""
    issuer = re.split(r"日|中华人民共和国|[，。》]", words)[-1]
    return "国务院" if issuer in {"", "国"} else issuer


def _issued(name: str, head: Sequence[str], body: str, doc_no: str) -> date | None:
    """Day of the version: in the file's name, else the last that the head tells, else signed."""
    if dated := FILE_DAY.search(name):
        return date(*map(int, dated.groups()))
    told = [
        found for line in head if DAY.match(line) and PASSED.search(line) and (found := day(line))
    ]
    if told:
        return max(told)
    years = re.findall(r"(?:19|20)\d{2}", doc_no)
    alone = [
        found
        for line in body.split("\n")
        if DAY.fullmatch(re.sub(r"[\s（）()]", "", line)) and (found := day(line))
    ]
    fitting = [one for one in alone if not years or abs(one.year - int(years[0])) <= 1]
    return fitting[0] if fitting else None


def _begins(head: Sequence[str], body: str, issued: date | None) -> date | None:
    """The day from which this version applies; an older day belongs to the first version."""
    told = [when for line in head if "施行" in line and (when := day(line))]
    told += [when for one in BEGINS.finditer(body) if (when := day(one[1]))]
    fitting = [one for one in told if issued is None or one >= issued]
    if fitting:
        return fitting[0]
    return issued if AT_ONCE.search(body) else None


def _until(body: str, begins: date | None) -> date | None:
    """The last day, where the document says so itself."""
    for sentence in re.split(r"[。\n]", body):
        if "有效期" not in sentence and "试行" not in sentence and "执行至" not in sentence:
            continue
        if (found := UNTIL.search(sentence + "。")) and (last := day(found[1])):
            return last
        if (
            (found := VALID.search(sentence))
            and begins
            and ("起" in sentence or "有效" in sentence)
        ):
            return _years_on(begins, number(found[1])) - timedelta(days=1)
    return None


def _years_on(start: date, years: int) -> date:
    try:
        return start.replace(year=start.year + years)
    except ValueError:  # 29 February
        return start.replace(year=start.year + years, day=28)


def _repeals(title: str, body: str) -> Iterator[Repeal]:
    """What the document says is repealed; a whole list where that is its purpose."""
    own = same_title(title)
    listing = "关于" in title and ENDING.search(title) is not None
    for sentence in re.split(r"[。\n]", body):
        if not listing and not ENDED.search(sentence):
            continue
        words = sentence[: found.end()] if (found := ENDED.search(sentence)) else sentence
        taken: set[str] = set()
        for named in TITLE_IN.finditer(words):
            inside = re.sub(r"\s+", "", named[2] or "")
            doc_no = found[0] if (found := DOC_NO.search(inside) or ORDER.search(inside)) else ""
            if (
                same_title(named[1]) == own
                or named[1].startswith("关于修改")
                or re.search(r"(?:根据|依照|依据|按照)$", words[: named.start()])
            ):
                continue
            taken.add(doc_no)
            yield Repeal(re.sub(r"\s+", "", named[1]), doc_no)
        for found in DOC_NO.finditer(words):
            if re.sub(r"\s+", "", found[0]) not in taken and "《" not in words[: found.start()]:
                yield Repeal("", re.sub(r"\s+", "", found[0]))


def _issuer(title: str, head: Sequence[str]) -> str:
    """Who issued it: the body that passed it, the red head, or the front of the title."""
    joined = "\n".join(head)
    own = [line for line in head if "通过" in line or "修订" in line or "修正" in line]
    for lines in ([line for line in own if "批准" not in line], own):
        if passed := [found[1] for line in lines if (found := CONGRESS.search(line))]:
            return re.sub(r"第[一二三四五六七八九十]+届", "", passed[-1])
    orders = [found for found in ORDER.finditer(re.sub(r"\s+", "", joined)) if "第" in found[0]]
    if orders:
        return _ordering(orders[-1][1])
    if found := ISSUER.match(title):
        return found[1]
    if published := [found[1] for line in head if (found := PUBLISHED.search(line))]:
        return published[-1]
    for line in head:
        if found := re.fullmatch(r"([\u4e00-\u9fa5、]{3,40}?)文件", re.sub(r"\s+", "", line)):
            return found[1]
    return ""
