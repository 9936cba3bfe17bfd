"""Documents under their digests, outside the web root; sealed where the deployment gives a key.

`SHANGJI_DOCUMENT_KEYS` names a file of keys that lies outside the data folder and the database, the
current key first. With it every document is written sealed (AES-256-GCM, its digest bound in);
without it as it is. Both are read, so that sealing can begin, and keys can change, at any time.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from shangji.errors import Problem, Refused, Where
from shangji_web import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEYS = "SHANGJI_DOCUMENT_KEYS"
MAGIC = b"SHANGJI1"
ID, NONCE, KEY = 8, 12, 32
OPEN = "open"
"""The folder in which a sealed document lies open while it is read."""


def path_of(sha256: str) -> Path:
    """Where a document lies: under its digest."""
    return place.folder(place.DOCUMENTS) / sha256[:2] / sha256


def keep(data: bytes) -> str:
    """Keep a document under its digest, once; return the digest.

    Raises:
        Refused: the file of keys cannot be used.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        written(path, sealed(data, sha256))
    return sha256


def written(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def read(sha256: str) -> bytes:
    """The bytes of a document.

    Raises:
        FileNotFoundError: there is none.
        Refused: it is sealed, and its key is not there or does not open it.
    """
    return opened(path_of(sha256).read_bytes(), sha256)


@contextmanager
def laid(sha256: str) -> Iterator[Path]:
    """A file with the document's bytes, for as long as it is read; a sealed one lies open so long.

    Raises:
        FileNotFoundError: there is none.
        Refused: it cannot be opened.
    """
    path = path_of(sha256)
    with path.open("rb") as file:
        plain = file.read(len(MAGIC)) != MAGIC
    if plain:
        yield path
        return
    with tempfile.TemporaryDirectory(dir=place.folder(OPEN)) as folder:
        out = Path(folder) / sha256
        out.write_bytes(read(sha256))
        yield out


def lay(sha256: str, target: Path) -> None:
    """Lay a document out under another name: the same file where it is plain, else opened."""
    path = path_of(sha256)
    data = path.read_bytes()
    if data.startswith(MAGIC):
        target.write_bytes(opened(data, sha256))
    else:
        os.link(path, target)


def keys() -> list[bytes]:
    """The keys of the deployment, the current one first; none where it gave no file.

    Raises:
        Refused: the file is missing, lies among the data, or holds no keys.
    """
    told = os.environ.get(KEYS, "")
    if not told:
        return []
    path = Path(told).absolute()
    where = Where(str(path))
    if path.is_relative_to(place.home()):
        says = "附件的钥匙和数据放在一处，等于没有加密。"
        raise Refused([Problem("document-key", where, says, f"请把 {KEYS} 指到别的介质上。")])
    try:
        lines = path.read_text("ascii").split()
        found = [base64.urlsafe_b64decode(line) for line in lines]
    except (OSError, ValueError) as error:
        says = "附件的钥匙文件读不出。"
        fix = "请放回钥匙文件；没有的用 shangji site seal --new-key 生成。"
        raise Refused([Problem("document-key", where, says, fix)]) from error
    if not found or any(len(key) != KEY for key in found):
        says = "附件的钥匙文件里没有可用的钥匙。"
        raise Refused([Problem("document-key", where, says, "一行一把，最上面的是现用的。")])
    return found


def new_key(path: Path) -> None:
    """Put a new key on top of a file of keys; the old ones still open what they sealed."""
    old = path.read_text("ascii") if path.exists() else ""
    made = base64.urlsafe_b64encode(secrets.token_bytes(KEY)).decode()
    path.parent.mkdir(parents=True, exist_ok=True)
    written(path, f"{made}\n{old}".encode())
    path.chmod(0o600)


def sealed(data: bytes, sha256: str) -> bytes:
    """The bytes as they are written: sealed with the current key, or as they are without one."""
    held = keys()
    if not held:
        return data
    nonce = secrets.token_bytes(NONCE)
    return MAGIC + _id(held[0]) + nonce + _cipher(held[0]).encrypt(nonce, data, sha256.encode())


def opened(data: bytes, sha256: str) -> bytes:
    """The bytes of what was written.

    Raises:
        Refused: it is sealed with a key that is not there, or was changed.
    """
    if not data.startswith(MAGIC):
        return data
    head = len(MAGIC)
    named, nonce = data[head : head + ID], data[head + ID : head + ID + NONCE]
    key = next((one for one in keys() if _id(one) == named), None)
    where = Where(sha256[:16])
    if key is None:
        says = "附件是加密的，打开它的钥匙不在。"
        fix = f"请把钥匙文件放回，并设 {KEYS}。"
        raise Refused([Problem("document-key", where, says, fix)])
    from cryptography.exceptions import InvalidTag

    try:
        plain: bytes = _cipher(key).decrypt(nonce, data[head + ID + NONCE :], sha256.encode())
    except InvalidTag as error:
        says = "加密的附件被改动过，或已损坏。"
        raise Refused([Problem("document-damaged", where, says, "请从备份恢复。")]) from error
    return plain


def reseal() -> tuple[int, int]:
    """Seal every document with the current key; how many were sealed anew, and how many there are.

    Raises:
        Refused: there is no key, or a document cannot be opened.
    """
    held = keys()
    if not held:
        says = f"没有设 {KEYS}，没有钥匙可用。"
        fix = "请先用 --new-key 生成钥匙文件，再设这个变量。"
        raise Refused([Problem("document-key", Where(), says, fix)])
    head = MAGIC + _id(held[0])
    changed = every = 0
    for path in sorted(place.folder(place.DOCUMENTS).glob("??/" + "[0-9a-f]" * 64)):
        every += 1
        with path.open("rb") as file:
            current = file.read(len(head)) == head
        if not current:
            written(path, sealed(opened(path.read_bytes(), path.name), path.name))
            changed += 1
    return changed, every


def shut() -> tuple[int, int]:
    """How many documents are sealed, and of how many of them the key is not here."""
    there = {_id(one) for one in keys()}
    every = lost = 0
    for path in place.folder(place.DOCUMENTS).glob("??/" + "[0-9a-f]" * 64):
        with path.open("rb") as file:
            head = file.read(len(MAGIC) + ID)
        if head.startswith(MAGIC):
            every += 1
            lost += head[len(MAGIC) :] not in there
    return every, lost


def _id(key: bytes) -> bytes:
    """How a key is told from another, without telling it."""
    return hashlib.sha256(b"shangji document key" + key).digest()[:ID]


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers import aead

    return aead.AESGCM(key)
