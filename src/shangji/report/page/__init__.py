"""审核报告.html: the review as one page that opens anywhere, without a network."""

from shangji.report.page.write import stamp_pages, write_page

__all__ = ["stamp_pages", "write_page"]
