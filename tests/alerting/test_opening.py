import json

import pytest
from django.db import transaction

from checklists.models import Alert, Delivery, LedgerEntry, Production
from checklists.services.alerting.opening import open_alerts
from checklists.services.ledger import lock_ledger
from tests.alerting.making import NINE, a_firearm, a_member, a_production, a_saved_alert, a_webhook, an_alert

pytestmark = pytest.mark.django_db


def opened(production: Production, *alerts: Alert) -> list[Alert]:
    """As recording and the sweep do it: under the lock of the ledger head."""
    with transaction.atomic():
        lock_ledger(production)
        return open_alerts(production=production, alerts=alerts, now=NINE)


def inboxes(alert: Alert) -> set[tuple[str, str]]:
    """Who is told: role of the person (or `-`) and channel."""
    return {(d.person.roles[0] if d.person else "-", d.channel) for d in alert.deliveries.all()}


def test_each_alert_is_a_row_and_an_entry_in_the_ledger() -> None:
    production = a_production()
    firearm = a_firearm(production)
    first, second = an_alert(production, firearm=firearm), an_alert(production, rule="barrel-clear")

    opened(production, first, second)

    assert set(Alert.objects.all()) == {first, second}
    entries = LedgerEntry.objects.filter(production=production, kind="alert_opened")
    assert [json.loads(bytes(entry.entry_bytes or b""))["body"] for entry in entries] == [
        {"alert": str(a.id), "rule": a.rule, "trigger": str(a.entry), "due_at": "2025-11-23T09:00:00+00:00"}
        for a in (first, second)
    ]
    assert [entry.firearm_id for entry in entries] == [firearm.id, None]


def test_rule_and_trigger_together_never_have_a_second_alert() -> None:
    production = a_production()
    known = a_saved_alert(production)

    again = opened(production, an_alert(production, entry=known.entry))

    assert again == []
    assert Alert.objects.get() == known
    assert not LedgerEntry.objects.filter(kind="alert_opened").exists()


def test_the_same_alert_twice_in_one_call_is_opened_once() -> None:
    production = a_production()
    first = an_alert(production)

    assert opened(production, first, an_alert(production, entry=first.entry)) == [first]


def test_another_rule_about_the_same_trigger_is_another_alert() -> None:
    production = a_production()
    known = a_saved_alert(production)

    assert len(opened(production, an_alert(production, rule="barrel-clear", entry=known.entry))) == 1


def test_the_same_trigger_in_another_production_is_another_alert() -> None:
    known = a_saved_alert(a_production())
    production = a_production()

    assert len(opened(production, an_alert(production, entry=known.entry))) == 1


def test_all_alerts_of_one_moment_reach_each_inbox_as_one_message() -> None:
    production = a_production()
    a_member(production, "armorer", email="armorer@example.com")
    a_webhook(production, "https://hooks.example/")

    opened(production, an_alert(production), an_alert(production, rule="barrel-clear"))

    deliveries = Delivery.objects.all()
    assert sorted(d.channel for d in deliveries) == ["email", "in_app", "webhook"]
    assert [d.alerts.count() for d in deliveries] == [2, 2, 2]


def test_a_person_hears_only_of_alerts_that_concern_them() -> None:
    production = a_production()
    a_member(production, "armorer")
    a_member(production, "producer")
    armorers, producers = an_alert(production), an_alert(production, rule="ammunition-balances", owner="producer")

    opened(production, armorers, producers)

    assert inboxes(armorers) == {("armorer", "in_app")}
    assert inboxes(producers) == {("producer", "in_app")}


def test_owner_and_first_ad_are_told_first() -> None:
    production = a_production()
    for role in ("armorer", "first_ad", "second_ad", "safety_advisor", "producer", "performer", "crew"):
        a_member(production, role)
    alert = an_alert(production, owner="handler", severity="critical")

    opened(production, alert)

    assert inboxes(alert) == {("armorer", "in_app"), ("first_ad", "in_app")}


def test_what_must_stop_the_set_is_told_to_all_levels_at_once() -> None:
    production = a_production()
    for role in ("armorer", "first_ad", "second_ad", "safety_advisor", "property_master", "producer", "crew"):
        a_member(production, role)
    alert = an_alert(production, severity="stop")

    opened(production, alert)

    told = {role for role, _ in inboxes(alert)}
    assert told == {"armorer", "first_ad", "safety_advisor", "property_master", "producer"}


def test_a_level_without_anybody_passes_to_the_next_one() -> None:
    production = a_production()
    a_member(production, "producer")
    alert = an_alert(production, owner="handler", severity="warning")

    opened(production, alert)

    assert inboxes(alert) == {("producer", "in_app")}


def test_nobody_on_the_production_still_opens_the_alert() -> None:
    production = a_production()

    assert len(opened(production, an_alert(production))) == 1


def test_whoever_has_left_is_not_told() -> None:
    production = a_production()
    a_member(production, "first_ad", left_at=NINE)
    a_member(production, "armorer")
    alert = an_alert(production)

    opened(production, alert)

    assert inboxes(alert) == {("armorer", "in_app")}


def test_a_person_with_several_roles_is_told_once() -> None:
    production = a_production()
    a_member(production, "property_master", "producer", email="props@example.com")
    alert = an_alert(production, severity="stop")

    opened(production, alert)

    assert sorted(d.channel for d in alert.deliveries.all()) == ["email", "in_app"]


def test_a_simulated_production_tells_nobody() -> None:
    production = a_production(simulated=True)
    a_member(production, "armorer", email="armorer@example.com")
    a_webhook(production, "https://hooks.example/")

    opened(production, an_alert(production))

    assert Alert.objects.count() == 1
    assert not Delivery.objects.exists()


def test_another_production_is_not_told() -> None:
    production, elsewhere = a_production(), a_production(title="Elsewhere")
    a_member(elsewhere, "armorer", email="armorer@example.com")
    a_webhook(elsewhere, "https://hooks.example/")

    opened(production, an_alert(production))

    assert not Delivery.objects.exists()
