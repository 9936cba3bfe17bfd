"""A site's first season from a folder that has everything, with one password for its people.

The password is made here and kept beside the site's key, for whoever may read that folder: it is
the sample's way to be tried out, and no way to run a bureau (guide: running the site).
"""

from __future__ import annotations

import os
import secrets
import shutil
from typing import TYPE_CHECKING

from shangji_web import place
from shangji_web.seasons.seeding import SITE_FILE, Setup, seed

if TYPE_CHECKING:
    from pathlib import Path

    from shangji_web.seasons.models import Season

PASSWORD_FILE = "demo-password.txt"  # noqa: S105 - the name of a file
PASSWORD_BYTES = 9


def begin(sample: Path) -> Season:
    """Lay out the sample's pack and library, and seed from its data.

    Args:
        sample: a folder with `data`, and perhaps `pack`, `library`, `attachments`, `site.yaml`.

    Raises:
        Refused: its files cannot be read.
    """
    for name in ("pack", "library"):
        source = sample / name
        target = place.home() / name / (sample.name if name == "pack" else "")
        if source.is_dir() and not target.exists():
            shutil.copytree(source, target)
    papers = sample / "attachments"
    setup = Setup.of(sample / SITE_FILE)
    return seed([sample / "data"], setup, papers if papers.is_dir() else None, password())


def password() -> str:
    """The password of the sample's people; made once."""
    path = place.home() / PASSWORD_FILE
    if path.is_file():
        return path.read_text("ascii").strip()
    made = secrets.token_urlsafe(PASSWORD_BYTES)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(made + "\n")
    return made
