from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import monotonic

import pytest
from django.core import mail
from django.db import connections
from pytest_django import Settings

from checklists.channels import Message
from checklists.models import Delivery
from checklists.services.sending.delivering import send_due_deliveries
from checklists.services.sending.leasing import LEASE, Busy, Ending, Outcome, lease, renew, settle, waiting
from tests.alerting.making import NINE, a_delivery, a_member, a_production, a_saved_alert, a_step, seconds
from tests.databases import CommittedDatabase
from tests.sinks import hanging_server, running_sink


@pytest.fixture(autouse=True)
def private_targets_allowed(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = True


def leased(*, now: object = NINE) -> list[Delivery]:
    """What a sender gets that asks now."""
    return lease(waiting(now=now, busy=Busy(), most=10), now=now)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_delivery_is_sent_and_marked() -> None:
    with running_sink() as sink:
        delivery = a_delivery(a_production(), target=sink.url)

        received = send_due_deliveries(now=NINE)

    delivery.refresh_from_db()
    assert (received, delivery.state, delivery.attempts, delivery.error) == (1, "sent", 1, "")
    assert delivery.sent_at is not None
    assert sink.requests[0].message["id"] == str(delivery.id)


@pytest.mark.django_db
def test_what_was_sent_is_not_sent_again() -> None:
    with running_sink() as sink:
        a_delivery(a_production(), target=sink.url)

        send_due_deliveries(now=NINE)
        send_due_deliveries(now=NINE + timedelta(hours=1))

    assert len(sink.requests) == 1


@pytest.mark.django_db
def test_a_failed_delivery_is_tried_again_with_the_same_id_and_growing_pauses() -> None:
    pauses = []
    with running_sink(statuses=[500]) as sink:
        delivery, now = a_delivery(a_production(), target=sink.url), NINE + seconds(2)
        Delivery.objects.update(attempts=1)
        for _ in range(5):
            send_due_deliveries(now=now)
            delivery.refresh_from_db()
            pauses.append(round((delivery.next_at - now).total_seconds()))
            now = delivery.next_at

    assert pauses == [5, 15, 60, 300, 300]
    assert (delivery.state, delivery.error) == ("queued", "answered with status 500")
    assert {request.message["id"] for request in sink.requests} == {str(delivery.id)}


@pytest.mark.django_db
def test_a_sink_that_fails_once_gets_it_a_moment_later() -> None:
    with running_sink(statuses=[500, 200]) as sink:
        a_delivery(a_production(), target=sink.url)

        received = send_due_deliveries(now=NINE)

    first, second = sink.requests
    assert received == 1
    assert 0.4 < second.at - first.at < 2


@pytest.mark.django_db
def test_it_is_tried_for_a_whole_day() -> None:
    with running_sink(statuses=[500]) as sink:
        delivery = a_delivery(a_production(), target=sink.url)
        Delivery.objects.update(attempts=100)

        send_due_deliveries(now=NINE + timedelta(hours=23, minutes=59))
        delivery.refresh_from_db()
        nearly_a_day = delivery.state
        send_due_deliveries(now=NINE + timedelta(hours=24, minutes=5))

    delivery.refresh_from_db()
    assert (nearly_a_day, delivery.state) == ("queued", "failed")


@pytest.mark.django_db
def test_a_target_that_can_never_work_fails_at_once_and_says_why() -> None:
    delivery = a_delivery(a_production(), target="ftp://hooks.example/")

    send_due_deliveries(now=NINE)

    delivery.refresh_from_db()
    assert (delivery.state, "begins with http" in delivery.error) == ("failed", True)


@pytest.mark.django_db
def test_a_channel_that_is_not_installed_fails_and_says_so() -> None:
    delivery = a_delivery(a_production(), target="the roof", channel="carrier-pigeon")

    send_due_deliveries(now=NINE)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == ("failed", "no channel of kind carrier-pigeon is installed")


AT_ONCE = 2
TELLS_AFTERWARDS = True


def send(message: Message, *, target: str, secret: str) -> None:
    """This module as a channel with a mistake in it."""
    raise KeyError(target)


@pytest.mark.django_db
def test_a_mistake_in_a_channel_is_a_failure_that_passes(settings: Settings) -> None:
    settings.ALERT_CHANNELS = {"mistaken": __name__}
    delivery = a_delivery(a_production(), target="x", channel="mistaken")
    Delivery.objects.update(attempts=4)

    send_due_deliveries(now=NINE)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == ("queued", "KeyError")


@pytest.mark.django_db
def test_the_app_has_it_without_anything_leaving_the_house() -> None:
    delivery = a_delivery(a_production(), target="somebody", channel="in_app")

    send_due_deliveries(now=NINE)

    delivery.refresh_from_db()
    assert delivery.state == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["acknowledged", "closed"])
