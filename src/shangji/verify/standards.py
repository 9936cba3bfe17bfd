"""Which value of a standard holds in a region and a year: nearest region, then latest date."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from shangji.verify.model import NotDerived

if TYPE_CHECKING:
    from shangji.verify.rulebook import Book, Doc


def rounded(value: Decimal, scale: int) -> Decimal:
    """A value with so many decimals, halves away from nought."""
    made = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    return made or abs(made)  # no minus before nought


def above(region: str) -> list[str]:
    """A region and those above it, nearest first."""
    return list(dict.fromkeys([region, f"{region[:4]}00", f"{region[:2]}0000", "000000"]))


def level(region: str) -> str:
    """The level of a region by its code."""
    if region == "000000":
        return "central"
    if region.endswith("0000"):
        return "province"
    return "city" if region.endswith("00") else "county"


class Standards:
    """The standards of a pack for the regions of a review."""

    def __init__(self, book: Book, regions: set[str], review: dict[str, Any]) -> None:
        """Take the day on which a row must be in effect and the day on which it was known."""
        self.book, self.regions = book, {region[:6] for region in regions}
        self.day, self.as_of = review["year_start"], review["as_of"]
        self.held: dict[tuple[str, str], list[Doc]] = {}

    def rows(self, code: str, region: str) -> list[Doc]:
        """The rows of a standard that hold in a region: of one act for one combination of keys."""
        if (code, region) not in self.held:
            places = above(region)
            holding = [
                row
                for row in self.book.standards[code]["rows"]
                if row["region"] in places and region in self.regions and self._holds(row)
            ]
            best: dict[tuple[str, ...], tuple[int, int]] = {}
            for row in holding:
                rank = self._rank(row, places)
                best[row["keys"]] = min(rank, best.get(row["keys"], rank))
            self.held[code, region] = [
                row for row in holding if self._rank(row, places) == best[row["keys"]]
            ]
        return self.held[code, region]

    @staticmethod
    def _rank(row: Doc, places: list[str]) -> tuple[int, int]:
        return places.index(row["region"]), -row["start"].toordinal()

    def _holds(self, row: Doc) -> bool:
        started = row["start"] <= min(self.day, self.as_of)
        over = row["end"] and date.fromisoformat(row["end"]) < self.day
        return row["status"] in {"trial", "active"} and started and not over

    def row(self, code: str, region: str, by: dict[str, Any], band: Decimal | None) -> Doc:
        """What a rule sees of a standard: value, found, binding, status, id."""
        standard = self.book.standards[code]
        keys = tuple(by.get(name) for name in standard["keys"])
        known = None not in keys and (band is not None or not standard["band"])
        found = [
            row
            for row in self.rows(code, region)
            if row["keys"] == keys and (not standard["band"] or _within(row, band))
        ]
        if len(found) > 1:
            raise NotDerived(f"标准 {code} 在 {region} 同时有几个值")
        if not found:
            none = dict.fromkeys(("value", "binding", "status", "id"))
            return {**none, "found": False if known else None}
        row = found[0]
        below = any(one in above(region) for one in row["regions"])
        return {
            "value": rounded(rounded(row["value"], 4), standard["scale"]),
            "found": True,
            "binding": row["all"] or below or level(region) in row["levels"],
            "status": row["status"],
            "id": _name(code, row),
        }


def _within(row: Doc, band: Decimal | None) -> bool:
    if band is None or row["low"] is None or band < row["low"]:
        return False
    return row["high"] is None or band < row["high"]


def _name(code: str, row: Doc) -> str:
    keys = "".join(f"[{key}]" for key in row["keys"])
    band = f"[{row['low']:f}]" if row["low"] is not None else ""
    return f"{code}{keys}{band}@{row['region']}@{row['start']}"
