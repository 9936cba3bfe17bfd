"""How the places of two records stand to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji.evidence.duplicates.record import Places

OTHER, UNSAID, PART, LOOSE = "other", "unsaid", "part", "loose"
TOWN, FINE, WIDE = "town", "fine", "wide"
"""Another place; not said of both; one within the other; a village of a name that several towns
have; one town; one spot; the whole region."""


TOWNS = ("镇", "乡", "街道")


def place_of(one: Places, two: Places) -> str:
    """How the places stand: what both say most finely decides."""
    if one.towns and two.towns and not one.towns & two.towns:
        return OTHER
    fine = _fine(one, two)
    if fine:
        return fine
    return _coarse(one, two)


def _fine(one: Places, two: Places) -> str:
    """By village, then by site, then by the place as it is written; empty where not said."""
    if one.villages and two.villages:
        if not one.villages & two.villages:
            return OTHER
        return LOOSE if one.loose or two.loose else FINE
    if one.sites and two.sites and not (one.villages or two.villages):
        return FINE if _ends_alike(one.sites, two.sites) else OTHER
    if one.raw and one.raw == two.raw:
        return TOWN if one.raw.endswith(TOWNS) else FINE
    return ""


def _coarse(one: Places, two: Places) -> str:
    if one.towns & two.towns:
        if one.narrow and two.narrow:
            return OTHER
        return PART if one.narrow or two.narrow else TOWN
    if one.raw and two.raw:
        return PART if one.raw in two.raw or two.raw in one.raw else OTHER
    if one.wide and two.wide:
        return WIDE
    part = (one.wide or two.wide) and (one.said or two.said)
    return PART if part else UNSAID


def _ends_alike(one: Iterable[str], two: Iterable[str]) -> bool:
    other = list(two)
    return any(a.endswith(b) or b.endswith(a) for a in one for b in other)
