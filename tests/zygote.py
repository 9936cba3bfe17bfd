"""Work that dies at a fail point, each a fork of one process that has everything imported.

`Zygote("dying_ledger").run("write", ..., point="ledger.append.begun:2")` runs that function of that
module of tests in a fork, which costs milliseconds where a process of its own costs half a second.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shangji.failpoints import VARIABLE

if TYPE_CHECKING:
    from typing import Self

ROOT = Path(__file__).resolve().parents[1]
ENDED = "zygote-ended"
FAULT = 9

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="不适用：只有 POSIX 能分出进程")


class Zygote:
    """A process that forks the functions of a module."""

    def __init__(self, module: str, scratch: Path | None = None) -> None:
        paths = [str(ROOT / "src"), str(ROOT / "tests")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        if scratch is not None:
            environment["TMPDIR"] = str(scratch)
        self.process = subprocess.Popen(
            [sys.executable, __file__, module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def run(self, name: str, *given: Any, point: str = "") -> tuple[int, list[list[str]]]:
        """Run a function in a fork; return how it ended, and the words of each line it said."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([name, given, point]) + "\n")
        self.process.stdin.flush()
        said: list[list[str]] = []
        for line in self.process.stdout:
            said.append(line.split())
            if said[-1][:1] == [ENDED]:
                return int(said.pop()[1]), said
        raise AssertionError(f"the zygote itself ended: {said}")


def say(*words: object) -> None:
    """Say a line to whoever runs the test, at once: the next moment may be the last."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def serve(module: str) -> None:
    """Fork a function for each line of the standard input."""
    held = importlib.import_module(module)
    for line in sys.stdin:
        name, given, point = json.loads(line)
        child = os.fork()
        if not child:
            os.environ[VARIABLE] = point
            try:
                getattr(held, name)(*given)
                os._exit(0)
            except BaseException as error:  # noqa: BLE001 - told to whoever runs the test
                say("fault", repr(error))
                os._exit(FAULT)
        status = os.waitpid(child, 0)[1]
        say(ENDED, status)


if __name__ == "__main__":
    serve(sys.argv[1])
