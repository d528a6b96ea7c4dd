"""The rows of deliveries while they are sent: leased by compare-and-set, renewed, and marked when it is over."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction
from django.db.models import F, Q, QuerySet

from checklists.models import Delivery

LEASE = timedelta(seconds=15)
"""How long a message waits for another sender when its own one died. A living sender renews in time."""

TRIES_AGAIN_AFTER = tuple(timedelta(seconds=seconds) for seconds in (0.5, 5, 15, 60, 300))
"""Pauses after the first, second, ... failed attempt; the last one repeats."""

GIVES_UP_AFTER = timedelta(hours=24)

ERROR_LENGTH = 500


class Ending(Enum):
    """How an attempt ended."""

    RECEIVED = "received"
    FAILED_FOR_NOW = "failed for now"
    FAILED_FOR_GOOD = "failed for good"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an attempt; `error` is for people to read."""

    delivery: Delivery
    ending: Ending
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """What takes no more in this process now: whole channels, and single inboxes (channel, target)."""

    channels: Collection[str] = ()
    inboxes: Collection[tuple[str, str]] = ()


def waiting(*, now: datetime, busy: Busy, most: int) -> list[Delivery]:
    """What could be sent now, the longest waiting first. Others may want it too: see `lease`."""
    found = due(now).exclude(channel__in=busy.channels).order_by("next_at", "id")
    for channel, target in busy.inboxes:
        found = found.exclude(channel=channel, target=target)
    return list(found.select_related("production")[:most])


def due(now: datetime) -> QuerySet[Delivery]:
    """Queued, not put off, and with nobody."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return Delivery.objects.filter(free, state=Delivery.State.QUEUED, next_at__lte=now)


def lease(deliveries: Sequence[Delivery], *, now: datetime) -> list[Delivery]:
    """Takes them, each by compare-and-set; returns those that nobody else took first.

    In the order of their ids, so that two senders never wait for each other in a circle.
    """
    if not deliveries:
        return []
    until = now + LEASE
    with transaction.atomic():
        return [delivery for delivery in by_id(deliveries) if claimed(delivery, now=now, until=until)]


def claimed(delivery: Delivery, *, now: datetime, until: datetime) -> bool:
    """On success the object in memory knows its lease."""
    delivery.leased_until = until
    return due(now).filter(id=delivery.id).update(leased_until=until) == 1


def renew(deliveries: Iterable[Delivery], *, now: datetime) -> None:
    """Prolongs the leases that have less than half left."""
    ending = [d for d in deliveries if d.leased_until is not None and d.leased_until - now < LEASE / 2]
    if ending:
        with transaction.atomic():
            for delivery in by_id(ending):
                if ours(delivery).update(leased_until=now + LEASE):
                    delivery.leased_until = now + LEASE


def settle(outcomes: Sequence[Outcome], *, now: datetime) -> int:
    """Writes down how attempts ended, in one short transaction; returns how many were received."""
    if outcomes:
        with transaction.atomic():
            for outcome in sorted(outcomes, key=lambda outcome: outcome.delivery.id):
                mark(outcome, now=now)
    return sum(outcome.ending is Ending.RECEIVED for outcome in outcomes)


def mark(outcome: Outcome, *, now: datetime) -> None:
    """A receipt counts whoever holds the lease by now; anything else is for the holder of the lease to say."""
    delivery, tried = outcome.delivery, {"leased_until": None, "attempts": F("attempts") + 1}
    match outcome.ending:
        case Ending.RECEIVED:
            unsent = Delivery.objects.filter(id=delivery.id).exclude(state=Delivery.State.SENT)
            unsent.update(state=Delivery.State.SENT, sent_at=now, error="", **tried)
        case Ending.NOT_NEEDED:
            ours(delivery).update(state=Delivery.State.NOT_NEEDED, leased_until=None)
        case Ending.FAILED_FOR_NOW if now - delivery.created_at < GIVES_UP_AFTER:
            pause = TRIES_AGAIN_AFTER[min(delivery.attempts, len(TRIES_AGAIN_AFTER) - 1)]
            ours(delivery).update(next_at=now + pause, error=outcome.error[:ERROR_LENGTH], **tried)
        case Ending.FAILED_FOR_NOW | Ending.FAILED_FOR_GOOD:
            ours(delivery).update(state=Delivery.State.FAILED, error=outcome.error[:ERROR_LENGTH], **tried)


def ours(delivery: Delivery) -> QuerySet[Delivery]:
    """The row, as long as it still has the lease that this process took."""
    lease = {"state": Delivery.State.QUEUED, "leased_until": delivery.leased_until}
    return Delivery.objects.filter(id=delivery.id, **lease)


def by_id(deliveries: Iterable[Delivery]) -> list[Delivery]:
    return sorted(deliveries, key=lambda delivery: delivery.id)


def next_due_at() -> datetime | None:
    """When the next queued delivery that nobody has leased is to be tried."""
    free = Delivery.objects.filter(state=Delivery.State.QUEUED, leased_until=None)
    return free.order_by("next_at").values_list("next_at", flat=True).first()
