"""Writing to the ledger: a row of the outbox in the decision's own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from shangji.ledger import Entry, Sequencer, keyed_digest, put_out
from shangji.ledger.audit import Audit, audit
from shangji_web.ledgered.store import dialect, opened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji_web.people.models import Person, Post

SYSTEM = "system:shangji"


def log(kind: str, post: Post | None, body: Any) -> None:  # noqa: ANN401 - any JSON without fractions
    """Put an entry into the outbox; call it inside the transaction of what it tells.

    Args:
        kind: one of the ledger's kinds.
        post: who did it, None for the site itself.
        body: what was done; persons stand in it by nothing but their keyed digests.
    """
    log_all(kind, post, [body])


def log_all(kind: str, post: Post | None, bodies: Iterable[Any]) -> None:
    """Put many entries of one kind and one person into the outbox, in their order; as `log`."""
    if not connection.in_atomic_block:
        raise RuntimeError("a ledger entry belongs into the transaction of what it tells")
    who = SYSTEM if post is None else person_digest(post.person)
    role = {} if post is None else {"role": post.role}
    now = timezone.now()
    entries = [Entry.of(kind, who, now, {**body, **role} if role else body) for body in bodies]
    with connection.cursor() as cursor:
        put_out(cursor, entries, dialect())


def person_digest(person: Person) -> str:
    """How a person stands in the ledger: a digest under the site's key."""
    return "person:" + keyed_digest(settings.SECRET_KEY.encode(), person.login)


def sequence() -> int:
    """Give what waits in the outbox its numbers; return how many."""
    with opened() as store:
        return Sequencer(store).run()


def checked() -> Audit:
    """Number what waits, then check the whole log from its leaves up.

    Raises:
        Refused: the log is damaged beyond reading.
    """
    sequence()
    with opened() as store:
        return audit(store, ())
