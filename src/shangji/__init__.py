"""Shangji (上计·零基预算评审): zero-based budget review in which every verdict can be traced."""

__version__ = "0.1.0"

LANGUAGE = 1
"""Number of the rule language; a change of meaning raises it, and packs name the one they need."""
