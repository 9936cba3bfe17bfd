"""A paper written by a second process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from shangji.report import beside
from shangji.report.beside import Beside

SRC = Path(__file__).resolve().parents[2] / "src"


ALONE = """
import os, sys
from pathlib import Path
from shangji.report.beside import Beside
with Beside("纸.txt", lambda path: path.write_text(str(os.getpid()))) as paper:
    paper.put(Path(sys.argv[1]))
print(os.getpid())
"""


def test_the_paper_is_written_by_another_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ALONE, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    own = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert int((tmp_path / "纸.txt").read_text()) != int(own.stdout)


def test_a_process_with_threads_is_not_forked(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        path.write_text(str(os.getpid()))

    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        with Beside("纸.txt", write) as paper:
            assert paper.process is None
            paper.put(tmp_path)
    finally:
        done.set()
        other.join()
    assert int((tmp_path / "纸.txt").read_text()) == os.getpid()


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fork although pytest has threads: nothing of what is written here waits for a lock."""
    monkeypatch.setattr(beside, "single_threaded", lambda: True)


@pytest.mark.usefixtures("forked")
def test_where_the_other_process_fails_the_parent_writes(tmp_path: Path) -> None:
    parent = os.getpid()

    def write(path: Path) -> None:
        if os.getpid() != parent:
            os._exit(9)
        path.write_text("由本进程写")

    with Beside("纸.txt", write) as paper:
        paper.put(tmp_path)
    assert (tmp_path / "纸.txt").read_text() == "由本进程写"


@pytest.mark.usefixtures("forked")
def test_where_the_other_process_takes_too_long_the_parent_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "LONGEST_SECONDS", 0.2)
    parent = os.getpid()

    def write(path: Path) -> None:
        if os.getpid() != parent:
            time.sleep(60)
        path.write_text("由本进程写")

    with Beside("纸.txt", write) as paper:
        paper.put(tmp_path)
        process = paper.process
    assert (tmp_path / "纸.txt").read_text() == "由本进程写"
    assert process is not None
    assert not process.is_alive()


@pytest.mark.usefixtures("forked")
def test_a_fault_in_the_writer_is_told_and_not_swallowed(tmp_path: Path) -> None:
    def write(_: Path) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Beside("纸.txt", write) as paper:
        paper.put(tmp_path)


@pytest.mark.usefixtures("forked")
def test_a_review_that_stops_leaves_no_process_and_no_folder() -> None:
    with Beside("纸.txt", lambda _: time.sleep(60)) as paper:
        folder, process = paper.path.parent, paper.process
    assert process is None or not process.is_alive()
    assert not folder.exists()
