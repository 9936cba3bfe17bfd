"""How long the self-check of one project takes on the site, in the shape in which a clerk asks it.

    SHANGJI_HOME=站点目录 .venv/bin/python bench/self_check.py [--projects 40]

Needs a site on the sample county that was reviewed (`shangji serve --sample samples/county` makes
one). Projects are taken evenly from all that were filed; each is checked as it was filed and once
more after a change, both in this process with one thread. The first check of a process, which
loads the pack, is told apart. Time of the processor is told beside time by the clock: on a machine
that does other work only the first says what the check costs.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

SHARES = (("p50", 0.5), ("p95", 0.95), ("最长", 1.0))


def contents(project: Any) -> list[Any]:  # noqa: ANN401 - a row of Django
    """A project's filing as the form shows it, and the same after a clerk changed a word."""
    from shangji_web.filings.content import opened, settled

    made = settled(project, opened(project.filings.last().content))
    row = made["rows"]["project"][0]
    changed = [{**row, "summary": f"{row.get('summary', '')}（补充）"}]
    return [made, {**made, "rows": {**made["rows"], "project": changed}}]


def timed(project: Any, content: Any) -> tuple[float, float]:  # noqa: ANN401 - a row of Django
    """Seconds by the clock and of the processor."""
    from shangji_web.filings.checking import check

    clock, processor = perf_counter(), process_time()
    check(project, content)
    return perf_counter() - clock, process_time() - processor


def told(what: str, times: list[tuple[float, float]]) -> None:
    """Print quantiles of both times."""
    for place, kind in enumerate(("按时钟", "处理器")):
        ordered = sorted(pair[place] for pair in times)
        figures = "　".join(
            f"{name} {ordered[min(len(ordered) - 1, int(share * len(ordered)))]:.2f}"
            for name, share in SHARES
        )
        print(f"{what}（{kind}，秒，{len(ordered)} 次）　{figures}")


def main() -> None:
    """Check so many projects twice and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=40)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji_web.settings")
    import django

    django.setup()
    from shangji_web.projects.models import Project

    filed = list(Project.objects.filter(filings__isnull=False).distinct().order_by("code"))
    chosen = filed[:: max(1, len(filed) // given.projects)][: given.projects]
    first, *others = chosen
    told("进程中的第一次", [timed(first, contents(first)[0])])
    pairs = [[timed(project, content) for content in contents(project)] for project in others]
    told("填好后第一次自查", [pair[0] for pair in pairs])
    told("改一处再自查", [pair[1] for pair in pairs])


if __name__ == "__main__":
    main()
