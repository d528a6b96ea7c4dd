"""Whatever kills the loop: no alert is missed, and no more messages come twice than loops were killed."""

import os
import random
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.models import Alert, Delivery, ExpectedStep, LedgerEntry
from tests.alerting.making import a_member, a_production, a_step, a_webhook
from tests.databases import CommittedDatabase
from tests.sinks import Sink, running_sink, wait_until


def killed(database: CommittedDatabase, sink: Sink, *, kills: int, steps: int, seed: int) -> None:
    """Lets steps come due while loops are killed, and waits until everything has been opened and sent."""
    production = a_production()
    a_member(production, "armorer", email="armorer@example.com")
    a_webhook(production, sink.url)
    for number in range(steps):
        a_step(production, due_at=timezone.now() + timedelta(seconds=1 + 0.13 * kills * number / steps))
    environment = {**database.environment, "ALLOW_PRIVATE_WEBHOOKS": "1", "LOG_LEVEL": "ERROR"}
    environment["DJANGO_SETTINGS_MODULE"] = os.environ["DJANGO_SETTINGS_MODULE"]
    command = [sys.executable, "-m", "tests.alerting.killing", str(kills), str(seed)]
    process = subprocess.Popen(command, env=environment)
    try:
        wait_until(lambda: not ExpectedStep.objects.filter(state="open").exists(), within_s=60 + kills)
        wait_until(lambda: not Delivery.objects.filter(state="queued").exists(), within_s=60 + kills)
    finally:
        process.terminate()
        process.wait(30)


def every_alert_came(sink: Sink, *, kills: int, steps: int) -> None:
    messages = [request.message["id"] for request in sink.requests]
    opened = {str(alert_id) for alert_id in Alert.objects.values_list("id", flat=True)}
    twice = len(messages) - len(set(messages))
    print(f"{kills} kills: {len(opened)} alerts in {len(set(messages))} messages, {twice} of them twice")
    assert len(opened) == LedgerEntry.objects.filter(kind="alert_opened").count() == steps
    assert set(sink.alert_ids) == opened
    assert twice <= kills
    assert not Delivery.objects.exclude(state="sent").exists()


def test_twenty_kills(committed_db: CommittedDatabase) -> None:
    with running_sink(delay_s=0.01) as sink:
        killed(committed_db, sink, kills=20, steps=40, seed=1)

    every_alert_came(sink, kills=20, steps=40)


@pytest.mark.proof
def test_a_thousand_kills(committed_db: CommittedDatabase) -> None:
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    print(f"SEED={seed}")
    with running_sink(delay_s=0.01) as sink:
        killed(committed_db, sink, kills=1000, steps=2000, seed=seed)

    every_alert_came(sink, kills=1000, steps=2000)
