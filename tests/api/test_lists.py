"""Lists come in pages, and a longer list takes no more queries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.models import Alert, Delivery, ExpectedStep
from checklists.services.reference.channels import add_channel
from checklists.services.reference.crew import enrol_crew_member
from checklists.services.reference.firearms import add_firearm
from checklists.services.reference.places import add_place
from checklists.services.reference.productions import create_production
from tests.api.browser import NOON, Browser
from tests.cast import MORNING, PERMIT, Cast

RULE: dict[str, Any] = {"rule": "both-sign", "title": "Both sign", "severity": "critical", "owner": "giver"}
LISTS = [
    "/api/v1/productions",
    "P/crew",
    "P/places",
    "P/firearms",
    "P/entries",
    "P/expected-steps",
    "P/alerts",
    "P/channels",
]


def add_one_of_each(cast: Cast, number: int) -> None:
    """One more row for every list."""
    at = NOON + timedelta(minutes=number)
    create_production(user=cast.user("producer"), title="The Long Ride", time_zone="UTC", now=MORNING)
    member = enrol_crew_member(
        production=cast.production, name="Extra", roles=["crew"], credentials=[PERMIT], author=None, now=MORNING
    )
    add_place(production=cast.production, name="Safe", secure=True, author=None, now=MORNING)
    firearm = add_firearm(
        production=cast.production, name="Spare", kind="bolt_action", capacity=1, author=None, now=MORNING
    )
    add_channel(production=cast.production, kind="webhook", target="https://example.com/")
    step = ExpectedStep.objects.create(
        production=cast.production, firearm=firearm, opened_by=uuid4(), since=at, due_at=at, **RULE
    )
    alert = Alert.objects.create(
        production=cast.production,
        firearm=firearm,
        step=step,
        entry=uuid4(),
        due_at=at,
        opened_at=NOON,
        pack="core",
        **RULE,
    )
    for _ in range(2):
        delivery = Delivery.objects.create(
            production=cast.production, person=member, channel="email", target="x", created_at=at, next_at=at
        )
        delivery.alerts.add(alert)


@pytest.mark.parametrize("path", LISTS)
def test_pages_have_every_row_once(cast: Cast, producer: Browser, path: str) -> None:
    for number in range(5):
        add_one_of_each(cast, number)

    whole = producer.get(path).json()
    paged = producer.everything(path + "?limit=2")

    assert whole["next"] is None
    assert len(paged) >= 5
    assert without_clock(paged) == without_clock(whole["results"])
    assert len({str(row["id"]) for row in paged}) == len(paged)


def without_clock(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Clearances say as of when they are."""
    return [{**row, "clearance": None} if "clearance" in row else row for row in rows]


@pytest.mark.parametrize("path", [*LISTS, "P/board"])
def test_a_longer_list_takes_no_more_queries(cast: Cast, producer: Browser, path: str) -> None:
    add_one_of_each(cast, 0)
    few = queries_of(producer, path)
    for number in range(1, 6):
        add_one_of_each(cast, number)

    many = queries_of(producer, path)

    assert len(many) == len(few) <= 20, [query["sql"] for query in many]


def queries_of(browser: Browser, path: str) -> list[dict[str, str]]:
    browser.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    return captured.captured_queries


def test_the_alerts_say_whom_they_reached(cast: Cast, producer: Browser) -> None:
    add_one_of_each(cast, 0)

    [alert] = producer.everything("P/alerts?state=open")

    assert alert["rule"] == "both-sign"
    assert alert["step"] == producer.everything("P/expected-steps?state=open")[0]["id"]
    assert [delivery["state"] for delivery in alert["deliveries"]] == ["queued", "queued"]
    assert "target" not in alert["deliveries"][0]


def test_an_alert_is_acknowledged_with_a_reason(cast: Cast, producer: Browser, outsider: Browser) -> None:
    add_one_of_each(cast, 0)
    alert = Alert.objects.get()

    refused = outsider.post(f"P/alerts/{alert.pk}/acknowledge", {"reason": "no"})
    answer = producer.post(f"P/alerts/{alert.pk}/acknowledge", {"reason": "seen it"})

    assert refused.status_code == 404
    assert answer.json()["state"] == "acknowledged"
    assert answer.json()["acknowledged_by"] == str(cast.producer.pk)
    assert answer.json()["reason"] == "seen it"
    assert producer.post(f"P/alerts/{uuid4()}/acknowledge", {}).status_code == 404
    assert producer.post(f"P/alerts/{alert.pk}/acknowledge", {"reason": 7}).status_code == 400


@pytest.mark.parametrize("chosen, changed", [(None, 3), ([0], 1), ([], 0)])
def test_several_alerts_are_acknowledged_at_once(
    cast: Cast, signed_in: Callable[[str], Browser], chosen: list[int] | None, changed: int
) -> None:
    for number in range(3):
        add_one_of_each(cast, number)
    ids = [str(alert.pk) for alert in Alert.objects.all()]
    body = {"reason": "seen"} if chosen is None else {"reason": "seen", "alerts": [ids[i] for i in chosen]}

    answer = signed_in("crew").post("P/alerts/acknowledge", body).json()

    assert {alert["state"] for alert in answer["results"]} <= {"acknowledged"}
    assert len(answer["results"]) == Alert.objects.filter(state="acknowledged").count() == changed
