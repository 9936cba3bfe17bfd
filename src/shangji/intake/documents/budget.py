"""The time and the text that one document may take; what was read until then is kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from shangji.intake.documents.model import Stopped

if TYPE_CHECKING:
    from shangji.intake.documents.model import Draft, Limits

SHARE = 0.9
"""Of the seconds allowed: the rest is for handing over what was read."""


class Budget:
    """Counts a document's processor time from here on."""

    def __init__(self, limits: Limits) -> None:
        """Start counting."""
        self.limits = limits
        self.started = time.process_time()

    def check(self, draft: Draft, page: int) -> None:
        """Stop before a page where the time or the text is used up.

        Raises:
            Stopped: it is.
        """
        split = "请拆成几个文件后再交。"
        if time.process_time() - self.started > self.limits.seconds * SHARE:
            says = f"读这份资料超过 {self.limits.seconds} 秒，第 {page} 页起没有读。"
            raise Stopped("document-unread", says, split)
        if draft.characters > self.limits.characters:
            says = f"文字超过 {self.limits.characters} 个，第 {page} 页起没有读。"
            raise Stopped("document-unread", says, split)
