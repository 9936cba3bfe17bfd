"""Quotes against the frozen text of the page on which each is said to stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.verify.model import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.verify.seals import Rows

TABLE = "证据"


def unfounded(evidence: Rows, pages: Rows) -> Iterator[Difference]:
    """Yield the quotes that do not stand on their page word for word, or not at their length."""
    texts = {(row["document_sha256"], row["page"]): row["page_text"] or "" for row in pages}
    for row in evidence:
        quote, key = row["quote"], str(row["row_key"])
        if quote is None:
            continue
        text = texts.get((row["document_sha256"], row["page"]))
        if text is None:
            yield Difference(TABLE, "", key, "页", f"第 {row['page']} 页", "快照里没有这一页")
        elif quote not in text:
            yield Difference(TABLE, "", key, "原文摘录", quote, "这一页上没有这段文字")
        elif None not in (row["start_char"], row["end_char"]):
            length = row["end_char"] - row["start_char"]
            if length != len(quote):
                yield Difference(TABLE, "", key, "起止字", f"{length} 字", f"{len(quote)} 字")
