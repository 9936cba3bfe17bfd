"""A hundred people on the site for ten minutes, the server and the worker killed in between.

    .venv/bin/python bench/crowd.py --users 100 --minutes 10 --kills 20 [--projects 60000]

Starts a site of its own on the sample county (or on that many projects made of it), logs people in,
and lets each look, decide and wait as people do. At the end every decision of which somebody was
told that it was saved is looked up: it must be there, once. All traffic stays on this machine.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
THINK_SECONDS = 6.0
PATIENCE_SECONDS = 30
BATCH = 500
SESSION, USER, SYSTEM = 3, 11, 12  # places in /proc/*/stat after the name
SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("最长", 1.0))
PASSWORD = secrets.token_urlsafe(12)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
DESK = re.compile(r'href="/reviews/desk/([^/"?]+)/')
FINDING = re.compile(r'name="finding" value="([0-9a-f]{16}-[0-9a-f]{4})"')
REFUSED = "notice error"


@dataclass
class Told:
    """What the site answered: times by page, trouble, decisions that it said it had kept."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    trouble: Counter[str] = field(default_factory=Counter)
    saved: list[tuple[str, str]] = field(default_factory=list)
    tried: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Person(threading.Thread):
    """Somebody at a browser: logs in, looks, decides, waits."""

    def __init__(self, login: str, kind: str, port: int, until: float, told: Told) -> None:
        super().__init__(daemon=True)
        self.login, self.kind, self.port, self.until, self.told = login, kind, port, until, told
        self.random = random.Random(login)
        self.cookies: dict[str, str] = {}
        self.codes: list[str] = []
        self.done: set[tuple[str, str]] = set()

    def run(self) -> None:
        """Work until the time is over."""
        time.sleep(self.random.uniform(0, 20))
        while time.time() < self.until:
            try:
                if "sessionid" not in self.cookies:
                    self.log_in()
                else:
                    getattr(self, self.kind)()
            except (OSError, HTTPException) as error:
                with self.told.lock:
                    self.told.trouble[type(error).__name__] += 1
                time.sleep(1)
            time.sleep(self.random.expovariate(1 / THINK_SECONDS))

    def ask(self, page: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Ask for a page; returns its status, text and where it sends one."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        headers = {"Cookie": "; ".join(f"{name}={text}" for name, text in self.cookies.items())}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = f"http://127.0.0.1:{self.port}/"
            body = urlencode(form)
        started = time.perf_counter()
        try:
            connection.request("POST" if form is not None else "GET", path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        with self.told.lock:
            self.told.seconds[page].append(time.perf_counter() - started)
            if answer.status >= 400:
                self.told.trouble[f"{page} {answer.status}"] += 1
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, text, answer.headers.get("Location") or ""

    def log_in(self) -> None:
        """Log in, as a person does."""
        _, page, _ = self.ask("登录页", "/people/login/")
        token = TOKEN.search(page)
        form = {"username": self.login, "password": PASSWORD}
        self.ask(
            "登录", "/people/login/", {**form, "csrfmiddlewaretoken": token[1] if token else ""}
        )

    def clerk(self) -> None:
        """A clerk looks at the unit's projects, at one of them, and home."""
        _, page, _ = self.ask("单位项目", "/filings/")
        codes = re.findall(r'href="/projects/([^/"?]+)/', page)
        if codes:
            self.ask("项目", f"/projects/{self.random.choice(codes)}/")
        if self.random.random() < 0.2:
            self.ask("首页", "/")

    def reviewer(self) -> None:
        """A reviewer takes a project of the queue and rules on one of its findings."""
        if not self.codes or self.random.random() < 0.2:
            _, page, _ = self.ask("审核台队列", "/reviews/desk/")
            self.codes = list(dict.fromkeys(DESK.findall(page)))
            if not self.codes:
                return
        code = self.random.choice(self.codes)
        _, page, _ = self.ask("审核台项目", f"/reviews/desk/{code}/")
        findings = [
            one for one in dict.fromkeys(FINDING.findall(page)) if (code, one) not in self.done
        ]
        token = TOKEN.search(page)
        if not findings or token is None:
            return
        chosen = self.random.choice(findings)
        self.done.add((code, chosen))
        form = {**dict(HIDDEN.findall(page)), "finding": chosen, "stands": "1"}
        form["csrfmiddlewaretoken"] = token[1]
        with self.told.lock:
            self.told.tried.append((code, chosen))
        status, _, to = self.ask("认定", f"/reviews/desk/{code}/rule/", form)
        if status != 302:
            return
        _, after, _ = self.ask("认定之后", to)
        if REFUSED not in after:
            with self.told.lock:
                self.told.saved.append((code, chosen))

    def office(self) -> None:
        """The budget office looks at the list and at the jobs."""
        self.ask("项目清单", f"/reviews/list/?page={self.random.randint(1, 5)}")
        self.ask("任务", "/jobs/")

    def head(self) -> None:
        """A head of the bureau looks at the leader's page."""
        self.ask("领导页", "/leaders/")


def main() -> None:
    """Prepare a site, let people at it, and say what came of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--users", type=int, default=100)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument(
        "--projects", type=int, default=0, help="so many projects, made of the sample's"
    )
    options.add_argument("--port", type=int, default=8765)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="shangji-site-") as home:
        os.environ["SHANGJI_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "shangji_web.settings"
        people, projects = prepared(given.users, given.projects)
        print(
            f"{projects} 个项目，{len(people)} 人，{given.minutes:g} 分钟，杀 {given.kills} 次",
            flush=True,
        )
        told = Told()
        server = Served(given.port)
        until = time.time() + given.minutes * 60
        crowd = [Person(login, kind, given.port, until, told) for login, kind in people]
        for person in crowd:
            person.start()
        killed = server.plague(until, given.kills)
        for person in crowd:
            person.join(PATIENCE_SECONDS + 30)
        server.stop()
        report(told, killed)
        requests = sum(map(len, told.seconds.values()))
        load = "、".join(f"{one:.1f}" for one in os.getloadavg())
        print(
            f"  网站处理器 {server.took['server']:.0f} 秒，每次请求 "
            f"{server.took['server'] * 1000 / max(1, requests):.1f} 毫秒；后台 "
            f"{server.took['worker']:.0f} 秒；整机负荷 {load}"
        )
        account(told)


class Served:
    """The site in processes of its own, killed and started again on demand."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.took = {"server": 0.0, "worker": 0.0}
        self.before: dict[str, float] = {}
        self.start("server")
        self.start("worker")

    def start(self, what: str) -> None:
        """Start one of them; the server is ready when this returns."""
        command = {
            "server": [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
                *("--port", str(self.port), "--workers", "2", "--blocking-threads", "4", "--no-ws"),
                "shangji_web.wsgi:application",
            ],
            "worker": [sys.executable, "-m", "shangji_web.manage", "work"],
        }[what]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        self.processes[what] = subprocess.Popen(
            command,
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if what == "server":
            from shangji_web.serve import wait_for

            if not wait_for(f"http://127.0.0.1:{self.port}/", 60):
                raise SystemExit("the site did not start")
            self.before[what] = self.spent(what)

    def plague(self, until: float, kills: int) -> int:
        """Kill server and worker in turn, evenly over the time, and start them again."""
        pause = (until - time.time()) / (kills + 1)
        done = 0
        for number in range(kills):
            time.sleep(max(0.0, pause))
            if time.time() >= until:
                break
            what = ("server", "worker")[number % 2]
            self.kill(what)
            done += 1
            self.start(what)
        time.sleep(max(0.0, until - time.time()))
        return done

    def spent(self, what: str) -> float:
        """Seconds of processor that one of them and all that it started took so far."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                told = stat.read_text().rpartition(")")[2].split()
            except OSError:  # it ended meanwhile
                continue
            if int(told[SESSION]) == self.processes[what].pid:
                ticks += int(told[USER]) + int(told[SYSTEM])
        return ticks / os.sysconf("SC_CLK_TCK")

    def kill(self, what: str) -> None:
        """Kill one of them with all that it started."""
        self.took[what] += self.spent(what) - self.before.pop(what, 0.0)
        process = self.processes.pop(what)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Kill both."""
        for what in list(self.processes):
            self.kill(what)


def prepared(users: int, wanted: int) -> tuple[list[tuple[str, str]], int]:
    """A site on the sample, reviewed, and people for it: log-in and what each does."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from shangji_web.people.models import Person as Row
    from shangji_web.people.services import give_post
    from shangji_web.reviews.services import review_pool
    from shangji_web.seasons.demo import begin

    season = begin(ROOT / "samples" / "county")
    review_pool(season)
    if wanted:
        multiply(season, wanted)
    units = list(season.units.order_by("code"))
    divisions = sorted({unit.division_code for unit in units if unit.division_code})
    kinds = ["clerk"] * 60 + ["reviewer"] * 32 + ["office"] * 4 + ["head"] * 4
    made = []
    for number in range(users):
        kind = kinds[number * len(kinds) // users]
        person = Row.objects.create_user(f"bench{number}", PASSWORD, name=f"测试{number}")
        unit = units[number % len(units)]
        role, codes = {
            "clerk": ("unit_clerk", {"unit_code": unit.code}),
            "reviewer": ("first_reviewer", {"division_code": divisions[number % len(divisions)]}),
            "office": ("budget_office", {}),
            "head": ("director", {}),
        }[kind]
        give_post(person, role, unit.name, **codes)
        made.append((person.login, kind))
    return made, season.projects.count()


def multiply(season: Any, wanted: int) -> None:  # noqa: ANN401 - a row of Django
    """Make so many projects of those that there are, with their filings and findings."""
    from django.db import connection, transaction

    from shangji_web.filings.models import Filing
    from shangji_web.projects.models import Project
    from shangji_web.reviews.models import Finding, Outcome

    first = list(season.projects.filter(submitted_at__isnull=False).order_by("pk"))
    number = season.projects.count()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE twin (old_id bigint, new_id bigint)")
        while number < wanted:
            olds = first[: wanted - number]
            news = [copied(old) for old in olds]
            for at, new in enumerate(news):
                new.code = f"{new.code}x{number + at}"
            made = Project.objects.bulk_create(news, BATCH)
            number += len(made)
            pairs = [(old.pk, new.pk) for old, new in zip(olds, made, strict=True)]
            cursor.executemany("INSERT INTO twin VALUES (%s, %s)", pairs)
        hexes = "printf('%%016x-%%04x', twin.new_id, it.id %% 65536)"
        if connection.vendor == "postgresql":
            hexes = (
                "lpad(to_hex(twin.new_id), 16, '0') || '-' || lpad(to_hex(it.id %% 65536), 4, '0')"
            )
        for model in (Filing, Outcome, Finding):
            columns = [one.column for one in model._meta.concrete_fields if one.column != "id"]
            taken = {"project_id": "twin.new_id", "finding_id": hexes}
            given = [taken.get(name, f'it."{name}"') for name in columns]
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(given)} "
                f"FROM {model._meta.db_table} AS it JOIN twin ON it.project_id = twin.old_id",
                [],
            )


def copied(row: Any) -> Any:  # noqa: ANN401 - any row of Django
    """A row as a new one."""
    model = type(row)
    columns = [column.attname for column in model._meta.fields if column.name != "id"]
    return model(**{name: getattr(row, name) for name in columns})


def report(told: Told, killed: int) -> None:
    """Print the times of each page, worst first, and the trouble that there was."""
    every = sorted(one for times in told.seconds.values() for one in times)
    print(f"{len(every)} 次请求，杀了 {killed} 次")
    slowest = sorted(told.seconds.items(), key=lambda item: -at(sorted(item[1]), 0.95))
    for page, times in (("全部", every), *slowest):
        figures = "　".join(f"{name} {at(sorted(times), share):.0f}" for name, share in SHARES)
        print(f"  {page}　{len(times)} 次　{figures} 毫秒")
    trouble = [f"{name} {count}" for name, count in told.trouble.most_common()]
    print(f"  出错：{'、'.join(trouble) or '没有'}")


def at(ordered: list[float], share: float) -> float:
    """A quantile in milliseconds."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


def account(told: Told) -> None:
    """Look up every decision: what was told as saved is there, nothing is there twice."""
    from shangji_web.ledgered.services import sequence
    from shangji_web.reviews.models import Ruling

    sequence()
    kept = Counter(Ruling.objects.values_list("project__code", "finding_id"))
    lost = [pair for pair in told.saved if not kept[pair]]
    twice = [pair for pair, count in kept.items() if count > 1]
    doubled = [pair for pair in twice if Counter(told.tried)[pair] <= 1]
    print(
        f"认定：提交 {len(told.tried)}，网站说已存 {len(told.saved)}，库中 {sum(kept.values())}；"
        f"说已存而库中没有 {len(lost)}，一次提交存了两次 {len(doubled)}"
    )
    if lost or doubled:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
