from time import monotonic
from uuid import uuid4

import pytest

from checklists.channels import Message
from checklists.models import Delivery
from checklists.services.sending.flights import AT_ONCE_TO_ONE_INBOX, Flight, Flights
from checklists.services.sending.leasing import Ending


def a_flying_delivery(target: str = "somebody", *, channel: str = "in_app") -> Delivery:
    return Delivery(id=uuid4(), channel=channel, target=target)


def test_a_message_that_can_not_be_written_is_tried_again_and_holds_up_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def unwritable() -> Message:
        raise LookupError("no such firearm")

    flights, delivery = Flights(), a_flying_delivery()
    flights.start(delivery, unwritable)

    [outcome] = flights.landed(within_s=1)
    assert (outcome.delivery, outcome.ending) == (delivery, Ending.FAILED_FOR_NOW)
    assert flights.under_way == {}


def test_what_has_been_under_way_for_two_minutes_is_given_up_and_tried_again() -> None:
    flights, lost, recent = Flights(), a_flying_delivery(), a_flying_delivery()
    flights.under_way[lost.id] = Flight(delivery=lost, began=monotonic() - 121)
    flights.under_way[recent.id] = Flight(delivery=recent)

    [outcome] = flights.landed(within_s=0)

    assert (outcome.delivery, outcome.ending) == (lost, Ending.FAILED_FOR_NOW)
    assert list(flights.under_way) == [recent.id]


def test_one_inbox_gets_a_few_messages_at_a_time_and_the_others_theirs() -> None:
    many, other = [a_flying_delivery("slow") for _ in range(10)], a_flying_delivery("quick")

    assert Flights().fitting([*many, other]) == [*many[:AT_ONCE_TO_ONE_INBOX], other]


def test_a_channel_carries_as_many_at_once_as_it_says() -> None:
    people = [a_flying_delivery(f"{number}@example.com", channel="email") for number in range(20)]

    assert len(Flights().fitting(people)) == 8


def test_what_is_full_is_busy() -> None:
    flights = Flights()
    for _ in range(AT_ONCE_TO_ONE_INBOX):
        delivery = a_flying_delivery("slow", channel="webhook")
        flights.under_way[delivery.id] = Flight(delivery=delivery)

    busy = flights.busy()

    assert (list(busy.channels), list(busy.inboxes)) == ([], [("webhook", "slow")])
