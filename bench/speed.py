"""Measures reviews of 10 k to 1 M invented projects against the hand-written SQL and other tools.

    python bench/speed.py --sizes 10000 100000 1000000 [--json out.json] [--page]

Each measurement is a process of its own with two threads; seconds are medians. `--page` writes
docs/reference/speed.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import page
from data import bench_pack, make

if TYPE_CHECKING:
    from collections.abc import Callable

    from shangji.pack import Pack
    from shangji.snapshot import Snapshot

HERE = Path(__file__).resolve().parent
WAYS = ("engine", "hand", "engine-50", "polars", "pandas", "scan", "zen")
NEEDS = {"polars": "polars", "pandas": "pandas", "zen": "zen"}
SLOW = 60.0
"""A way that took longer than so many seconds is measured once."""
RUNS = 3


def engine(pack: Pack, snapshot: Snapshot, out: Path) -> dict[str, Any]:
    """The engine: plan, run, digests of every result table."""
    from shangji.compile import plan
    from shangji.engines import engine as named

    started = time.perf_counter()
    made = plan(pack, snapshot.tables, snapshot.facts, regions=snapshot.regions)
    planned = time.perf_counter()
    results = named("duckdb", threads=2).run(made, snapshot, out)
    return {
        "seconds": time.perf_counter() - planned,
        "plan_seconds": planned - started,
        "findings": results.rows["verdict"],
        "digest": results.digests["verdict"],
    }


def fifty(pack: Pack) -> Pack:
    """The pack with the rules that Polars and pandas are given."""
    from trees import AGGREGATED

    kept = {name: rule for name, rule in pack.rules.items() if int(name[2:]) <= AGGREGATED}
    return replace(pack, rules=kept)


def hand(pack: Pack, snapshot: Snapshot, out: Path) -> dict[str, Any]:
    """hand.sql, and the digest of its findings outside the time taken."""
    import duckdb

    import hand as written
    from shangji import digest
    from shangji.compile import plan
    from shangji.results import RESULTS

    made = plan(pack, snapshot.tables, snapshot.facts, regions=snapshot.regions)
    started = time.perf_counter()
    path = written.run(pack, made, snapshot, out)
    taken = time.perf_counter() - started
    peak = memory()
    with duckdb.connect() as connection:
        rows, found = digest.of_parquet(connection, path, list(RESULTS["verdict"].types))
    return {"seconds": taken, "findings": rows, "digest": found, "peak": peak}


def frames(name: str) -> Callable[[Pack, Snapshot, Path], dict[str, Any]]:
    """Polars or pandas."""

    def run(pack: Pack, snapshot: Snapshot, out: Path) -> dict[str, Any]:
        written = importlib.import_module(f"with_{name}")
        importlib.import_module(name)
        started = time.perf_counter()
        findings = written.run(pack, snapshot, out)
        return {"seconds": time.perf_counter() - started, "findings": findings}

    return run


def scan(_: Pack, snapshot: Snapshot, __: Path) -> dict[str, Any]:
    """Least and greatest of every column of every table: what reading alone costs."""
    import duckdb

    with duckdb.connect(config={"threads": 2}) as connection:
        started = time.perf_counter()
        for name in snapshot.tables:
            columns = snapshot.manifest["tables"][name]["columns"]
            both = ", ".join(f'min("{column}"), max("{column}")' for column in columns)
            # The limit keeps DuckDB from answering out of the file's statistics.
            connection.execute(
                f"SELECT {both} FROM (SELECT * FROM read_parquet('{snapshot.path(name)}') "
                "LIMIT 1000000000)"
            ).fetchall()
        return {"seconds": time.perf_counter() - started}


def zen(pack: Pack, snapshot: Snapshot, _: Path) -> dict[str, Any]:
    """A sample through zen-engine, extrapolated."""
    import with_zen

    return {**with_zen.run(pack, snapshot), "extrapolated": True}


DO: dict[str, Callable[[Pack, Snapshot, Path], dict[str, Any]]] = {
    "engine": engine,
    "hand": hand,
    "scan": scan,
    "zen": zen,
    "engine-50": lambda pack, snapshot, out: engine(fifty(pack), snapshot, out),
    "polars": frames("polars"),
    "pandas": frames("pandas"),
}


def memory() -> float:
    """Peak resident memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one(way: str, size: int, folder: Path) -> None:
    """Measure in this process and print JSON."""
    snapshot = make(size, folder / str(size))
    with tempfile.TemporaryDirectory(dir=folder) as out:
        found = DO[way](bench_pack(), snapshot, Path(out))
    used = resource.getrusage(resource.RUSAGE_SELF)
    found.setdefault("peak", memory())
    print(json.dumps({**found, "cpu": used.ru_utime + used.ru_stime}))


