"""Writes docs/reference/speed.md from what was measured: what was missed first."""

from __future__ import annotations

import importlib.metadata
import itertools
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PLACE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "speed.md"
WORDS = {
    "engine": "Shangji, 60 rules",
    "hand": "hand.sql, 60 rules",
    "engine-50": "Shangji, B-01 to B-50",
    "polars": "Polars, B-01 to B-50",
    "pandas": "pandas, B-01 to B-50",
    "scan": "scan limit: min and max of every column",
    "zen": "zen-engine, B-01 to B-46",
}
RULES = {"engine-50": 50, "polars": 50, "pandas": 50, "zen": 46}
ROWS_A_PROJECT = 6
HAND_RATIO, MEMORY_MB, GROWTH = 1.3, 4096, 11
MILLION = 1_000_000

INTRO = """# Speed

Written by `make bench`; do not edit.

{machine}. {versions}. {day}.

Invented projects of 36 columns with five lines of 13 each, their history and units, as a frozen
snapshot; 60 rules (bench/pack); about {density:.1f} findings a project, unknown ones among them.
Two threads, 3 GB before DuckDB spills. Each measurement is a process of its own; seconds are the
median of three runs that take turns (one where a run takes over a minute), from an opened snapshot
to the findings written as Parquet in key order. bench/hand.sql was written before the compiler was
tuned; it writes the same findings, of the same digest, which every run checks. Shangji also counts
coverage and takes the digest of its results within its seconds; hand.sql does not. Where seconds
exceed CPU seconds, the machine was busy with something else.
"""

OUTRO = """
"M rows × rules/s" counts six rows a project (itself and its lines). Peak is resident memory of the
process; CPU is of the whole process, its start included. Polars and pandas are given 50 rules and
find the same rows; Shangji is measured with the same 50. Polars writes every column of a finding
(money as whole fen, not as text), pandas neither what is missing nor who owes it. zen-engine has no
third answer: empty cells are given as zero, 20 000 rows are evaluated and the seconds extrapolated.
"""


def written(found: list[dict[str, Any]], rules: int) -> str:
    """The page."""
    rows = {(row["way"], row["size"]): row for row in found if "absent" not in row}
    findings = [row for (way, _), row in rows.items() if way == "engine"]
    density = findings[-1]["findings"] / findings[-1]["size"] if findings else 0
    intro = INTRO.format(
        machine=machine(),
        versions=versions(),
        density=density,
        day=datetime.now(tz=UTC).date().isoformat(),
    )
    return (
        "\n".join([intro, goals(rows), "", table(rows, rules), OUTRO, absent(found)]).rstrip()
        + "\n"
    )


def machine() -> str:
    """Cores and memory, nothing else of the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{os.cpu_count()} cores, {memory:.0f} GB of memory"


def versions() -> str:
    """Versions of what was measured."""
    named = []
    for name in ("duckdb", "polars", "pandas", "zen-engine"):
        try:
            named.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            named.append(f"{name} absent")
    return f"Python {platform.python_version()}, {', '.join(named)}"


def goals(rows: dict[tuple[str, int], dict[str, Any]]) -> str:
    """What was to be reached, misses first."""
    sizes = sorted({size for _, size in rows})
    made: list[tuple[bool, str]] = []

    def compare(size: int, one: str, other: str, limit: float, words: str) -> None:
        mine, theirs = rows.get((one, size)), rows.get((other, size))
        if mine and theirs:
            ratio, work = (mine[key] / theirs[key] for key in ("seconds", "cpu"))
            made.append((ratio <= limit, f"{size:,}: {ratio:.2f} times {words}; in CPU {work:.2f}"))

    for size in sizes:
        compare(size, "engine", "hand", HAND_RATIO, f"hand.sql (to reach: {HAND_RATIO})")
        compare(size, "engine-50", "polars", 1, "Polars (to reach: under 1)")
    for small, large in itertools.pairwise(sizes):
        one, two = rows.get(("engine", small)), rows.get(("engine", large))
        if one and two:
            growth = two["seconds"] / one["seconds"]
            made.append(
                (
                    growth <= GROWTH * large / small / 10,
                    f"{small:,} to {large:,}: {growth:.1f} times the time (to reach: {GROWTH})",
                )
            )
    top = rows.get(("engine", MILLION))
    if top:
        made.append(
            (
                top["peak"] <= MEMORY_MB,
                f"1,000,000: {top['peak']:,.0f} MB at the peak (to reach: {MEMORY_MB:,})",
            )
        )
    lines = [
        f"- {'reached' if good else '**missed**'} · {text}"
        for good, text in sorted(made, key=lambda item: item[0])
    ]
    return "\n".join(["## To reach", "", *lines])


def table(rows: dict[tuple[str, int], dict[str, Any]], rules: int) -> str:
    """One row a measurement."""
    lines = [
        "## Measured",
        "",
        "| projects | way | seconds | CPU s | M rows × rules/s | peak MB | findings | runs |",
        "|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    for (way, size), row in sorted(rows.items(), key=lambda item: item[0][1]):
        work = size * ROWS_A_PROJECT * RULES.get(way, rules) / row["seconds"] / 1e6
        guess = " (extrapolated)" if row.get("extrapolated") else ""
        lines.append(
            f"| {size:,} | {WORDS[way]} | {row['seconds']:.2f}{guess} | {row['cpu']:.1f} | "
            f"{'' if way == 'scan' else f'{work:.2f}'} | {row['peak']:,.0f} | "
            f"{row.get('findings', 0) or '':} | {row['runs']} |"
        )
    return "\n".join(lines)


def absent(found: list[dict[str, Any]]) -> str:
    """Ways that could not be measured."""
    names = sorted({str(row["way"]) for row in found if "absent" in row})
    return f"\nNot installed, so not measured: {', '.join(names)}." if names else ""
