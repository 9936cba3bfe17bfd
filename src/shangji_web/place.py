"""Where the site's data lie, and under which key: one folder that nobody else may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from shangji.errors import Problem, Refused, Where

HOME, DATABASE_URL = "SHANGJI_HOME", "SHANGJI_DATABASE_URL"
DEFAULT_HOME = "上计数据"
KEY_FILE, DATABASE_FILE = "secret.key", "site.sqlite3"
LEDGER_KEY = "ledger.key"
DOCUMENTS, RUNS, PACK, GROUND = "documents", "runs", "pack", "ground"
KEY_BYTES = 48
SQLITE_WAIT_SECONDS = 20
POOLED_SECONDS = 60


def home() -> Path:
    """The folder of the site's data: SHANGJI_HOME, else a folder beside where it is started."""
    return Path(os.environ.get(HOME) or DEFAULT_HOME).absolute()


def folder(name: str) -> Path:
    """A folder inside the site's data, made where it is missing."""
    made = home() / name
    made.mkdir(parents=True, exist_ok=True, mode=0o700)
    return made


def secret_key() -> str:
    """The key of sessions and of keyed digests; made once, for the owner's eyes only."""
    path = home() / KEY_FILE
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        pass
    home().mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process of this site was first
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(KEY_BYTES))
    return path.read_text("ascii").strip()


def database() -> dict[str, Any]:
    """The database as Django wants it told: SQLite in the site's folder, or PostgreSQL by address.

    Raises:
        Refused: the address is no PostgreSQL address.
    """
    address = os.environ.get(DATABASE_URL, "")
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(home() / DATABASE_FILE),
            # The last connection that closes writes the whole WAL back: not after each request.
            "CONN_MAX_AGE": POOLED_SECONDS,
            "OPTIONS": {
                "timeout": SQLITE_WAIT_SECONDS,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    told = urlsplit(address)
    if told.scheme not in {"postgres", "postgresql"} or not told.path.strip("/"):
        says = f"{DATABASE_URL} 不是 PostgreSQL 数据库的地址。"
        fix = "请写成 postgresql://用户:口令@主机:5432/库名；不设这个变量就用本机文件。"
        raise Refused([Problem("database-address", Where(), says, fix)])
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(told.path.lstrip("/")),
        "USER": unquote(told.username or ""),
        "PASSWORD": unquote(told.password or ""),
        "HOST": told.hostname or "",
        "PORT": str(told.port or ""),
        "CONN_MAX_AGE": POOLED_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(told.query)),
    }
