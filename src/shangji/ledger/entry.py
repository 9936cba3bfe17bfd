"""What stands in the log: an entry, and the bytes that are its leaf.

The leaf is canonical JSON: sorted keys, no blanks, UTF-8, whole numbers and text only (money is
text). A person stands in it as a keyed digest, for a log cannot forget.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shangji import digest
from shangji.errors import Problem, Refused, ShangjiError, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

KINDS = {
    "input": "收到材料",
    "pack": "采用规则包",
    "run": "评审运行",
    "result": "评审结果",
    "override": "人工改判",
    "decision": "决定",
    "response": "单位申辩",
    "disclosure": "公开",
}
"""Kinds of entries, with their words on screen."""

KEYS = ("body", "body_digest", "kind", "when", "who")
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
# A bare name is refused by form: whoever writes one has to say what it is.
WHO = re.compile(r"person:[0-9a-f]{64}|(?:office|system):[^\s\"\\\x00-\x1f\ud800-\udfff]{1,120}")
DIGEST = re.compile(r"[0-9a-f]{64}")
IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{6}(?:19|20)\d{9}[\dXx](?![0-9A-Za-z])")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
DEEPEST = 60
YEARS = range(1900, 2200)
LARGEST = 1 << 20
"""So many characters a body may have: a document belongs in a file, its digest here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what when: `body` says it, or `body_digest` alone stands for a file kept elsewhere.

    Attributes:
        kind: one of `KINDS`.
        who: `person:` and a keyed digest, or `office:` or `system:` and a name.
        when: an instant with its time zone.
        body_digest: SHA-256 in hex of the canonical JSON of the body, or of the file it stands for.
        body: any JSON without fractions, or None.
    """

    kind: str
    who: str
    when: datetime
    body_digest: str
    body: Any = field(default=None)

    @classmethod
    def of(cls, kind: str, who: str, when: datetime, body: Any) -> Entry:  # noqa: ANN401 - any JSON
        """Make an entry of a body, digest included."""
        return cls(kind, who, when, digest.of_json(body), body)


def encode(entries: Sequence[Entry]) -> list[bytes]:
    """The leaves of entries; refuse them all if one cannot stand in a log."""
    leaves: list[bytes] = []
    problems: list[Problem] = []
    for number, entry in enumerate(entries, 1):
        # The body's text is made once: it is digested, searched and written.
        wrong = unfit(entry.body)
        body = "" if wrong else digest.canonical(entry.body)
        found = list(_troubles(entry, body, wrong, number))
        problems += found
        if not found:
            leaves.append(_compose(entry, body))
    if problems:
        raise Refused(problems)
    return leaves


def leaf_bytes(entry: Entry) -> bytes:
    """The bytes of an entry that has no trouble."""
    return _compose(entry, digest.canonical(entry.body))


def _compose(entry: Entry, body: str) -> bytes:
    """Canonical JSON of an entry: its keys in order; these four values need no escapes."""
    when = entry.when.astimezone(UTC).strftime(TIME)
    return (
        f'{{"body":{body},"body_digest":"{entry.body_digest}","kind":"{entry.kind}",'
        f'"when":"{when}","who":"{entry.who}"}}'
    ).encode()


def decode(leaf: bytes) -> Entry:
    """The entry of a leaf; a fault if these bytes are no canonical entry."""
    try:
        value = json.loads(leaf)
        when = datetime.fromisoformat(value["when"])
        entry = Entry(value["kind"], value["who"], when, value["body_digest"], value["body"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ShangjiError("these bytes are no entry") from error
    if leaf_bytes(entry) != leaf or len(value) != len(KEYS):
        raise ShangjiError("these bytes are no canonical entry")
    return entry


def when_of(leaf: bytes) -> str:
    """The time of a leaf as text, which sorts as time does; without parsing the body."""
    head, _, _ = leaf.rpartition(b'","who":"')
    return head.rpartition(b'"when":"')[2].decode("ascii", "replace")


def _troubles(entry: Entry, body: str, wrong: str, number: int) -> Iterator[Problem]:
    """Yield what keeps an entry out of the log."""
    if entry.kind not in KINDS:
        fix = f"只能是 {'、'.join(KINDS)}。"
        yield _problem("ledger-entry", number, "kind", "不认识的种类。", fix, entry.kind)
    if not WHO.fullmatch(entry.who):
        says = "要写成 person:密钥摘要、office:机构或 system:程序；不能直接写姓名。"
        fix = "人员请用 keyed_digest 换成摘要。"
        yield _problem("ledger-entry", number, "who", says, fix)
    if entry.when.tzinfo is None:
        says = "时间没有时区，换算不到世界时。"
        yield _problem("ledger-entry", number, "when", says, "请写明时区，如 +08:00。")
    elif entry.when.year not in YEARS:
        yield _problem("ledger-entry", number, "when", "年份超出范围。", "请核对时间。")
    if wrong:
        yield _problem("ledger-entry", number, "body", wrong, "请改写内容。")
    else:
        yield from _body_troubles(entry, body, number)


def _body_troubles(entry: Entry, body: str, number: int) -> Iterator[Problem]:
    of_body = entry.body is None or hashlib.sha256(body.encode()).hexdigest() == entry.body_digest
    if not DIGEST.fullmatch(entry.body_digest) or not of_body:
        says = "不是内容的 SHA-256（64 位十六进制）。"
        yield _problem("ledger-entry", number, "body_digest", says, "请用 Entry.of 生成。")
    if len(body) > LARGEST:
        says = f"内容有 {len(body):,} 字，超过 {LARGEST:,} 字。"
        yield _problem("ledger-entry", number, "body", says, "请把内容存成文件，只记它的摘要。")
    if any(map(is_identity_number, IDENTITY.findall(body + entry.who))):
        says = "含有身份证号，而账本里的内容不能再删。"
        yield _problem("ledger-personal", number, "body", says, "请改记密钥摘要。")


def unfit(value: Any, depth: int = 0) -> str:  # noqa: ANN401 - any JSON
    """Why a value has no canonical text of its own; nothing where it has."""
    if depth > DEEPEST:
        return f"嵌套超过 {DEEPEST} 层。"
    parts: Iterable[Any] = ()
    wrong = ""
    match value:
        case None | bool() | int():
            pass
        case str():
            wrong = "" if value.isascii() or _encodable(value) else "含有不成字的代码。"
        case dict():
            parts = [*value, *value.values()]
            wrong = "" if all(isinstance(key, str) for key in value) else "键只能是文字。"
        case list() | tuple():
            parts = value
        case float():
            wrong = "小数写法不唯一，金额等请写成文字。"
        case _:
            wrong = "含有 JSON 以外的值。"
    return wrong or next((found for part in parts if (found := unfit(part, depth + 1))), "")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_identity_number(text: str) -> bool:
    """Whether 18 characters are a citizen's number, by its check digit (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], WEIGHTS, strict=True))
    return CHECK_DIGITS[total % 11] == text[17].upper()


def _problem(code: str, number: int, name: str, says: str, fix: str, value: str = "") -> Problem:
    return Problem(code, Where(line=number, field=name), says, fix, value=value)
