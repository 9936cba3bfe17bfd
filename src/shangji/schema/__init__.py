"""What a table and a column are, and the one door from text to value.

The tables themselves are data: `packs/*/tables/*.yaml`.
"""

from shangji.schema.parse import parse
from shangji.schema.table import KINDS, SYSTEM_COLUMNS, CodeList, Column, Spread, Table

__all__ = ["KINDS", "SYSTEM_COLUMNS", "CodeList", "Column", "Spread", "Table", "parse"]
