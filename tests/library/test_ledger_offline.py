"""The offline verifier, run as an auditor runs it, against bundles good and bent."""

from __future__ import annotations

import ast
import copy
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger_given import SIGNER, STRANGER, WATCHER, entries, entry, filled
from shangji.errors import Refused
from shangji.ledger import Ledger, MemoryStore, bundle, keys, note, offline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shangji.ledger.note import Checkpoint

KNOWN = [SIGNER.public, WATCHER.public]
KEY, WITNESS = str(SIGNER.public), str(WATCHER.public)
GOOD, USAGE, REFUSED, NO_SM3, NO_KEY = 0, 2, 3, 5, 6
COUNT, OLD, INDEX = 45, 20, 17


def history(hash_name: str = "sha256") -> tuple[Ledger, Checkpoint, Checkpoint]:
    """A log with an older and a witnessed newer checkpoint."""
    store = MemoryStore(hash_name)
    ledger = Ledger(store)
    ledger.append(entries(0, OLD))
    old = ledger.checkpoint(SIGNER).checkpoint
    ledger.append(entries(OLD, COUNT))
    new = ledger.checkpoint(SIGNER).checkpoint
    path = ledger.consistency(OLD, COUNT)
    how: dict[str, Any] = {"known": KNOWN, "hashed": ledger.hashed, "seen": old, "path": path}
    return ledger, old, note.cosign(new, WATCHER, 1_800_000_000, **how)


LEDGER, BEFORE, NOW = history()
TEXT = bundle.make(LEDGER, NOW, KNOWN, index=INDEX, since=BEFORE)


