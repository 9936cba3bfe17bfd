"""Packs to set-based SQL: scopes, rows with facts, wide relations, verdicts, frameworks, plans."""

from shangji.compile.plan import asked, plan
from shangji.compile.standard_now import binds, chain, level, resolve
from shangji.compile.steps import Input, Plan, Step

__all__ = ["Input", "Plan", "Step", "asked", "binds", "chain", "level", "plan", "resolve"]
