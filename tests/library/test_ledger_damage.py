"""Bits flipped, files cut short, old copies put back: named, never read as good."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from ledger_given import KNOWN, ROUNDS, SIGNER, check_all, contents, entries, log_file
from shangji.errors import Refused
from shangji.ledger import Ledger, SQLiteStore, head, note
from shangji.ledger.audit import audit

FLIPS = 50 * ROUNDS // 10


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return log_file(tmp_path_factory.mktemp("sound"), 3000, batch=500, every=1000)


def copied(sound: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    shutil.copy(head.beside(sound), folder)
    return Path(shutil.copy(sound, folder))


def test_bits_flipped_anywhere(sound: Path, tmp_path: Path) -> None:
    """A flip is named, or it lies where nothing is kept and every byte read is as before."""
    whole = sound.read_bytes()
    good = contents(sound)
    rng = random.Random(20261122)
    named = 0
    for _ in range(FLIPS):
        log = copied(sound, tmp_path)
        at = rng.randrange(len(whole))
        bent = bytearray(whole)
        bent[at] ^= 1 << rng.randrange(8)
        log.write_bytes(bytes(bent))
        problems = check_all(log)
        if problems:
            named += 1
            assert all(problem.fatal and problem.says for problem in problems)
        else:
            assert contents(log) == good, f"byte {at}"
    assert named > 0.8 * FLIPS, named


def test_each_flip_of_an_entry_is_named_with_its_number(sound: Path, tmp_path: Path) -> None:
    rng = random.Random(7)
    for number in rng.sample(range(3000), 10):
        log = copied(sound, tmp_path)
        with sqlite3.connect(log) as connection:
            (data,) = connection.execute(
                "SELECT data FROM entry WHERE number = ?", (number,)
            ).fetchone()
            at = rng.randrange(len(data))
            bent = data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]
            connection.execute("UPDATE entry SET data = ? WHERE number = ?", (bent, number))
        connection.close()
        assert any(f"第 {number} 号" in problem.says for problem in check_all(log))
        # Twin: whoever reads without verifying takes it for good.
        assert contents(log)[0][number] == bent


def test_truncated_anywhere(sound: Path, tmp_path: Path) -> None:
    whole = sound.read_bytes()
    rng = random.Random(1)
    lengths = [0, 1, 99, 100, 4096, len(whole) - 1, len(whole) - 4096]
    lengths += [rng.randrange(len(whole)) for _ in range(20)]
    for length in lengths:
        log = copied(sound, tmp_path)
        log.write_bytes(whole[:length])
        problems = check_all(log)
        assert problems, length
        assert {problem.code for problem in problems} == {"ledger-damaged"}
        with pytest.raises(Refused):  # nor is it taken for a new log
            SQLiteStore(log)


def test_twin_sqlite_takes_an_empty_file_for_a_new_database(tmp_path: Path) -> None:
    log = tmp_path / "log.sqlite"
    log.touch()
    connection = sqlite3.connect(log)
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()


def test_an_old_copy_put_back(tmp_path: Path) -> None:
    log = log_file(tmp_path, 20)
    old = log.read_bytes()
    with SQLiteStore(log) as store:
        Ledger(store).append(entries(20, 25))
        latest = Ledger(store).checkpoint(SIGNER).checkpoint
    log.write_bytes(old)
    assert "换上了旧文件" in check_all(log)[0].says
    # With the head put back as well, or missing, only a checkpoint held elsewhere tells.
    head.beside(log).unlink()
    assert check_all(log) == []
    with SQLiteStore(log, readonly=True) as store:
        assert "手中留存" in audit(store, KNOWN, [latest]).problems[0].says


@pytest.mark.parametrize("data", [b"", b"x", b"0" * 95, head.pack(20, bytes(32))])
def test_a_damaged_head(tmp_path: Path, data: bytes) -> None:
    log = log_file(tmp_path, 20)
    head.beside(log).write_bytes(data)
    assert check_all(log)[0].code == "ledger-damaged"


def test_a_signed_note_that_was_bent_in_the_log(tmp_path: Path) -> None:
    log = log_file(tmp_path, 20)
    _, text = contents(log)[1][0]
    forged = note.parse(text)
    bent = str(note.Checkpoint(forged.origin, forged.size, bytes(32), forged.lines))
    with sqlite3.connect(log) as connection:
        connection.execute("UPDATE checkpoint SET note = ?", (bent,))
    connection.close()
    said = " ".join(problem.says for problem in check_all(log))
    assert "签名与内容不符" in said
    assert "对不上" in said
