"""The desk's own figures as they stand in the data, read once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from shangji.domain import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Rates:
    """How much each severity weighs in the queue, and how many lines a page shows."""

    weights: Mapping[str, int]
    unknown: int
    share: Decimal
    page: int
    peers: int
    past: int
    blind_number: int
    blind_seed: int

    @property
    def words(self) -> str:
        """The order of the queue in plain words."""
        weighed = "、".join(f"{SEVERITIES[name]} {weight}" for name, weight in self.weights.items())
        return (
            f"按“涉及金额 × 分量”从大到小排。涉及金额取疑点涉及的钱，疑点没有金额的按申报数的 "
            f"{self.share.normalize():%} 计；分量看最重的疑点（{weighed}），"
            f"材料不足或等级跨级的再加 {self.unknown}。"
        )


@cache
def rates() -> Rates:
    """The figures of desk.yaml."""
    data = yaml.safe_load(Path(__file__).with_name("desk.yaml").read_text("utf-8"))
    return Rates(
        weights=data["weights"],
        unknown=data["unknown"],
        share=Decimal(data["share"]),
        page=data["page"],
        peers=data["peers"],
        past=data["past"],
        blind_number=data["blind"]["number"],
        blind_seed=data["blind"]["seed"],
    )
