"""Places at which a test may kill the process, as a power cut would.

`reach` does nothing unless the environment names the place: `SHANGJI_FAILPOINT=name:n` kills the
process without warning the n-th time that it comes by (`n` is 1 where it is left out).
"""

from __future__ import annotations

import os
import signal

VARIABLE = "SHANGJI_FAILPOINT"
_visits: dict[str, int] = {}


def reach(name: str) -> None:
    """Come by a place; die here if the environment says so."""
    told = os.environ.get(VARIABLE)
    if not told:
        return
    wanted, _, nth = told.rpartition(":") if told.rpartition(":")[2].isdigit() else (told, "", "1")
    if wanted != name:
        return
    _visits[name] = _visits.get(name, 0) + 1
    if _visits[name] == int(nth):
        # SIGKILL leaves no room for tidying up; where there is none, the hardest exit there is.
        if hasattr(signal, "SIGKILL"):
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(137)