def test_a_person_is_not_mailed_about_what_has_been_answered(state: str) -> None:
    production = a_production()
    alert = a_saved_alert(production)
    alert.state, alert.acknowledged_by = state, a_member(production, "first_ad")
    alert.save()
    delivery = a_delivery(production, target="armorer@example.com", channel="email", alerts=[alert])

    send_due_deliveries(now=NINE)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, mail.outbox) == ("not_needed", 0, [])


@pytest.mark.django_db
def test_a_person_is_mailed_as_long_as_one_alert_waits_for_an_answer() -> None:
    production = a_production()
    answered, waiting_one = a_saved_alert(production), a_saved_alert(production)
    answered.state = "closed"
    answered.save()
    a_delivery(production, target="ad@example.com", channel="email", alerts=[answered, waiting_one])

    assert send_due_deliveries(now=NINE) == 1


@pytest.mark.django_db
def test_the_answer_of_the_person_who_owes_the_step_keeps_it_from_nobody() -> None:
    production = a_production()
    alert = a_saved_alert(production, step=a_step(production))
    alert.state, alert.acknowledged_by = "acknowledged", a_member(production, "armorer")
    alert.save()
    a_delivery(production, target="ad@example.com", channel="email", alerts=[alert])

    assert send_due_deliveries(now=NINE) == 1


@pytest.mark.django_db
def test_a_webhook_hears_of_every_alert_and_when_it_was_met() -> None:
    production = a_production()
    alert = a_saved_alert(production)
    alert.state, alert.met_at = "closed", NINE + seconds(5)
    alert.save()
    with running_sink() as sink:
        a_delivery(production, target=sink.url, alerts=[alert])

        send_due_deliveries(now=NINE)

    assert sink.requests[0].message["alerts"][0]["met_at"] == "2025-11-23T09:00:05+00:00"


@pytest.mark.django_db
def test_a_leased_delivery_is_nobody_elses() -> None:
    delivery = a_delivery(a_production(), target="https://hooks.example/")

    first, second = leased(), leased()

    assert (first, second) == ([delivery], [])


@pytest.mark.django_db
def test_two_that_found_the_same_delivery_lease_it_once() -> None:
    a_delivery(a_production(), target="https://hooks.example/")
    found, also_found = waiting(now=NINE, busy=Busy(), most=1), waiting(now=NINE, busy=Busy(), most=1)

    assert (len(lease(found, now=NINE)), len(lease(also_found, now=NINE))) == (1, 0)


@pytest.mark.django_db
def test_a_sender_that_dies_after_the_lease_leaves_it_to_the_next() -> None:
    with running_sink() as sink:
        a_delivery(a_production(), target=sink.url)
        leased()

        too_early = send_due_deliveries(now=NINE + LEASE - seconds(3))
        received = send_due_deliveries(now=NINE + LEASE)

    assert (too_early, received, len(sink.requests)) == (0, 1, 1)


@pytest.mark.django_db
def test_a_sender_that_dies_between_sending_and_marking_sends_twice_and_never_never() -> None:
    with running_sink() as sink:
        a_delivery(a_production(), target=sink.url)
        [delivery] = leased()
        with pytest.raises(ZeroDivisionError):
            send_and_die(delivery, sink.url)

        send_due_deliveries(now=NINE + LEASE)

    first, second = sink.requests
    assert first.message["id"] == second.message["id"]
    assert Delivery.objects.get().state == "sent"


