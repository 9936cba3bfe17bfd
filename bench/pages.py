"""What a page costs: CPU and queries of each page that the crowd opens, on a copy of a site.

    SHANGJI_HOME=… .venv/bin/python bench/pages.py [--times 20] [--profile 审核台项目]

Runs in one process with Django's test client on the newest season of the site in SHANGJI_HOME; it
only reads. CPU is the process's own, the median of so many requests after two of warming up.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import statistics
import time
from typing import Any

LINES = 45


def main() -> None:
    """Ask for each page and print what it took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=20)
    options.add_argument("--profile", default="", help="one page, function by function")
    options.add_argument("--queries", default="", help="one page, its queries")
    given = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji_web.settings")
    from django.test import Client

    import shangji_web.wsgi  # noqa: F401 - warmed as the server is

    client = Client(HTTP_HOST="127.0.0.1")
    total = []
    for name, role, path in pages():
        if any(only and only != name for only in (given.profile, given.queries)):
            continue
        client.force_login(somebody(role), backend="django.contrib.auth.backends.ModelBackend")
        for _ in range(2):
            answer = client.get(path)
        if given.profile:
            profiled(client, path, given.times)
            return
        spent = []
        for _ in range(given.times):
            started = time.process_time()
            client.get(path)
            spent.append(time.process_time() - started)
        queries = counted(client, path, shown=bool(given.queries))
        total.append(statistics.median(spent))
        size = len(answer.content) // 1024
        print(
            f"{name}　最少 {min(spent) * 1000:.1f}　中位 {statistics.median(spent) * 1000:.1f} 毫秒"
            f"　{queries} 次查询　{size} KB　{answer.status_code}"
        )


def pages() -> list[tuple[str, str, str]]:
    """Name, role and address of each page."""
    from shangji_web.projects.models import Project

    posts = {role: somebody(role).posts.get(role=role) for role in ("unit_clerk", "first_reviewer")}
    clerk = Project.objects.filter(unit_code=posts["unit_clerk"].unit_code).order_by("pk").first()
    division = posts["first_reviewer"].division_code
    desk = Project.objects.filter(division_code=division, step="first_review", finding_count__gt=2)
    code = desk.order_by("pk").first().code
    return [
        ("登录页", "", "/people/login/"),
        ("单位项目", "unit_clerk", "/filings/"),
        ("项目", "unit_clerk", f"/projects/{clerk.code}/"),
        ("首页", "unit_clerk", "/"),
        ("审核台队列", "first_reviewer", "/reviews/desk/"),
        ("审核台项目", "first_reviewer", f"/reviews/desk/{code}/"),
        ("项目清单", "budget_office", "/reviews/list/?page=2"),
        ("任务", "budget_office", "/jobs/"),
        ("会议定数", "budget_office", "/meetings/"),
        ("年度进度", "budget_office", "/seasons/"),
        ("领导页", "director", "/leaders/"),
    ]


def somebody(role: str) -> Any:  # noqa: ANN401 - a row of Django
    """A person who holds a role."""
    from shangji_web.people.models import Person

    if not role:
        return Person.objects.order_by("pk").first()
    return Person.objects.filter(posts__role=role).order_by("pk").first()


def counted(client: Any, path: str, *, shown: bool) -> int:  # noqa: ANN401 - Django's
    """How many queries a page runs; they are printed where wanted."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    if shown:
        for query in queries.captured_queries:
            print(query["time"], query["sql"][:230])
    return len(queries)


def profiled(client: Any, path: str, times: int) -> None:  # noqa: ANN401 - Django's
    """Print where a page spends its time."""
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(times):
        client.get(path)
    profile.disable()
    stats = pstats.Stats(profile)
    stats.sort_stats("cumulative").print_stats(LINES * 2)
    stats.sort_stats("tottime").print_stats(LINES)


if __name__ == "__main__":
    main()
