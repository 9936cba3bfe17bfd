"""Signed checkpoints of the site's ledger, and proofs to hand out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.ledger import Ledger
from shangji.ledger.bundle import make
from shangji.ledger.database import PREFIX
from shangji.ledger.keys import generate, load, save
from shangji.ledger.note import parse
from shangji_web import place
from shangji_web.ledgered.queries import lines, read
from shangji_web.ledgered.services import sequence
from shangji_web.ledgered.store import opened

if TYPE_CHECKING:
    from shangji.ledger.keys import SigningKey
    from shangji.ledger.note import Checkpoint
    from shangji_web.ledgered.queries import Line

NAME = "shangji/site"


def signer() -> SigningKey:
    """The key that signs for this site's ledger; made once, for the owner's eyes only."""
    path = place.home() / place.LEDGER_KEY
    if not path.exists():
        save(generate(NAME), path)
    return load(path)


def checkpoint() -> Checkpoint:
    """Number what waits, and sign what the log says now.

    Raises:
        Refused: the log no longer says what it has signed before.
    """
    sequence()
    with opened() as store:
        return Ledger(store).checkpoint(signer()).checkpoint


def checkpoints() -> list[Checkpoint]:
    """Every signed checkpoint, the latest first."""
    rows = read(f"SELECT size, note FROM {PREFIX}checkpoint ORDER BY size DESC")
    return [parse(note) for _, note in rows]


def public_key() -> str:
    """The text of the public key; empty before anything was signed."""
    path = place.home() / place.LEDGER_KEY
    return str(load(path).public) if path.exists() else ""


def proof(number: int, since: int | None = None) -> str:
    """The bundle that proves an entry, or, with `since`, that the log goes on from an older one.

    Raises:
        LookupError: there is no such entry, or no such checkpoint.
    """
    now = checkpoint()
    with opened() as store:
        ledger = Ledger(store)
        if not 0 <= number < now.size:
            raise LookupError(number)
        older = None
        if since is not None:
            older = next(
                (one for one in map(_parsed, store.checkpoints()) if one.size == since), None
            )
            if older is None:
                raise LookupError(since)
        return make(ledger, now, [signer().public], index=number, since=older)


def _parsed(row: tuple[int, str]) -> Checkpoint:
    return parse(row[1])


def entries_of(project: str) -> list[Line]:
    """Every numbered entry that tells of a project, in words, oldest first."""
    found = [line for line in lines(project=project) if line.number is not None]
    return found[::-1]