def child(way: str, size: int, folder: Path) -> dict[str, Any]:
    """Measure in a process of its own."""
    done = subprocess.run(
        [
            sys.executable,
            str(HERE / "speed.py"),
            "--one",
            way,
            "--sizes",
            str(size),
            "--folder",
            str(folder),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "POLARS_MAX_THREADS": "2",
            "OMP_NUM_THREADS": "2",
            "PYTHONPATH": os.pathsep.join(map(str, (HERE.parent / "src", HERE))),
        },
    )
    if done.returncode:
        raise SystemExit(f"{way} at {size}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def summed(way: str, size: int, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The medians of several runs of one way; their digests must be one."""
    if len({run.get("digest") for run in runs}) > 1:
        raise SystemExit(f"{way} at {size}: two runs, two digests")
    middle = {key: statistics.median(run[key] for run in runs) for key in ("seconds", "cpu")}
    peak = max(run["peak"] for run in runs)
    return {**runs[0], **middle, "way": way, "size": size, "peak": peak, "runs": len(runs)}


def main() -> None:
    """Measure every way at every size, check that findings are equal, write what was asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=WAYS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--folder", type=Path, help="where snapshots are kept; else thrown away")
    parser.add_argument("--one", choices=WAYS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one, given.sizes[0], given.folder)
        return
    with tempfile.TemporaryDirectory(prefix="shangji-bench-") as scratch:
        folder = given.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        found = everything(given.sizes, given.ways, folder)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    text = page.written(found, len(bench_pack().rules))
    print(text)
    if given.page:
        page.PLACE.write_text(text, "utf-8")


def everything(sizes: list[int], ways: list[str], folder: Path) -> list[dict[str, Any]]:
    """All measurements; the ways take turns, so that a busy minute hits them alike."""
    found = []
    for size in sorted(sizes):
        child("scan", size, folder)  # makes the snapshot, outside this process: memory is inherited
        runs: dict[str, list[dict[str, Any]]] = {}
        for turn in range(RUNS):
            for way in ways:
                if not wanted(way, size, sizes) or (turn and slow(way, runs[way])):
                    continue
                runs.setdefault(way, []).append(child(way, size, folder))
                seconds = runs[way][-1]["seconds"]
                print(f"{size:>9,} {way:10} {seconds:8.2f} s", file=sys.stderr, flush=True)
        found += [summed(way, size, given) for way, given in runs.items()]
        found += [{"way": way, "size": size, "absent": True} for way in ways if not installed(way)]
        same = {run["digest"] for way in ("engine", "hand") for run in runs.get(way, ())}
        if len(same) > 1:
            raise SystemExit(f"engine and hand.sql differ at {size}")
    return found


def installed(way: str) -> bool:
    """Whether the library that a way needs is there."""
    return way not in NEEDS or importlib.util.find_spec(NEEDS[way]) is not None


def wanted(way: str, size: int, sizes: list[int]) -> bool:
    """Whether to measure; zen once, at the smallest size: its seconds grow with rows alone."""
    return installed(way) and (way != "zen" or size == min(sizes))


def slow(way: str, runs: list[dict[str, Any]]) -> bool:
    """Whether one run is enough."""
    return way == "zen" or runs[0]["seconds"] > SLOW


if __name__ == "__main__":
    main()
