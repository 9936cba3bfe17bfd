"""Why a result may be believed, and where not: what was not read, not known, not tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.report.rows import dicts

if TYPE_CHECKING:
    import duckdb

    from shangji.snapshot import Snapshot


def trust(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> dict[str, Any]:
    """Documents listed, received and unread, who read facts out of them, what a model hinted at.

    A part whose table nobody brought is absent: it is not zero, it is not known.
    """
    found: dict[str, Any] = {}
    if "attachment" in snapshot.tables:
        found |= dicts(
            connection,
            "SELECT count(*) AS attachments, count(document_sha256) AS received "
            "FROM given_attachment",
        )[0]
    if "document" in snapshot.tables:
        found |= dicts(
            connection,
            "SELECT count(*) AS documents, coalesce(sum(page_count), 0)::BIGINT AS pages, "
            "coalesce(sum(unread_count), 0)::BIGINT AS pages_unread, "
            "count(*) FILTER (unread_count > 0) AS documents_unread FROM given_document",
        )[0]
    readers = [name for name in ("evidence", "model_reading") if name in snapshot.tables]
    if readers:
        read = " UNION ALL ".join(f"SELECT extractor FROM given_{name}" for name in readers)
        found["readers"] = dicts(
            connection,
            f"SELECT extractor, count(*) AS facts FROM ({read}) GROUP BY ALL ORDER BY ALL",
        )
    if "model_reading" in snapshot.tables:
        found["model_rows"] = snapshot.rows("model_reading")
    return found
