"""Fixtures shared by all tests."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from browser import chromium
from given import FACTS, TINY, collect, loaded
from shangji.snapshot import Snapshot, freeze

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from shangji.pack import Pack


__all__ = ["chromium"]
BROWSERS = {"chromium"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a browser."""
    for item in items:
        if BROWSERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def tiny() -> Pack:
    return loaded(TINY)


@pytest.fixture(scope="session")
def national() -> Pack:
    return loaded("national")


@pytest.fixture
def frozen(tmp_path: Path) -> Callable[..., Snapshot]:
    """Freeze rows of text; `shuffle` puts them in another order first."""
    made = iter(range(1000))

    def freeze_rows(
        pack: Pack,
        rows: Mapping[str, Sequence[Mapping[str, str]]],
        *,
        shuffle: int = 0,
        **more: Any,
    ) -> Snapshot:
        collected = collect(pack, rows, **more)
        if shuffle:
            for table in collected.rows.values():
                random.Random(shuffle).shuffle(table)
        out = tmp_path / f"snapshot-{next(made)}"
        return freeze(collected, pack.tables, FACTS, out)[0]

    return freeze_rows
