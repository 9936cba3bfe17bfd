"""How passwords are hashed: Argon2id at the least that OWASP's sheet on storing them asks."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: a tenth of Django's default work.

    Django's own 100 MiB in eight lanes take 0.3 s of processor for one log-in. When a county comes
    to work at once these two cores would do nothing else, and hold 100 MiB for each who waits. A
    hash of the old kind is still read, and written anew when its owner logs in.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
