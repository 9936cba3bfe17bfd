"""A PostgreSQL of its own for the tests: in a folder that goes away, on a socket, without TCP."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OWNER = "postgres"
PLACES = ("/usr/lib/postgresql", "/usr/pgsql")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest release's; None where there is none."""
    found = [
        path.parent
        for place in PLACES
        for path in sorted(Path(place).parent.glob(f"{Path(place).name}*/**/bin/initdb"))
    ]
    if found:
        return found[-1]
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path and shutil.which("pg_ctl") else None


@contextmanager
def started() -> Iterator[str]:
    """The address of a server that runs for as long as this is open; empty where there is none.

    PostgreSQL refuses to run as root: then it runs as its package's own user.
    """
    folder = programs()
    as_owner = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
    if folder is None or (as_owner and shutil.which("runuser") is None):
        yield ""
        return
    with tempfile.TemporaryDirectory(prefix="shangji-pg-") as name:
        place = Path(name)
        if as_owner:
            shutil.chown(place, OWNER)
        data = place / "data"

        def run(program: str, *options: str) -> bool:
            command = [*as_owner, str(folder / program), *options]
            done = subprocess.run(command, capture_output=True, check=False, cwd=place)
            return done.returncode == 0

        made = run("initdb", "-D", str(data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = " ".join(f"-c {item}" for item in FAST)
        server = f"-k {place} -c listen_addresses='' {settings}"
        log = str(place / "log")
        if not made or not run("pg_ctl", "-D", str(data), "-l", log, "-w", "-o", server, "start"):
            yield ""
            return
        try:
            yield f"postgresql://{OWNER}@/{OWNER}?host={place}"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
