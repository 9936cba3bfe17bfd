"""Proofs to hand out: one JSON with all that a stranger needs, and checking them here.

A bundle proves that an entry is in the log of a checkpoint (`ENTRY`), that a checkpoint goes on
from an older one (`CONSISTENCY`), or both. Whose keys to believe is not in it: the keys that it
carries only say which signatures to look for.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shangji import digest
from shangji.errors import Problem, Refused, ShangjiError, Where
from shangji.ledger import merkle
from shangji.ledger.entry import Entry, decode
from shangji.ledger.hashing import NAMES, SHA256, SIZE, hash_named
from shangji.ledger.keys import PublicKey, public_of
from shangji.ledger.note import Checkpoint, parse, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.ledger.log import Ledger

ENTRY, CONSISTENCY = "shangji-ledger-entry/1", "shangji-ledger-consistency/1"
COMMON = {"format", "hash", "tree_size", "checkpoint", "keys"}
OF_ENTRY = {"entry", "leaf_index", "audit_path"}


@dataclass(frozen=True, slots=True)
class Proved:
    """What a bundle that holds has proved."""

    checkpoint: Checkpoint
    signed: list[PublicKey]
    index: int | None = None
    entry: Entry | None = None
    since: Checkpoint | None = None
    path: tuple[bytes, ...] = ()
    hash_name: str = SHA256

    @property
    def notes(self) -> list[Checkpoint]:
        """The checkpoints that it speaks of."""
        return [self.checkpoint, *([self.since] if self.since else [])]


def make(
    ledger: Ledger,
    checkpoint: Checkpoint,
    keys: Sequence[PublicKey],
    *,
    index: int | None = None,
    since: Checkpoint | None = None,
) -> str:
    """Make the text of a bundle.

    Args:
        ledger: the log.
        checkpoint: a signed checkpoint of it; its lines of keys not named are left out.
        keys: public keys of the log and of witnesses.
        index: the entry to prove.
        since: an older checkpoint from which to prove consistency.
    """
    if index is None and since is None:
        raise ShangjiError("a bundle proves an entry, a history, or both")
    now = _only(checkpoint, keys)
    value: dict[str, Any] = {
        "format": CONSISTENCY if index is None else ENTRY,
        "hash": ledger.store.hash_name,
        "tree_size": checkpoint.size,
        "checkpoint": str(now),
    }
    if index is not None:
        proof = ledger.prove(index, checkpoint.size)
        value["entry"] = ledger.leaf(index).decode()
        value["leaf_index"] = index
        value["audit_path"] = [base64.b64encode(step).decode() for step in proof.path]
    lines = list(now.lines)
    if since is not None:
        old = _only(since, keys)
        lines += old.lines
        path = ledger.consistency(since.size, checkpoint.size)
        steps = [base64.b64encode(step).decode() for step in path]
        value["consistency"] = {"checkpoint": str(old), "path": steps}
    used = {(line.name, line.key_id) for line in lines}
    value["keys"] = sorted({str(key) for key in keys if (key.name, key.id) in used})
    return digest.canonical(value) + "\n"


def _only(checkpoint: Checkpoint, keys: Sequence[PublicKey]) -> Checkpoint:
    """A checkpoint with the lines of these keys."""
    known = {(key.name, key.id) for key in keys}
    lines = tuple(line for line in checkpoint.lines if (line.name, line.key_id) in known)
    if not lines:
        raise _refused("", "检查点上没有所给公钥的签名。")
    return Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root, lines)


def check(
    text: str,
    known: Sequence[PublicKey],
    witnesses: Sequence[PublicKey] = (),
    file: str = "",
) -> Proved:
    """Check a bundle; refuse it if anything is amiss.

    Args:
        text: the bundle.
        known: keys that one has from elsewhere; with none, its own keys show only that it agrees
            with itself, and whoever calls must not call it verified.
        witnesses: keys of witnesses who must have signed.
        file: its name, for messages.
    """
    value = _opened(text, file)
    checkpoint = parse(value["checkpoint"], file)
    hashed = hash_named(value["hash"])
    if value["tree_size"] != checkpoint.size:
        raise _refused(file, "凭证与检查点的条数不同。")
    index = entry = since = None
    history: list[bytes] = []
    if value["format"] == ENTRY:
        index, leaf = value["leaf_index"], value["entry"].encode()
        try:
            entry = decode(leaf)
        except ShangjiError as error:
            raise _refused(file, "记录读不出来，或不是规范写法。") from error
        path = _steps(value["audit_path"], file)
        found = merkle.leaf_hash(hashed, leaf)
        if not merkle.includes(hashed, found, index, checkpoint.size, path, checkpoint.root):
            raise _refused(file, "记录通不到检查点的根：记录或路径被改动。")
        if entry.body is not None and digest.of_json(entry.body) != entry.body_digest:
            raise _refused(file, "记录的内容与摘要不符。")
    carried = [public_of(key, file) for key in value["keys"]]
    if "consistency" in value:
        since = parse(value["consistency"]["checkpoint"], file)
        history = _steps(value["consistency"]["path"], file)
        if since.origin != checkpoint.origin or not merkle.extends(
            hashed, since.size, checkpoint.size, since.root, checkpoint.root, history
        ):
            raise _refused(file, "一致性证明不成立：历史可能被改写。")
        verify(since, known or carried, file=file)
    _covered([checkpoint, *([since] if since else [])], carried, file)
    signed = verify(checkpoint, known or carried, witnesses, file)
    return Proved(checkpoint, signed, index, entry, since, tuple(history), value["hash"])


def _covered(notes: Sequence[Checkpoint], carried: Sequence[PublicKey], file: str) -> None:
    """Each line is a carried key's good signature, and each carried key has a line."""
    used = [key for note in notes for key in verify(note, carried, file=file)]
    lines = sum(len(note.lines) for note in notes)
    if len(used) != lines or set(used) != set(carried):
        raise _refused(file, "凭证自带的公钥与签名对不上。")


