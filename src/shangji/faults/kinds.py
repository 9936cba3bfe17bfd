"""All kinds of fault: importing the modules that define them registers each."""

from shangji.faults import (  # noqa: F401 - each registers its kinds
    kinds_entry,
    kinds_past,
    kinds_people,
    kinds_text,
    kinds_twice,
    kinds_works,
)
from shangji.faults.planting import KINDS, Kind, Planted, plant, spoil

__all__ = ["KINDS", "Kind", "Planted", "plant", "spoil"]
