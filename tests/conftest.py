"""What every test may lean on: the database rules, a database of one's own, the real Valkey.

Ordinary tests ask for `db` and are rolled back. The ledger's tables refuse DELETE and TRUNCATE, so a test that
needs real commits (threads, processes) can't be cleaned up by flushing: it asks for `committed_db` and gets a copy
of the migrated database, thrown away afterwards. docs/decisions/0017-test-databases.md says why.
"""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from tests.databases import CommittedDatabase, own_database
from tests.postgresql import running_postgresql
from tests.servers import Valkey, running_valkey

USE_THE_DATABASE = {"db", "committed_db", "django_db_setup", "client", "admin_client", "live_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks tests that use the database, and refuses the kind that would have to flush the ledger."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        names = set(getattr(item, "fixturenames", ()))
        if (marker and marker.kwargs.get("transaction")) or "transactional_db" in names:
            raise pytest.UsageError(f"{item.nodeid}: the ledger can't be flushed; use the fixture committed_db")
        if marker or names & USE_THE_DATABASE:
            item.add_marker(pytest.mark.database)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test is a failed promise: it fails, and its reason is the message."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and a skipped test fails the run: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hashing passwords is slow on purpose; tests make hundreds of people."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The migrated test database, also for a run in which every test asks for `committed_db`.

    pytest-django's own fixture makes none when no test carries its marker.
    """
    with django_db_blocker.unblock():
        databases = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(databases, verbosity=0)


@pytest.fixture
def committed_db(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[CommittedDatabase]:
    """A migrated database for this test alone, in which commits are real; `.environment` is for child processes."""
    with django_db_blocker.unblock(), own_database(tmp_path) as database:
        yield database


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A real Valkey server for the session, empty at first; `.url` and `.environment` say where it is."""
    with running_valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a real PostgreSQL server, for tests that start the app on one; they make their own database."""
    with running_postgresql() as url:
        yield url
