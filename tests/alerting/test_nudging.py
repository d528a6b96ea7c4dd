import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

import pytest
import redis
from celery import current_app

from checklists.services.sending import nudging
from checklists.services.sending.nudging import Nudger
from tests.servers import Valkey
from tests.sinks import hanging_server, wait_until


@contextmanager
def broker(url: str) -> Iterator[None]:
    """Celery speaks to another broker until the block ends."""
    before = current_app.conf.broker_url, current_app.conf.broker_write_url
    current_app.conf.update(broker_url=url, broker_write_url=url)
    try:
        yield
    finally:
        current_app.conf.update(broker_url=before[0], broker_write_url=before[1])


def celery_url(valkey: Valkey) -> str:
    return valkey.url.replace("unix://", "redis+socket://")


def queued(valkey: Valkey) -> int:
    with redis.Redis.from_url(valkey.url) as client:
        return int(client.llen("celery"))


def test_a_nudge_puts_a_send_on_the_queue(valkey: Valkey) -> None:
    before = queued(valkey)

    with broker(celery_url(valkey)):
        Nudger().nudge()
        wait_until(lambda: queued(valkey) > before)


def test_many_nudges_are_few_messages(valkey: Valkey) -> None:
    nudger, before = Nudger(), queued(valkey)

    with broker(celery_url(valkey)):
        for _ in range(5000):
            nudger.nudge()
        wait_until(lambda: queued(valkey) > before and not nudger.wanted.is_set())

    assert queued(valkey) - before < 50


def test_a_broker_that_accepts_and_never_answers_delays_no_nudge() -> None:
    nudger = Nudger()
    with hanging_server() as port, broker(f"redis://127.0.0.1:{port}/0"):
        began = monotonic()
        for _ in range(1000):
            nudger.nudge()
        took = monotonic() - began
        wait_until(lambda: nudger.complained_at > 0)

    assert took < 0.5


def test_a_broker_that_is_gone_delays_no_nudge_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    nudger = Nudger()
    with broker("redis+socket:///nowhere/valkey.sock"):
        began = monotonic()
        nudger.nudge()
        took = monotonic() - began
        wait_until(lambda: nudger.complained_at > 0)
        nudger.nudge()

    assert took < 0.5
    assert caplog.text.count("broker out of reach") == 1


def test_a_process_that_sends_by_itself_is_woken_without_a_broker() -> None:
    nudger, woken = Nudger(), Event()
    nudger.sender_here = woken

    nudger.nudge()

    assert woken.is_set()
    assert nudger.thread is None


def test_a_forked_child_has_a_nudger_of_its_own() -> None:
    parents = nudging.nudger
    with parents.starting:
        child = os.fork()
        if child == 0:
            free = nudging.nudger.starting.acquire(timeout=1)
            os._exit(0 if free and nudging.nudger is not parents and nudging.nudger.thread is None else 1)

    assert os.waitpid(child, 0)[1] == 0


def test_no_room_for_a_thread_is_no_error(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def start(_: Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Thread, "start", start)
    nudger = Nudger()

    nudger.nudge()

    assert nudger.thread is None
    assert "no thread" in caplog.text


def test_the_nudge_that_everybody_calls_reaches_the_nudger_of_the_process() -> None:
    woken, before = Event(), nudging.nudger.sender_here
    nudging.nudge_instead(woken)
    try:
        nudging.nudge()
    finally:
        nudging.nudger.sender_here = before

    assert woken.is_set()
