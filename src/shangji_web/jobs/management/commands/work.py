"""`work`: the worker as a process of its own."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from shangji_web.jobs.work import work

if TYPE_CHECKING:
    from argparse import ArgumentParser

LOOK_SECONDS = 1.0


def _end_with(parent: int) -> None:
    """End this process when its parent has: whatever it does then has lost nothing but time."""
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(0)


class Command(BaseCommand):
    """The command."""

    help = "办理排队的任务（评审、导出等），并为账本记录编号；Ctrl-C 停下。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the process with which the worker ends."""
        parser.add_argument("--parent", type=int, help="这个进程结束时一同结束（shangji serve 用）")

    def handle(self, *_: Any, **options: Any) -> None:  # noqa: ANN401 - Django's
        """Work until a signal says stop or the parent is gone; a job under way keeps its lease."""
        stop = threading.Event()
        if options["parent"]:
            threading.Thread(target=_end_with, args=(options["parent"],), daemon=True).start()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        work(stop)
