"""What people read of a review: the summary, the screen, the workbook, JSON."""

from shangji.report.summary import Summary, summarise

__all__ = ["Summary", "summarise"]