def verify(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of the verifier, alone, with nothing but the standard library."""
    program = folder / "verify.py"
    program.write_bytes(Path(offline.__file__).read_bytes())
    (folder / "bundle.json").write_text(text, "utf-8")
    command = [sys.executable, "-I", "-S", str(program), str(folder / "bundle.json"), *options]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, cwd=folder, env={"LC_ALL": "C"}
    )


def inside(folder: Path, text: str, *options: str) -> int:
    """Run it in this process: the same code, thirty times as fast."""
    path = folder / "bundle.json"
    path.write_text(text, "utf-8")
    return offline.main([str(path), *options])


def test_a_good_bundle(tmp_path: Path) -> None:
    done = verify(tmp_path, TEXT, "--key", KEY, "--witness", WITNESS)
    assert done.returncode == GOOD, done.stdout + done.stderr
    assert "第 17 号 · 决定" in done.stdout
    assert "见证方签名：sjj.example.gov.cn/w1 · 2027-01-15 08:00:00Z" in done.stdout
    assert done.stdout.endswith("结论：核验通过。\n")
    assert done.stderr == ""
    proved = bundle.check(TEXT, KNOWN, [WATCHER.public])
    assert proved.entry == entry(INDEX)
    assert proved.since == BEFORE


def test_keys_and_old_checkpoints_come_in_files(tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_text(f"{KEY}\r\n", "utf-8")
    (tmp_path / "held").write_text(BEFORE.text.replace("\n", "\r\n"), "utf-8-sig")
    done = verify(tmp_path, TEXT, "--key", "key.pub", "--held", "held")
    assert done.returncode == GOOD, done.stdout
    assert "与手中留存的检查点（20 条）相同" in done.stdout
    other = MemoryStore()
    Ledger(other).append(entries(1, OLD + 1))
    (tmp_path / "held").write_text(str(Ledger(other).checkpoint(SIGNER).checkpoint), "utf-8")
    done = verify(tmp_path, TEXT, "--key", "key.pub", "--held", "held")
    assert done.returncode == REFUSED
    assert "不能证明历史没有改写" in done.stdout


def test_without_a_key_it_is_not_a_pass(tmp_path: Path) -> None:
    done = verify(tmp_path, TEXT)
    assert done.returncode == NO_KEY
    assert "不能判断是谁签的" in done.stdout
    assert "核验通过" not in done.stdout


def test_another_key_or_an_absent_witness(tmp_path: Path) -> None:
    assert verify(tmp_path, TEXT, "--key", str(STRANGER.public)).returncode == REFUSED
    other = keys.SigningKey("other.example/w", bytes(32), keys.WITNESS)
    done = verify(tmp_path, TEXT, "--key", KEY, "--witness", str(other.public))
    assert done.returncode == REFUSED
    assert "缺少见证方" in done.stdout


def test_a_forger_with_a_key_of_his_own(tmp_path: Path) -> None:
    store = MemoryStore()
    Ledger(store).append([entry(0, body={"核定": "999999.00"}), *entries(1, 9)])
    signed = Ledger(store).checkpoint(STRANGER).checkpoint
    forged = bundle.make(Ledger(store), signed, [STRANGER.public], index=0)
    assert verify(tmp_path, forged, "--key", KEY).returncode == REFUSED
    assert verify(tmp_path, forged).returncode == NO_KEY
    # Twin: whoever believes the key that the bundle brings along is deceived.
    assert verify(tmp_path, forged, "--key", str(STRANGER.public)).returncode == GOOD


def bent_values(value: Any) -> Iterator[Any]:
    """Other values of the same type, and one of another."""
    match value:
        case bool() | None:
            return
        case int():
            yield from (value + 1, value - 1, -value, str(value), float(value), True)
        case str():
            for at in range(0, len(value), max(1, len(value) // 12)):
                yield value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
            yield from (value[:-1], value + " ", value + "\n", "", None, [value])
        case list():
            yield from (value[:-1], [*value, value[0]], value[::-1], [], None)
        case dict():
            yield from ({}, None, {**value, "more": ""})


def bent_bundles(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Each field of a bundle bent in each way, and each left out."""
    whole = json.loads(TEXT)

    def put(new: Any, *, drop: bool = False) -> Any:
        made = copy.deepcopy(whole)
        at = made
        for step in path[:-1]:
            at = at[step]
        if drop:
            del at[path[-1]]
        else:
            at[path[-1]] = new
        return made

    if path:
        for new in bent_values(value):
            if new != value or type(new) is not type(value):
                yield f"{path}: {new!r:.60}", put(new)
        yield f"{path}: left out", put(None, drop=True)
    parts: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    for name, item in parts:
        yield from bent_bundles(item, (*path, name))


def lasting(name: str) -> bool:
    """Whether a change takes nothing away from what the bundle proves: an optional part less."""
    return name == "('consistency',): left out"


def test_each_field_bent_is_refused(tmp_path: Path) -> None:
    bent = [(name, made) for name, made in bent_bundles(json.loads(TEXT)) if not lasting(name)]
    assert len(bent) > 250
    (tmp_path / "held").write_text(str(BEFORE), "utf-8")
    options = ("--key", KEY, "--witness", WITNESS, "--held", str(tmp_path / "held"))
    assert inside(tmp_path, TEXT, *options) == GOOD
    believed = []
    for name, made in bent:
        text = json.dumps(made, ensure_ascii=False)
        if inside(tmp_path, text, *options) != REFUSED:
            believed.append(name)
        try:
            bundle.check(text, KNOWN, [WATCHER.public])
            believed.append(f"bundle: {name}")
        except Refused:
            pass
    assert believed == []


def test_one_bent_field_of_each_kind_in_a_process_of_its_own(tmp_path: Path) -> None:
    seen = set()
    for name, made in bent_bundles(json.loads(TEXT)):
        field = name.partition(":")[0]
        if field in seen or lasting(name):
            continue
        seen.add(field)
        done = verify(tmp_path, json.dumps(made, ensure_ascii=False), "--key", KEY)
        assert done.returncode == REFUSED, name
        assert done.stdout.endswith("结论：不能采信。\n")
        assert "Traceback" not in done.stderr
    assert len(seen) > 15


def test_a_bundle_without_its_history_cannot_stand_against_old_paper(tmp_path: Path) -> None:
    value = json.loads(TEXT)
    del value["consistency"]
    (tmp_path / "held").write_text(str(BEFORE), "utf-8")
    held = ("--held", str(tmp_path / "held"))
    assert inside(tmp_path, json.dumps(value), "--key", KEY, *held) == REFUSED
    assert inside(tmp_path, json.dumps(value), "--key", KEY) == GOOD


def test_each_byte_bent_is_refused(tmp_path: Path) -> None:
    data = TEXT.strip().encode()
    believed = []
    for at in range(len(data)):
        bent = bytearray(data)
        bent[at] ^= 1
        path = tmp_path / "bent.json"
        path.write_bytes(bytes(bent))
        if offline.main([str(path), "--key", KEY]) != REFUSED:
            believed.append(data[max(0, at - 20) : at + 20])
    assert believed == []


def test_truncated_anywhere(tmp_path: Path) -> None:
    for length in range(0, len(TEXT.strip()), 97):
        assert inside(tmp_path, TEXT[:length], "--key", KEY) == REFUSED


def test_a_bundle_of_history_alone(tmp_path: Path) -> None:
    text = bundle.make(LEDGER, NOW, KNOWN, since=BEFORE)
    done = verify(tmp_path, text, "--key", KEY)
    assert done.returncode == GOOD
    assert "自第 20 条的检查点以来，账本只增未改" in done.stdout
    empty = note.sign(note.Checkpoint(SIGNER.name, 0, hashlib.sha256(b"").digest()), SIGNER)
    for since in (empty, NOW):
        text = bundle.make(LEDGER, NOW, KNOWN, since=since)
        assert inside(tmp_path, text, "--key", KEY) == GOOD
        assert bundle.check(text, KNOWN).since == since


def test_a_checkpoint_alone(tmp_path: Path) -> None:
    assert inside(tmp_path, str(NOW), "--key", KEY, "--witness", WITNESS) == GOOD
    assert inside(tmp_path, str(NOW)) == NO_KEY
    assert inside(tmp_path, str(NOW).replace("\n45\n", "\n46\n"), "--key", KEY) == REFUSED


def test_every_entry_of_every_small_log(tmp_path: Path) -> None:
    for count in (1, 2, 3, 7, 8):
        store = MemoryStore()
        (signed,) = filled(store, count)
        for index in range(count):
            text = bundle.make(Ledger(store), signed, KNOWN, index=index)
            assert inside(tmp_path, text, "--key", KEY) == GOOD
            assert bundle.check(text, KNOWN).index == index


def test_sm3_where_the_machine_has_it_and_where_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger, before, now = history("sm3")
    text = bundle.make(ledger, now, KNOWN, index=INDEX, since=before)
    assert bundle.check(text, KNOWN).index == INDEX
    if "sm3" in hashlib.algorithms_available:
        assert inside(tmp_path, text, "--key", KEY) == GOOD
    known = hashlib.new

    def without(name: str, data: bytes = b"") -> Any:
        if name == "sm3":
            raise ValueError("unsupported hash type sm3")
        return known(name, data)

    monkeypatch.setattr(hashlib, "new", without)
    assert inside(tmp_path, text, "--key", KEY) == NO_SM3
    said = capsys.readouterr().out
    assert "不会 SM3" in said
    assert "不表示通过" in said


def test_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["a", "b"], ["--key"], ["--what"], ["a", "--key"]):
        assert offline.main(words) == USAGE
    assert offline.main(["--help"]) == GOOD
    assert "用法：python3 verify.py" in capsys.readouterr().out
    assert offline.main([str(tmp_path / "nothing")]) == REFUSED


