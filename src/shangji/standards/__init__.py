"""Expenditure standards: intervals with tested coverage, and the dated library they end up in.

Records of what was settled are compared within a group (`records`); an interval is estimated and
its coverage tested on later years (`estimate`, `coverage`); what came of it is a draft with its
evidence (`draft`) that a person makes active in the county's own pack (`store`). New years are
watched (`watch`); regions and units are laid side by side (`compare`); all is compiled into a
handbook (`handbook`).
"""

from __future__ import annotations

from shangji.standards.estimate import MEMBERS_LEAST, Estimate, GroupInterval, Peers, estimate
from shangji.standards.records import Record, Records, comparable

__all__ = [
    "MEMBERS_LEAST",
    "Estimate",
    "GroupInterval",
    "Peers",
    "Record",
    "Records",
    "comparable",
    "estimate",
]
