"""Opens alerts: the rows, the ledger entries that say so, and the deliveries. All of it or nothing of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import UUIDField

from checklists.models import Alert, Delivery, Production
from checklists.services.alerting.recipients import Address, addresses_for
from checklists.services.ledger import ServerEntry, append_many_by_server
from checklists.services.sending.nudging import nudge


def open_alerts(*, production: Production, alerts: Sequence[Alert], now: datetime) -> list[Alert]:
    """Inserts the unsaved `alerts` and queues what tells people of them; returns those that are new.

    Runs inside the caller's transaction, which holds the lock of the production's ledger head. An alert whose
    rule and trigger already have one is left out. Alerts of one call reach each recipient as one message,
    so a caller opens all alerts of one moment with one call.
    """
    fresh = without_known(production, alerts)
    if not fresh:
        return []
    Alert.objects.bulk_create(fresh)
    append_many_by_server(production=production, entries=[opened(alert) for alert in fresh], now=now)
    if not production.simulated:
        queue_deliveries(production=production, alerts=fresh, now=now)
    return fresh


def reopen_alerts(*, production: Production, alerts: Sequence[Alert], now: datetime) -> None:
    """What had been mended is not, after all: the ledger says so again, and people are told again."""
    append_many_by_server(production=production, entries=[opened(alert) for alert in alerts], now=now)
    if not production.simulated:
        queue_deliveries(production=production, alerts=alerts, now=now)


def without_known(production: Production, alerts: Iterable[Alert]) -> list[Alert]:
    """The alerts whose rule and trigger have none yet, each once."""
    asked: dict[tuple[str, UUID], Alert] = {}
    for alert in alerts:
        asked.setdefault((alert.rule, alert.entry or alert.id), alert)
    triggers = [trigger for _, trigger in asked]
    known = set(Alert.objects.filter(production=production, entry__in=triggers).values_list("rule", "entry"))
    return [alert for key, alert in asked.items() if key not in known]


def opened(alert: Alert) -> ServerEntry:
    """What the ledger keeps of it: who was told when is evidence."""
    body = {
        "alert": str(alert.id),
        "rule": alert.rule,
        "trigger": str(alert.entry) if alert.entry else None,
        "due_at": alert.due_at.isoformat(),
    }
    return ServerEntry(kind="alert_opened", body=body, firearm_id=alert.firearm_id, author=None)


def queue_deliveries(*, production: Production, alerts: Sequence[Alert], now: datetime) -> list[Delivery]:
    """One delivery for each inbox, about all of its alerts; wakes the senders after the commit."""
    alike = defaultdict(list)
    for address, its_alerts in addresses_for(production=production, alerts=alerts).items():
        alike[tuple(alert.id for alert in its_alerts)].append(delivery_to(address, production, now=now))
    deliveries = [delivery for group in alike.values() for delivery in group]
    Delivery.objects.bulk_create(deliveries)
    for alert_ids, group in alike.items():
        link_all([delivery.id for delivery in group], alert_ids)
    transaction.on_commit(nudge, robust=True)
    return deliveries


def delivery_to(address: Address, production: Production, *, now: datetime) -> Delivery:
    return Delivery(
        production=production,
        person_id=address.person_id,
        channel=address.channel,
        target=address.target,
        secret=address.secret,
        created_at=now,
        next_at=now,
    )


def link_all(delivery_ids: Sequence[UUID], alert_ids: Sequence[UUID]) -> None:
    """Links each delivery with each alert. The database makes the pairs: a thousand alerts have many thousand."""
    about, key = Delivery.alerts.through._meta.db_table, UUIDField()
    ids = [key.get_db_prep_value(one, connection) for one in (*delivery_ids, *alert_ids)]
    deliveries, alerts = (", ".join(["%s"] * len(some)) for some in (delivery_ids, alert_ids))
    statement = (
        f"INSERT INTO {about} (delivery_id, alert_id) SELECT delivery.id, alert.id"  # noqa: S608  names of ours
        f" FROM {Delivery._meta.db_table} delivery CROSS JOIN {Alert._meta.db_table} alert"
        f" WHERE delivery.id IN ({deliveries}) AND alert.id IN ({alerts})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, ids)
