"""Ed25519 keys of logs and witnesses, in the texts of the C2SP signed note.

A public key is `name+id+base64(kind public)`, a secret one `PRIVATE+KEY+name+id+base64(kind seed)`
where `id` are the first four bytes, in hex, of SHA-256(name, newline, kind, public key).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.errors import Problem, Refused, Where
from shangji.ledger.hashing import library_missing

if TYPE_CHECKING:
    from pathlib import Path

LOG, WITNESS = 1, 4
"""Kinds of keys: of a log that signs its checkpoints, of a witness that signs with a time."""
KINDS = {LOG: "账本", WITNESS: "见证"}
SECRET = "PRIVATE+KEY+"  # noqa: S105 - the head of the format, no secret
PUBLIC_SUFFIX = ".pub"
RAW = 32
LOOSE = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks signatures."""

    name: str
    raw: bytes
    kind: int = LOG

    @property
    def id(self) -> bytes:
        """Four bytes that find the key by its signature line; they prove nothing."""
        head = self.name.encode() + b"\n" + bytes([self.kind])
        return hashlib.sha256(head + self.raw).digest()[:4]

    def __str__(self) -> str:
        """Return the text of the key (vkey)."""
        packed = base64.b64encode(bytes([self.kind]) + self.raw).decode()
        return f"{self.name}+{self.id.hex()}+{packed}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs."""

    name: str
    seed: bytes = field(repr=False)
    kind: int = LOG

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(self.name, _private(self.seed).public_key().public_bytes_raw(), self.kind)

    def sign(self, message: bytes) -> bytes:
        """Sign bytes."""
        return bytes(_private(self.seed).sign(message))

    def text(self) -> str:
        """The secret text of the key (skey)."""
        packed = base64.b64encode(bytes([self.kind]) + self.seed).decode()
        return f"{SECRET}{self.name}+{self.public.id.hex()}+{packed}"


def _private(seed: bytes):  # type: ignore[no-untyped-def] # noqa: ANN202 - a class of a library that is imported only here
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise library_missing("签名") from error
    return Ed25519PrivateKey.from_private_bytes(seed)


def checks(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether a signature over bytes is the key's."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise library_missing("核对签名") from error
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def generate(name: str, kind: int = LOG) -> SigningKey:
    """Make a new key.

    Args:
        name: the origin of the log, such as `czj.example.gov.cn/ledger`; no blank, no plus.
        kind: `LOG` or `WITNESS`.
    """
    if not name_fits(name):
        says = "密钥名称不能为空，不能有空格、加号和控制字符。"
        fix = "请用“域名/用途”的写法，如 czj.example.gov.cn/ledger。"
        raise Refused([Problem("ledger-key", Where(), says, fix, value=name)])
    return SigningKey(name, os.urandom(RAW), kind)


def name_fits(name: str) -> bool:
    """Whether a name may stand in a signature line."""
    return bool(name) and "+" not in name and name.isprintable() and not any(map(str.isspace, name))


def public_of(text: str, file: str = "") -> PublicKey:
    """Read the text of a public key."""
    name, key_id, kind, raw = _parts(text, file)
    key = PublicKey(name, raw, kind)
    if key.id.hex() != key_id:
        raise _unusable(file, "公钥的编号与内容不符，可能抄错了字。")
    return key


def signing_of(text: str, file: str = "") -> SigningKey:
    """Read the text of a secret key."""
    if not text.startswith(SECRET):
        raise _unusable(file, "这不是私钥。")
    name, key_id, kind, raw = _parts(text.removeprefix(SECRET), file)
    key = SigningKey(name, raw, kind)
    if key.public.id.hex() != key_id:
        raise _unusable(file, "私钥的编号与内容不符，文件可能损坏。")
    return key


def _parts(text: str, file: str) -> tuple[str, str, int, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, packed = rest.partition("+")
    try:
        raw = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    # Only one spelling of a key counts: base64 leaves bits over that say nothing.
    good = len(raw) == RAW + 1 and base64.b64encode(raw).decode() == packed
    if not (good and name_fits(name) and raw[0] in KINDS):
        raise _unusable(file, "读不出密钥。")
    return name, key_id, raw[0], raw[1:]


def _unusable(file: str, says: str) -> Refused:
    fix = "请核对文件，或重新取得密钥。"
    return Refused([Problem("ledger-key", Where(file=file), says, fix)])


def save(key: SigningKey, path: Path) -> Path:
    """Write a secret key for its owner alone, and the public one beside it; return its path."""
    public = path.with_name(path.name + PUBLIC_SUFFIX)
    _write_secret(path, key.text())
    public.write_text(f"{key.public}\n", "utf-8")
    return public


def _write_secret(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise _unusable(str(path), "文件已经存在，没有覆盖它。") from error
    except OSError as error:
        says = f"写不进去（{error.strerror or error}）。"
        problem = Problem("output-unwritable", Where(file=str(path)), says, "请检查权限和磁盘。")
        raise Refused([problem]) from error


def load(path: Path) -> SigningKey:
    """Read a secret key; refuse one that others may read."""
    return signing_of(_secret_text(path), str(path))


def digest_key(path: Path) -> bytes:
    """Read the key of keyed digests, made at random where there is none yet."""
    if not path.exists():
        _write_secret(path, os.urandom(RAW).hex())
    try:
        key = bytes.fromhex(_secret_text(path))
    except ValueError as error:
        raise _unusable(str(path), "摘要密钥应是十六进制文字。") from error
    return key


def _secret_text(path: Path) -> str:
    if os.name == "posix" and path.is_file() and path.stat().st_mode & LOOSE:
        raise _unusable(str(path), "别人也能读这个密钥文件，请执行 chmod 600。")
    return _text(path)


def load_public(path: Path) -> PublicKey:
    """Read a public key from its file, or from the secret one's."""
    text = _text(path)
    if text.startswith(SECRET):
        return load(path).public
    return public_of(text, str(path))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(str(path), "读不出密钥文件。") from error
