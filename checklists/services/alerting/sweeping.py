"""Finds expected steps that did not come, and opens their alerts. Any number of workers may do it at once."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic, sleep
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from checklists.models import Alert, ExpectedStep, Production
from checklists.services.alerting.heartbeats import SWEEP, beat
from checklists.services.alerting.opening import open_alerts
from checklists.services.ledger import lock_ledger

logger = logging.getLogger(__name__)

BATCH = 500
"""Steps in one transaction: few enough that recording on the same production waits well under a second."""

WAITS_FOR_LOCK = timedelta(seconds=2)
"""A production that stays locked longer is left to the next sweep, so that it doesn't hold up the others."""


class StepsMovedError(Exception):
    """Somebody changed the steps between reading and claiming; nothing was done, the next sweep looks again."""


def sweep(*, now: datetime | None = None) -> int:
    """Marks every open step that is due as missed and opens its alert; returns how many alerts were opened.

    A step done exactly at its due time is on time. Without `now` each production is swept as of the moment at
    which its ledger was locked, and simulated productions, which have a clock of their own, are left out.
    An error in one production is logged and stops no other.
    """
    due = due_steps(now or timezone.now())
    if now is None:
        due = due.filter(production__simulated=False)
    affected = list(due.order_by().values_list("production_id", flat=True).distinct())
    opened = sum(sweep_production(production, now=now) for production in Production.objects.filter(id__in=affected))
    beat(SWEEP, now=now or timezone.now())
    return opened


def sweep_through(*, span: timedelta) -> int:
    """Sweeps now, and again at each moment within `span` at which a step comes due: alerts are not a tick late."""
    ends = monotonic() + span.total_seconds()
    opened = sweep()
    while (pause := seconds_to_next_due()) is not None and monotonic() + pause < ends:
        sleep(pause)
        opened += sweep()
    return opened


def seconds_to_next_due() -> float | None:
    """How long until the next open step comes due; None when there is none. Overdue ones don't count."""
    now = timezone.now()
    coming = ExpectedStep.objects.filter(
        state=ExpectedStep.State.OPEN, due_at__gt=now, production__simulated=False
    ).order_by("due_at")
    due_at = coming.values_list("due_at", flat=True).first()
    return None if due_at is None else max(0.001, (due_at - timezone.now()).total_seconds())


def sweep_production(production: Production, *, now: datetime | None) -> int:
    """Breaches what is due in one production; returns how many alerts were opened. Raises nothing."""
    opened = 0
    try:
        while (alerts := breach_due(production, now=now)) is not None:
            opened += len(alerts)
    except (OperationalError, InterfaceError, StepsMovedError):
        logger.warning("production %s could not be swept, trying again", production.id, exc_info=True)
    except Exception:
        logger.exception("production %s could not be swept as a whole, trying step by step", production.id)
        opened += sweep_one_by_one(production, now=now)
    return opened


def sweep_one_by_one(production: Production, *, now: datetime | None) -> int:
    """After a failure: every step in a transaction of its own, so that one bad row hides no other."""
    opened = 0
    due = due_steps(now or timezone.now()).filter(production=production)
    for step_id in list(due.values_list("id", flat=True)):
        try:
            opened += len(breach_due(production, now=now, only=step_id) or ())
        except Exception:
            logger.exception("step %s could not be swept", step_id)
    return opened


def breach_due(production: Production, *, now: datetime | None, only: UUID | None = None) -> list[Alert] | None:
    """One transaction: locks the ledger, claims a batch of due steps, opens alerts. None when nothing was due.

    The lock comes first, as in recording: what was received before has been judged when the steps are read.
    """
    with transaction.atomic():
        wait_for_locks_at_most(WAITS_FOR_LOCK)
        lock_ledger(production)
        at = now or timezone.now()
        due = due_steps(at).filter(production=production)
        steps = list((due.filter(id=only) if only else due)[:BATCH])
        if not steps:
            return None
        claim(steps, now=at)
        return open_alerts(production=production, alerts=[alert_for(step, now=at) for step in steps], now=at)


def due_steps(now: datetime) -> QuerySet[ExpectedStep]:
    return ExpectedStep.objects.filter(state=ExpectedStep.State.OPEN, due_at__lte=now)


def claim(steps: Sequence[ExpectedStep], *, now: datetime) -> None:
    """Compare and set: open and due becomes missed. Raises StepsMovedError unless every one was."""
    ids = [step.id for step in steps]
    claimed = due_steps(now).filter(id__in=ids).update(state=ExpectedStep.State.MISSED)
    if claimed != len(ids):
        raise StepsMovedError(f"{claimed} of {len(ids)} steps were still open")


def alert_for(step: ExpectedStep, *, now: datetime) -> Alert:
    """The unsaved alert of a step that did not come."""
    return Alert(
        production_id=step.production_id,
        rule=step.rule,
        title=step.title,
        severity=step.severity,
        owner=step.owner,
        source=step.source,
        pack=step.pack,
        firearm_id=step.firearm_id,
        entry=step.opened_by,
        step=step,
        due_at=step.due_at,
        opened_at=now,
    )


def wait_for_locks_at_most(span: timedelta) -> None:
    """Bounds lock waits of this transaction on PostgreSQL; SQLite has its own time-out."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{span.total_seconds():.0f}s"])
