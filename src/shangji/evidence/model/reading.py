"""What a model's picks come to: rows of `model_reading` where the words stand on their page."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.digest import canonical
from shangji.errors import Problem, Where
from shangji.evidence.attachments.instructions import spoken
from shangji.evidence.attachments.spelling import SLOTS, spelt
from shangji.evidence.attachments.valued import value_of
from shangji.evidence.model import NO_CONCLUSION
from shangji.evidence.model.answer import Answer, Invalid, Pick, answer
from shangji.evidence.model.question import AGAIN, DOUBTS, Question, question
from shangji.evidence.serving import Unreachable
from shangji.snapshot import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shangji.evidence.attachments.found import Evidence, Value
    from shangji.evidence.attachments.kept import Readings
    from shangji.evidence.attachments.rows import Held
    from shangji.evidence.model.server import ModelServer
    from shangji.intake.documents import Document, Page
    from shangji.pack import Pack
    from shangji.pack.patterns import Pattern
    from shangji.snapshot import Collected

TABLE = "model_reading"
FACT, DOUBT = "事实", "疑点"
"""Kinds of a row, in the words in which a finding shows them."""

ANSWERED, REPAIRED, INVALID, SILENT, UNASKED = (
    "answered", "repaired", "invalid", "unreachable", "not_asked",
)  # fmt: skip
SURE = Decimal("0.60")
"""What a model's pick is worth at most, and below the least that any pattern of the pack gives."""

STEP = Decimal("0.01")
GIVE_UP = 3
"""Questions without any answer, one after another: then the server is not asked again."""

REPLY_MOST = 4000
TEXT_MOST = 300
SHORTEST = 4
"""Signs of the words that a doubt points to: fewer point nowhere."""

SHEET_MOST = 100
SOURCE = "模型读取"


@dataclass
class Reading:
    """One document's exchange: what was asked and answered, by digest, and what came of it."""

    document: str
    file: str
    state: str = UNASKED
    prompt: str = ""
    reply: str = ""
    whole: bool = True
    facts: int = 0
    doubts: int = 0
    known: int = 0
    refused: int = 0

    def record(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "document_sha256": self.document,
            "file": self.file,
            "state": self.state,
            "prompt_sha256": self.prompt,
            "reply_sha256": self.reply,
            "whole": self.whole,
            "facts": self.facts,
            "doubts": self.doubts,
            "known": self.known,
            "refused": self.refused,
        }


@dataclass
class Reader:
    """Asks a server about documents, one after another, each in a conversation of its own."""

    server: ModelServer
    pack: Pack
    kept: Readings | None = None
    readings: list[Reading] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _failed: int = 0

    def read(
        self, document: Document, kind: str, facts: Sequence[Evidence]
    ) -> Iterator[dict[str, Any]]:
        """Rows of `model_reading` without project and source.

        Args:
            document: as it was read; its pages have no hidden text and no whole numbers of persons.
            kind: what kind it is.
            facts: what the patterns have read: that is not said twice.
        """
        asked = question(document, kind, self.pack)
        made = Reading(document.digest, document.name, prompt=asked.digest, whole=not asked.cut)
        self.readings.append(made)
        if not asked.body or self._failed >= GIVE_UP:
            return
        found = self._answer(asked, made)
        if found is None:
            self.problems.append(_left(document, made.state))
            return
        rows = _Rows(self.pack, document, kind, made, self.server.name)
        yield from rows.facts(found.facts, facts)
        yield from rows.doubts(found.doubts)

    def add(self, collected: Collected, held: Held) -> None:
        """Ask about the documents of projects; the one place at which rows are written.

        Only `model_reading` gains rows, and one source of its own.
        """
        rows: list[dict[str, Any]] = []
        blank = dict.fromkeys(self.pack.tables[TABLE].stored())
        for digest, document in sorted(held.documents.items()):
            projects = sorted(held.projects.get(digest, ()))
            if not projects:
                continue
            found = list(self.read(document, held.kinds[digest], held.facts[digest]))
            for project in projects:
                for row in found:
                    place = {
                        "row_source": SOURCE,
                        "row_sheet": f"{document.name} 第 {row['page']} 页"[-SHEET_MOST:],
                        "row_number": len(rows) + 1,
                    }
                    rows.append({**blank, **row, "project_code": project, **place})
        columns = tuple(column.name for column in self.pack.tables[TABLE].columns)
        told = [[one.document, one.prompt, one.reply] for one in self.readings]
        sealed = _digest(canonical(told))
        collected.sources.append(Source(SOURCE, SOURCE, "bureau", sealed, {TABLE: columns}))
        collected.rows.setdefault(TABLE, []).extend(rows)

    def _answer(self, asked: Question, made: Reading) -> Answer | None:
        """The answer, asked for once more where it is none; none where that is none either."""
        name = f"{self.server.name}\0{asked.digest}"
        if (known := self._known(name, asked)) is not None:
            made.state, made.reply = ANSWERED, known[0]
            return known[1]
        messages = asked.messages()
        for state in (ANSWERED, REPAIRED):
            try:
                text = self.server.ask(messages, asked.schema)
            except Unreachable:
                made.state = SILENT
                self._failed += 1
                return None
            self._failed, made.reply = 0, _digest(text)
            try:
                found = answer(text, asked.schema)
            except Invalid as invalid:
                made.state = INVALID
                messages = [
                    *messages,
                    {"role": "assistant", "content": text[:REPLY_MOST]},
                    {"role": "user", "content": AGAIN.replace("{why}", str(invalid))},
                ]
                continue
            made.state = state
            if self.kept:
                self.kept.keep_answer(name, text)
            return found
        return None

    def _known(self, name: str, asked: Question) -> tuple[str, Answer] | None:
        """An answer that was kept, with its digest; none where what was kept is no answer."""
        text = self.kept.answered(name) if self.kept else ""
        try:
            return (_digest(text), answer(text, asked.schema)) if text else None
        except Invalid:  # cut off while it was written, or changed since
            return None

    def record(self) -> dict[str, Any]:
        """What intake.json keeps: the model, each exchange by its digests."""
        states = Counter(one.state for one in self.readings)
        return {
            "model": self.server.model,
            "server": self.server.url,
            "states": dict(sorted(states.items())),
            "readings": [one.record() for one in self.readings],
        }


