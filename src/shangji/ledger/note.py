"""Checkpoints as C2SP signed notes: what a log says of itself, and who signed it.

The text is three lines: origin, size, base64 of the root. The log signs the text; a witness signs
`cosignature/v1`, the time and the text, having seen that the log only grew.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.errors import Problem, Refused, ShangjiError, Where
from shangji.ledger import merkle
from shangji.ledger.hashing import SIZE
from shangji.ledger.keys import LOG, WITNESS, PublicKey, SigningKey, checks, name_fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shangji.ledger.hashing import Hash

DASH = "— "
MOST_SIGNATURES = 64
LONGEST = 64 * 1024
SIGNATURE = 64
TIMESTAMP = 8
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Line:
    """A signature line: whose, the key's id, the signature with what the kind puts before it."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        """Return the line as the note has it."""
        return f"{DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Size and root of a log at one time, with signatures that nobody has checked yet."""

    origin: str
    size: int
    root: bytes
    lines: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def __str__(self) -> str:
        """Return the note."""
        return f"{self.text}\n{''.join(map(str, self.lines))}"


def parse(note: str, file: str = "") -> Checkpoint:
    """Read a note; refuse one whose form leaves anything open."""
    text, blank, signatures = note.rpartition("\n\n")
    rows = signatures.split("\n")
    parts = text.split("\n")
    lines = [line for row in rows[:-1] if (line := _line(row)) is not None]
    good = (
        blank
        and len(note) <= LONGEST
        and rows[-1] == ""
        and 0 < len(lines) == len(rows) - 1 <= MOST_SIGNATURES
        and len(parts) == 3  # noqa: PLR2004 - origin, size, root; extensions are not used here
        and name_fits(parts[0])
        and NUMBER.fullmatch(parts[1])
    )
    root = _bytes(parts[2]) if good else None
    if root is None or len(root) != SIZE:
        says = "读不出检查点，内容可能被改动或截断。"
        fix = "请重新取得完整的检查点。"
        raise Refused([Problem("ledger-proof", Where(file=file), says, fix)])
    return Checkpoint(parts[0], int(parts[1]), root, tuple(lines))


def head(text: str, file: str = "") -> Checkpoint:
    """Read the first three lines, as they stand on paper, whatever follows."""
    first = "\n".join(text.replace("\r\n", "\n").split("\n")[:3])
    unsigned = Line("unsigned", b"\0" * 4, b"\0")
    found = parse(f"{first}\n\n{unsigned}", file)
    return Checkpoint(found.origin, found.size, found.root)


def _line(row: str) -> Line | None:
    if not row.startswith(DASH):
        return None
    name, _, packed = row.removeprefix(DASH).partition(" ")
    found = _bytes(packed)
    if not name_fits(name) or found is None or len(found) <= 4:  # noqa: PLR2004 - the id
        return None
    return Line(name, found[:4], found[4:])


def _bytes(text: str) -> bytes | None:
    """Decode base64 that is spelt in the one canonical way."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if base64.b64encode(found).decode() == text else None


def sign(checkpoint: Checkpoint, key: SigningKey) -> Checkpoint:
    """Add the log's signature."""
    if key.kind != LOG or key.name != checkpoint.origin:
        raise ShangjiError("a log signs with a log's key of its own name")
    signature = key.sign(checkpoint.text.encode())
    return joined(checkpoint, [Line(key.name, key.public.id, signature)])


def joined(checkpoint: Checkpoint, lines: Iterable[Line]) -> Checkpoint:
    """Add signature lines, one a key, those that are there first."""
    found = {(line.name, line.key_id): line for line in checkpoint.lines}
    for line in lines:
        found.setdefault((line.name, line.key_id), line)
    both = tuple(found.values())
    return Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root, both)


def holds(checkpoint: Checkpoint, line: Line, key: PublicKey) -> bool:
    """Whether a line is the signature of a key over the checkpoint."""
    text = checkpoint.text.encode()
    if key.kind == LOG:
        return len(line.signature) == SIGNATURE and checks(key, line.signature, text)
    if len(line.signature) != TIMESTAMP + SIGNATURE:
        return False
    message = cosigned(text, witnessed_at(line))
    return checks(key, line.signature[TIMESTAMP:], message)


def cosigned(text: bytes, seconds: int) -> bytes:
    """What a witness signs."""
    return b"cosignature/v1\ntime %d\n%b" % (seconds, text)


def witnessed_at(line: Line) -> int:
    """When a witness signed, in seconds since 1970."""
    return int.from_bytes(line.signature[:TIMESTAMP], "big")


def verify(
    checkpoint: Checkpoint,
    known: Sequence[PublicKey],
    witnesses: Sequence[PublicKey] = (),
    file: str = "",
) -> list[PublicKey]:
    """Whose signatures hold; refuse without a known key of the log, without a witness asked for,
    or where the line of a known key is not its signature. Lines of unknown keys count for nothing.
    """  # noqa: D205 - one sentence does not hold the three grounds
    by_line = {(key.name, key.id): key for key in (*known, *witnesses)}
    signed = []
    for line in checkpoint.lines:
        key = by_line.get((line.name, line.key_id))
        if key is None:
            continue
        if not holds(checkpoint, line, key):
            says = f"“{key.name}”的签名与内容不符：检查点被改过，或签名是伪造的。"
            raise _unsigned(file, says)
        signed.append(key)
    if not any(key.kind == LOG and key.name == checkpoint.origin for key in signed):
        says = "没有所给公钥的账本签名。"
        raise _unsigned(file, f"{says}检查点自称来自“{checkpoint.origin}”。")
    absent = [key.name for key in witnesses if key not in signed]
    if absent:
        raise _unsigned(file, f"缺少见证方“{'、'.join(absent)}”的签名。")
    return signed


def _unsigned(file: str, says: str) -> Refused:
    fix = "请核对公钥是否从公示等可靠途径取得；公钥无误则不要采信。"
    return Refused([Problem("ledger-signature", Where(file=file), says, fix)])


def cosign(
    fresh: Checkpoint,
    key: SigningKey,
    seconds: int,
    *,
    known: Sequence[PublicKey],
    hashed: Hash,
    seen: Checkpoint | None = None,
    path: Sequence[bytes] = (),
) -> Checkpoint:
    """Sign as a witness: only what the log signed, and only if it grew from what was seen before.

    Args:
        fresh: the checkpoint to sign.
        key: the witness's key.
        seconds: the time, in seconds since 1970.
        known: keys of the log.
        hashed: the hash of the log.
        seen: the last checkpoint that this witness signed; None the first time.
        path: the consistency proof from `seen`.
    """
    if key.kind != WITNESS:
        raise ShangjiError("a witness signs with a witness's key")
    verify(fresh, known)
    if seen is not None:
        verify(seen, known)
        same = seen.origin == fresh.origin
        if not same or not merkle.extends(
            hashed, seen.size, fresh.size, seen.root, fresh.root, path
        ):
            says = "新检查点不是从上次见证的检查点接着长出来的：历史可能被改写，不予见证。"
            fix = "请保留两份检查点作为证据，并要求账本方说明。"
            raise Refused([Problem("ledger-proof", Where(), says, fix)])
    signature = key.sign(cosigned(fresh.text.encode(), seconds))
    stamped = seconds.to_bytes(TIMESTAMP, "big") + signature
    return joined(fresh, [Line(key.name, key.public.id, stamped)])
