from datetime import datetime, timedelta

import pytest

from checklists.models import Heartbeat
from checklists.services.alerting.heartbeats import beat, health
from tests.alerting.making import NINE, a_delivery, a_production, a_step, seconds

pytestmark = pytest.mark.django_db


def healthy(*, swept_at: datetime) -> bool:
    beat("sweep", now=swept_at)
    return health(now=NINE)["ok"]


def test_a_fresh_heartbeat_and_nothing_overdue_is_healthy() -> None:
    beat("sweep", now=NINE - seconds(2))

    assert health(now=NINE) == {
        "ok": True,
        "last_sweep_at": NINE - seconds(2),
        "age_s": 2.0,
        "overdue": 0,
        "last_send_at": None,
        "unsent": 0,
    }


def test_no_heartbeat_is_not_healthy() -> None:
    answer = health(now=NINE)

    assert (answer["ok"], answer["last_sweep_at"], answer["age_s"]) == (False, None, None)


def test_a_heartbeat_counts_for_thirty_seconds() -> None:
    assert healthy(swept_at=NINE - seconds(30))


def test_an_older_heartbeat_is_not_healthy() -> None:
    assert not healthy(swept_at=NINE - seconds(31))


def test_a_heartbeat_from_the_future_is_not_healthy() -> None:
    assert not healthy(swept_at=NINE + timedelta(hours=1))


def test_a_step_that_no_sweep_took_for_ten_seconds_is_not_healthy() -> None:
    a_step(a_production(), due_at=NINE - seconds(11))

    assert not healthy(swept_at=NINE)
    assert health(now=NINE)["overdue"] == 1


def test_a_step_that_has_just_come_due_is_healthy() -> None:
    a_step(a_production(), due_at=NINE - seconds(9))

    assert healthy(swept_at=NINE)


def test_a_simulated_production_is_nobodys_worry() -> None:
    a_step(a_production(simulated=True), due_at=NINE - timedelta(days=400))

    assert healthy(swept_at=NINE)


def test_a_message_that_no_sender_takes_is_not_healthy() -> None:
    a_delivery(a_production(), target="x", created_at=NINE - seconds(40))

    assert not healthy(swept_at=NINE)
    assert health(now=NINE)["unsent"] == 1


def test_a_message_that_waits_for_its_slow_inbox_is_healthy() -> None:
    a_delivery(a_production(), target="x", created_at=NINE - seconds(40))
    beat("send", now=NINE)

    assert healthy(swept_at=NINE)


def test_a_heartbeat_is_not_written_more_often_than_anybody_reads_it() -> None:
    beat("sweep", now=NINE)
    beat("sweep", now=NINE + seconds(0.1))

    assert Heartbeat.objects.get().at == NINE


def test_a_clock_that_was_put_back_does_not_stop_the_heartbeat() -> None:
    beat("sweep", now=NINE + timedelta(hours=1))
    beat("sweep", now=NINE)

    assert Heartbeat.objects.get().at == NINE
