"""Turns DATABASE_URL into Django's DATABASES entry, with what custody writes need from each engine."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from environ import Env

from safetyapp.environment import address, parsed, unusable, without_password

WAL_IS_SOUND_FROM = (3, 51, 3)
"""Older SQLite can lose committed transactions in WAL mode (the WAL-reset bug, https://sqlite.org/wal.html)."""

SCHEMES = ("sqlite", "postgres", "postgresql")


def database(*, default_file: Path, pool_size: int) -> dict[str, Any]:
    """The default database: what DATABASE_URL names, or one SQLite file."""
    value = address("DATABASE_URL", schemes=SCHEMES, example="postgresql://user:password@host:5432/name")
    if not value:
        return sqlite(default_file)
    try:
        config = Env.db_url_config(value) | socket_folder(value)
    except ValueError:
        raise unusable(
            "DATABASE_URL", without_password(value), wanted="an address whose parts are URL-encoded"
        ) from None
    if not config["NAME"] or config["NAME"] == ":memory:":
        raise unusable("DATABASE_URL", without_password(value), wanted="an address that ends in a database name")
    return sqlite(Path(config["NAME"])) if "sqlite" in config["ENGINE"] else postgresql(config, pool_size=pool_size)


def socket_folder(url: str) -> dict[str, str]:
    """HOST and PORT when the host is an encoded folder, postgresql://user@%2Frun%2Fpostgresql/name, as in libpq."""
    host, _, port = parsed(url).netloc.rpartition("@")[2].partition(":")
    return {"HOST": unquote(host), "PORT": port} if host.upper().startswith("%2F") else {}


def sqlite(file: Path) -> dict[str, Any]:
    """SQLite: writers queue at BEGIN and wait, and every commit is on the disk before it is answered."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": sqlite_pragmas()},
    }


def sqlite_pragmas(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str:
    """What each new connection sets. Without WAL, EXTRA also makes the removal of the journal durable."""
    mode = (
        "journal_mode=WAL; PRAGMA synchronous=FULL"
        if version >= WAL_IS_SOUND_FROM
        else "journal_mode=DELETE; PRAGMA synchronous=EXTRA"
    )
    return f"PRAGMA {mode}; PRAGMA foreign_keys=ON;"


def postgresql(config: dict[str, Any], *, pool_size: int) -> dict[str, Any]:
    """PostgreSQL behind one connection pool a process (docs/decisions/0013-database-connections.md)."""
    pool = {"min_size": 1, "max_size": pool_size, "timeout": 10}
    return {
        **config,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**config.get("OPTIONS", {}), "pool": pool},
    }
