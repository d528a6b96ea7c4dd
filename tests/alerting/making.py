"""Plain makers: each names only what matters to the test that calls it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from checklists.models import (
    Alert,
    Channel,
    CrewMember,
    Delivery,
    ExpectedStep,
    Firearm,
    LedgerHead,
    Production,
)

NINE = datetime(2025, 11, 23, 9, 0, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def a_production(*, title: str = "The Long Ride", simulated: bool = False) -> Production:
    production = Production.objects.create(title=title, simulated=simulated)
    LedgerHead.objects.create(production=production)
    return production


def a_member(production: Production, *roles: str, email: str = "", **fields: Any) -> CrewMember:
    name = f"the {' and '.join(roles)}"
    return CrewMember.objects.create(production=production, name=name, roles=list(roles), email=email, **fields)


def a_firearm(production: Production, *, tag: str = "COLT-1") -> Firearm:
    return Firearm.objects.create(
        production=production, name="Colt", tag=tag, kind="revolver_single_action", capacity=6
    )


def a_step(
    production: Production,
    *,
    due_at: datetime = NINE,
    rule: str = "both-sign",
    owner: str = "handler",
    severity: str = "critical",
    state: str = "open",
) -> ExpectedStep:
    return ExpectedStep.objects.create(
        production=production,
        rule=rule,
        title="Giver and receiver have both signed",
        severity=severity,
        owner=owner,
        pack="core 1",
        opened_by=uuid4(),
        since=due_at - timedelta(minutes=2),
        due_at=due_at,
        state=state,
    )


def an_alert(
    production: Production,
    *,
    rule: str = "every-chamber-seen",
    title: str = "Every chamber was looked into",
    owner: str = "handler",
    severity: str = "critical",
    entry: UUID | None = None,
    firearm: Firearm | None = None,
    step: ExpectedStep | None = None,
) -> Alert:
    """An unsaved alert of a broken rule, or of a step."""
    return Alert(
        production=production,
        rule=rule,
        title=title,
        severity=severity,
        owner=owner,
        pack="core 1",
        firearm=firearm,
        entry=entry or (step.opened_by if step else uuid4()),
        step=step,
        due_at=NINE,
        opened_at=NINE,
    )


def a_saved_alert(production: Production, **fields: Any) -> Alert:
    alert = an_alert(production, **fields)
    alert.save()
    return alert


def a_webhook(production: Production, url: str, *, secret: str = "hush") -> Channel:
    return Channel.objects.create(production=production, kind="webhook", target=url, secret=secret)


def a_delivery(
    production: Production,
    *,
    target: str,
    alerts: Sequence[Alert] | None = None,
    channel: str = "webhook",
    created_at: datetime = NINE,
) -> Delivery:
    """A queued delivery, about a new alert unless the test names some."""
    delivery = Delivery.objects.create(
        production=production, channel=channel, target=target, secret="hush", created_at=created_at, next_at=created_at
    )
    delivery.alerts.set(alerts if alerts is not None else [a_saved_alert(production)])
    return delivery
