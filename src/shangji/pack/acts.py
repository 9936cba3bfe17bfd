"""What a pack says beside its rules: the policy index, what is repealed, how data is given away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Repealed:
    """A document that is repealed, or whose prices were freed: no rule may rest on it."""

    doc_no: str
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class Anonymous:
    """How a snapshot is made fit to be given away.

    Of `subject`, at least `at_least` rows must look alike in the columns `alike`; `coarse` keeps
    leading characters of codes, `rough` leading digits of numbers by kind. `steps` are coarser and
    coarser; the first that leaves out no more than `most_left_out` per cent is taken.
    """

    subject: str
    at_least: int
    most_left_out: int
    alike: tuple[str, ...]
    coarse: Mapping[str, int]
    rough: Mapping[str, int]
    drop: tuple[str, ...] = ()
    steps: tuple[Anonymous, ...] = ()


@dataclass(frozen=True)
class Act:
    """A law or document of the policy index: facts, and a line of ours for each article used.

    `known` says how far it is known: its text was read, it was seen in a reprint, or it is
    recalled by number and title only.
    """

    title: str
    doc_no: str
    issuer: str
    level: str
    state: str
    known: str
    issued: date | None = None
    effective_from: date | None = None
    replaced_by: str = ""
    note: str = ""
    articles: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return title and number as people cite it."""
        name = f"《{self.title}》" if self.title else ""
        return f"{name}（{self.doc_no}）" if name and self.doc_no else name or self.doc_no
