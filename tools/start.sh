#!/bin/sh
# Finds a Python that runs (a pyenv shim may exist and still not run) and hands over to tools/prepare.py.
set -eu
cd "$(dirname "$0")/.."

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

# The environment's own Python first: a warm start pays for one interpreter only.
for candidate in .venv/bin/python ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3.13 python3 python; do
    if fits "$candidate"; then
        exec "$candidate" -I tools/prepare.py "$@"
    fi
done

cat >&2 <<'MESSAGE'
没有找到可用的 Python。上计·零基预算评审需要 Python 3.11、3.12 或 3.13。
  Debian、Ubuntu：      sudo apt-get install python3 python3-venv
  openEuler、麒麟、统信：sudo dnf install python3.11
  已装在别处：          make review PYTHON=/完整路径/python3.11
MESSAGE
exit 70
