"""Makes .venv from the pinned lists, once; run again it finds its stamps and is done.

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from io import TextIOWrapper
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
FAULT = 70
NAMES = {
    "base": "基础包",
    "docs": "文档处理包",
    "ocr": "文字识别包",
    "ml": "检索与统计包",
    "web": "网站包",
    "proof": "存证账本包",
    "postgres": "PostgreSQL 包",
    "spark": "Spark 包",
    "dev": "测试工具",
    "bench": "对比测速包",
}


class StageError(Exception):
    """A stage that cannot go on; its text is for the person at the terminal."""


def main(lists: list[str]) -> int:
    """Prepare the environment for the named lists and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    unknown = [name for name in lists if name not in NAMES]
    if unknown:
        print(f"没有这样的依赖清单：{'、'.join(unknown)}", file=sys.stderr)
        return 2
    try:
        usable = venv_runs()
        due = [name for name in lists if not (usable and is_done(name, list_digest(name)))]
        if "base" in due:
            print("上计·零基预算评审：第一次运行，先准备环境（仓库自带的样例县是虚构的）")
        if not usable:
            make_venv()
        for name in due:
            install(name)
        link_project()
    except (StageError, OSError) as error:
        print(f"\n环境没有准备好：{error}", file=sys.stderr)
        return FAULT
    except KeyboardInterrupt:
        print("\n已中断；再次运行会接着做。", file=sys.stderr)
        return 130
    return 0


def list_digest(name: str) -> str:
    """Return the digest of a list's pins."""
    return hashlib.sha256((ROOT / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def is_done(name: str, digest: str) -> bool:
    """Tell whether a stage was completed with this digest in the present environment."""
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == digest


def mark_done(name: str, digest: str) -> None:
    """Record that a stage is complete."""
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(digest, encoding="utf-8")


def venv_runs() -> bool:
    """Tell whether the environment exists, its Python still starts and it has pip."""
    if not any(VENV.glob("lib/python3*/site-packages/pip/__main__.py")):
        return False
    if Path(sys.prefix) == VENV:
        return True
    return (
        PYTHON.exists()
        and (VENV / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}").exists()
    )


def make_venv() -> None:
    """Create the environment, with the pip kept in the repository."""
    started = time.monotonic()
    say(f"环境   用 Python {sys.version.split()[0]} 建立 .venv")
    if VENV.exists():
        shutil.rmtree(VENV)
    wheels = sorted((ROOT / "tools" / "pip").glob("pip-*.whl"))
    if not wheels:
        message = "tools/pip 里没有 pip 安装文件，请重新取得完整的仓库"
        raise StageError(message)
    run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], "不能建立 .venv")
    pip_in_wheel = str(wheels[-1] / "pip")
    run([str(PYTHON), pip_in_wheel, "install", "--quiet", "--no-index", "--no-deps",
         "--disable-pip-version-check", str(wheels[-1])], "不能安装 pip")  # fmt: skip
    done(started)


def install(name: str) -> None:
    """Install one pinned list, naming each package as it comes."""
    started = time.monotonic()
    path = ROOT / "requirements" / f"{name}.txt"
    total = count_pins(path)
    say(f"{NAMES[name]}   {total} 个，核对每个文件的 sha256")
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-input",
               "--disable-pip-version-check", "--progress-bar", "off", "-r", str(path)]  # fmt: skip
    if name == "spark" and is_done("dev", list_digest("dev")):
        command.append("--no-build-isolation")
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"}
    tail: list[str] = []
    seen = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        encoding="utf-8", errors="replace", env=environment, cwd=ROOT,
    ) as process:  # fmt: skip
        for line in process.stdout or ():
            tail = [*tail[-11:], line.rstrip()]
            text = line.strip()
            if text.startswith(("Collecting ", "Requirement already satisfied: ")):
                seen += 1
                progress(f"{min(seen, total)}/{total}  {package_of(text)}")
            elif text.startswith("Installing collected packages"):
                progress("已取齐，正在安装")
    if process.returncode:
        message = (
            f"安装{NAMES[name]}失败（pip 返回 {process.returncode}）。pip 的最后几行：\n"
            + "\n".join(f"    {line}" for line in tail)
            + "\n多半是网络或软件源的问题：检查网络、代理和 pip 的软件源设置后再运行一次。"
        )
        raise StageError(message)
    mark_done(name, list_digest(name))
    done(started)


def count_pins(path: Path) -> int:
    """Count the pins of a list that apply here; marker forks of one package count once."""
    names = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        match = re.match(r"([A-Za-z0-9_.\-]+)(?:\[[^\]]*\])?==", line)
        if match and "sys_platform == 'win32'" not in line:
            names.add(match[1])
    return len(names)


def package_of(line: str) -> str:
    """Return the package that a line of pip's output speaks of."""
    words = line.removeprefix("Collecting ").removeprefix("Requirement already satisfied: ")
    return words.split()[0].split(";")[0].replace("==", " ")


def link_project() -> None:
    """Put src/ and the `shangji` command into the environment, without a build or the network."""
    project = (ROOT / "pyproject.toml").read_bytes()
    digest = hashlib.sha256(project + str(ROOT).encode()).hexdigest()
    if is_done("project", digest):
        return
    table = tomllib.loads(project.decode())["project"]
    site = next((VENV / "lib").glob("python3*/site-packages"))
    (site / "shangji.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    for old in site.glob("shangji-*.dist-info"):
        shutil.rmtree(old)
    info = site / f"{table['name']}-{table['version']}.dist-info"
    info.mkdir()
    entries = {"console_scripts": table.get("scripts", {}), **table.get("entry-points", {})}
    lines = [
        line
        for group, names in entries.items()
        for line in (f"[{group}]", *(f"{name} = {target}" for name, target in names.items()), "")
    ]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: {table['name']}\nVersion: {table['version']}\n"
        f"Summary: {table['description']}\nLicense-Expression: {table['license']}\n",
        encoding="utf-8",
    )
    (info / "INSTALLER").write_text("tools/prepare.py\n", encoding="utf-8")
    for name, target in table.get("scripts", {}).items():
        write_command(VENV / "bin" / name, target)
    mark_done("project", digest)


def write_command(path: Path, target: str) -> None:
    """Write a console script that calls `module:function`."""
    module, function = target.split(":")
    # Not "#!interpreter": its path may hold spaces, so sh finds the one beside the script.
    path.write_text(
        "#!/bin/sh\n"
        "''':'\n"
        'exec "$(dirname "$(readlink -f "$0")")/python" "$0" "$@"\n'
        "'''\n"
        "import sys\n\n"
        f"from {module} import {function}\n\n"
        f"sys.exit({function}())\n",
        encoding="utf-8",
    )
    path.chmod(0o755)


def run(command: list[str], trouble: str) -> None:
    """Run a command that says nothing unless it fails."""
    result = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    if result.returncode:
        message = f"{trouble}：\n{(result.stderr or result.stdout).strip()}"
        raise StageError(message)


def say(text: str) -> None:
    """Name a stage."""
    print(f"· {text}", flush=True)


def progress(text: str) -> None:
    """Show where a stage is: on one line of a terminal, a line each elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\x1b[K    {text}", end="", flush=True)
    else:
        print(f"    {text}", flush=True)


def done(started: float) -> None:
    """Close a stage with its duration."""
    text = f"完成 {time.monotonic() - started:.1f} 秒（下次 0 秒）"
    print(f"\r\x1b[K    {text}" if sys.stdout.isatty() else f"    {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
