"""The site as a WSGI application, for granian or any other server."""

from __future__ import annotations

import gc
import os
from contextlib import suppress

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji_web.settings")
application = get_wsgi_application()


YOUNG = 20_000
"""Objects made before the collector looks at the young: a page makes some thousands."""


def _warmed() -> None:
    """Load the pack before the first person asks: it takes seconds, which he would wait.

    What is loaded by then stays for good; the collector need not walk it again and again.
    """
    from shangji.errors import Refused
    from shangji_web import snapshot

    with suppress(Refused):  # told on the pages that need it, in words
        snapshot.pack()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


_warmed()
