"""Makes messages of deliveries, as the alerts stand at this moment."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from checklists.channels import AlertLine, Message
from checklists.models import Alert, Delivery
from checklists.services.alerting.recipients import owes, parties_of


def alerts_of(deliveries: Sequence[Delivery]) -> dict[UUID, list[Alert]]:
    """The alerts of each delivery by its id, each alert read once; two queries."""
    pairs = Delivery.alerts.through.objects.filter(delivery_id__in=[delivery.id for delivery in deliveries])
    about = list(pairs.values_list("delivery_id", "alert_id"))
    alerts = (
        Alert.objects.defer("source")
        .select_related("firearm", "production", "acknowledged_by")
        .in_bulk({alert_id for _, alert_id in about})
    )
    found = defaultdict(list)
    for delivery_id, alert_id in about:
        found[delivery_id].append(alerts[alert_id])
    return found


def is_needed(alerts: Iterable[Alert]) -> bool:
    """Whether one of them still waits for an answer. The answer of the person who owes the step is none."""
    return any(alert.state == Alert.State.OPEN or answered_by_owner(alert) for alert in alerts)


def answered_by_owner(alert: Alert) -> bool:
    if alert.state != Alert.State.ACKNOWLEDGED or alert.acknowledged_by is None:
        return False
    party = parties_of(alert.production, [alert]).get((alert.entry, alert.owner))
    return owes(alert.acknowledged_by, alert.owner, party)


def message(delivery: Delivery, alerts: Iterable[Alert], *, now: datetime) -> Message:
    """What the channel gets to see; the id is the delivery's, so that every repeat has the same."""
    in_order = sorted(alerts, key=lambda alert: (alert.opened_at, alert.rule, alert.id))
    return Message(
        id=delivery.id,
        production_id=delivery.production_id,
        production_title=delivery.production.title,
        sent_at=now,
        alerts=tuple(line(alert) for alert in in_order),
    )


def line(alert: Alert) -> AlertLine:
    return AlertLine(
        id=alert.id,
        rule=alert.rule,
        title=alert.title,
        severity=alert.severity,
        firearm_id=alert.firearm_id,
        firearm_name=str(alert.firearm) if alert.firearm else "",
        due_at=alert.due_at,
        opened_at=alert.opened_at,
        met_at=alert.met_at,
    )
