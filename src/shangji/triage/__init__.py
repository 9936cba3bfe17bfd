"""What people decide on findings: the sheet they fill in, agreement with the system, new cases."""

from shangji.triage.agreed import Agreed, agreed
from shangji.triage.case import Drafted, draft
from shangji.triage.drawn import Item, drawn, found
from shangji.triage.sheet import write_sheet

__all__ = ["Agreed", "Drafted", "Item", "agreed", "draft", "drawn", "found", "write_sheet"]