def send_and_die(delivery: Delivery, url: str) -> None:
    from checklists.channels import webhook
    from checklists.services.sending.composing import alerts_of, message

    webhook.send(message(delivery, alerts_of([delivery])[delivery.id], now=NINE), target=url, secret="hush")
    raise ZeroDivisionError


@pytest.mark.django_db
def test_a_lease_is_renewed_while_its_sender_lives() -> None:
    a_delivery(a_production(), target="https://hooks.example/")
    [delivery] = leased()

    renew([delivery], now=NINE + LEASE * 0.6)

    assert leased(now=NINE + LEASE) == []
    assert leased(now=NINE + LEASE * 1.6) != []


@pytest.mark.django_db
def test_a_lease_that_somebody_else_has_by_now_is_not_renewed() -> None:
    a_delivery(a_production(), target="https://hooks.example/")
    [lost] = leased()
    [taken] = leased(now=NINE + LEASE)

    renew([lost], now=NINE + LEASE)

    assert Delivery.objects.get().leased_until == taken.leased_until


@pytest.mark.django_db
def test_a_failure_says_nothing_about_a_delivery_that_somebody_else_leased_since() -> None:
    a_delivery(a_production(), target="https://hooks.example/")
    [lost] = leased()
    [taken] = leased(now=NINE + LEASE)

    settle([Outcome(delivery=lost, ending=Ending.FAILED_FOR_GOOD, error="late news")], now=NINE + LEASE)

    taken.refresh_from_db()
    assert (taken.state, taken.attempts, taken.error) == ("queued", 0, "")


@pytest.mark.django_db
def test_a_receipt_counts_even_after_the_lease_ran_out() -> None:
    a_delivery(a_production(), target="https://hooks.example/")
    [late] = leased()
    leased(now=NINE + LEASE)

    settle([Outcome(delivery=late, ending=Ending.RECEIVED)], now=NINE + LEASE)

    assert Delivery.objects.get().state == "sent"


@pytest.mark.django_db
def test_a_hanging_sink_and_a_slow_one_hold_up_nobody_else() -> None:
    production, began = a_production(), monotonic()
    with hanging_server() as port, running_sink(delay_s=0.3) as slow, running_sink() as quick:
        for _ in range(20):
            a_delivery(production, target=f"http://127.0.0.1:{port}/", created_at=NINE - seconds(60))
            a_delivery(production, target=slow.url, created_at=NINE - seconds(30))
        for _ in range(20):
            a_delivery(production, target=quick.url)

        send_due_deliveries(now=NINE, stopping=lambda: len(slow.requests) == 20 or monotonic() - began > 8)

    assert len(quick.requests) == 20
    assert len(slow.requests) == 20
    assert max(request.at for request in quick.requests) - began < 1.5


@pytest.mark.django_db
def test_one_call_takes_on_as_much_as_it_was_allowed() -> None:
    production = a_production()
    for _ in range(5):
        a_delivery(production, target="somebody", channel="in_app")

    assert send_due_deliveries(now=NINE, limit=3) == 3
    assert Delivery.objects.filter(state="queued", leased_until=None).count() == 2


def test_senders_that_work_at_once_send_everything_once(committed_db: CommittedDatabase) -> None:
    production, workers = a_production(), 4
    together = Barrier(workers)

    def send_with_the_others(_: int) -> int:
        try:
            together.wait(10)
            return send_due_deliveries(now=NINE)
        finally:
            connections.close_all()

    with running_sink() as sink, ThreadPoolExecutor(workers) as pool:
        for number in range(60):
            a_delivery(production, target=f"{sink.url}/{number % 7}")
        received = sum(pool.map(send_with_the_others, range(workers)))

    assert (received, len(sink.requests), Delivery.objects.filter(state="sent").count()) == (60, 60, 60)
