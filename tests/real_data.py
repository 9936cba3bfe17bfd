"""Where real data lies; tests that want it skip, saying so, where it is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(
    os.environ.get("SHANGJI_REAL_DATA") or Path(__file__).resolve().parents[2] / "shared/data"
)


def folder(name: str) -> Path:
    """A folder of the real data."""
    at = ROOT / name
    if not at.is_dir():
        pytest.skip(f"不适用：没有真实数据 {name}（环境变量 SHANGJI_REAL_DATA 可指明位置）")
    return at
