"""The site as a WSGI application, for granian or any other server."""

from __future__ import annotations

import os
from contextlib import suppress

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji_web.settings")
application = get_wsgi_application()


def _warmed() -> None:
    """Load the pack before the first person asks: it takes seconds, which he would wait."""
    from shangji.errors import Refused
    from shangji_web import snapshot

    with suppress(Refused):  # told on the pages that need it, in words
        snapshot.pack()


_warmed()
