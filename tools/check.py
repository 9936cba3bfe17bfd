"""Runs the checks and the tests, and ends with one line that says what passed and what was skipped.

Under SHANGJI_REQUIRE=all a skipped test is a failure, unless its reason starts with 不适用:
a machine that checks must not be green for want of a tool.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET  # reads what pytest wrote a moment ago
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from postgres import started
from system import provide

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
NO_TESTS = 5
LONGEST_SECONDS = 15 * 60
"""So long may one run of pytest take: a test that waits for ever must not wait unseen."""
SPREAD = ["-n", "2", "--dist", "loadfile", "--max-worker-restart", "0"]
"""Two cores; what a file sets up once stays in one process. A worker that died is not replaced:
under loadfile the run then waits for ever (pytest-xdist 1327); `run_tests` starts it again."""
UNUSED = ["-p", "no:schemathesis", "-p", "no:anyio"]
"""Plugins that came with a library and that no test uses: two seconds in every process."""
FILES_PER_RUN = 12
"""So many files of tests share the life of two processes."""
DIED = "crashed while running"
FOLDERS = [name for name in ("src", "tests", "tools", "bench") if (ROOT / name).is_dir()]
CHECKS = {
    "代码规范 ruff": ["ruff", "check", "--quiet"],
    "类型 mypy": ["mypy", "--no-error-summary", *FOLDERS],
    "分层 import-linter": ["lint-imports", "--no-logo"],
}


@dataclass
class Tally:
    """What a pytest run came to."""

    passed: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    broken: bool = False
    died: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in another run."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.broken |= other.broken
        self.died += other.died


def main(arguments: list[str]) -> int:
    """Run what is asked for: lint, spark or all."""
    what = arguments[0] if arguments else "all"
    if what not in {"lint", "spark", "all"}:
        print("用法：tools/check.py lint | spark | all", file=sys.stderr)
        return 2
    clean = True
    if what in {"lint", "all"}:
        clean = lint()
        if what == "lint":
            return 0 if clean else 1
    total = Tally()
    for trouble in provide():
        print(trouble, flush=True)
    if what == "all":
        with started() as address:
            if address:
                os.environ["SHANGJI_POSTGRES"] = address
            for files in runs():
                total.add(run_tests("not spark and not browser", *files))
            if address:
                os.environ["SHANGJI_WEB_ON_POSTGRES"] = "1"
                print("· 网站测试，记录在 PostgreSQL", flush=True)
                total.add(run_tests("not browser", "tests/web"))
                del os.environ["SHANGJI_WEB_ON_POSTGRES"]
            # A browser's greenlets and the readers' native code do not share a process.
            print("· 浏览器测试", flush=True)
            total.add(run_tests("browser"))
    print("· Spark 测试", flush=True)
    total.add(run_tests("spark"))
    return close(total, clean=clean)


def lint() -> bool:
    """Run every check, even after one has failed."""
    clean = True
    for name, command in CHECKS.items():
        result = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        verdict = "通过" if result.returncode == 0 else "未通过"
        print(f"· {name}：{verdict}", flush=True)
        if result.returncode:
            clean = False
            print(result.stdout + result.stderr, flush=True)
    return clean


def runs() -> list[list[str]]:
    """All files of tests, in the runs of pytest that they make together."""
    files = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/**/test_*.py"))
    return [files[at : at + FILES_PER_RUN] for at in range(0, len(files), FILES_PER_RUN)]


def run_tests(marker: str, *places: str) -> Tally:
    """Run the tests of some places with one marker expression, shown as they go, and count them.

    A run in which a process died (by a signal: native code, want of memory) is started once more;
    that it died is said at the end, also where the second run is good.
    """
    first = run_once(marker, *places)
    if not first.died:
        return first
    print(f"一个进程中途死去：{'；'.join(first.died)}。这一组再跑一遍。", flush=True)
    second = run_once(marker, *places)
    second.died = first.died + second.died
    return second


def run_once(marker: str, *places: str) -> Tally:
    """One run of pytest."""
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.xml"
        command = [str(BIN / "python"), "-m", "pytest", "-q", "-m", marker, *UNUSED, *SPREAD]
        command += [f"--junit-xml={report}", *(places or ("tests",))]
        code = wait_for(command)
        tally = count(report) if report.exists() else Tally(broken=True)
    tally.broken |= code not in {0, NO_TESTS}
    return tally


def wait_for(command: list[str]) -> int:
    """Run a command; stop it and all that it started where it takes too long or we are stopped."""
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        return process.wait(timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"{LONGEST_SECONDS // 60} 分钟没有跑完，停下。", flush=True)
        return 1
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def count(report: Path) -> Tally:
    """Read a JUnit report."""
    tally = Tally()
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - see the import
        skipped = case.find("skipped")
        trouble = case.find("failure")
        if trouble is None:
            trouble = case.find("error")
        if trouble is not None:
            tally.failed += 1
            if DIED in (trouble.get("message") or "") + (trouble.text or ""):
                tally.died.append(f"{case.get('classname')}.{case.get('name')}")
        elif skipped is not None:
            tally.skipped[(skipped.get("message") or "没有写原因").splitlines()[0]] += 1
        else:
            tally.passed += 1
    return tally


def close(total: Tally, *, clean: bool) -> int:
    """Print the closing lines and return the exit code."""
    strict = os.environ.get("SHANGJI_REQUIRE") == "all"
    wanting = {
        reason: number
        for reason, number in total.skipped.items()
        if strict and not reason.startswith("不适用")
    }
    skips = sum(total.skipped.values())
    if wanting:
        print("SHANGJI_REQUIRE=all：下列测试不许跳过")
        for reason, number in wanting.items():
            print(f"  {number} 个：{reason}")
    for name in total.died:
        print(f"中途死去、重跑过的进程当时在跑：{name}")
    if not clean:
        print("代码检查未通过，见上。")
    if total.passed + total.failed == 0:
        print("没有任何测试运行。")
    reasons = "；".join(f"{reason} {number}" for reason, number in total.skipped.most_common())
    failed = f" · 失败 {total.failed}" if total.failed else ""
    print(f"{total.passed} passed, {total.failed} failed, {skips} skipped")
    print(f"通过 {total.passed}{failed} · 跳过 {skips}（{reasons or '没有需要跳过的'}）")
    good = clean and not (total.failed or total.broken or wanting) and total.passed > 0
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
