"""Packs: what a finance officer may change, read from YAML, checked, and frozen."""

from shangji.pack.load import load, shipped
from shangji.pack.model import (
    Basis,
    Case,
    Fact,
    Framework,
    Lookup,
    Measure,
    Node,
    Pack,
    Relation,
    Remedy,
    Rule,
    Standard,
    StandardRow,
    Use,
    Words,
)

__all__ = [
    "Basis",
    "Case",
    "Fact",
    "Framework",
    "Lookup",
    "Measure",
    "Node",
    "Pack",
    "Relation",
    "Remedy",
    "Rule",
    "Standard",
    "StandardRow",
    "Use",
    "Words",
    "load",
    "shipped",
]
