"""The hash of a log: SHA-256, or SM3 where the setting says so; and keyed digests of names."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Callable

    Hash = Callable[[bytes], bytes]

SHA256, SM3 = "sha256", "sm3"
NAMES = (SHA256, SM3)
SIZE = 32
"""Bytes of a hash: the same for both."""
BLOCK = 64
"""Bytes of a block of either hash, as HMAC needs it."""


def sha256(data: bytes) -> bytes:
    """Hash bytes with SHA-256."""
    return hashlib.sha256(data).digest()


def hash_named(name: str) -> Hash:
    """Return the hash function of a name; refuse when this machine cannot compute it."""
    if name == SHA256:
        return sha256
    if name == SM3:
        return _sm3()
    says = "散列算法只有 sha256 和 sm3 两种。"
    raise Refused([Problem("ledger-hash", Where(), says, "请改用其中一种。", value=name)])


def _sm3() -> Hash:
    try:
        from cryptography.hazmat.primitives import hashes
    except ImportError as error:
        raise library_missing("SM3") from error
    empty = hashes.Hash(hashes.SM3())

    def sm3(data: bytes) -> bytes:
        state = empty.copy()  # cheaper than beginning anew
        state.update(data)
        return state.finalize()

    return sm3


def library_missing(what: str) -> Refused:
    """The refusal that says which extra to install."""
    says = f"{what} 需要 cryptography 组件，这台机器上没有安装。"
    fix = "请执行 pip install --require-hashes -r requirements/proof.txt（或 shangji[proof]）。"
    return Refused([Problem("ledger-library", Where(), says, fix)])


def keyed_digest(key: bytes, text: str, hash_name: str = SHA256) -> str:
    """HMAC of a text in hex: names a person alike each time, and nobody once the key is destroyed.

    Args:
        key: at least 16 secret bytes.
        text: what may not stand in the log itself, such as a name or an identity number.
        hash_name: the hash under the HMAC.
    """
    if len(key) < BLOCK // 4:
        says = "摘要密钥太短，容易被穷举出姓名。"
        raise Refused([Problem("ledger-key", Where(), says, "请用至少 16 字节的随机密钥。")])
    data = text.encode()
    if hash_name == SHA256:
        return hmac.new(key, data, hashlib.sha256).hexdigest()
    # RFC 2104 by hand, for hashlib knows SM3 only where the system's OpenSSL does.
    hashed = hash_named(hash_name)
    padded = (hashed(key) if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner = hashed(bytes(byte ^ 0x36 for byte in padded) + data)
    return hashed(bytes(byte ^ 0x5C for byte in padded) + inner).hex()
