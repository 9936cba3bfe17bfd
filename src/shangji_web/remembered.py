"""What one request has read already, and what may be a minute old because it is drawn of a run.

A page asks several times for the budget year, for its last review, for what a person keeps out of.
Within a request that only reads these do not change. Whoever writes (POST) always reads anew, and
so does whoever asks outside a request. `Briefly` outlives a request: its keys name all that a value
depends on, the condition of the rights among it, so that nothing crosses to another post.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from django.http import HttpRequest, HttpResponse

    Held = dict[Hashable, object]

T = TypeVar("T")
READING = frozenset({"GET", "HEAD"})
_held: ContextVar[Held | None] = ContextVar("held", default=None)


class Remembering:
    """Middleware: opens what is remembered for a request that only reads, and forgets it after."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        token = _held.set({} if request.method in READING else None)
        try:
            return self.get_response(request)
        finally:
            _held.reset(token)


def recalled(key: Hashable) -> object:
    """What was read under a key in this request; None where nothing was."""
    return (_held.get() or {}).get(key)


def remembered(key: Hashable, read: Callable[[], T]) -> T:
    """What was read under a key in this request; read now, where it was not or may not be kept."""
    held = _held.get()
    if held is None:
        return read()
    if key not in held:
        held[key] = read()
    return cast("T", held[key])


class Briefly(Generic[T]):
    """Values kept in the process for some seconds, the oldest given up first."""

    def __init__(self, seconds: float, most: int) -> None:
        self.seconds, self.most = seconds, most
        self.held: dict[Hashable, tuple[float, T]] = {}

    def of(self, key: Hashable, read: Callable[[], T]) -> T:
        """The value under a key, read where it is not kept or too old.

        Args:
            key: names everything that the value depends on.
            read: makes the value.
        """
        now = time.monotonic()
        found = self.held.get(key)
        if found is not None and now - found[0] < self.seconds:
            return found[1]
        value = read()
        self.held.pop(key, None)
        while len(self.held) >= self.most:
            self.held.pop(next(iter(self.held)), None)
        self.held[key] = now, value
        return value