def _opened(text: str, file: str) -> dict[str, Any]:
    """Read a bundle whose keys and types are right."""
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise _refused(file, "凭证读不出来，可能被改动或截断。") from error
    kinds = {
        "tree_size": int,
        "leaf_index": int,
        "audit_path": list,
        "keys": list,
        "consistency": dict,
    }
    if not isinstance(value, dict) or str(value.get("format")) not in {ENTRY, CONSISTENCY}:
        raise _refused(file, "不认识的凭证格式。")
    wanted = COMMON | (OF_ENTRY if value["format"] == ENTRY else {"consistency"})
    good = (
        set(value) | {"consistency"} == wanted | {"consistency"}
        and wanted <= set(value)
        and all(type(item) is kinds.get(name, str) for name, item in value.items())
        and value["keys"] == sorted(set(map(str, value["keys"])))
        and value["hash"] in NAMES
    )
    if good and "consistency" in value:
        history = value["consistency"]
        good = set(history) == {"checkpoint", "path"} and isinstance(history["checkpoint"], str)
    if not good:
        raise _refused(file, "凭证的栏目不对。")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _steps(texts: Any, file: str) -> list[bytes]:  # noqa: ANN401 - not looked at yet
    found = []
    for text in texts if isinstance(texts, list) else [""]:
        try:
            step = base64.b64decode(text, validate=True)
        except (ValueError, TypeError):
            step = b""
        if len(step) != SIZE or base64.b64encode(step).decode() != text:
            raise _refused(file, "证明的路径读不出来。")
        found.append(step)
    return found


def _refused(file: str, says: str) -> Refused:
    fix = "不要采信；请向账本方重新取得凭证。"
    return Refused([Problem("ledger-proof", Where(file=file), says, fix)])
