"""Backup and restore: the database, documents, results, pack and key in one archive with digests.

The key is in it: without it sessions end and nobody's keyed digest can be made again. Keep the
archive as you keep the server.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from shangji.errors import Problem, Refused, Where
from shangji_web import place

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = "manifest.json"
DUMP = "database.dump"
BACKUPS = "backups"
KEPT = (
    *(place.KEY_FILE, place.LEDGER_KEY, f"{place.LEDGER_KEY}.pub"),
    *(place.DOCUMENTS, place.RUNS, place.PACK, "library", "demo-password.txt"),
)
IN_USE = (place.DATABASE_FILE, place.DOCUMENTS, place.RUNS)
"""What a folder has once a site was at work in it; a key alone is made by looking."""
PIECE = 1 << 20


def backup(out: Path) -> int:
    """Write an archive of everything; return how many files it holds.

    The database is copied first, in one transaction; documents and results are only ever added, so
    those that it names are there. The archive appears whole or not at all.

    Raises:
        Refused: the database's own tool is missing or fails.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    half = out.with_name(f".{out.name}.half")
    digests: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="backup-", dir=place.home()) as folder:
        dump = Path(folder) / DUMP
        _dump(dump)
        with tarfile.open(half, "w:gz", compresslevel=3) as archive:
            for name, path in ((DUMP, dump), *_files()):
                digests[name] = _digest(path)
                archive.add(path, name, recursive=False)
            made = json.dumps({"made": int(time.time()), "vendor": vendor(), "files": digests})
            about = tarfile.TarInfo(MANIFEST)
            about.size = len(made.encode())
            archive.addfile(about, io.BytesIO(made.encode()))
    half.chmod(0o600)
    half.replace(out)
    return len(digests)


def restore(archive: Path) -> int:
    """Lay an archive out in an empty site's folder and database; return how many files.

    Raises:
        Refused: the archive is damaged, the folder is in use, or the database is of another kind.
    """
    home = place.home()
    if any((home / name).exists() for name in IN_USE):
        says = "这里已经有网站的数据，不能在上面恢复。"
        raise Refused(
            [Problem("site-in-use", Where(str(home)), says, "请用 SHANGJI_HOME 指一个空文件夹。")]
        )
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix="restore-", dir=home) as name:
        folder = Path(name)
        try:
            with tarfile.open(archive) as opened:
                opened.extractall(folder, filter="data")
            manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            whole = all(_digest(folder / at) == told for at, told in manifest["files"].items())
        except (OSError, ValueError, KeyError, tarfile.TarError) as error:
            raise Refused([_damaged(archive)]) from error
        if not whole:
            raise Refused([_damaged(archive)])
        if manifest["vendor"] != vendor():
            says = f"这份备份来自 {manifest['vendor']}，现在设的数据库是 {vendor()}。"
            fix = "请把 SHANGJI_DATABASE_URL 设成同一种数据库再恢复。"
            raise Refused([Problem("backup-vendor", Where(archive.name), says, fix)])
        _load(folder / DUMP)
        for at in KEPT:
            if (folder / at).exists():
                shutil.move(folder / at, home / at)
    return len(manifest["files"])


def before_upgrade() -> Path | None:
    """Copy a SQLite database aside where migrations are waiting; return the copy."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    path = place.home() / place.DATABASE_FILE
    if connection.vendor != "sqlite" or not path.is_file():
        return None
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return None
    copy = place.folder(BACKUPS) / f"before-upgrade-{time.strftime('%Y%m%d-%H%M%S')}.sqlite3"
    _dump(copy)
    return copy


def vendor() -> str:
    """The kind of the database: sqlite or postgresql."""
    return "postgresql" if "postgresql" in place.database()["ENGINE"] else "sqlite"


def _files() -> Iterator[tuple[str, Path]]:
    home = place.home()
    for name in KEPT:
        path = home / name
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file():
                yield str(file.relative_to(home)), file


def _dump(out: Path) -> None:
    told = place.database()
    if vendor() == "sqlite":
        with (
            closing(sqlite3.connect(told["NAME"])) as source,
            closing(sqlite3.connect(out)) as copy,
        ):
            source.backup(copy)
        return
    _run(["pg_dump", "--format=custom", "--file", str(out)], told)


def _load(dump: Path) -> None:
    told = place.database()
    if vendor() == "sqlite":
        shutil.copyfile(dump, told["NAME"])
        return
    _run(["pg_restore", "--no-owner", "--exit-on-error", "--dbname", told["NAME"], str(dump)], told)


def _run(command: list[str], told: dict[str, object]) -> None:
    import os

    options = told["OPTIONS"] if isinstance(told["OPTIONS"], dict) else {}
    given = {
        "PGHOST": options.get("host") or told["HOST"],
        "PGPORT": told["PORT"],
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
        "PGDATABASE": told["NAME"],
    }
    environment = {**os.environ, **{name: str(value) for name, value in given.items() if value}}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    except FileNotFoundError as error:
        says = f"没有找到 {command[0]}。"
        fix = "请安装 PostgreSQL 客户端（postgresql-client）。"
        raise Refused([Problem("backup-tool", Where(), says, fix)]) from error
    if done.returncode:
        says = f"{command[0]} 没有成功：{done.stderr.strip()[:300]}"
        raise Refused([Problem("backup-tool", Where(), says, "请检查数据库地址和权限。")])


def _digest(path: Path) -> str:
    made = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            made.update(piece)
    return made.hexdigest()


def _damaged(archive: Path) -> Problem:
    says = "备份文件不完整，或与自己的摘要不符。"
    return Problem("backup-damaged", Where(archive.name), says, "请换一份备份；没有恢复任何内容。")
