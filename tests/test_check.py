"""How the tests are run: a process that dies is started again, and that it died is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import check

if TYPE_CHECKING:
    from pathlib import Path

DIES = """
import os, signal
from pathlib import Path

def test_before():
    pass

def test_dies():
    if {when}:
        Path({mark!r}).touch()
        os.kill(os.getpid(), signal.SIGSEGV)

def test_after():
    pass
"""


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the plugins of our own tests: the runs in here start in half a second."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "xdist.plugin")


def written(folder: Path, when: str) -> str:
    """A file of three tests of which the second dies when that holds."""
    mark = folder / "died"
    text = DIES.format(when=when.format(mark=str(mark)), mark=str(mark))
    (folder / "test_dies.py").write_text(text, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return str(folder)


def test_a_process_that_dies_once_is_started_again(tmp_path: Path) -> None:
    tally = check.run_tests("not spark", written(tmp_path, "not Path({mark!r}).exists()"))
    assert (tally.passed, tally.failed, tally.broken) == (3, 0, False)
    assert len(tally.died) == 1
    assert tally.died[0].endswith("test_dies")


def test_a_process_that_dies_again_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = check.run_tests("not spark", written(tmp_path, "True"))
    assert tally.failed
    assert tally.broken
    assert len(tally.died) == len(["first", "second"])
    assert check.close(tally, clean=True) == 1
    assert "中途死去" in capsys.readouterr().out


def test_a_run_that_waits_for_ever_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "LONGEST_SECONDS", 0.3)
    assert check.wait_for(["sleep", "60"]) == 1
    assert tmp_path.exists()


def test_every_file_of_tests_is_in_one_run() -> None:
    files = [name for run in check.runs() for name in run]
    found = {
        path.relative_to(check.ROOT).as_posix()
        for path in (check.ROOT / "tests").rglob("test_*")
        if path.suffix == ".py"
    }
    assert len(files) == len(set(files))
    assert set(files) == found
