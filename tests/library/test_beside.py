"""A paper written by a second process."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from shangji.report.beside import Beside

if TYPE_CHECKING:
    from pathlib import Path


def test_the_paper_is_written_by_another_process(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        path.write_text(str(os.getpid()))

    with Beside("纸.txt", write) as paper:
        paper.put(tmp_path)
    assert int((tmp_path / "纸.txt").read_text()) != os.getpid()


def test_where_the_other_process_fails_the_parent_writes(tmp_path: Path) -> None:
    parent = os.getpid()

    def write(path: Path) -> None:
        if os.getpid() != parent:
            os._exit(9)
        path.write_text("由本进程写")

    with Beside("纸.txt", write) as paper:
        paper.put(tmp_path)
    assert (tmp_path / "纸.txt").read_text() == "由本进程写"


def test_a_fault_in_the_writer_is_told_and_not_swallowed(tmp_path: Path) -> None:
    def write(_: Path) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Beside("纸.txt", write) as paper:
        paper.put(tmp_path)


def test_a_review_that_stops_leaves_no_process_and_no_folder() -> None:
    with Beside("纸.txt", lambda _: time.sleep(60)) as paper:
        folder, process = paper.path.parent, paper.process
    assert process is None or not process.is_alive()
    assert not folder.exists()
