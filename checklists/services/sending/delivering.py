"""Sends what is queued: leases, hands messages to their channels outside any transaction, and only then marks them.

A crash after a channel took a message and before the mark sends it twice, with the same id. Nothing is sent never.
"""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import monotonic, sleep

from django.utils import timezone

from checklists.channels import PermanentFailure, channel_of
from checklists.models import Alert, Delivery
from checklists.services.alerting.heartbeats import BEATS_EVERY, SEND, beat
from checklists.services.sending.composing import alerts_of, is_needed, message
from checklists.services.sending.flights import Flights
from checklists.services.sending.leasing import Ending, Outcome, lease, next_due_at, renew, settle, waiting

LOOKS_UP_EVERY_S = 0.2
"""How often it looks for new work while messages are under way."""

WAITS_FOR_RETRIES = timedelta(seconds=1)
LANDS_WITHIN_S = 1.0
"""How long messages under way may take when the process is asked to stop."""

Clock = Callable[[], datetime]


def send_due_deliveries(
    *, now: datetime | None = None, limit: int | None = None, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Sends every delivery that is due or comes due within a second; returns how many were received.

    Takes on at most `limit` deliveries, if there is one. With `now` the clock runs on from there. `stopping` is
    asked again and again; once it says yes, nothing new sets off and what is under way has one second.
    """
    sender = Sender(clock=running_clock(now), limit=limit)
    while not stopping():
        sender.take_on()
        if sender.flights.under_way:
            sender.wait(LOOKS_UP_EVERY_S)
        elif not sender.pause_for_retries():
            break
    ends = monotonic() + LANDS_WITHIN_S
    while sender.flights.under_way and monotonic() < ends:
        sender.wait(LOOKS_UP_EVERY_S)
    return sender.received


def running_clock(now: datetime | None) -> Clock:
    """The real clock, or one that reads `now` at this moment and runs at the same speed."""
    if now is None:
        return timezone.now
    began = monotonic()
    return lambda: now + timedelta(seconds=monotonic() - began)


class Sender:
    """The state of one call: what is under way, how much it may still take on, how much was received."""

    def __init__(self, *, clock: Clock, limit: int | None) -> None:
        self.clock = clock
        self.flights = Flights()
        self.left = math.inf if limit is None else limit
        self.received = 0
        self.beat_at: datetime | None = None

    def take_on(self) -> None:
        """Leases what fits beside what is under way, and sends it off."""
        self.beat()
        room = int(min(self.flights.room(), self.left))
        if room <= 0:
            return
        now = self.clock()
        found = waiting(now=now, busy=self.flights.busy(), most=room)
        leased = lease(self.flights.fitting(found), now=now)
        self.left -= len(leased)
        self.send_off(leased, now=now)

    def send_off(self, leased: Sequence[Delivery], *, now: datetime) -> None:
        """Reads the alerts after the lease, so that an answer given meanwhile is heard."""
        alerts = alerts_of(leased) if leased else {}
        unneeded = []
        for delivery in leased:
            if makes_sense(delivery, alerts.get(delivery.id, [])):
                about = alerts.get(delivery.id, [])
                self.flights.start(delivery, partial(message, delivery, about, now=now))
            else:
                unneeded.append(Outcome(delivery=delivery, ending=Ending.NOT_NEEDED))
        settle(unneeded, now=now)

    def wait(self, seconds: float) -> None:
        """Marks what has ended, and keeps the leases of what has not."""
        landed = self.flights.landed(within_s=seconds)
        self.received += settle(landed, now=self.clock())
        renew((flight.delivery for flight in self.flights.under_way.values()), now=self.clock())

    def pause_for_retries(self) -> bool:
        """Waits a little when something comes due soon; False when nothing does, or no more may be taken on."""
        next_at = next_due_at() if self.left > 0 else None
        if next_at is None or next_at - self.clock() > WAITS_FOR_RETRIES:
            return False
        left = (next_at - self.clock()).total_seconds()
        sleep(min(max(left, 0.01), LOOKS_UP_EVERY_S))
        return True

    def beat(self) -> None:
        now = self.clock()
        if self.beat_at is None or now - self.beat_at >= BEATS_EVERY:
            self.beat_at = now
            beat(SEND, now=now)


def makes_sense(delivery: Delivery, alerts: Sequence[Alert]) -> bool:
    """Whether it is still worth sending: to a machine always, to a person while somebody must answer."""
    try:
        tells_afterwards = channel_of(delivery.channel).TELLS_AFTERWARDS
    except PermanentFailure:
        return True
    return tells_afterwards or is_needed(alerts)
