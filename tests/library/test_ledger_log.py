"""The ledger over both stores, its entries, keys, checkpoints and witnesses."""

from __future__ import annotations

import base64
import os
import stat
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from ledger_given import KNOWN, ORIGIN, SIGNER, START, STRANGER, WATCHER, entries, entry, filled
from shangji.errors import Refused, ShangjiError
from shangji.ledger import Entry, Ledger, MemoryStore, SQLiteStore, keys, merkle, note, stamp
from shangji.ledger.audit import audit
from shangji.ledger.entry import decode, encode, when_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shangji.ledger import Store


@pytest.fixture(params=["memory", "memory-sm3", "sqlite", "sqlite-sm3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    place, _, hash_name = request.param.partition("-")
    if place == "memory":
        yield MemoryStore(hash_name or "sha256")
    else:
        with SQLiteStore(tmp_path / "log.sqlite", hash_name or None) as made:
            yield made


def test_append_prove_and_extend(store: Store) -> None:
    ledger = Ledger(store)
    assert ledger.root() == ledger.hashed(b"")
    assert ledger.append(entries(0, 5)) == [0, 1, 2, 3, 4]
    old = ledger.root()
    assert ledger.append(entries(5, 12)) == list(range(5, 12))
    assert ledger.size == 12
    for index in range(12):
        proof = ledger.prove(index)
        leaf = merkle.leaf_hash(ledger.hashed, ledger.leaf(index))
        assert merkle.includes(ledger.hashed, leaf, index, 12, proof.path, ledger.root())
    path = ledger.consistency(5)
    assert merkle.extends(ledger.hashed, 5, 12, old, ledger.root(), path)
    assert ledger.root(5) == old
    proof = ledger.prove(3, 5)
    leaf = merkle.leaf_hash(ledger.hashed, ledger.leaf(3))
    assert merkle.includes(ledger.hashed, leaf, 3, 5, proof.path, old)
    assert audit(store, []).good


def test_both_stores_come_to_the_same_root(tmp_path: Path) -> None:
    memory = MemoryStore()
    filled(memory, 300, batch=7)
    with SQLiteStore(tmp_path / "log.sqlite") as file:
        filled(file, 300, batch=64)
        assert Ledger(file).root() == Ledger(memory).root()


def test_the_same_entry_again_keeps_its_number(store: Store) -> None:
    ledger = Ledger(store)
    ledger.append(entries(0, 4))
    assert ledger.append([entry(9), entry(2), entry(9), entry(3)]) == [4, 2, 4, 3]
    assert ledger.append([]) == []
    assert ledger.append(entries(0, 2)) == [0, 1]
    assert ledger.size == 5
    assert audit(store, []).good


def test_leaf_bytes_are_canonical() -> None:
    local = datetime(2026, 11, 22, 16, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))
    made = Entry.of("override", "office:预算科", local, {"乙": [1, None, True], "甲": '“引号"\n'})
    (leaf,) = encode([made])
    assert leaf.decode() == (
        '{"body":{"乙":[1,null,true],"甲":"“引号\\"\\n"},'
        '"body_digest":"' + made.body_digest + '","kind":"override",'
        '"when":"2026-11-22T08:00:00.000005Z","who":"office:预算科"}'
    )
    assert decode(leaf) == made
    assert when_of(leaf) == "2026-11-22T08:00:00.000005Z"
    with pytest.raises(ShangjiError):
        decode(leaf.replace(b'"when"', b' "when"'))


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"kind": "gossip"}, "不认识的种类"),
        ({"who": "张三"}, "不能直接写姓名"),
        ({"who": "person:张三"}, "不能直接写姓名"),
        ({"who": 'office:"'}, "不能直接写姓名"),
        ({"when": START.replace(tzinfo=None)}, "没有时区"),
        ({"when": datetime(1, 1, 1, tzinfo=UTC)}, "超出范围"),
        ({"body_digest": "0" * 64}, "不是内容的 SHA-256"),
        ({"body_digest": "x"}, "不是内容的 SHA-256"),
        ({"body": {"金额": 1.5}}, "小数写法不唯一"),
        ({"body": {1: "x"}}, "键只能是文字"),
        ({"body": {"x": b"x"}}, "JSON 以外"),
        ({"body": "\ud800"}, "不成字"),
        ({"body": {"证": "11010519491231002X"}}, "身份证号"),
    ],
)
def test_what_cannot_stand_in_a_log(changes: dict[str, Any], word: str) -> None:
    good = entry(1)
    body = changes.get("body", good.body)
    digest = changes.get("body_digest", good.body_digest)
    if "body" in changes and word == "身份证号":
        digest = Entry.of("decision", "office:x", START, body).body_digest
    made = Entry(
        changes.get("kind", good.kind),
        changes.get("who", good.who),
        changes.get("when", good.when),
        digest,
        body,
    )
    ledger = Ledger(MemoryStore())
    with pytest.raises(Refused, match=word):
        ledger.append([good, made])
    assert ledger.size == 0  # all or none


