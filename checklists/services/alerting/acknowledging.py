"""Acknowledges alerts: a named person says *I have seen it*, and the ledger keeps it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from checklists.models import Alert, CrewMember
from checklists.services.ledger import ServerEntry, append_many_by_server, lock_ledger


@transaction.atomic
def acknowledge_alerts(
    *, member: CrewMember, alert_ids: Sequence[UUID] | None, reason: str, now: datetime | None = None
) -> list[Alert]:
    """Acknowledges the named alerts of the member's production, or all with None; returns those that changed.

    The alert of an expected step stays until the step is met. A broken rule closes when a reason is given, also
    when it had been acknowledged without one before. The first person to acknowledge stays on record.
    """
    lock_ledger(member.production)
    now = now or timezone.now()
    waiting = Q(state=Alert.State.OPEN)
    if reason.strip():
        waiting |= Q(state=Alert.State.ACKNOWLEDGED, step=None)
    alerts = list(Alert.objects.filter(waiting, production=member.production))
    if alert_ids is not None:
        wanted = set(alert_ids)
        alerts = [alert for alert in alerts if alert.id in wanted]
    for alert in alerts:
        acknowledge(alert, member=member, reason=reason.strip(), now=now)
    Alert.objects.bulk_update(
        alerts, ["state", "acknowledged_by", "acknowledged_at", "reason", "closed_at"], batch_size=100
    )
    entries = [acknowledged(alert, member=member, reason=reason.strip()) for alert in alerts]
    append_many_by_server(production=member.production, entries=entries, now=now)
    return alerts


def acknowledge(alert: Alert, *, member: CrewMember, reason: str, now: datetime) -> None:
    """Changes the row in memory."""
    if alert.acknowledged_at is None:
        alert.acknowledged_by, alert.acknowledged_at = member, now
    alert.reason = reason
    alert.state = Alert.State.ACKNOWLEDGED
    if alert.step_id is None and reason:
        alert.state, alert.closed_at = Alert.State.CLOSED, now


def acknowledged(alert: Alert, *, member: CrewMember, reason: str) -> ServerEntry:
    """What the ledger keeps of it."""
    body = {"alert": str(alert.id), "by": str(member.id), "reason": reason}
    return ServerEntry(kind="alert_acknowledged", body=body, firearm_id=alert.firearm_id, author=member)
