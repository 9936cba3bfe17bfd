"""What an operator starts the site with holds together: compose, image, unit.

Nothing here builds an image or starts a container: that needs a daemon and a registry.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

ROOT = Path(__file__).resolve().parents[2]
COMPOSE, DOCKERFILE = ROOT / "compose.yaml", ROOT / "deploy" / "Dockerfile"
UNIT = ROOT / "deploy" / "shangji.service"
READ = re.compile(r'"(SHANGJI_[A-Z_]+)"')
ASK_HEALTH = """
import json, django
django.setup()
from django.test import Client
told = {host: Client().get("/health/", HTTP_HOST=host).status_code
        for host in ("127.0.0.1:8000", "ys.example.gov.cn", "elsewhere.example")}
print(json.dumps([told, Client().get("/", HTTP_HOST="127.0.0.1:8000").status_code]))
"""


def read_by_the_site() -> set[str]:
    """The environment's names that the site's code reads."""
    files = (ROOT / "src" / "shangji_web").rglob("*.py")
    return {name for path in files for name in READ.findall(path.read_text("utf-8"))}


def steps() -> Iterator[tuple[str, str]]:
    """The instructions of the image, continued lines joined."""
    for line in re.sub(r"\\\n\s*", "", DOCKERFILE.read_text("utf-8")).splitlines():
        if line and not line.startswith("#"):
            name, _, rest = line.strip().partition(" ")
            yield name, rest


def serve_options(words: list[str]) -> dict[str, Any]:
    """What `shangji serve` makes of the words after it."""
    from shangji_web.serve import serve

    assert Path(words[0]).name == "shangji"
    assert words[1] == "serve"
    context: click.Context = serve.make_context("serve", words[2:])
    return dict(context.params)


def test_compose_names_what_there_is_and_what_the_site_reads() -> None:
    told = yaml.safe_load(COMPOSE.read_text("utf-8"))
    site, database = told["services"]["site"], told["services"]["database"]
    assert (ROOT / site["build"]["dockerfile"]).is_file()
    assert set(site["environment"]) <= read_by_the_site()
    assert set(told["volumes"]) == {"site", "database"}
    names = {mount.partition(":")[0] for one in (site, database) for mount in one["volumes"]}
    assert names == set(told["volumes"])
    address = site["environment"]["SHANGJI_DATABASE_URL"]
    asked = database["environment"]
    assert address.startswith(f"postgresql://{asked['POSTGRES_USER']}:")
    assert address.endswith(f"@database:5432/{asked['POSTGRES_DB']}")
    assert site["depends_on"]["database"]["condition"] == "service_healthy"
    assert "healthcheck" in database
    assert site["read_only"] is True


def test_the_image_copies_installs_and_starts_what_there_is() -> None:
    found = list(steps())
    for name, rest in found:
        if name == "COPY":
            assert all((ROOT / source).exists() for source in rest.split()[:-1]), rest
    wanted = {text for _, rest in found for text in re.findall(r"requirements/\w+\.txt", rest)}
    listed = "".join((ROOT / name).read_text("utf-8") for name in wanted)
    for package in ("django", "granian", "duckdb", "psycopg", "cryptography"):
        assert f"\n{package}==" in f"\n{listed}", package
    words = json.loads(next(rest for name, rest in found if name == "CMD"))
    assert serve_options(words)["host"] == "0.0.0.0"  # noqa: S104 - inside the container
    order = [name for name, _ in found]
    made = next(at for at, (_, rest) in enumerate(found) if "-o shangji" in rest)
    assert made < order.index("VOLUME"), "the volume would belong to root"
    home = next(rest for name, rest in found if name == "ENV")
    assert "SHANGJI_HOME=/data" in home


def test_the_unit_starts_the_site_and_holds(tmp_path: Path) -> None:
    text = UNIT.read_text("utf-8")
    command = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
    assert command is not None
    assert serve_options(shlex.split(command[1]))["empty"] is True
    assert set(re.findall(r"SHANGJI_[A-Z_]+", text)) <= read_by_the_site()
    writes = re.search(r"^ReadWritePaths=(.*)$", text, re.MULTILINE)
    home = re.search(r"^Environment=SHANGJI_HOME=(.*)$", text, re.MULTILINE)
    assert writes is not None
    assert home is not None
    assert writes[1] == home[1]
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("不适用：没有 systemd-analyze，单元文件只核对了内容")
    tried = tmp_path / UNIT.name
    tried.write_text(text.replace(command[1], sys.executable), "utf-8")
    done = subprocess.run(
        [program, "verify", str(tried)], capture_output=True, text=True, check=False
    )
    assert UNIT.name not in done.stderr, done.stderr


def test_the_machine_asks_itself_behind_https(tmp_path: Path) -> None:
    hidden = {"SHANGJI_DATABASE_URL", "SHANGJI_OTP"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    env |= {"SHANGJI_HOME": str(tmp_path), "SHANGJI_HTTPS": "1"}
    env |= {"SHANGJI_HOSTS": "ys.example.gov.cn", "DJANGO_SETTINGS_MODULE": "shangji_web.settings"}
    done = subprocess.run(
        [sys.executable, "-c", ASK_HEALTH], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told, home = json.loads(done.stdout)
    mine, named, elsewhere = told.values()
    assert {mine, named} <= {200, 503}, "answers, though there are no tables yet"
    assert elsewhere == 400
    assert home == 301
