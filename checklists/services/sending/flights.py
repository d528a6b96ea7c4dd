"""Messages under way: one thread each, which sees a channel and a message and never the database."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from uuid import UUID

from checklists.channels import Message, PassingFailure, PermanentFailure, channel_of
from checklists.models import Delivery
from checklists.services.sending.leasing import Busy, Ending, Outcome

logger = logging.getLogger(__name__)

AT_ONCE = 64
AT_ONCE_TO_ONE_INBOX = 4
"""A slow inbox has at most these threads waiting for it; the others are free for everybody else."""

ABANDONS_AFTER_S = 120.0
"""An attempt that has not ended by then is left to itself and counts as failed for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    delivery: Delivery
    began: float = field(default_factory=monotonic)


class Flights:
    """What this process is sending now."""

    def __init__(self) -> None:
        self.under_way: dict[UUID, Flight] = {}
        self.outcomes: SimpleQueue[Outcome] = SimpleQueue()

    def room(self) -> int:
        return AT_ONCE - len(self.under_way)

    def busy(self) -> Busy:
        """What takes no more now."""
        channels, inboxes = self.load()
        return Busy(
            channels=[kind for kind, count in channels.items() if count >= at_once(kind)],
            inboxes=[inbox for inbox, count in inboxes.items() if count >= AT_ONCE_TO_ONE_INBOX],
        )

    def load(self) -> tuple[Counter[str], Counter[tuple[str, str]]]:
        """How many are under way, by channel and by inbox."""
        deliveries = [flight.delivery for flight in self.under_way.values()]
        return Counter(d.channel for d in deliveries), Counter((d.channel, d.target) for d in deliveries)

    def fitting(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """As many of them, from the front, as may be under way together with what already is."""
        channels, inboxes = self.load()
        fit = []
        for delivery in deliveries:
            inbox = (delivery.channel, delivery.target)
            if channels[delivery.channel] < at_once(delivery.channel) and inboxes[inbox] < AT_ONCE_TO_ONE_INBOX:
                channels[delivery.channel] += 1
                inboxes[inbox] += 1
                fit.append(delivery)
        return fit

    def start(self, delivery: Delivery, compose: Callable[[], Message]) -> None:
        """Sends it off; how it ended comes out of `landed`."""
        self.under_way[delivery.id] = Flight(delivery=delivery)
        try:
            message = compose()
            Thread(target=self.fly, args=(delivery, message), name="sender", daemon=True).start()
        except Exception as error:
            logger.exception("delivery %s could not set off", delivery.id)
            self.outcomes.put(Outcome(delivery=delivery, ending=Ending.FAILED_FOR_NOW, error=repr(error)))

    def fly(self, delivery: Delivery, message: Message) -> None:
        """Runs on the thread."""
        self.outcomes.put(attempt(delivery, message))

    def landed(self, *, within_s: float) -> list[Outcome]:
        """What has ended, waiting up to `within_s` for the first one, and what has taken too long."""
        ended = []
        try:
            ended.append(self.outcomes.get(timeout=within_s))
            while True:
                ended.append(self.outcomes.get_nowait())
        except Empty:
            pass
        for outcome in ended:
            self.under_way.pop(outcome.delivery.id, None)
        return [*ended, *self.abandoned()]

    def abandoned(self) -> list[Outcome]:
        lost = [f.delivery for f in self.under_way.values() if monotonic() - f.began > ABANDONS_AFTER_S]
        for delivery in lost:
            del self.under_way[delivery.id]
        error = f"no end after {ABANDONS_AFTER_S:.0f} seconds"
        return [Outcome(delivery=delivery, ending=Ending.FAILED_FOR_NOW, error=error) for delivery in lost]


def attempt(delivery: Delivery, message: Message) -> Outcome:
    """One try on the delivery's channel. Whatever a channel raises, it ends as an outcome."""
    try:
        channel_of(delivery.channel).send(message, target=delivery.target, secret=delivery.secret)
    except PermanentFailure as failure:
        return Outcome(delivery=delivery, ending=Ending.FAILED_FOR_GOOD, error=str(failure))
    except PassingFailure as failure:
        return Outcome(delivery=delivery, ending=Ending.FAILED_FOR_NOW, error=str(failure))
    except Exception as error:
        logger.exception("channel %s failed in an unforeseen way", delivery.channel)
        return Outcome(delivery=delivery, ending=Ending.FAILED_FOR_NOW, error=type(error).__name__)
    return Outcome(delivery=delivery, ending=Ending.RECEIVED)


def at_once(kind: str) -> int:
    """How many messages a channel carries at the same time; one that is not installed fails them singly."""
    try:
        return channel_of(kind).AT_ONCE
    except PermanentFailure:
        return 1
