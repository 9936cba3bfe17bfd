"""Packs: what a finance officer may change, read from YAML, checked, and frozen."""

from shangji.pack.acts import Act, Anonymous, Repealed
from shangji.pack.load import load, required, shipped
from shangji.pack.mapping import SheetMapping
from shangji.pack.model import (
    Basis,
    Case,
    Fact,
    Framework,
    GateLine,
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
from shangji.pack.section import Section, SectionColumn

__all__ = [
    "Act",
    "Anonymous",
    "Basis",
    "Case",
    "Fact",
    "Framework",
    "GateLine",
    "Lookup",
    "Measure",
    "Node",
    "Pack",
    "Relation",
    "Remedy",
    "Repealed",
    "Rule",
    "Section",
    "SectionColumn",
    "SheetMapping",
    "Standard",
    "StandardRow",
    "Use",
    "Words",
    "load",
    "required",
    "shipped",
]
