"""Lets a long look at the database see one moment of it, while others go on writing.

PostgreSQL gives each transaction a snapshot and lets writers pass. With SQLite's rollback journal a reader who takes
minutes keeps every commit waiting until it times out; so the file is copied first, in one go that is as fast as the
disk, and the copy is looked at.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, connections, transaction


@contextmanager
def still_database() -> Iterator[None]:
    """Within it, SQLite is read from a copy that nobody writes to. Elsewhere nothing changes."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with TemporaryDirectory(prefix="verify") as folder:
        copy = Path(folder) / "copy.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
        with reading(copy):
            yield


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Points this thread at another SQLite file, read only, and back."""
    aside = connections["default"]
    other = connections.create_connection("default")
    options = {**aside.settings_dict["OPTIONS"], "init_command": "PRAGMA query_only=ON;"}
    other.settings_dict = {**aside.settings_dict, "NAME": str(file), "OPTIONS": options}
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = aside


@contextmanager
def one_moment() -> Iterator[None]:
    """One snapshot for everything that is read within, and nothing can be written."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def damages() -> list[str]:
    """What the database itself says is wrong with its file: SQLite knows its pages and indexes."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(20)")
        return [line for (line,) in cursor.fetchall() if line != "ok"]