def test_eighteen_digits_that_are_nobody() -> None:
    Ledger(MemoryStore()).append([entry(1, body={"合同号": "110105194912310021"})])


def test_too_deep_and_too_long() -> None:
    deep: Any = []
    for _ in range(100):
        deep = [deep]
    for body in (deep, "长" * 2_000_000):
        with pytest.raises(Refused, match="超过"):
            Ledger(MemoryStore()).append([entry(1, body=body)])


def test_a_file_kept_elsewhere() -> None:
    ledger = Ledger(MemoryStore())
    assert ledger.append([Entry("input", "system:intake", START, "ab" * 32)]) == [0]
    assert decode(ledger.leaf(0)).body is None


def test_checkpoint_is_a_c2sp_note(store: Store) -> None:
    (signed,) = filled(store, 10)
    text = str(signed)
    lines = text.split("\n")
    assert lines[:4] == [ORIGIN, "10", base64.b64encode(Ledger(store).root()).decode(), ""]
    assert lines[4].startswith(f"— {ORIGIN} ")
    packed = base64.b64decode(lines[4].split(" ")[2])
    assert packed[:4] == SIGNER.public.id
    assert len(packed) == 4 + 64
    assert lines[5:] == [""]
    assert note.parse(text) == signed
    assert note.verify(signed, KNOWN) == KNOWN
    assert Ledger(store).checkpoint(SIGNER).checkpoint == signed
    assert len(store.checkpoints()) == 1


def test_the_example_of_the_specification() -> None:
    """The checkpoint that C2SP prints: its form is read alike (its key is not published)."""
    text = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5"
        "/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlr"
        "DJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    )
    found = note.parse(text)
    assert str(found) == text
    assert found.size == 20852163
    assert note.witnessed_at(found.lines[1]) == 1679315147


def test_the_key_of_another_program() -> None:
    text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    assert str(keys.public_of(text)) == text
    raw = base64.b64decode(
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72Iney"
        "aQM="
    )
    key = keys.public_of(text)
    assert raw[:4] == key.id
    assert keys.checks(key, raw[4:], b"This is an example message.\n")
    assert not keys.checks(key, raw[4:], b"This is another message.\n")
    # A pair from the documentation of Go's package for signed notes.
    theirs = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert str(keys.signing_of(theirs).public) == public


@pytest.mark.parametrize(
    "bend",
    [
        lambda text: text.replace("\n10\n", "\n010\n"),
        lambda text: text.replace("\n10\n", "\n-1\n"),
        lambda text: text.replace("\n\n", "\nextra\n\n"),
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text[:-1],
        lambda text: text + "\n",
        lambda text: text.replace("— ", "-- "),
        lambda text: text.replace("=\n\n", "\n\n"),
        lambda text: text.replace(ORIGIN, "a b"),
        lambda text: text.split("\n\n")[0] + "\n\n",
        lambda _: "",
    ],
)
def test_a_note_of_another_form_is_refused(bend: Any) -> None:
    (signed,) = filled(MemoryStore(), 10)
    bent = bend(str(signed))
    assert bent != str(signed)
    with pytest.raises(Refused, match="读不出检查点"):
        note.parse(bent)


def test_signatures_that_do_not_count() -> None:
    (signed,) = filled(MemoryStore(), 10)
    (other,) = filled(MemoryStore(), 11)
    forged = note.Checkpoint(signed.origin, signed.size, signed.root, other.lines)
    with pytest.raises(Refused, match="签名与内容不符"):
        note.verify(forged, KNOWN)
    with pytest.raises(Refused, match="没有所给公钥"):
        note.verify(signed, [STRANGER.public])
    with pytest.raises(Refused, match="没有所给公钥"):
        note.verify(signed, [])
    with pytest.raises(Refused, match="缺少见证方"):
        note.verify(signed, KNOWN, [WATCHER.public])
    # A line of a key that nobody knows counts for nothing, and does no harm.
    alien = note.Line("x.example/y", b"abcd", bytes(64))
    assert note.verify(note.joined(signed, [alien]), KNOWN) == KNOWN


