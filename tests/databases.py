"""A database of a test's own: a copy of the migrated test database, switched in and thrown away."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class CommittedDatabase:
    """Where the copy is. Threads of the test use it by themselves; processes get `environment`."""

    name: str
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a child process that should see this database."""
        return {**os.environ, "DATABASE_URL": self.url}


@contextmanager
def own_database(folder: Path) -> Iterator[CommittedDatabase]:
    """Switches the default connection to a fresh copy, for every thread, until the block ends."""
    make = sqlite_copy if connection.vendor == "sqlite" else postgresql_copy
    with make(folder) as database, switched_to(database.name):
        yield database


@contextmanager
def switched_to(name: str) -> Iterator[None]:
    """Points the settings that all threads share at another database, and back.

    The old wrapper is put aside, not closed: an in-memory database lives as long as its connection.
    """
    aside: BaseDatabaseWrapper = connections["default"]
    original = aside.settings_dict["NAME"]
    aside.settings_dict["NAME"] = name
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        close_pool()
        aside.settings_dict["NAME"] = original
        connections["default"] = aside


@contextmanager
def sqlite_copy(folder: Path) -> Iterator[CommittedDatabase]:
    """Copies the migrated test database into a file."""
    file = folder / "committed.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
    yield CommittedDatabase(name=str(file), url=f"sqlite:///{file}")


@contextmanager
def postgresql_copy(folder: Path) -> Iterator[CommittedDatabase]:
    """Clones the migrated test database; nobody may be connected to it meanwhile."""
    template = connection.settings_dict["NAME"]
    name = f"{template}_{uuid4().hex[:8]}"
    connection.close()
    close_pool()
    run_on_the_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield CommittedDatabase(name=name, url=postgresql_url(name))
    finally:
        run_on_the_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def run_on_the_server(statement: str) -> None:
    """Runs one statement outside every test database."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def close_pool() -> None:
    """Lets go of every pooled connection, if there is a pool."""
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]


def postgresql_url(name: str) -> str:
    """The address of a database on the server that the tests use."""
    at = connection.settings_dict
    person = quote(at["USER"], safe="") + (":" + quote(at["PASSWORD"], safe="") if at["PASSWORD"] else "")
    port = f":{at['PORT']}" if at["PORT"] else ""
    return f"postgresql://{person}@{quote(at['HOST'], safe='')}{port}/{name}"
