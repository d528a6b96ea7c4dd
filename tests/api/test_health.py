"""Whether a load balancer and a watchdog are told the truth."""

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from api import health
from checklists.models import Heartbeat
from tests.databases import CommittedDatabase
from tests.servers import Valkey


@pytest.fixture(autouse=True)
def no_check_is_left_over() -> Iterator[None]:
    yield
    for check in health.under_way.values():
        check.exception(timeout=10)
    health.under_way.clear()


def test_a_process_that_answers_is_alive() -> None:
    assert Client().get("/healthz").status_code == 200


def test_it_is_ready_when_database_and_broker_answer(committed_db: CommittedDatabase, valkey: Valkey) -> None:
    with override_settings(REDIS_URL=valkey.url):
        answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ok": True, "database": "ok", "broker": "ok"})


def test_it_is_not_ready_without_its_broker(committed_db: CommittedDatabase) -> None:
    with override_settings(REDIS_URL="unix:///nowhere/valkey.sock"):
        answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"ok": False, "database": "ok", "broker": "not ready"})


def test_it_is_not_ready_before_it_is_migrated(committed_db: CommittedDatabase, valkey: Valkey) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'checklists'")

    with override_settings(REDIS_URL=valkey.url):
        answer = Client().get("/readyz")

    assert answer.json() == {"ok": False, "database": "not ready", "broker": "ok"}


def test_it_answers_in_time_when_the_broker_hangs(committed_db: CommittedDatabase) -> None:
    started = monotonic()

    with override_settings(REDIS_URL="redis://192.0.2.1:6379/0"):  # an address that nobody has (RFC 5737)
        answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert monotonic() - started < 2.5


@pytest.mark.parametrize("age, status", [(0, 200), (29, 200), (31, 503), (-40, 503)])
def test_the_alert_engine_is_watched(db: None, age: int, status: int) -> None:
    Heartbeat.objects.create(name="sweep", at=timezone.now() - timedelta(seconds=age))

    answer = Client().get("/healthz/alerts")

    assert answer.status_code == status
    assert answer.json()["ok"] is (status == 200)


def test_an_alert_engine_that_never_ran_is_not_healthy(db: None) -> None:
    assert Client().get("/healthz/alerts").status_code == 503
