import json

import pytest

from checklists.models import LedgerEntry
from checklists.services.alerting.acknowledging import acknowledge_alerts
from tests.alerting.making import NINE, a_member, a_production, a_saved_alert, a_step, seconds

pytestmark = pytest.mark.django_db


def test_who_acknowledged_when_and_why_is_on_record_and_in_the_ledger() -> None:
    production = a_production()
    ad, alert = a_member(production, "first_ad"), a_saved_alert(production)

    [changed] = acknowledge_alerts(member=ad, alert_ids=[alert.id], reason=" I am looking ", now=NINE)

    alert.refresh_from_db()
    assert changed == alert
    assert (alert.acknowledged_by, alert.acknowledged_at, alert.reason) == (ad, NINE, "I am looking")
    entry = LedgerEntry.objects.get(kind="alert_acknowledged")
    body = json.loads(bytes(entry.entry_bytes or b""))["body"]
    assert body == {"alert": str(alert.id), "by": str(ad.id), "reason": "I am looking"}
    assert entry.author_id == ad.id


def test_the_alert_of_a_step_stays_until_the_step_is_met() -> None:
    production = a_production()
    alert = a_saved_alert(production, step=a_step(production, state="missed"))

    acknowledge_alerts(member=a_member(production, "first_ad"), alert_ids=[alert.id], reason="seen", now=NINE)

    alert.refresh_from_db()
    assert (alert.state, alert.closed_at) == ("acknowledged", None)


def test_a_broken_rule_closes_with_a_reason() -> None:
    production = a_production()
    alert = a_saved_alert(production)

    acknowledge_alerts(member=a_member(production, "first_ad"), alert_ids=[alert.id], reason="rubber gun", now=NINE)

    alert.refresh_from_db()
    assert (alert.state, alert.closed_at) == ("closed", NINE)


def test_a_broken_rule_stays_without_a_reason_and_closes_when_one_is_given_later() -> None:
    production = a_production()
    alert = a_saved_alert(production)
    ad, props = a_member(production, "first_ad"), a_member(production, "property_master")

    acknowledge_alerts(member=ad, alert_ids=[alert.id], reason="  ", now=NINE)
    alert.refresh_from_db()
    without = alert.state
    acknowledge_alerts(member=props, alert_ids=[alert.id], reason="looked into it", now=NINE + seconds(60))

    alert.refresh_from_db()
    assert (without, alert.state) == ("acknowledged", "closed")
    assert (alert.acknowledged_by, alert.acknowledged_at) == (ad, NINE)


def test_everything_open_can_be_acknowledged_at_once() -> None:
    production = a_production()
    for _ in range(120):
        a_saved_alert(production)

    changed = acknowledge_alerts(member=a_member(production, "first_ad"), alert_ids=None, reason="", now=NINE)

    assert len(changed) == 120
    assert LedgerEntry.objects.filter(kind="alert_acknowledged").count() == 120


def test_acknowledging_twice_changes_nothing_the_second_time() -> None:
    production = a_production()
    ad, alert = a_member(production, "first_ad"), a_saved_alert(production)
    acknowledge_alerts(member=ad, alert_ids=[alert.id], reason="seen", now=NINE)

    assert acknowledge_alerts(member=ad, alert_ids=[alert.id], reason="seen", now=NINE + seconds(9)) == []
    assert LedgerEntry.objects.filter(kind="alert_acknowledged").count() == 1


def test_alerts_of_another_production_are_out_of_reach() -> None:
    elsewhere = a_saved_alert(a_production(title="Elsewhere"))
    ad = a_member(a_production(), "first_ad")

    assert acknowledge_alerts(member=ad, alert_ids=[elsewhere.id], reason="seen", now=NINE) == []
    assert acknowledge_alerts(member=ad, alert_ids=None, reason="seen", now=NINE) == []
