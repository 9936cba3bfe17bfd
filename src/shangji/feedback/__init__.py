"""What goes to each unit after a review, and comes back: the feedback sheet, the letter.

A second round shows what became of the first. The answers come back through intake like any other
table; `responses` attaches them.
"""

from shangji.feedback.letter import write_letter
from shangji.feedback.notice import Earlier, Item, Notice, notices
from shangji.feedback.sheet import write_sheet

__all__ = ["Earlier", "Item", "Notice", "notices", "write_letter", "write_sheet"]
