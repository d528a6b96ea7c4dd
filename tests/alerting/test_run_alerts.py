"""The loop as a real process, on a database of its own."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from time import monotonic, sleep

import pytest
from django.db import connection
from django.utils import timezone

from checklists.models import Alert, Delivery, ExpectedStep, Heartbeat, LedgerEntry
from tests.alerting.making import a_production, a_step, a_webhook, seconds
from tests.databases import CommittedDatabase
from tests.sinks import running_sink, wait_until


@contextmanager
def run_alerts(
    database: CommittedDatabase, *options: str, ending: signal.Signals = signal.SIGTERM
) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py run_alerts` beside the test, stopped at the end."""
    environment = {**database.environment, "ALLOW_PRIVATE_WEBHOOKS": "1"}
    process = subprocess.Popen([sys.executable, "manage.py", "run_alerts", *options], env=environment)
    try:
        yield process
    finally:
        process.send_signal(ending)
        process.wait(10)


def swept_within(span: timedelta) -> bool:
    return Heartbeat.objects.filter(name="sweep", at__gte=timezone.now() - span).exists()


def test_a_missed_step_reaches_the_webhook_within_a_second(committed_db: CommittedDatabase) -> None:
    production = a_production()
    with running_sink() as sink, run_alerts(committed_db):
        a_webhook(production, sink.url)
        wait_until(lambda: swept_within(seconds(2)))
        due_at = timezone.now() + seconds(1.5)
        a_step(production, due_at=due_at)

        sink.wait_for(1)

    assert seconds(0) <= timezone.now() - due_at < seconds(1)
    assert sink.alert_ids == [str(Alert.objects.get().id)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_when_it_is_asked_to(committed_db: CommittedDatabase, number: int) -> None:
    with run_alerts(committed_db) as process:
        wait_until(lambda: swept_within(seconds(2)))
        began = monotonic()
        process.send_signal(number)

        assert process.wait(10) == 0
        assert monotonic() - began < 2


def test_two_processes_breach_each_step_once(committed_db: CommittedDatabase) -> None:
    production = a_production()
    with running_sink() as sink, run_alerts(committed_db), run_alerts(committed_db):
        a_webhook(production, sink.url)
        wait_until(lambda: swept_within(seconds(2)))
        for number in range(40):
            a_step(production, due_at=timezone.now() + seconds(0.05 * number))

        wait_until(lambda: len(sink.alert_ids) >= 40, within_s=20)
        sleep(0.5)

    assert len(set(sink.alert_ids)) == len(sink.alert_ids) == Alert.objects.count() == 40
    assert LedgerEntry.objects.filter(kind="alert_opened").count() == 40


def test_killed_again_and_again_it_still_sends_everything(committed_db: CommittedDatabase) -> None:
    production, kills = a_production(), 6
    with running_sink(delay_s=0.02) as sink:
        a_webhook(production, sink.url)
        for number in range(120):
            a_step(production, due_at=timezone.now() + seconds(1 + 0.1 * number))
        for kill in range(kills):
            with run_alerts(committed_db, ending=signal.SIGKILL):
                wait_until(lambda: swept_within(seconds(0.4)))
                sleep(0.1 + 0.17 * kill)
        with run_alerts(committed_db):
            wait_until(lambda: not ExpectedStep.objects.filter(state="open").exists(), within_s=30)
            wait_until(lambda: not Delivery.objects.filter(state="queued").exists(), within_s=30)

    messages = [request.message["id"] for request in sink.requests]
    assert len(set(sink.alert_ids)) == Alert.objects.count() == 120
    assert len(messages) - len(set(messages)) <= kills


def test_on_standby_it_does_nothing_while_somebody_else_sweeps(committed_db: CommittedDatabase) -> None:
    production = a_production()
    with run_alerts(committed_db, "--standby"):
        for _ in range(30):
            Heartbeat.objects.update_or_create(name="sweep", defaults={"at": timezone.now()})
            if not ExpectedStep.objects.exists():
                a_step(production, due_at=timezone.now())
            sleep(0.1)

    assert ExpectedStep.objects.get().state == "open"


def test_on_standby_it_takes_over_when_the_heartbeat_is_old_and_goes_on(committed_db: CommittedDatabase) -> None:
    production = a_production()
    Heartbeat.objects.create(name="sweep", at=timezone.now() - seconds(3))
    with running_sink() as sink, run_alerts(committed_db, "--standby"):
        a_webhook(production, sink.url)
        a_step(production, due_at=timezone.now())
        sink.wait_for(1)
        due_at = timezone.now() + seconds(2)
        a_step(production, due_at=due_at)

        sink.wait_for(2)

    assert timezone.now() - due_at < seconds(1.5)


def test_it_goes_on_when_the_database_comes_back(committed_db: CommittedDatabase) -> None:
    production = a_production()
    with running_sink() as sink, run_alerts(committed_db) as process:
        a_webhook(production, sink.url)
        wait_until(lambda: swept_within(seconds(2)))
        with the_database_gone():
            sleep(1.5)
        a_step(production, due_at=timezone.now())

        sink.wait_for(1)

        assert process.poll() is None


@contextmanager
def the_database_gone() -> Iterator[None]:
    """On SQLite the tables can't be found, on PostgreSQL every connection is cut."""
    table = Heartbeat._meta.db_table
    with ExitStack() as later, connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{table}_away"')
        later.callback(rename_back, table)
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        yield


def rename_back(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}_away" RENAME TO "{table}"')
