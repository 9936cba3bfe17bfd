"""A text in passages: articles, sections, paragraphs. Nothing of it lies outside them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from shangji.evidence.library.numerals import ARTICLE, DAY, NUMERAL, number, spelled

HEAD, HEADING, ARTICLE_KIND, SECTION = "head", "heading", "article", "section"
PARAGRAPH, ANNEX, WRAPPING = "paragraph", "annex", "wrapping"
KINDS = {
    HEAD: "题注",
    HEADING: "章节",
    ARTICLE_KIND: "条",
    SECTION: "段",
    PARAGRAPH: "段",
    ANNEX: "附件",
    WRAPPING: "导出格式",
}
"""Kinds of passage, with their words on screen."""

CHAPTER = re.compile(rf"第\s*([{NUMERAL}]+|\d+)\s*[编章节](?=[\s　]|$|[^条])")
FIRST = re.compile(rf"([{NUMERAL}]+)[、．.]")
SECOND = re.compile(rf"[（(]([{NUMERAL}]+)[）)]")
APPENDED = re.compile(r"附\s*[件表录图](?:\s*[一二三四五六七八九十\d]+)?\s*(?:[：:]|$)")
SHORT, LONG, SENTENCE, SIGNATURE = 42, 1200, 10, 24


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text: `text[start:end]` is its words, exactly. `article` is how it is cited.

    `heading` is the chapter or annex in which it stands, `number` its place in the text from 1.
    """

    number: int
    kind: str
    article: str
    heading: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """A document as read: words, where each page begins, and what is no part of the document.

    `wrapping` are stretches that the file's format put around the words (an export's own lines).
    """

    words: str
    pages: tuple[int, ...] = (0,)
    wrapping: tuple[tuple[int, int], ...] = ()
    unread: tuple[str, ...] = ()

    def page(self, at: int) -> int:
        """The page, from 1, on which a character stands."""
        return sum(1 for start in self.pages if start <= at) or 1


@dataclass
class _Splitting:
    """The passages made so far of one text."""

    words: str
    made: list[list[object]] = field(default_factory=list)
    heading: str = ""
    last: int = 0
    first: str = ""
    begun: bool = False

    def open(self, kind: str, article: str, start: int, end: int) -> None:
        self.made.append([kind, article, self.heading, start, end])

    def extend(self, end: int) -> None:
        self.made[-1][4] = end

    @property
    def kind(self) -> str:
        return str(self.made[-1][0]) if self.made else ""

    @property
    def size(self) -> int:
        return int(str(self.made[-1][4])) - int(str(self.made[-1][3]))


def passages(text: Text) -> list[Passage]:
    """Split a text into passages, in order; what lies between them is blank."""
    state = _Splitting(text.words)
    lines = _lines(text)
    numbered = sum(1 for start, end in lines if ARTICLE.match(text.words[start:end])) > 1
    for start, end in lines:
        line = text.words[start:end]
        if any(one <= start < other for one, other in text.wrapping):
            if state.kind == WRAPPING:
                state.extend(end)
            else:
                state.open(WRAPPING, "", start, end)
        else:
            _take(state, line, start, end, numbered=numbered)
    return [
        Passage(at, str(kind), str(article), str(heading), int(str(start)), int(str(end)))
        for at, (kind, article, heading, start, end) in enumerate(state.made, 1)
    ]


def _lines(text: Text) -> list[tuple[int, int]]:
    """Where each line that is not blank begins and ends, blanks at its ends left out."""
    words, found = text.words, []
    edges = sorted({0, len(words), *(edge for stretch in text.wrapping for edge in stretch)})
    for begin, stop in pairwise(edges):
        for one in re.finditer(r"[^\n\f]+", words[begin:stop]):
            line = one[0]
            if line.strip():
                start = begin + one.start() + len(line) - len(line.lstrip())
                found.append((start, start + len(line.strip())))
    return found


def _take(state: _Splitting, line: str, start: int, end: int, *, numbered: bool) -> None:
    """Put a line where it belongs."""
    plain = line.lstrip("#").strip()
    if numbered and (named := _article(state, plain)):
        state.begun = True
        state.open(ARTICLE_KIND, named, start, end)
    elif CHAPTER.match(plain) and len(plain) <= SHORT:
        state.begun, state.heading, state.first = True, plain, ""
        state.open(HEADING, "", start, end)
    elif APPENDED.match(plain) and len(plain) <= SHORT and state.begun:
        state.heading, state.last, state.first = plain, 0, ""
        state.open(ANNEX, "", start, end)
    elif not state.begun and not _begins(plain, numbered=numbered):
        if state.kind == HEAD:
            state.extend(end)
        else:
            state.open(HEAD, "", start, end)
        state.begun = plain.endswith(("：", ":")) and len(plain) > 1 and not line.startswith("#")
    elif state.kind == ARTICLE_KIND:
        state.extend(end)
    else:
        state.begun = True
        _section(state, plain, start, end)


def _begins(plain: str, *, numbered: bool) -> bool:
    """Whether a line begins the body of a text that has not begun."""
    return not numbered and bool(
        FIRST.match(plain) or (len(plain) > SENTENCE and plain.endswith(("。", "；")))
    )


def _article(state: _Splitting, plain: str) -> str:
    """The article that a line opens, or nothing where it only mentions one."""
    found = ARTICLE.match(plain)
    if not found:
        return ""
    value, rest = number(found[1]), plain[found.end() :]
    follows = value == state.last + 1 or (value == state.last and found[2])
    apart = rest[:1] in {"", " ", "　", "\t", "\u2003"} and value > state.last
    if not (follows or apart or (value == 1 and rest[:1] in {" ", "　"})):
        return ""
    state.last = value
    return f"第{spelled(value)}条{found[2] or ''}"


def _section(state: _Splitting, plain: str, start: int, end: int) -> None:
    """A line of a text without articles: a numbered section, what belongs to it, a paragraph."""
    if first := FIRST.match(plain):
        state.first = f"{first[1]}、"
        if len(plain) <= SHORT and not plain.endswith(("。", "；")):
            state.heading = plain
            state.open(HEADING, state.first, start, end)
        else:
            state.open(SECTION, state.first, start, end)
    elif second := SECOND.match(plain):
        state.open(SECTION, f"{state.first}（{second[1]}）", start, end)
    elif state.kind == SECTION and state.size < LONG and not _closing(plain):
        state.extend(end)
    else:
        state.open(PARAGRAPH, "" if _closing(plain) else state.first, start, end)


def _closing(plain: str) -> bool:
    """Whether a line closes a document: who signed, the day, a remark in brackets."""
    if not plain:
        return False
    if DAY.fullmatch(re.sub(r"\s+", "", plain)) or (plain[0] in "（(" and plain[-1] in "）)"):
        return True
    return len(plain) <= SIGNATURE and not re.search(r"[，。；：:、]", plain)
