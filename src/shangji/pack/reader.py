"""A document of a pack, read key by key; what is unknown, absent or misshapen is a problem."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Where
from shangji.pack.strict_yaml import Mapped

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDED = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")
"""The blank that YAML's folding leaves where a Chinese line was broken."""

ASK = "请对照“规则包格式”一页改正。"


class Reader:
    """Takes the keys of one mapping, once each, and keeps the problems met on the way."""

    def __init__(self, doc: Mapped, shown: str, problems: list[Problem]) -> None:
        """Read `doc` of the file shown as `shown`, adding to `problems`."""
        self.doc, self.shown, self.problems = doc, shown, problems
        self.taken: set[str] = set()

    def trouble(self, code: str, says: str, key: str = "", value: str = "") -> None:
        """Note a problem at the line of a key."""
        line = self.doc.lines.get(key, self.doc.line) if self.doc else 0
        self.problems.append(
            Problem(code, Where(self.shown, line=line, field=key), says, ASK, value=value)
        )

    def raw(self, key: str, *, need: bool = False) -> Any:  # noqa: ANN401 - any YAML value
        """Return what stands under a key, or None."""
        self.taken.add(key)
        if key not in self.doc:
            if need:
                self.trouble("pack-key-absent", f"缺少“{key}”。")
            return None
        return self.doc[key]

    def text(self, key: str, default: str = "", *, need: bool = False) -> str:
        """Return a text."""
        found = self.raw(key, need=need)
        if found is None:
            return default
        if not isinstance(found, str):
            self.trouble("pack-value", "这里应当是一段文字。", key)
            return default
        return FOLDED.sub("", found.strip())

    def choice(self, key: str, allowed: Iterable[str], default: str = "") -> str:
        """Return a text that must be one of some words."""
        found = self.text(key, default, need=not default)
        words = list(allowed)
        if found and found not in words:
            self.trouble("pack-value", f"只能是 {'、'.join(words)} 之一。", key, found)
            return default or words[0]
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; one text alone is a list of one."""
        found = self.raw(key)
        if found is None:
            return ()
        if isinstance(found, str):
            return (found,) if found else ()
        if isinstance(found, list) and all(isinstance(item, str) for item in found):
            return tuple(found)
        self.trouble("pack-value", "这里应当是一列文字。", key)
        return ()

    def pairs(self, key: str) -> dict[str, str]:
        """Return a mapping of text to text."""
        found = self.raw(key)
        if found is None:
            return {}
        if isinstance(found, Mapped) and all(isinstance(item, str) for item in found.values()):
            return dict(found)
        self.trouble("pack-value", "这里应当是“名称: 值”。", key)
        return {}

    def below(self, key: str) -> Reader | None:
        """Return a reader of the mapping under a key, or None where there is none."""
        found = self.raw(key)
        if found is None:
            return None
        if not isinstance(found, Mapped):
            self.trouble("pack-value", "这里应当是“名称: 值”。", key)
            return None
        return Reader(found, self.shown, self.problems)

    def each(self, key: str, *, need: bool = False) -> list[Reader]:
        """Return readers of the mappings in the list under a key."""
        found = self.raw(key, need=need)
        if found is None or found == "":
            return []
        if not isinstance(found, list) or not all(isinstance(item, Mapped) for item in found):
            self.trouble("pack-value", "这里应当是一列“名称: 值”。", key)
            return []
        return [Reader(item, self.shown, self.problems) for item in found]

    def number(self, key: str, default: str | None = None, *, need: bool = False) -> Decimal | None:
        """Return an exact number."""
        found = self.text(key, default or "", need=need)
        if not found:
            return None
        try:
            return Decimal(found)
        except InvalidOperation:
            self.trouble("pack-value", "这里应当是数字。", key, found)
            return None

    def integer(self, key: str, default: int = 0) -> int:
        """Return a whole number."""
        value = self.number(key)
        return default if value is None else int(value)

    def day(self, key: str) -> date | None:
        """Return a date, or None where it is empty."""
        found = self.text(key)
        if not found:
            return None
        try:
            return date.fromisoformat(found)
        except ValueError:
            self.trouble("pack-value", "日期要写成 2027-01-31。", key, found)
            return None

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        found = self.text(key, str(default).lower())
        if found not in {"true", "false"}:
            self.trouble("pack-value", "只能是 true 或 false。", key, found)
        return found == "true"

    def done(self) -> None:
        """Note every key that nobody took."""
        for key in self.doc:
            if key not in self.taken:
                self.trouble("pack-key-unknown", f"不认识“{key}”。", key)
