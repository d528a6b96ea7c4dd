"""Says whether somebody is watching: the sweep and the sender each leave a heartbeat, and `health` reads them."""

from datetime import datetime, timedelta
from typing import TypedDict

from django.conf import settings
from django.utils import timezone

from checklists.models import Delivery, ExpectedStep, Heartbeat

SWEEP = "sweep"
SEND = "send"

BEATS_EVERY = timedelta(milliseconds=500)
"""Several workers sweep at once; a row written more often than this says nothing new."""

OVERDUE_AFTER = timedelta(seconds=10)


class Health(TypedDict):
    """`overdue`: open steps that no sweep took; `unsent`: deliveries that no sender took."""

    ok: bool
    last_sweep_at: datetime | None
    age_s: float | None
    overdue: int
    last_send_at: datetime | None
    unsent: int


def beat(name: str, *, now: datetime) -> None:
    """Leaves a heartbeat, unless a fresh one is there. One from the future (the clock was put back) is replaced."""
    last = last_beat(name)
    if last is None:
        Heartbeat.objects.bulk_create([Heartbeat(name=name, at=now)], ignore_conflicts=True)
    elif abs(now - last) >= BEATS_EVERY:
        Heartbeat.objects.filter(name=name).update(at=now)


def last_beat(name: str) -> datetime | None:
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def is_fresh(at: datetime | None, *, now: datetime, within: timedelta) -> bool:
    """Whether a heartbeat counts; one from the future counts as little as an old one."""
    return at is not None and abs(now - at) <= within


def health(*, now: datetime | None = None) -> Health:
    """What GET /healthz/alerts answers; `ok` is False when a step or a message may be waiting unnoticed."""
    now = now or timezone.now()
    swept, sent = last_beat(SWEEP), last_beat(SEND)
    stale_after: timedelta = settings.ALERTS_STALE_AFTER
    overdue = ExpectedStep.objects.filter(
        state=ExpectedStep.State.OPEN, due_at__lt=now - OVERDUE_AFTER, production__simulated=False
    ).count()
    unsent = (
        Delivery.objects.filter(state=Delivery.State.QUEUED, next_at__lt=now - stale_after)
        .exclude(leased_until__gt=now)
        .count()
    )
    sending = not unsent or is_fresh(sent, now=now, within=stale_after)
    return {
        "ok": is_fresh(swept, now=now, within=stale_after) and not overdue and sending,
        "last_sweep_at": swept,
        "age_s": (now - swept).total_seconds() if swept else None,
        "overdue": overdue,
        "last_send_at": sent,
        "unsent": unsent,
    }