def test_a_witness_signs_only_what_grew() -> None:
    store = MemoryStore()
    first, second = filled(store, 20, batch=10, every=10)
    ledger = Ledger(store)
    how: dict[str, Any] = {"known": KNOWN, "hashed": ledger.hashed}
    seen = note.cosign(first, WATCHER, 1_800_000_000, **how)
    path = ledger.consistency(first.size, second.size)
    made = note.cosign(second, WATCHER, 1_800_000_060, seen=seen, path=path, **how)
    assert note.verify(made, KNOWN, [WATCHER.public]) == [SIGNER.public, WATCHER.public]
    assert note.witnessed_at(made.lines[1]) == 1_800_000_060
    assert ledger.witnessed(made, KNOWN) == made
    assert note.parse(store.checkpoints()[-1][1]) == made
    assert ledger.checkpoint(SIGNER).checkpoint == made
    assert audit(store, [SIGNER.public, WATCHER.public]).good
    # Another history of the same length, properly signed, is not witnessed.
    rewritten = MemoryStore()
    Ledger(rewritten).append([entry(999), *entries(1, 20)])
    forked = Ledger(rewritten).checkpoint(SIGNER).checkpoint
    fork = Ledger(rewritten).consistency(first.size, 20)
    for path_ in (path, fork, []):
        with pytest.raises(Refused, match="历史可能被改写"):
            note.cosign(forked, WATCHER, 1, seen=seen, path=path_, **how)
    with pytest.raises(Refused, match="没有这个检查点"):
        ledger.witnessed(forked, KNOWN)
    # Twin: a witness that does not look at what it saw before signs the fork.
    assert len(note.cosign(forked, WATCHER, 1, **how).lines) == 2


def test_a_log_that_was_rewritten_is_not_signed(store: Store) -> None:
    filled(store, 10)
    with store.writing() as batch:
        batch.put_checkpoint(10, str(filled(MemoryStore(store.hash_name), 10, batch=10)[0]))
    size, text = store.checkpoints()[0]
    lie = note.parse(text)
    lie = note.sign(note.Checkpoint(lie.origin, lie.size, bytes(32)), SIGNER)
    with store.writing() as batch:
        batch.put_checkpoint(size, str(lie))
    with pytest.raises(Refused, match="不再签署"):
        Ledger(store).checkpoint(SIGNER)
    other = keys.SigningKey("another.example/log", bytes(32))
    with pytest.raises(Refused, match="同名的密钥"):
        Ledger(store).checkpoint(other)


def test_a_clock_that_goes_back_is_named(store: Store) -> None:
    ledger = Ledger(store)
    ledger.append(entries(0, 3))
    assert ledger.checkpoint(SIGNER).problems == []
    ledger.append([entry(50, when=START - timedelta(hours=1)), entry(51), entry(52)])
    (problem,) = ledger.checkpoint(SIGNER).problems
    assert "第 3 号记录" in problem.says
    assert not problem.fatal
    # The number tells the order, the entry keeps its own time: sorted by time it would differ.
    times = [when_of(ledger.leaf(number)) for number in range(6)]
    assert times != sorted(times)
    assert ledger.checkpoint(SIGNER).problems == []


def test_keys_are_for_their_owner(tmp_path: Path) -> None:
    made = keys.generate(ORIGIN)
    public = keys.save(made, tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert keys.load(tmp_path / "key") == made
    assert keys.load_public(public) == made.public == keys.load_public(tmp_path / "key")
    assert made.seed.hex() not in repr(made)
    with pytest.raises(Refused, match="没有覆盖"):
        keys.save(made, tmp_path / "key")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(Refused, match="别人也能读"):
        keys.load(tmp_path / "key")
    os.unlink(tmp_path / "key")  # noqa: PTH108 - as a person would
    with pytest.raises(Refused, match="读不出密钥文件"):
        keys.load(tmp_path / "key")
    for name in ("", "a b", "a+b", "a\nb"):
        with pytest.raises(Refused, match="密钥名称"):
            keys.generate(name)


@pytest.mark.parametrize("at", [0, 5, 27, 30, 40, 70])
def test_a_miscopied_key_is_noticed(at: int) -> None:
    text = str(SIGNER.public)
    bent = text[:at] + ("B" if text[at] != "B" else "C") + text[at + 1 :]
    with pytest.raises(Refused):
        keys.public_of(bent)
    with pytest.raises(Refused):
        keys.signing_of(SIGNER.text()[:-3] + "AA=")
    assert keys.signing_of(SIGNER.text()) == SIGNER


def test_signing_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "cryptography.hazmat.primitives.asymmetric.ed25519"
    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(Refused, match=r"requirements/proof\.txt"):
        SIGNER.sign(b"")
    with pytest.raises(Refused, match=r"requirements/proof\.txt"):
        keys.checks(keys.PublicKey("x", bytes(32)), bytes(64), b"")


def test_stamp_is_what_held_reads() -> None:
    (signed,) = filled(MemoryStore(), 10)
    svg = stamp.qr_svg(signed)
    assert svg.startswith("<svg")
    assert stamp.lines(signed)[1] == "记录条数：10"
    paper = note.head(signed.text.replace("\n", "\r\n") + "\r\n随便什么")
    assert (paper.size, paper.root) == (signed.size, signed.root)
