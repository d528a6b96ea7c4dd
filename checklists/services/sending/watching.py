"""The alert loop without Celery: one thread sweeps, one sends, until the process is asked to stop."""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from checklists.services.alerting.heartbeats import SEND, SWEEP, is_fresh, last_beat
from checklists.services.alerting.sweeping import seconds_to_next_due, sweep
from checklists.services.sending.delivering import send_due_deliveries
from checklists.services.sending.nudging import nudge_instead

logger = logging.getLogger(__name__)

SWEEPS_EVERY_S = 1.0
SENDS_EVERY_S = 0.2
TRIES_AGAIN_AFTER_S = 1.0
STOPS_WITHIN_S = 2.0


class Turn:
    """Whether it is this process's turn: always, or on standby while nobody else leaves a heartbeat."""

    def __init__(self, heartbeat: str, *, standby: bool) -> None:
        self.heartbeat = heartbeat
        self.standby = standby
        self.own_beat: datetime | None = None

    def take(self, job: Callable[[], int]) -> None:
        """Does the job if it is our turn. A heartbeat that is our own doesn't make us step back."""
        if not self.standby:
            job()
            return
        last = last_beat(self.heartbeat)
        if last is None or last == self.own_beat or self.is_stale(last):
            job()
            self.own_beat = last_beat(self.heartbeat)

    def is_stale(self, at: datetime) -> bool:
        return not is_fresh(at, now=timezone.now(), within=settings.STANDBY_SWEEPS_AFTER)


def watch(*, stop: Event, standby: bool) -> None:
    """Sweeps and sends until `stop` is set. On standby each of the two acts only while nobody else does it."""
    woken = Event()
    nudge_instead(woken)
    sender = Thread(target=keep_sending, args=(Turn(SEND, standby=standby), woken, stop), daemon=True)
    sender.start()
    keep_sweeping(Turn(SWEEP, standby=standby), stop)
    woken.set()
    sender.join(STOPS_WITHIN_S)


def keep_sweeping(turn: Turn, stop: Event) -> None:
    """Every second, and at the moment at which a step comes due."""

    def sweep_and_look_ahead() -> float:
        turn.take(sweep)
        return min(SWEEPS_EVERY_S, seconds_to_next_due() or SWEEPS_EVERY_S)

    while not stop.is_set():
        stop.wait(survive(sweep_and_look_ahead))


def keep_sending(turn: Turn, woken: Event, stop: Event) -> None:
    """Whenever the sweep has queued something, and five times a second."""

    def send() -> float:
        turn.take(lambda: send_due_deliveries(stopping=stop.is_set))
        return SENDS_EVERY_S

    while not stop.is_set():
        woken.wait(survive(send))
        woken.clear()


def survive(round_of_work: Callable[[], float]) -> float:
    """One round; returns the pause after it. Whatever goes wrong is logged, and the next round tries again."""
    try:
        close_old_connections()
        return round_of_work()
    except Exception:
        logger.exception("this round failed, trying again in %s s", TRIES_AGAIN_AFTER_S)
        return TRIES_AGAIN_AFTER_S
