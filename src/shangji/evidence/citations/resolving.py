"""One basis against the library: which document it is, and what of it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from shangji.checking.basis import plain
from shangji.evidence.citations.matter import (
    ANY_AMOUNT,
    SHARE,
    Speaking,
    core,
    declines,
    holds_amount,
)
from shangji.evidence.citations.quoting import Quotation, Readable, stands
from shangji.evidence.library.numerals import article
from shangji.evidence.library.placing import binds
from shangji.evidence.library.policy import same_number, same_title
from shangji.evidence.library.text import ARTICLE_KIND, HEAD, HEADING, WRAPPING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji.evidence.citations.uploaded import Uploads
    from shangji.evidence.library.kept import Library
    from shangji.evidence.library.policy import Policy
    from shangji.evidence.library.text import Passage, Text
    from shangji.pack import Act, Pack

SAME, OTHER = 0.8, 0.5
LEAST = 6
GENERAL = {"law", "regulation"}
DRAFT = re.compile(r"\((?:征求意见稿|草案|送审稿|讨论稿)\)")
ISSUED = re.compile(r"(?:印发|转发|批转|公布|发布)[《〈]?(.+?)[》〉]?的(?:通知|公告|决定|令)$")


@dataclass
class Found:
    """What was found of one basis; what cannot be told is none."""

    policy: Policy | None = None
    state: str = "not_loaded"
    matched_by: str = "none"
    in_force: bool | None = None
    effective_to: date | None = None
    is_latest: bool | None = None
    title_agrees: bool | None = None
    level_agrees: bool | None = None
    binds: bool | None = None
    article_found: bool | None = None
    quote_found: bool | None = None
    names_project: bool | None = None
    names_amount: bool | None = None
    amount_agrees: bool | None = None
    names_county_share: bool | None = None
    declines: bool | None = None
    article: str = ""
    title: str = ""
    source: Policy | None = None
    quotation: Quotation | None = None


@dataclass
class Resolver:
    """A library and a policy index, asked for one basis after another."""

    library: Library
    pack: Pack
    year: int
    region: str
    uploads: Uploads | None = None
    _held: dict[str, tuple[Text, list[Passage]]] = field(default_factory=dict)
    _read: dict[str, tuple[Readable, Speaking]] = field(default_factory=dict)

    @property
    def first_day(self) -> date:
        """The first day of the budget year."""
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        """The last day of the budget year."""
        return date(self.year, 12, 31)

    def resolve(self, basis: Mapping[str, Any], project: Mapping[str, Any]) -> Found:
        """What the library says of a basis of a project."""
        number = same_number(basis.get("doc_no") or "")
        title = basis.get("title") or ""
        policy, matched = self._match(basis, number, title)
        if policy is None and self.uploads and (made := self.uploads.matching(basis, agree)):
            policy, matched = made[0], "attachment"
            self._held[policy.policy_id] = made[1], made[2]
        if policy is None:
            return self._unheld(number, title)
        found = Found(policy, "verified", matched, source=policy, title=policy.title)
        if title:
            found.title_agrees = agree(title, policy) if matched == "doc_no" else True
        if matched == "doc_no" and title and not found.title_agrees:
            # The number is this document's, the title is not: nothing of it is the basis's.
            found.state = "unclear" if found.title_agrees is None else "title_wrong"
            return found
        self._force(found, policy, pinned=bool(number or basis.get("issued_on")))
        self._standing(found, policy, basis, project)
        self._words(found, policy, basis, project)
        wrong = matched == "title" and number and same_number(policy.doc_no)
        found.state = "doc_no_wrong" if wrong else summary(found, basis)
        return found

    def _match(
        self, basis: Mapping[str, Any], number: str, title: str
    ) -> tuple[Policy | None, str]:
        """The document that a basis means, and by what it was found."""
        if number and (held := self.library.by_number.get(number)):
            fitting = [one for one in held if title and agree(title, one)]
            return self._version(fitting or list(held), basis), "doc_no"
        held = self._titled(title)
        if not held:
            return None, "none"
        told = basis.get("issued_on")
        if number:
            # Many documents bear one title, a number each: only one of the same day is this one.
            same = [
                one
                for one in held
                if (told and one.issued_on == told) or not same_number(one.doc_no)
            ]
            return (self._version(same, basis), "title") if same else (None, "none")
        if told and basis.get("kind") not in GENERAL:
            held = [one for one in held if not one.issued_on or one.issued_on.year == told.year]
        return (self._version(held, basis), "title") if held else (None, "none")

    def _titled(self, title: str) -> list[Policy]:
        name = same_title(title)
        if not name:
            return []
        if name in self.library.by_title:
            return list(self.library.by_title[name])
        return [one for one in self.library.policies if name in names(one)]

    def _version(self, held: Sequence[Policy], basis: Mapping[str, Any]) -> Policy:
        """The version of its day, else the one in force in the budget year, else the last."""
        told = basis.get("issued_on")
        if told and (same := [one for one in held if one.issued_on == told]):
            return same[-1]
        current = [one for one in held if self._valid(one)]
        return (current or list(held))[-1]

    def _valid(self, policy: Policy) -> bool | None:
        """Whether it is in force on some day of the budget year."""
        first, last = policy.in_force(self.first_day), policy.in_force(self.last_day)
        return True if first or last else (None if first is None else False)

    def _force(self, found: Found, policy: Policy, *, pinned: bool) -> None:
        """Whether the document, in this version or a later one, is in force in the year."""
        found.effective_to = policy.effective_to
        found.in_force = self._valid(policy)
        if policy.state == "revised":
            found.is_latest = False if pinned else None
            later = self.library.by_title.get(same_title(policy.title), ())
            if any(self._valid(one) for one in later):
                found.in_force, found.effective_to = True, None
        elif found.in_force:
            found.is_latest = True

    def _standing(
        self,
        found: Found,
        policy: Policy,
        basis: Mapping[str, Any],
        project: Mapping[str, Any],
    ) -> None:
        told = basis.get("issuer_level")
        if told and policy.issuer_level:
            found.level_agrees = told == policy.issuer_level
        region = str(project.get("region") or self.region)
        if found.matched_by != "attachment":  # where it comes from is not known for sure
            found.binds = binds(policy.region, policy.place, policy.issuer_level, region)

    def _words(
        self,
        found: Found,
        policy: Policy,
        basis: Mapping[str, Any],
        project: Mapping[str, Any],
    ) -> None:
        """What the text itself says: article, quote, matter, money, who bears it."""
        text = self.text(policy)
        passages = self._passages(policy)
        readable, speaking = self._readable(policy, text, passages)
        cited = _cited(passages, basis)
        if basis.get("article") and (named := article(basis["article"])):
            has = any(one.kind == ARTICLE_KIND for one in passages)
            found.article_found = bool(cited) if has and (cited or not text.unread) else None
            found.article = named if cited else ""
        where: list[Passage] = []
        matter = core(project.get("project_name") or "", project.get("unit_name") or "")
        found.names_project, where = speaking.of(matter)
        place = None
        if quote := basis.get("quote"):
            found.quote_found = stands(quote, readable)
            place = readable.find(quote) if found.quote_found else None
        told = " ".join(text.words[one.start : one.end] for one in where or cited)
        found.names_amount = bool(ANY_AMOUNT.search(told)) if told else None
        found.names_county_share = bool(SHARE.search(told)) if told else None
        found.declines = declines([text.words[one.start : one.end] for one in where])
        if amount := basis.get("named_amount_yuan"):
            every = " ".join(text.words[one.start : one.end] for one in passages)
            found.amount_agrees = holds_amount(every, amount)
        if text.unread:
            _only_what_is_there(found)
        found.quotation = self._shown(text, passages, cited, place, where)
        if not found.article and found.quotation:
            found.article = _article_at(text, passages, found.quotation)

    def text(self, policy: Policy) -> Text:
        """A policy's text, of the library or as handed in."""
        held = self._held.get(policy.policy_id)
        return held[0] if held else self.library.text(policy.policy_id)

    def _passages(self, policy: Policy) -> list[Passage]:
        held = self._held.get(policy.policy_id)
        kept = held[1] if held else self.library.passages(policy.policy_id)
        return [one for one in kept if one.kind not in {WRAPPING, HEADING}]

    def _readable(
        self, policy: Policy, text: Text, passages: Sequence[Passage]
    ) -> tuple[Readable, Speaking]:
        if policy.policy_id not in self._read:
            readable = Readable(text)
            self._read[policy.policy_id] = readable, Speaking(readable, passages)
        return self._read[policy.policy_id]

    @staticmethod
    def _shown(
        text: Text,
        passages: Sequence[Passage],
        cited: Sequence[Passage],
        place: tuple[int, int] | None,
        where: Sequence[Passage],
    ) -> Quotation | None:
        """The words to show: the article cited, else where the quote stands, else the matter."""
        if not cited and place:
            cited = [one for one in passages if one.start <= place[0] < one.end]
        for one in (*cited, *(one for one in where if one.kind != HEAD)):
            return Quotation.of(text, one.start, one.end)
        return None

    def _unheld(self, number: str, title: str) -> Found:
        """A document that the library does not hold: known repealed, known in force, or unknown."""
        name = same_title(title)
        by = self.library.repealed_elsewhere.get(number or f"《{name}") if number or name else None
        if by and (by.effective_from or by.issued_on or self.first_day) <= self.first_day:
            return self._gone(by, number, name)
        if act := index(self.pack, number, title):
            if act.state != "in_force":
                return Found(state="repealed", matched_by="doc_no" if number else "title",
                             in_force=False, title=act.title)  # fmt: skip
            if act.known in {"read", "seen"}:
                return Found(state="indexed", matched_by="doc_no" if number else "title",
                             in_force=True, title=act.title)  # fmt: skip
        if number and self._complete(number):
            return Found(state="not_existing", in_force=False)
        return Found()

    def _gone(self, by: Policy, number: str, name: str) -> Found:
        """Repealed by a document of the library, in whose words it says so."""
        text = self.text(by)
        found = Found(state="repealed", matched_by="doc_no" if number else "title", in_force=False,
                      source=by, title=by.title)  # fmt: skip
        for one in self._passages(by):
            words = text.words[one.start : one.end]
            if (number and number in plain(words)) or (name and name in same_title(words)):
                found.quotation = Quotation.of(text, one.start, one.end)
                found.article = one.article
                break
        return found

    def _complete(self, number: str) -> bool:
        """Whether the library holds every number of that issuer and year."""
        series = number.partition("〕")[0]
        return "〔" in series and any(
            one.numbering_complete and same_number(one.doc_no).startswith(f"{series}〕")
            for one in self.library.policies
        )