@dataclass
class _Rows:
    """Makes rows of one answer; what does not stand on its page is refused and counted."""

    pack: Pack
    document: Document
    kind: str
    made: Reading
    reader: str

    def __post_init__(self) -> None:
        self.pages = {page.number: page for page in self.document.pages}
        least = min((one.confidence for one in self._patterns()), default=Decimal(1))
        self.sure = min(SURE, least - STEP)
        self.seen: set[tuple[Any, ...]] = set()

    def _patterns(self) -> Iterator[Pattern]:
        return (one for held in self.pack.patterns for one in held.patterns)

    def facts(self, picks: Sequence[Pick], known: Sequence[Evidence]) -> Iterator[dict[str, Any]]:
        """Facts whose value our code reads out of the words, and no pattern has read there."""
        held = {(one.fact, one.page, _told(one.value)) for one in known}
        for pick in picks:
            place, pattern = self._place(pick), self._pattern(pick.code)
            value = _value(pattern, place[3]) if place and pattern else None
            if place is None or value is None:
                self.made.refused += 1
            elif (pick.code, pick.page, _told(value)) in held:
                self.made.known += 1
            else:
                row = self._row(FACT, pick.code, place, value.text[:TEXT_MOST])
                row |= {
                    "amount_yuan": value.amount,
                    "number_value": value.number,
                    "date_value": value.day,
                    "measure_unit": value.unit or None,
                }
                yield from self._once(row)

    def doubts(self, picks: Sequence[Pick]) -> Iterator[dict[str, Any]]:
        """Doubts: a code of the pack's list and words of the page, no word of the model's."""
        named = self.pack.codes[DOUBTS].codes
        for pick in picks:
            place = self._place(pick)
            if place is None or len("".join(pick.quote.split())) < SHORTEST:
                self.made.refused += 1
            else:
                yield from self._once(self._row(DOUBT, pick.code, place, named[pick.code]))

    def _once(self, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        key = (row["kind"], row["fact"], row["page"], row["start_char"])
        if key in self.seen:
            return
        self.seen.add(key)
        if row["kind"] == FACT:
            self.made.facts += 1
        else:
            self.made.doubts += 1
        yield row

    def _pattern(self, fact: str) -> Pattern | None:
        fitting = (one for one in self._patterns() if one.fact == fact)
        return next((one for one in fitting if not one.kinds or self.kind in one.kinds), None)

    def _place(self, pick: Pick) -> tuple[Page, int, int, str] | None:
        """Where the words stand, blanks apart; words to a reviewer stand nowhere."""
        page = self.pages.get(pick.page)
        wanted = "".join(pick.quote.split())
        if page is None or not wanted or spoken(pick.quote):
            return None
        places = [at for at, char in enumerate(page.text) if not char.isspace()]
        at = "".join(page.text[one] for one in places).find(wanted)
        if at < 0:
            return None
        start, end = places[at], places[at + len(wanted) - 1] + 1
        return page, start, end, page.text[start:end]

    def _row(
        self, kind: str, code: str, place: tuple[Page, int, int, str], text: str
    ) -> dict[str, Any]:
        page, start, end, words = place
        box = page.box(start, end)
        lines = [one.confidence for one in page.lines if one.start < end and one.end > start]
        return {
            "document_sha256": self.document.digest,
            "kind": kind,
            "fact": code,
            "value_text": text,
            "page": page.number,
            "start_char": start,
            "end_char": end,
            "box": " ".join(map(str, box)) if box else None,
            "quote": words,
            "extractor": self.reader,
            "confidence": min(self.sure, Decimal(min(lines, default=100)) / 100),
            "prompt_sha256": self.made.prompt,
            "reply_sha256": self.made.reply,
        }


def _value(pattern: Pattern, words: str) -> Value | None:
    """The one value of a pattern's kind that the words hold; none where there are two or none."""
    if pattern.value not in SLOTS:
        return None
    found = [match["value"] for match in spelt("{" + pattern.value + "}").finditer(words)]
    values = [value for one in found if (value := value_of(pattern, one)) is not None]
    told = {_told(value) for value in values}
    return replace(values[0], label="") if len(told) == 1 else None


def _told(value: Value) -> str:
    told: Mapping[str, Any] = {
        "amount": value.amount, "number": value.number, "day": value.day,
    }  # fmt: skip
    return str(next((one for one in told.values() if one is not None), value.text))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _left(document: Document, state: str) -> Problem:
    says = f"{NO_CONCLUSION}。" if state == INVALID else f"模型服务没有回答；{NO_CONCLUSION}。"
    return Problem(
        "model-inconclusive", Where(document.name), says,
        "请人看这份资料；其余评审照常，不受影响。",
    )  # fmt: skip
