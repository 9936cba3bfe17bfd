"""Documents at rest: sealed where the deployment gives a key, rotated, and never lost silently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from shangji.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

WORDS = "一份附件，含个人信息".encode()


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The documents of a site of its own, its keys elsewhere."""
    from shangji_web import documents as module

    monkeypatch.setenv("SHANGJI_HOME", str(tmp_path / "home"))
    module.new_key(tmp_path / "usb" / "keys.txt")
    monkeypatch.setenv(module.KEYS, str(tmp_path / "usb" / "keys.txt"))
    return module


def test_a_sealed_document_says_nothing_on_the_disk_and_all_of_it_when_read(
    documents: Any, tmp_path: Path
) -> None:
    sha256 = documents.keep(WORDS)
    held = documents.path_of(sha256).read_bytes()
    assert "附件".encode() not in held
    assert documents.read(sha256) == WORDS
    with documents.laid(sha256) as path:
        assert path.read_bytes() == WORDS
    assert not path.exists()
    documents.lay(sha256, tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_bytes() == WORDS


def test_keys_change_and_the_old_one_may_go_once_all_is_sealed_anew(
    documents: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = documents.keep(WORDS)
    monkeypatch.delenv(documents.KEYS)
    plain = documents.keep(b"before any key")
    assert documents.path_of(plain).read_bytes() == b"before any key"
    keys = tmp_path / "usb" / "keys.txt"
    monkeypatch.setenv(documents.KEYS, str(keys))
    documents.new_key(keys)
    assert documents.read(sealed) == WORDS
    assert documents.reseal() == (2, 2)
    assert documents.reseal() == (0, 2)
    keys.write_text(keys.read_text("ascii").splitlines()[0], "ascii")
    assert [documents.read(one) for one in (sealed, plain)] == [WORDS, b"before any key"]


def test_a_lost_key_or_a_changed_byte_is_told(
    documents: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = documents.keep(WORDS)
    path = documents.path_of(sha256)
    held = bytearray(path.read_bytes())
    held[-1] ^= 1
    path.write_bytes(held)
    with pytest.raises(Refused) as refused:
        documents.read(sha256)
    assert refused.value.problems[0].code == "document-damaged"
    other = documents.keep(b"another")
    # The bytes of one document are no other's, though the key is the same.
    path.write_bytes(documents.path_of(other).read_bytes())
    with pytest.raises(Refused):
        documents.read(sha256)
    assert documents.shut() == (2, 0)
    monkeypatch.delenv(documents.KEYS)
    assert documents.shut() == (2, 2)
    with pytest.raises(Refused) as refused:
        documents.read(other)
    assert refused.value.problems[0].code == "document-key"
    with pytest.raises(Refused):
        documents.reseal()
    inside = tmp_path / "home" / "keys.txt"
    documents.new_key(inside)
    monkeypatch.setenv(documents.KEYS, str(inside))
    with pytest.raises(Refused) as refused:
        documents.keep(b"new")
    assert "放在一处" in refused.value.problems[0].says