def _cited(passages: Sequence[Passage], basis: Mapping[str, Any]) -> list[Passage]:
    """The article that a basis names."""
    named = article(basis.get("article") or "")
    return [one for one in passages if named and one.kind == ARTICLE_KIND and one.article == named]


def _only_what_is_there(found: Found) -> None:
    """A text with pages that were not read can confirm, it cannot deny."""
    for name in (
        "article_found", "quote_found", "names_project", "names_amount", "amount_agrees",
        "names_county_share",
    ):  # fmt: skip
        if getattr(found, name) is False:
            setattr(found, name, None)


def _article_at(text: Text, passages: Sequence[Passage], quotation: Quotation) -> str:
    at = text.pages[quotation.page - 1] + quotation.start
    return next((one.article for one in passages if one.start <= at < one.end), "")


def index(pack: Pack, number: str, title: str) -> Act | None:
    """The entry of the policy index that a basis means."""
    name = same_title(title)
    for act in pack.acts:
        if number and act.doc_no:
            if same_number(act.doc_no) == number:
                return act
        elif name and act.title and same_title(act.title) == name:
            return act
    return None


def names(policy: Policy) -> set[str]:
    """What a document may be called: its title, without its issuer, and what it issues."""
    whole = same_title(policy.title)
    found = {whole, whole.removeprefix(same_title(policy.issuer))}
    if (inner := ISSUED.search(policy.title)) is not None:
        found.add(same_title(inner[1]))
    return found - {""}


def agree(title: str, policy: Policy) -> bool | None:
    """Whether a title is the document's; none where they are neither alike nor apart."""
    told = DRAFT.sub("", same_title(title))
    best = 0.0
    for name in names(policy):
        short, long = sorted((told, DRAFT.sub("", name)), key=len)
        if short == long or (len(short) >= LEAST and short in long):
            return True
        best = max(best, SequenceMatcher(None, told, name, autojunk=False).ratio())
    return True if best >= SAME else (None if best >= OTHER else False)


def summary(found: Found, basis: Mapping[str, Any]) -> str:
    """The gravest that was found, in one word of `citation_state`."""
    policy = found.policy
    if policy is None:
        return found.state
    claims = basis.get("names_project") and basis.get("kind") not in GENERAL
    said = (
        ("draft", policy.state == "draft"),
        ("repealed", found.in_force is False and policy.state == "repealed"),
        ("expired", found.in_force is False),
        ("outside", found.binds is False),
        ("article_absent", found.article_found is False),
        ("quote_absent", found.quote_found is False),
        ("silent", bool(claims) and found.names_project is False),
        ("declined", bool(found.declines)),
        ("unclear", found.in_force is None),
    )
    return next((state for state, holds in said if holds), "verified")
