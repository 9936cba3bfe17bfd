"""Which projects a document belongs to: by the 附件 sheet, by a code, by a name in its path."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from shangji.intake.cells import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SHORTEST_NAME = 5
SHORTEST_CODE = 4
EDGE = r"[^0-9A-Za-z]"


@dataclass(frozen=True, slots=True)
class Match:
    """The projects of a document, and the rows of the 附件 sheet that name it."""

    projects: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    by: str = ""


@dataclass
class Matcher:
    """Knows the projects and the rows of the 附件 sheet."""

    codes: Mapping[str, str]
    units: Mapping[str, str]
    names: Mapping[str, frozenset[str]]
    files: Mapping[str, tuple[int, ...]]
    attachments: Sequence[Mapping[str, Any]]
    longest: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls, projects: Iterable[Mapping[str, Any]], attachments: Sequence[Mapping[str, Any]]
    ) -> Matcher:
        """A matcher over the rows that were read."""
        codes: dict[str, str] = {}
        names: dict[str, set[str]] = {}
        units = {}
        for row in projects:
            units[str(row.get("project_code") or "")] = str(row.get("unit_code") or "")
            code, name = (
                str(row.get("project_code") or ""),
                plain(str(row.get("project_name") or "")),
            )
            if len(code) >= SHORTEST_CODE:
                codes[code.upper()] = code
            if len(name) >= SHORTEST_NAME and code:
                names.setdefault(name, set()).add(code)
        files: dict[str, list[int]] = {}
        for at, row in enumerate(attachments):
            file = filed(str(row.get("file_name") or ""))
            if file:
                files.setdefault(file, []).append(at)
        held = {name: frozenset(found) for name, found in names.items()}
        listed = {file: tuple(rows) for file, rows in files.items()}
        longest = sorted(held, key=lambda name: (-len(name), name))
        return cls(codes, units, held, listed, attachments, longest)

    def match(self, name: str) -> Match:
        """Whose a document of this path is."""
        path = PurePosixPath(name)
        codes = [code for piece in reversed(path.parts) if (code := self._code(piece))]
        rows = self.files.get(filed(path.name), ())
        if codes:
            rows = tuple(at for at in rows if self.attachments[at].get("project_code") in codes)
        known = dict.fromkeys(str(self.attachments[at].get("project_code") or "") for at in rows)
        # Photographs of different units bear the same names: such a name tells nobody's.
        if known and "" not in known and len({self.units.get(code) for code in known}) == 1:
            return Match(tuple(known), rows, "附件清单")
        if codes:
            return Match((codes[0],), (), "项目代码")
        for piece in reversed(path.parts):
            bare = plain(PurePosixPath(piece).stem if piece == path.name else piece)
            for wanted in self.longest:
                if wanted in bare and len(self.names[wanted]) == 1:
                    return Match(tuple(self.names[wanted]), (), "项目名称")
        return Match()

    def _code(self, piece: str) -> str:
        """The code that stands whole in a piece of a path; of several the longest."""
        words = [word for word in re.split(EDGE, piece.upper()) if word]
        tried = [piece.upper(), *(piece.upper()[:at] for at in range(len(piece), 3, -1)), *words]
        joined = {
            "-".join(words[start:stop])
            for start in range(len(words))
            for stop in range(start + 1, min(len(words), start + 6) + 1)
        }
        found = [self.codes[word] for word in (*tried, *joined) if word in self.codes]
        return max(found, key=len, default="")


def filed(name: str) -> str:
    """A file's name as it is compared: last part, half-width, small letters."""
    last = PurePosixPath(unicodedata.normalize("NFKC", name).replace("\\", "/")).name
    return "".join(last.split()).lower()
