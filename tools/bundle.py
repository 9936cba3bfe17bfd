"""Makes one archive that installs offline on the intranet: sources, pinned wheels, an installer.

Run on a machine that reaches a registry, with the Python version of the target machine.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LISTS = ("base", "docs", "proof", "web", "postgres")
INSTALL = """#!/bin/sh
# 离线安装：sh install.sh [目标文件夹]。需要 Python {python}（与打包机一致）和 venv。
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${{1:-$here/app}}
if ! (cd "$here" && sha256sum --quiet --check SHA256SUMS); then
    echo '文件与清单不符，没有安装。' >&2
    exit 3
fi
mkdir -p "$target"
tar -xzf "$here/source.tar.gz" -C "$target"
python{python} -m venv "$target/.venv"
for list in {lists}; do
    "$target/.venv/bin/python" -m pip install --quiet --no-index --find-links "$here/wheels" \\
        --require-hashes -r "$target/requirements/$list.txt"
done
cd "$target" && .venv/bin/python -I tools/prepare.py
echo "已装好：$target/.venv/bin/shangji serve"
"""


def main(arguments: list[str]) -> int:
    """Make the archive; return the exit code."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    out = Path(arguments[0]) if arguments else ROOT / f"shangji-{version}-py{python}-offline.tar"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / f"shangji-{version}"
        wheels = folder / "wheels"
        wheels.mkdir(parents=True)
        for name in LISTS:
            print(f"· 取 {name} 清单的安装包", flush=True)
            requirements = ROOT / "requirements" / f"{name}.txt"
            command = ["download", "--quiet", "--only-binary=:all:", "--require-hashes"]
            done = subprocess.run(
                [sys.executable, "-m", "pip", *command, "-d", str(wheels), "-r", str(requirements)],
                check=False,
            )
            if done.returncode:
                print(f"{name} 清单没有取齐，没有做成离线包。", file=sys.stderr)
                return 70
        source = ["git", "archive", "--format=tar.gz", "-o", str(folder / "source.tar.gz"), "HEAD"]
        subprocess.run(source, cwd=ROOT, check=True)
        script = INSTALL.format(python=python, lists=" ".join(LISTS))
        (folder / "install.sh").write_text(script, encoding="utf-8")
        (folder / "SHA256SUMS").write_text(sums(folder), encoding="utf-8")
        with tarfile.open(out, "w") as archive:
            archive.add(folder, folder.name, filter=plain)
    size = out.stat().st_size / (1 << 20)
    print(f"已做成 {out.name}（{size:.0f} MB）：拷到内网，解开，sh install.sh。")
    return 0


def sums(folder: Path) -> str:
    """The digests of every file that is installed, as sha256sum reads them."""
    lines = io.StringIO()
    for path in sorted([folder / "source.tar.gz", *(folder / "wheels").iterdir()]):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.write(f"{digest}  {path.relative_to(folder)}\n")
    return lines.getvalue()


def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A member without whose machine it came from."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
