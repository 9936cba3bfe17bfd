"""All packs that are shipped, loaded at once: a bureau may review under any set of them."""

from __future__ import annotations

from itertools import permutations

import pytest

from shangji.pack import load

OTHERS = ("performance", "instruments", "scitech")


@pytest.mark.parametrize("order", [OTHERS, *list(permutations(OTHERS))[-1:]])
def test_the_shipped_packs_load_together_in_any_order(order: tuple[str, ...]) -> None:
    made, trouble = load(("national", *order))
    assert made is not None, [(one.where.file, one.says) for one in trouble]
    alone, _ = load(("national",))
    assert alone is not None
    for code, standard in alone.standards.items():
        # A later pack that used a name by chance would add its rows to the national standard.
        assert len(made.standards[code].rows) == len(standard.rows), code