def test_a_terminal_is_not_tricked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = MemoryStore()
    Ledger(store).append([entry(0, body={"x": "\u202e\x9b31m"})])
    signed = Ledger(store).checkpoint(SIGNER).checkpoint
    text = bundle.make(Ledger(store), signed, KNOWN, index=0)
    assert inside(tmp_path, text, "--key", KEY) == GOOD
    said = capsys.readouterr().out
    assert "\\u202e\\u009b31m" in said
    assert "\x9b" not in said


def test_it_is_one_file_of_the_standard_library_for_old_pythons() -> None:
    source = Path(offline.__file__).read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 7))
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
        + [alias.name for alias in node.names if isinstance(node, ast.Import)]
    }
    assert modules <= set(sys.stdlib_module_names)
    assert source.count("\n") <= 400


# RFC 8032, 7.1: tests 1, 2 and 3: key, message, signature.
VECTORS = [
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "-",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b",
    "d25bf5f0595bbe24655141438e7a100b",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c",
    "387b2eaeb4302aeeb00d291612bb0c00",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659",
    "4a7c15e9716ed28dc027beceea1ec40a",
]


@pytest.mark.parametrize("number", range(3))
def test_ed25519_known_answers(number: int) -> None:
    key, message, *signature = VECTORS[4 * number : 4 * number + 4]
    raw, data, signed = map(bytes.fromhex, (key, message.strip("-"), "".join(signature)))
    assert offline.ed25519(raw, signed, data)
    assert not offline.ed25519(raw, signed, data + b"x")
    for at in range(64):
        bent = bytearray(signed)
        bent[at] ^= 1 << at % 8
        assert not offline.ed25519(raw, bytes(bent), data)


def test_ed25519_agrees_with_the_library() -> None:
    for number in range(30):
        key = keys.SigningKey("x", hashlib.sha256(bytes([number])).digest())
        message = bytes(number)
        signature = key.sign(message)
        assert offline.ed25519(key.public.raw, signature, message)
        assert not offline.ed25519(key.public.raw, signature, message + b"\0")


def plus_order(signature: bytes) -> bytes:
    s = int.from_bytes(signature[32:], "little") + offline.ORDER
    return signature[:32] + s.to_bytes(32, "little")


@pytest.mark.parametrize(
    "make", [plus_order, lambda signed: signed[:63], lambda signed: signed * 2]
)
def test_ed25519_second_spellings_of_a_signature(make: Callable[[bytes], bytes]) -> None:
    signature = SIGNER.sign(b"message")
    assert offline.ed25519(SIGNER.public.raw, signature, b"message")
    assert not offline.ed25519(SIGNER.public.raw, make(signature), b"message")


def test_ed25519_odd_points() -> None:
    prime = offline.P
    for y in (prime, prime + 1, 2**255 - 1):  # y ≥ p: second spellings
        assert offline.point_of(y.to_bytes(32, "little")) is None
    assert offline.point_of((1 | 1 << 255).to_bytes(32, "little")) is None  # x = 0, sign 1
    assert offline.point_of((2).to_bytes(32, "little")) is None  # off the curve
    # Keys of small order: for them R = identity, s = 0 would sign any message.
    small = [1, prime - 1, 0]
    for y in small:
        key = y.to_bytes(32, "little")
        assert offline.point_of(key) is not None
        assert not offline.ed25519(key, (1).to_bytes(32, "little") + bytes(32), b"anything")
