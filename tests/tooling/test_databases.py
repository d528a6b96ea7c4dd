"""The test databases keep their promises: rolled back, or a real copy of one's own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections

from tests.databases import CommittedDatabase
from tests.servers import Valkey


def people() -> int:
    """How many users this thread's connection sees; the connection is closed afterwards."""
    try:
        return get_user_model().objects.count()
    finally:
        connections.close_all()


def test_another_thread_sees_what_a_test_with_its_own_database_commits(committed_db: CommittedDatabase) -> None:
    get_user_model().objects.create(email="armorer@demo.example")

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(people).result() == 1


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_gets_a_fresh_copy(committed_db: CommittedDatabase, time: str) -> None:
    get_user_model().objects.create(email="armorer@demo.example")

    assert get_user_model().objects.count() == 1


@pytest.mark.django_db
def test_the_shared_database_keeps_nothing_of_the_copies() -> None:
    assert get_user_model().objects.count() == 0


def test_writers_wait_for_the_lock_at_begin_and_commits_are_durable(committed_db: CommittedDatabase) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("read committed",)
        return
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "foreign_keys")}
    assert found["foreign_keys"] == 1
    assert found["synchronous"] in (2, 3)  # FULL, EXTRA
    assert connection.transaction_mode == "IMMEDIATE"  # type: ignore[attr-defined]


def test_the_valkey_of_the_tests_is_real(valkey: Valkey) -> None:
    import redis

    with redis.Redis.from_url(valkey.url) as client:
        client.set("asked", "answered")

        assert client.get("asked") == b"answered"
