"""Backup and restore, each in a site of its own: a process with its own folder."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SRC = Path(__file__).resolve().parents[2] / "src"
START = """
import sys
from pathlib import Path
import django
django.setup()
"""
MAKE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from shangji_web.people.models import Person
Person.objects.create_user("a", "b", name="甲")
from shangji_web.documents import keep
keep("一份附件".encode())
from shangji_web.backups import backup
backup(Path(sys.argv[1]))
"""
RESTORE = """
from shangji_web.backups import restore
restore(Path(sys.argv[1]))
"""


def site(
    home: Path, code: str, archive: Path, address: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run code in a site's own process."""
    environment = {
        **os.environ,
        "SHANGJI_HOME": str(home),
        "SHANGJI_DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "shangji_web.settings",
        "PYTHONPATH": str(SRC),
    }
    command = [sys.executable, "-c", START + code, str(archive)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a site with one person and one document."""
    home = tmp_path_factory.mktemp("site")
    archive = home.parent / "备份.tgz"
    made = site(home, MAKE, archive)
    assert made.returncode == 0, made.stderr
    return archive


def restored(archive: Path, home: Path) -> subprocess.CompletedProcess[str]:
    return site(home, RESTORE, archive)


def test_everything_comes_back(kept: Path, tmp_path: Path) -> None:
    home = tmp_path / "新址"
    assert restored(kept, home).returncode == 0
    with closing(sqlite3.connect(home / "site.sqlite3")) as database:
        assert database.execute("SELECT name FROM people_person").fetchall() == [("甲",)]
        assert database.execute("SELECT value FROM ledger_meta").fetchall()
    documents = [path for path in (home / "documents").rglob("*") if path.is_file()]
    assert [path.read_text("utf-8") for path in documents] == ["一份附件"]
    assert (home / "secret.key").stat().st_mode & 0o77 == 0


def test_nothing_is_laid_over_a_site_that_is_there(kept: Path, tmp_path: Path) -> None:
    home = tmp_path / "旧址"
    assert restored(kept, home).returncode == 0
    again = restored(kept, home)
    assert "site-in-use" in again.stderr or "已经有网站的数据" in again.stderr


def test_a_changed_archive_is_refused_whole(kept: Path, tmp_path: Path) -> None:
    with tarfile.open(kept) as archive:
        archive.extractall(tmp_path / "开", filter="data")
    document = next(path for path in (tmp_path / "开" / "documents").rglob("*") if path.is_file())
    document.write_text("改过的附件", "utf-8")
    forged = tmp_path / "改.tgz"
    with tarfile.open(forged, "w:gz") as archive:
        for path in sorted((tmp_path / "开").iterdir()):
            archive.add(path, path.name)
    home = tmp_path / "空"
    result = restored(forged, home)
    assert result.returncode != 0
    assert "备份文件不完整" in result.stderr
    assert not (home / "site.sqlite3").exists()


@pytest.fixture
def databases() -> Iterator[list[str]]:
    """The addresses of two empty databases on the tests' own server."""
    server = os.environ.get("SHANGJI_POSTGRES")
    if not server:
        pytest.skip("没有 PostgreSQL（环境变量 SHANGJI_POSTGRES）")
    psycopg = pytest.importorskip("psycopg")
    names = ["backup_old", "backup_new"]
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
        yield [server.replace("/postgres?", f"/{name}?") for name in names]
        for name in names:
            connection.execute(f"DROP DATABASE {name}")


def test_it_comes_back_on_postgresql(databases: list[str], tmp_path: Path) -> None:
    archive = tmp_path / "备份.tgz"
    made = site(tmp_path / "旧", MAKE, archive, databases[0])
    assert made.returncode == 0, made.stderr
    back = site(tmp_path / "新", RESTORE, archive, databases[1])
    assert back.returncode == 0, back.stderr
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(databases[1]) as connection:
        assert connection.execute("SELECT name FROM people_person").fetchall() == [("甲",)]
    assert "backup-vendor" not in back.stderr
    wrong = site(tmp_path / "别处", RESTORE, archive)
    assert "这份备份来自 postgresql" in wrong.stderr
