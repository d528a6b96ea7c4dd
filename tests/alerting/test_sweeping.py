from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from checklists.models import Alert, Delivery, ExpectedStep, Heartbeat, LedgerEntry, Production
from checklists.services.alerting.sweeping import StepsMovedError, claim, sweep, sweep_through
from checklists.services.ledger import lock_ledger
from tests.alerting.making import (
    NINE,
    a_member,
    a_production,
    a_saved_alert,
    a_step,
    a_webhook,
    seconds,
)
from tests.databases import CommittedDatabase


def states() -> list[str]:
    return list(ExpectedStep.objects.order_by("due_at").values_list("state", flat=True))


@pytest.mark.django_db
def test_a_step_that_did_not_come_is_missed_and_opens_its_alert() -> None:
    production = a_production()
    step = a_step(production, due_at=NINE)

    opened = sweep(now=NINE + seconds(1))

    alert = Alert.objects.get()
    assert opened == 1
    assert states() == ["missed"]
    assert (alert.step, alert.entry, alert.rule, alert.owner) == (step, step.opened_by, "both-sign", "handler")
    assert (alert.due_at, alert.opened_at, alert.state) == (NINE, NINE + seconds(1), "open")


@pytest.mark.django_db
def test_alert_ledger_entry_and_deliveries_come_together() -> None:
    production = a_production()
    a_member(production, "armorer", email="armorer@example.com")
    a_webhook(production, "https://hooks.example/")
    a_step(production)

    sweep(now=NINE)

    assert LedgerEntry.objects.get(kind="alert_opened").received_at == NINE
    assert sorted(Delivery.objects.values_list("channel", flat=True)) == ["email", "in_app", "webhook"]


@pytest.mark.django_db
def test_a_step_is_swept_at_its_due_time_and_not_before() -> None:
    a_step(a_production(), due_at=NINE)

    before, at = sweep(now=NINE - timedelta(microseconds=1)), sweep(now=NINE)

    assert (before, at) == (0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["met", "missed", "late", "waived"])
def test_only_open_steps_are_swept(state: str) -> None:
    a_step(a_production(), state=state)

    assert sweep(now=NINE) == 0
    assert states() == [state]


@pytest.mark.django_db
def test_a_second_sweep_finds_nothing_left() -> None:
    a_step(a_production())

    assert [sweep(now=NINE), sweep(now=NINE)] == [1, 0]


@pytest.mark.django_db
def test_a_step_that_has_its_alert_already_is_missed_without_another() -> None:
    production = a_production()
    step = a_step(production)
    a_saved_alert(production, rule=step.rule, entry=step.opened_by)

    opened = sweep(now=NINE)

    assert (opened, states(), Alert.objects.count()) == (0, ["missed"], 1)


@pytest.mark.django_db
def test_more_steps_than_one_transaction_takes_are_all_swept() -> None:
    production = a_production()
    for number in range(1203):
        a_step(production, due_at=NINE - seconds(number))

    assert sweep(now=NINE) == 1203
    assert LedgerEntry.objects.filter(kind="alert_opened").count() == 1203


@pytest.mark.django_db
def test_a_broken_production_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    broken, sound = a_production(title="A broken one"), a_production(title="B sound")
    broken.head.delete()
    a_step(broken)
    a_step(sound)

    opened = sweep(now=NINE)

    assert opened == 1
    assert Alert.objects.get().production == sound
    assert str(broken.id) in caplog.text


@pytest.mark.django_db
def test_a_step_that_can_not_be_swept_hides_no_other_and_stays_open(caplog: pytest.LogCaptureFixture) -> None:
    production = a_production()
    bad = a_step(production)
    a_step(production)
    a_saved_alert(production, step=bad, rule="another-rule")

    opened = sweep(now=NINE)

    assert opened == 1
    assert ExpectedStep.objects.get(state="open") == bad
    assert str(bad.id) in caplog.text


@pytest.mark.django_db
def test_a_step_that_somebody_else_took_meanwhile_is_not_claimed() -> None:
    step = a_step(a_production())
    ExpectedStep.objects.update(state="met")

    with pytest.raises(StepsMovedError):
        claim([step], now=NINE)


@pytest.mark.django_db
def test_a_sweep_leaves_its_heartbeat_also_when_nothing_was_due() -> None:
    sweep(now=NINE)

    assert Heartbeat.objects.get(name="sweep").at == NINE


@pytest.mark.django_db
def test_a_simulated_production_is_swept_by_its_own_clock_alone() -> None:
    a_step(a_production(simulated=True), due_at=NINE - timedelta(days=400))

    assert (sweep(), sweep(now=NINE)) == (0, 1)


@pytest.mark.django_db
def test_sweeping_through_a_span_opens_alerts_when_they_come_due() -> None:
    due_at = timezone.now() + seconds(0.3)
    a_step(a_production(), due_at=due_at)

    opened = sweep_through(span=seconds(5))

    assert opened == 1
    assert seconds(0) <= Alert.objects.get().opened_at - due_at < seconds(0.5)


@pytest.mark.django_db
def test_sweeping_through_a_span_ends_when_nothing_comes_due_in_it() -> None:
    began = timezone.now()
    a_step(a_production(), due_at=began + seconds(60))

    sweep_through(span=seconds(30))

    assert timezone.now() - began < seconds(5)


def test_a_production_that_stays_locked_is_left_to_the_next_sweep(committed_db: CommittedDatabase) -> None:
    locked, free = a_production(title="locked"), a_production(title="free")
    for production in (locked, free):
        a_step(production)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 200")

    with somebody_locks(locked), suppress(OperationalError):  # on SQLite the lock is on everything
        assert sweep() == 1

    assert sweep() == (2 if connection.vendor == "sqlite" else 1)


@contextmanager
def somebody_locks(production: Production) -> Iterator[None]:
    """Another thread is in the middle of a long transaction."""
    begun, over = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                lock_ledger(production)
                begun.set()
                over.wait(20)
        finally:
            connections.close_all()

    thread = Thread(target=hold)
    thread.start()
    try:
        begun.wait(10)
        yield
    finally:
        over.set()
        thread.join()


def test_workers_that_sweep_at_once_open_every_alert_once(committed_db: CommittedDatabase) -> None:
    workers, productions = 4, [a_production(title=str(number)) for number in range(5)]
    for production in productions:
        for number in range(40):
            a_step(production, due_at=NINE - seconds(number))
    together = Barrier(workers)

    def sweep_with_the_others(_: int) -> int:
        try:
            together.wait(10)
            return sweep()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        opened = sum(pool.map(sweep_with_the_others, range(workers)))

    assert (opened, Alert.objects.count(), set(states())) == (200, 200, {"missed"})
    assert LedgerEntry.objects.filter(kind="alert_opened").count() == 200
